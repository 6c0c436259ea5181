/** Signatures; the implementation follows. */
import type { Digest } from './digest.ts';
import type { Entry } from './entry.ts';

/** The data at an instant; costs nothing to take, to keep or to load. */
export interface Snapshot {
  /** Keys in all databases. */
  readonly keys: number;
  readonly digest: Digest;
  readonly databases: readonly SnapshotDatabase[];
}

export interface SnapshotDatabase {
  readonly keys: number;
  /** Keys with an expiry. */
  readonly volatileKeys: number;
}

/** The live data of one node. */
export interface Keyspace {
  readonly databases: readonly unknown[];
}

export declare function createKeyspace(databases?: number): Keyspace;
export declare function takeSnapshot(keyspace: Keyspace): Snapshot;
/** Replaces all data by those of the snapshot. */
export declare function loadSnapshot(keyspace: Keyspace, snapshot: Snapshot): void;
export declare function emptySnapshot(databases?: number): Snapshot;
export declare function digestOf(keyspace: Keyspace): Digest;
export declare function databaseSize(keyspace: Keyspace, db: number): number;
export declare function volatileSize(keyspace: Keyspace, db: number): number;
export declare function keyCount(keyspace: Keyspace): number;
export declare function swapDatabases(keyspace: Keyspace, a: number, b: number): void;
/** Returns how many keys there were. */
export declare function emptyDatabase(keyspace: Keyspace, db: number): number;
export declare function emptyKeyspace(keyspace: Keyspace): number;
/** The earliest expiry of all keys; Infinity when none expires. */
export declare function nextExpiryMs(keyspace: Keyspace): number;
/** Visits the entries of a database in an order that depends on the data alone. */
export declare function forEachEntry(snapshot: Snapshot, db: number, visit: (entry: Entry) => void): void;
