/**
 * The bytes of an RDB file back into what it holds, whoever of 2.6 to Valkey 8.0 wrote it (rdb.c: rdbLoadRio). What cannot be
 * simulated (streams, modules, functions, hashes with expiring fields) is refused with its place.
 */
import { setField } from '../dataset/hash.ts';
import { createKeyspace, DATABASES, newHash, newList, newSet, newZset, setContainer, setString, takeSnapshot, type Keyspace, type Snapshot } from '../dataset/keyspace.ts';
import { pushRight } from '../dataset/list.ts';
import { addMember } from '../dataset/set.ts';
import { setScore } from '../dataset/zset.ts';
import { crc64 } from './crc64.ts';
import { intsetMembers, listpackElements } from './listpack.ts';
import type { ReplicationInfo } from './rdb.ts';
import { createReader, RdbFormatError, readByte, readCount, readLength, readLittleEndian, readRaw, readString, readText, textOf, type RdbReader } from './rdb-reader.ts';
import { OPCODE, TYPE } from './rdb-values.ts';
import { ziplistEntries } from './ziplist.ts';

export interface DecodedRdb {
  /** RDB format number. */
  readonly version: number;
  /** The header's fields in their order: `redis-ver`, `ctime`, … */
  readonly fields: ReadonlyMap<string, string>;
  /** What the fields say of the history; null when they say nothing. */
  readonly replication: ReplicationInfo | null;
  readonly scripts: readonly string[];
  readonly snapshot: Snapshot;
}

/** Throws `RdbFormatError` with the place of what cannot be read. */
export function decodeRdb(bytes: Uint8Array): DecodedRdb {
  const reader = createReader(bytes);
  const version = readVersion(reader);
  const fields = new Map<string, string>();
  const scripts: string[] = [];
  const keyspace = createKeyspace(DATABASES);
  let db = 0;
  let expireMs: number | null = null;
  for (;;) {
    const at = reader.at;
    const code = readByte(reader);
    switch (code) {
      case OPCODE.field: {
        const name = textOf(readString(reader));
        const value = textOf(readString(reader));
        if (name === 'lua') scripts.push(value);
        else fields.set(name, value);
        break;
      }
      case OPCODE.database:
        db = readLength(reader);
        if (db >= DATABASES) throw new RdbFormatError(at, `database ${db} is one too many`);
        break;
      case OPCODE.resize:
        readLength(reader);
        readLength(reader);
        break;
      case OPCODE.expiryMs:
        expireMs = Number(readLittleEndian(reader, 8));
        break;
      case OPCODE.expiryS:
        expireMs = Number(readLittleEndian(reader, 4)) * 1000;
        break;
      case OPCODE.idle:
        readLength(reader);
        break;
      case OPCODE.frequency:
        readByte(reader);
        break;
      case OPCODE.end:
        checkSum(reader);
        return { version, fields, replication: replicationOf(fields), scripts, snapshot: takeSnapshot(keyspace) };
      default:
        readEntry(reader, code, at, keyspace, db, expireMs);
        expireMs = null;
    }
  }
}

/** The youngest format that is known here: that of 7.4. */
const NEWEST_VERSION = 12;
const OLDEST_VERSION = 1;

function readVersion(reader: RdbReader): number {
  const magic = readText(reader, 9);
  const version = /^REDIS(\d{4})$/.exec(magic)?.[1];
  if (version === undefined) throw new RdbFormatError(0, 'no RDB file begins like this,');
  if (Number(version) < OLDEST_VERSION || Number(version) > NEWEST_VERSION) throw new RdbFormatError(5, `RDB format version ${Number(version)} is not known,`);
  return Number(version);
}

function replicationOf(fields: ReadonlyMap<string, string>): ReplicationInfo | null {
  const [replid, offset, streamDb] = ['repl-id', 'repl-offset', 'repl-stream-db'].map((name) => fields.get(name));
  return replid === undefined || offset === undefined || streamDb === undefined ? null : { replid, offset: Number(offset), streamDb: Number(streamDb) };
}

/** Zeros: it was not computed (rdbchecksum no). */
function checkSum(reader: RdbReader): void {
  const { at, bytes } = reader;
  const written = readRaw(reader, 8);
  if (written.every((byte) => byte === 0)) return;
  const sum = crc64(bytes, at);
  if (written.some((byte, i) => byte !== sum[i])) throw new RdbFormatError(at, 'the checksum does not match');
}

