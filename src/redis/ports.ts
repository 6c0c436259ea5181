/**
 * The edge of a machine: everything a server, a Sentinel or a client may ask of the world.
 *
 * Orders are one-way: none is answered inside the call. What comes of an order arrives later as an
 * input (`inputs.ts`), so a step runs to completion and an array that records orders is a complete test
 * double. Only the clocks and `random` answer. Two implementations: `simulation/` and, over real
 * sockets, `verify/`.
 */
import type { Line, Piece } from './protocol/payload.ts';
import type { DetailKind, RedisFact } from './facts.ts';
import type { RdbImage } from './persistence/rdb.ts';
import type { AofFile } from './persistence/aof.ts';

/**
 * A connection of this process. The world numbers accepted connections upwards from 1;
 * the machine numbers those it opens itself downwards from -1. A number is never used twice in a process.
 */
export type Fd = number;

/** Named timers of a machine; arming one again replaces its time. */
export type TimerName = 'cron' | 'blocked-client' | 'client' | 'shutdown';

/** A random stream of the machine's own; draws of one machine never disturb another's. */
export interface Random {
  /** An unbiased integer in [0, n). */
  below(n: number): number;
  /** `length` lower-case hexadecimal digits. */
  hex(length: number): string;
}

/** Work done by a forked child, on the data as they were at the fork. */
export type ChildJob =
  /** `target: 'disk'` writes `image` and puts it in the place of dbfilename; 'socket' streams it into the pipe that the parent reads. */
  | {
      readonly type: 'rdb'; readonly target: 'disk' | 'socket'; readonly image: RdbImage; readonly bytes: number; readonly delayUs: number;
      /** Up to 5.0: no pipe, it writes `header`, image and `mark` to these connections itself, each write for `timeoutUs` at most. */
      readonly sockets: { readonly connections: readonly { readonly fd: Fd; readonly credit: number }[]; readonly header: Line; readonly mark: Line; readonly timeoutUs: number } | null;
    }
  | { readonly type: 'aof-rewrite'; readonly bytes: number };

/** What a process finds on its disk when it starts, and leaves there. */
export interface DiskFiles {
  rdb: RdbImage | null;
  /** appendonly.aof, as versions up to 6.2 have it. */
  aof: AofFile | null;
  /** The directory appendonlydir, since 7.0. */
  aofDir: AofFile | null;
}

export interface ClockPort {
  /** Monotonic time in µs. */
  nowUs(): number;
  /** This host's wall clock in µs since the Unix epoch. */
  wallUs(): number;
}

export interface ConnectionPort {
  /** Opens a connection; answered by `connected` or `connectFailed`. */
  connect(fd: Fd, host: string, port: number): void;
  /** Queues bytes; spends send credit (`inputs.ts`: `connected.credit`, `drained`). */
  send(fd: Fd, piece: Piece): void;
  /**
   * Closes at once; bytes already sent still travel. Nothing more is heard of `fd`. A child that was forked while it was open has it,
   * too: the peer learns of the end only when that child ends.
   */
  close(fd: Fd): void;
  /** Stops taking bytes of `fd` off the kernel: they stay in its receive buffer, and the peer's credit is not restored. */
  pauseReading(fd: Fd): void;
  resumeReading(fd: Fd): void;
}

export interface TimerPort {
  arm(timer: TimerName, delayUs: number): void;
  disarm(timer: TimerName): void;
}

export interface ChildPort {
  /** Closes a connection for a child, too (shutdown(2)). */
  shutDown(fd: Fd): void;
  /** Forks; the parent is held for the time the fork takes; answered by `childExited` or `forkFailed`. */
  fork(job: ChildJob): void;
  /** SIGUSR1 to the child; still answered by `childExited`. */
  killChild(): void;
  /** The same, and waits for its end (aof.c: killAppendOnlyChild): nothing more is heard of it. */
  killChildAndWait(): void;
  /** So many bytes of a 'socket' child were read off its pipe and forwarded (cumulative): there is room for more. */
  readPipe(bytes: number): void;
  /** All of a 'socket' child's bytes were read and forwarded: it may exit (rdb.c: rdb_child_exit_pipe). */
  releaseChild(): void;
}

export interface DiskPort {
  /**
   * Frees `bytes` of old data (emptyData), whose callback is called `steps` times, evenly, beginning at once. Answered by
   * `workProgress` at the first of these calls in each wall second, but for that at the beginning, and by `flushed`.
   */
  flush(bytes: number, steps: number): void;
  /** So many more bytes of a file being received go to disk in the background (sync_file_range). */
  writeBack(bytes: number): void;
  /**
   * fsyncs the last `bytes` of the file received, and what is still on its way to disk, and renames it to dbfilename.
   * The process is held until `installed`.
   */
  install(bytes: number): void;
  /**
   * Reads `bytes` of a file into memory; `delayUs` comes on top (key-load-delay). The machine serves clients
   * meanwhile as Redis does, but its crons rest. Answered by `workProgress` (at most once a wall second) and `loaded`.
   */
  load(bytes: number, delayUs: number): void;
  /**
   * Reads a file of `bytes` off a connection while it is parsed; `first` was read already, and comes again. Answered by
   * `received` for each piece when it was parsed, `workProgress`, `closed`, and by `readTimedOut` when for
   * `timeoutUs` nothing comes; until `endSocketLoad`.
   */
  loadFromSocket(fd: Fd, first: Piece, order: { readonly bytes: number; readonly delayUs: number; readonly timeoutUs: number }): void;
  endSocketLoad(): void;
  /** Replaces dbfilename atomically by a complete image (rename); takes no time. */
  putRdb(image: RdbImage | null): void;
  putAof(file: AofFile): void;
  /** A save in the foreground (SAVE, SHUTDOWN SAVE, DEBUG RELOAD) of `bytes`: the process is held, then `saved` arrives first. */
  save(bytes: number): void;
}

export interface ProcessPort {
  /** The process blocks its event loop for `us` (DEBUG SLEEP): its inputs wait. */
  block(us: number): void;
  /** The process ends; all its connections are closed by the kernel. */
  exit(code: number): void;
}

export interface FactPort {
  /** A milestone: an object, with the numbers that decided. */
  tell(fact: RedisFact): void;
  /** A detail: integers, folded into the hash; an object only for who subscribed. */
  detail(kind: DetailKind, a: number, b: number, c: number): void;
}

/** Everything at once: what a machine is created with. */
export interface Ports extends ClockPort, ConnectionPort, TimerPort, ChildPort, DiskPort, ProcessPort, FactPort {
  readonly random: Random;
}
