/**
 * Which endpoint stands behind each number that a machine has for its connections.
 *
 * Those it accepted are numbered upwards from 1, those it opened downwards from -1, so that one is found by its place: a look into a map
 * is several looks into memory far apart, and a world has thousands of them. The map keeps the order in which all were opened.
 */
import type { Endpoint } from '../network/index.ts';
import type { Fd } from '../redis/ports.ts';

const CLOSED = -1;

export class Descriptors {
  private readonly byFd = new Map<Fd, Endpoint>();
  private readonly accepted: Endpoint[] = [CLOSED];
  private readonly opened: Endpoint[] = [CLOSED];

  get(fd: Fd): Endpoint | undefined {
    const endpoint = fd > 0 ? this.accepted[fd] : this.opened[-fd];
    return endpoint === CLOSED ? undefined : endpoint;
  }

  /** Each side's come in the order of their numbers. */
  set(fd: Fd, endpoint: Endpoint): void {
    this.byFd.set(fd, endpoint);
    if (fd > 0) this.accepted[fd] = endpoint;
    else this.opened[-fd] = endpoint;
  }

  delete(fd: Fd): void {
    if (!this.byFd.delete(fd)) return;
    if (fd > 0) this.accepted[fd] = CLOSED;
    else this.opened[-fd] = CLOSED;
  }

  clear(): void {
    this.byFd.clear();
    this.accepted.length = 1;
    this.opened.length = 1;
  }

  /** In the order in which they were opened. */
  endpoints(): Endpoint[] {
    return [...this.byFd.values()];
  }
}
