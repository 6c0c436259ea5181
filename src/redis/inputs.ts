/**
 * The one door into a machine. All inputs that are ready at an instant are fed in order, then `turnEnded`
 * stands for Redis' beforeSleep: replies and stream bytes leave, GETACK is sent, blocked clients are looked at.
 */
import type { Fd, TimerName } from './ports.ts';
import type { Piece } from './protocol/payload.ts';

export type Input =
  /** A peer connected to our port. `peer` is its address as the kernel says it. `credit`: free bytes of the socket buffer. */
  | { readonly type: 'accepted'; readonly fd: Fd; readonly peerHost: string; readonly peerPort: number; readonly credit: number }
  /** Our connect succeeded. */
  | { readonly type: 'connected'; readonly fd: Fd; readonly credit: number }
  | { readonly type: 'connectFailed'; readonly fd: Fd; readonly why: ConnectFailure }
  | { readonly type: 'received'; readonly fd: Fd; readonly piece: Piece }
  /** The kernel took `bytes` more from the socket buffer: so much credit is restored. */
  | { readonly type: 'drained'; readonly fd: Fd; readonly bytes: number }
  /** The peer closed (`eof`), reset the connection, or the kernel gave it up (`timeout`). */
  | { readonly type: 'closed'; readonly fd: Fd; readonly why: 'eof' | 'reset' | 'timeout' }
  | { readonly type: 'timer'; readonly timer: TimerName }
  /** The process was away since then, stopped or blocked, and goes on: the first thing it hears, before what became ready meanwhile. */
  | { readonly type: 'resumed'; readonly sinceUs: number }
  /** `killed`: by our own signal (SIGUSR1); `signal`: by somebody else's. */
  | { readonly type: 'childExited'; readonly outcome: ChildOutcome }
  | { readonly type: 'forkFailed' }
  /** A child that wrote to a connection itself has ended, well or not: so many bytes of the socket's buffer are free. */
  | { readonly type: 'childWrote'; readonly fd: Fd; readonly ok: boolean; readonly credit: number }
  /** A 'socket' child wrote so many more bytes of its image into the pipe (cumulative count from 0). */
  | { readonly type: 'childProduced'; readonly bytes: number }
  /** A flush or a load goes on; at most one a wall second (replication.c: replicationSendNewlineToMaster). */
  | { readonly type: 'workProgress' }
  | { readonly type: 'flushed' }
  /** The received file is synced; `ok`: and has taken the place of dbfilename. */
  | { readonly type: 'installed'; readonly ok: boolean }
  /** A blocking read gave up. */
  | { readonly type: 'readTimedOut'; readonly fd: Fd }
  | { readonly type: 'loaded' }
  | { readonly type: 'saved'; readonly ok: boolean }
  | { readonly type: 'signal'; readonly signal: 'SIGTERM' | 'SIGINT' }
  | { readonly type: 'turnEnded' };

export type ChildOutcome = 'ok' | 'error' | 'killed' | 'signal';
export type ConnectFailure = 'refused' | 'unreachable' | 'timeout';
