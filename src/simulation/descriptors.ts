/**
 * Which endpoint stands behind each number that a machine has for its connections.
 *
 * Those it accepted are numbered upwards from 1, so a master with a thousand replicas finds one by its place; the map keeps the order in
 * which all were opened.
 */
import type { Endpoint } from '../network/index.ts';
import type { Fd } from '../redis/ports.ts';

const CLOSED = -1;

export class Descriptors {
  private readonly byFd = new Map<Fd, Endpoint>();
  private readonly accepted: Endpoint[] = [CLOSED];

  get(fd: Fd): Endpoint | undefined {
    if (fd <= 0) return this.byFd.get(fd);
    const endpoint = this.accepted[fd];
    return endpoint === CLOSED ? undefined : endpoint;
  }

  /** Accepted ones come in the order of their numbers. */
  set(fd: Fd, endpoint: Endpoint): void {
    this.byFd.set(fd, endpoint);
    if (fd > 0) this.accepted[fd] = endpoint;
  }

  delete(fd: Fd): void {
    if (this.byFd.delete(fd) && fd > 0) this.accepted[fd] = CLOSED;
  }

  clear(): void {
    this.byFd.clear();
    this.accepted.length = 1;
  }

  /** In the order in which they were opened. */
  endpoints(): Endpoint[] {
    return [...this.byFd.values()];
  }
}
