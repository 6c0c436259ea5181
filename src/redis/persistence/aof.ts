/** The append-only file as a value: a base (a snapshot, possibly null) and the commands after it. */
import type { Snapshot } from '../dataset/keyspace.ts';
import type { Command } from '../protocol/payload.ts';

export interface AofFile {
  base: Snapshot | null;
  /** Commands appended since the base, each with the database it runs in. */
  readonly tail: { readonly db: number; readonly command: Command }[];
  /** How many of `tail` were written to the kernel (survive a process kill), and fsynced (survive a power cut). */
  written: number;
  synced: number;
  bytes: number;
}
