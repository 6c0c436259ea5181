/**
 * An RDB file as a value: what it holds, and its exact size in bytes. The bytes themselves are made on demand.
 *
 * Owns the file's frame (rdb.c: rdbSaveRio): header fields, databases, end and checksum. Keys and values are
 * `rdb-values.ts`'s.
 */
import { assert } from '../../assert.ts';
import type { ServerConfig } from '../config.ts';
import { expireAll } from '../commands/active-expire.ts';
import { createKeyspace, forEachEntry, loadSnapshot, nextExpiryMs, sumEntries, takeSnapshot } from '../dataset/keyspace.ts';
import type { Snapshot, SnapshotDatabase } from '../dataset/keyspace.ts';
import type { Profile } from '../profiles/profile.ts';
import { createBuffer } from './bytes.ts';
import { crc64 } from './crc64.ts';
import { createWriter, writeArray, writeByte, writeLength, writeNumber, writeRaw, writeString } from './rdb-writer.ts';
import type { RdbWriter } from './rdb-writer.ts';
import { OPCODE, rdbBytes, writeEntry } from './rdb-values.ts';

/** What an RDB says of replication (rdb.c: rdbPopulateSaveInfo, since 4.0); null when the saver had no history to tell. */
export interface ReplicationInfo {
  readonly replid: string;
  readonly offset: number;
  readonly streamDb: number;
}

/** What the file says of its making, beside the data. */
export interface RdbOrigin {
  /** Wall clock. */
  readonly unixSeconds: number;
  readonly usedMemory: number;
  /** The base of an append-only file. */
  readonly aofBase: boolean;
  /** Wall clock, ms: what has expired by then may be left out. */
  readonly atMs: number;
  /** The scripts that the saver remembers. */
  readonly scripts: readonly string[];
}

export interface RdbImage {
  readonly kind: 'rdb';
  /** The data in the file. */
  readonly snapshot: Snapshot;
  /** What the saver had: more, when expired keys are left out. */
  readonly held: Snapshot;
  readonly replication: ReplicationInfo | null;
  /** Bytes of the file, exact. */
  readonly size: number;
  /** RDB format number (11 → `REDIS0011`): a loader refuses a newer one than its own. */
  readonly version: number;
  readonly origin: RdbOrigin;
  /** The scripts in the file. */
  readonly scripts: readonly string[];
  /** Who wrote it: what bytes are made of. */
  readonly profile: Profile;
  readonly config: ServerConfig;
}

/**
 * A date in 2026: `ctime` takes 5 bytes from 1970 to 2038, whatever it is.
 */
const SOME_SECOND = 1_767_225_600;

/**
 * The file that a server would write. Its size is found by looking at what changed since the last one.
 *
 * `used-mem` is a number of the allocator's that nobody here knows; what matters is that it takes 5 bytes below
 * 2 GB and 11 above. It is taken for a bare server's megabyte and the data.
 */
export function rdbImage(
  held: Snapshot, profile: Profile, config: ServerConfig, replication: ReplicationInfo | null, origin: Partial<RdbOrigin> = {},
): RdbImage {
  const snapshot = profile.rdb.expiredKeys === 'left-out' ? withoutExpired(held, origin.atMs ?? 0) : held;
  const scripts = profile.rdb.scripts === 'fields' && replication !== null ? (origin.scripts ?? []) : [];
  const data = { snapshot, held, scripts, profile, config };
  const dataBytes = dataSize(data);
  const complete: RdbOrigin = {
    unixSeconds: SOME_SECOND,
    usedMemory: EMPTY_SERVER_BYTES + dataBytes,
    aofBase: false,
    atMs: 0,
    scripts,
    ...origin,
  };
  const told = profile.rdb.header === 'history' ? replication : null;
  const image = { kind: 'rdb', ...data, replication: told, size: 0, version: profile.rdb.version, origin: complete } as const;
  const frame = createWriter(config.rdbcompression, null);
  writeHeader(frame, image);
  return { ...image, size: frame.size + dataBytes + END_BYTES };
}

