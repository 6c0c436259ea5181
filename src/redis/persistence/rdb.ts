/** An RDB file as a value: what it holds, and its exact size in bytes. */
import type { Snapshot } from '../dataset/keyspace.ts';

/** What an RDB says of replication (rdb.c: rdbPopulateSaveInfo); null when the saver had no history to tell. */
export interface ReplicationInfo {
  readonly replid: string;
  readonly offset: number;
  readonly streamDb: number;
}

export interface RdbImage {
  readonly kind: 'rdb';
  readonly snapshot: Snapshot;
  readonly replication: ReplicationInfo | null;
  /** Bytes of the file, exact. */
  readonly size: number;
  /** RDB format number (9 → `REDIS0009`): a loader refuses a newer one than its own. */
  readonly version: number;
}