function readEntry(reader: RdbReader, type: number, at: number, keyspace: Keyspace, db: number, expireMs: number | null): void {
  const key = textOf(readString(reader));
  const items = (): string[] => Array.from({ length: readCount(reader) }, () => textOf(readString(reader)));
  const compact = (elementsOf: (bytes: Uint8Array) => string[] | null): string[] => {
    const elements = elementsOf(readString(reader));
    if (elements === null) throw new RdbFormatError(at, `the value of "${key}" is damaged`);
    return elements;
  };
  switch (type) {
    case TYPE.string:
      setString(keyspace, db, key, textOf(readString(reader)), expireMs);
      return;
    case TYPE.listItems:
      return storeList(keyspace, db, key, items(), expireMs);
    case TYPE.listZiplist:
      return storeList(keyspace, db, key, compact(ziplistEntries), expireMs);
    case TYPE.listNodes.ziplist:
      return storeList(keyspace, db, key, Array.from({ length: readCount(reader) }, () => compact(ziplistEntries)).flat(), expireMs);
    case TYPE.listNodes.listpack:
      return storeList(keyspace, db, key, Array.from({ length: readCount(reader) }, () => {
        // 1: one item too large for a node.
        if (readLength(reader) === 1) return [textOf(readString(reader))];
        return compact(listpackElements);
      }).flat(), expireMs);
    case TYPE.set:
      return storeSet(keyspace, db, key, items(), expireMs);
    case TYPE.intset:
      return storeSet(keyspace, db, key, compact(intsetMembers), expireMs);
    case TYPE.setListpack:
      return storeSet(keyspace, db, key, compact(listpackElements), expireMs);
    case TYPE.hash:
      return storeHash(keyspace, db, key, Array.from({ length: 2 * readCount(reader) }, () => textOf(readString(reader))), expireMs);
    case TYPE.hashCompact.ziplist:
      return storeHash(keyspace, db, key, compact(ziplistEntries), expireMs);
    case TYPE.hashCompact.listpack:
      return storeHash(keyspace, db, key, compact(listpackElements), expireMs);
    case TYPE.zset:
      return storeZset(keyspace, db, key, Array.from({ length: readCount(reader) }, () => [textOf(readString(reader)), readBinaryScore(reader)] as const), expireMs);
    case TYPE.zsetText:
      return storeZset(keyspace, db, key, Array.from({ length: readCount(reader) }, () => [textOf(readString(reader)), readTextScore(reader)] as const), expireMs);
    case TYPE.zsetCompact.ziplist:
      return storeZset(keyspace, db, key, scored(compact(ziplistEntries)), expireMs);
    case TYPE.zsetCompact.listpack:
      return storeZset(keyspace, db, key, scored(compact(listpackElements)), expireMs);
    default:
      throw new RdbFormatError(at, `the value of "${key}" has type ${type}, which is not simulated,`);
  }
}

function scored(elements: readonly string[]): (readonly [string, number])[] {
  return Array.from({ length: elements.length / 2 }, (_, i) => [elements[2 * i]!, scoreOf(elements[2 * i + 1]!)] as const);
}

function scoreOf(text: string): number {
  return text === 'inf' ? Infinity : text === '-inf' ? -Infinity : Number(text);
}

function readBinaryScore(reader: RdbReader): number {
  const bytes = readRaw(reader, 8);
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true);
}

/** rdb.c: rdbLoadDoubleValue */
function readTextScore(reader: RdbReader): number {
  const length = readByte(reader);
  if (length === 253) return NaN;
  return length >= 254 ? (length === 254 ? Infinity : -Infinity) : Number(readText(reader, length));
}

function storeList(keyspace: Keyspace, db: number, key: string, items: readonly string[], expireMs: number | null): void {
  const list = newList(keyspace);
  for (const item of items) pushRight(list, item);
  setContainer(keyspace, db, key, 'list', list, expireMs);
}

function storeSet(keyspace: Keyspace, db: number, key: string, members: readonly string[], expireMs: number | null): void {
  const set = newSet(keyspace);
  for (const member of members) addMember(set, member);
  setContainer(keyspace, db, key, 'set', set, expireMs);
}

function storeHash(keyspace: Keyspace, db: number, key: string, pairs: readonly string[], expireMs: number | null): void {
  const hash = newHash(keyspace);
  for (let i = 0; i + 1 < pairs.length; i += 2) setField(hash, pairs[i]!, pairs[i + 1]!);
  setContainer(keyspace, db, key, 'hash', hash, expireMs);
}

function storeZset(keyspace: Keyspace, db: number, key: string, members: readonly (readonly [string, number])[], expireMs: number | null): void {
  const zset = newZset(keyspace);
  for (const [member, score] of members) setScore(zset, member, score);
  setContainer(keyspace, db, key, 'zset', zset, expireMs);
}