function withoutExpired(held: Snapshot, nowMs: number): Snapshot {
  if (nextExpiryMs(held) >= nowMs) return held;
  const keyspace = createKeyspace(held.databases.length);
  loadSnapshot(keyspace, held);
  expireAll(keyspace, nowMs, () => undefined);
  return takeSnapshot(keyspace);
}

const EMPTY_SERVER_BYTES = 1_000_000;
/** The end mark and the checksum. */
const END_BYTES = 9;

/** The bytes of a file. */
export function encodeRdb(image: RdbImage): Uint8Array {
  const { config } = image;
  const file = createBuffer(image.size);
  const writer = createWriter(config.rdbcompression, file);
  writeHeader(writer, image);
  writeData(writer, image);
  writeByte(writer, OPCODE.end);
  writeArray(writer, config.rdbchecksum ? crc64(file.bytes, file.length) : new Uint8Array(8));
  assert(writer.size === image.size, `an RDB of ${image.size} bytes was written in ${writer.size}`);
  return file.bytes;
}

/** rdb.c: rdbSaveInfoAuxFields */
function writeHeader(writer: RdbWriter, { profile, replication, version, origin }: Omit<RdbImage, 'size'>): void {
  const { header, versionField, baseField } = profile.rdb;
  writeRaw(writer, `REDIS${String(version).padStart(4, '0')}`);
  if (header === 'none') return;
  writeTextField(writer, versionField, profile.version);
  writeNumberField(writer, 'redis-bits', 64);
  writeNumberField(writer, 'ctime', origin.unixSeconds);
  writeNumberField(writer, 'used-mem', origin.usedMemory);
  if (header === 'server') return;
  if (replication !== null) {
    writeNumberField(writer, 'repl-stream-db', replication.streamDb);
    writeTextField(writer, 'repl-id', replication.replid);
    writeNumberField(writer, 'repl-offset', replication.offset);
  }
  writeNumberField(writer, baseField, origin.aofBase ? 1 : 0);
}

function writeTextField(writer: RdbWriter, name: string, text: string): void {
  writeByte(writer, OPCODE.field);
  writeString(writer, name);
  writeString(writer, text);
}

function writeNumberField(writer: RdbWriter, name: string, value: number): void {
  writeByte(writer, OPCODE.field);
  writeString(writer, name);
  writeNumber(writer, value);
}

/** What stands between the header and the end. */
type RdbData = Pick<RdbImage, 'snapshot' | 'held' | 'scripts' | 'profile' | 'config'>;

/** rdb.c: rdbSaveDb, before 7.0 a part of rdbSaveRio. Databases that were empty are left out. */
function writeData(writer: RdbWriter, { snapshot, held, scripts, profile, config }: RdbData): void {
  for (const [db, database] of held.databases.entries()) {
    if (database.keys === 0) continue;
    writeDatabaseHeader(writer, db, database, profile);
    forEachEntry(snapshot, db, (entry) => writeEntry(writer, entry, config, profile));
  }
  for (const script of scripts) writeTextField(writer, 'lua', script);
}

/** The counts let the loader make its tables in their final size. */
function writeDatabaseHeader(writer: RdbWriter, db: number, { keys, volatileKeys }: SnapshotDatabase, profile: Profile): void {
  writeByte(writer, OPCODE.database);
  writeLength(writer, db);
  if (profile.rdb.tableSizes === 'absent') return;
  writeByte(writer, OPCODE.resize);
  writeLength(writer, keys);
  writeLength(writer, volatileKeys);
}

/** Bytes of what `writeData` writes. */
function dataSize({ snapshot, held, scripts, profile, config }: RdbData): number {
  const frame = createWriter(config.rdbcompression, null);
  const measure = rdbBytes(config, profile);
  let entries = 0;
  for (const [db, database] of held.databases.entries()) {
    if (database.keys === 0) continue;
    writeDatabaseHeader(frame, db, database, profile);
    entries += sumEntries(snapshot, db, measure);
  }
  for (const script of scripts) writeTextField(frame, 'lua', script);
  return frame.size + entries;
}
