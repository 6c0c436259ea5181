/** Values as an RDB file has them: a type byte, the key, and the value in the form in which it is kept (rdb.c: rdbSaveObject). */
import type { EvictionPolicy, ServerConfig } from '../config.ts';
import type { Entry } from '../dataset/entry.ts';
import type { Measure } from '../dataset/trie.ts';
import type { HashValue } from '../dataset/hash.ts';
import type { ListValue } from '../dataset/list.ts';
import type { SetValue } from '../dataset/set.ts';
import type { ZsetValue } from '../dataset/zset.ts';
import type { Profile, RdbProfile, ValuesProfile } from '../profiles/profile.ts';
import { formatDouble } from '../protocol/double.ts';
import type { Bytes } from '../protocol/payload.ts';
import type { ByteBuffer } from './bytes.ts';
import { createBuffer, pushLittleEndian } from './bytes.ts';
import { hashForm, listForm, setForm, zsetForm, type FormConfig } from './containers.ts';
import { intsetOf, listpackOf } from './listpack.ts';
import type { Element } from './listpack.ts';
import { compress, createCompressor } from './lzf.ts';
import { createWriter, writeArray, writeBlob, writeByte, writeLength, writeLzf, writeRaw, writeString } from './rdb-writer.ts';
import type { RdbWriter } from './rdb-writer.ts';
import { ziplistOf } from './ziplist.ts';

/** rdb.h: RDB_OPCODE_… */
export const OPCODE = { idle: 0xf8, frequency: 0xf9, field: 0xfa, resize: 0xfb, expiryMs: 0xfc, expiryS: 0xfd, database: 0xfe, end: 0xff } as const;

/** rdb.h: RDB_TYPE_… Of the compact forms, as a ziplist and as a listpack. */
export const TYPE = {
  string: 0,
  listItems: 1,
  set: 2,
  zsetText: 3,
  hash: 4,
  zset: 5,
  listZiplist: 10,
  intset: 11,
  zsetCompact: { ziplist: 12, listpack: 17 },
  hashCompact: { ziplist: 13, listpack: 16 },
  listNodes: { ziplist: 14, listpack: 18 },
  setListpack: 20,
} as const;

/** The settings that decide how an entry is saved. */
export type EntryConfig = FormConfig & Pick<ServerConfig, 'list-compress-depth' | 'rdbcompression' | 'maxmemory-policy'>;
/** What of a profile does. */
export type EntryProfile = Pick<Profile, 'values'> & { readonly rdb: Pick<RdbProfile, 'access'> };

/** Their names, all of them, as sizes are remembered by their values. */
const ENTRY_SETTINGS: Readonly<Record<keyof EntryConfig, true>> = {
  'hash-max-listpack-entries': true, 'hash-max-listpack-value': true, 'zset-max-listpack-entries': true, 'zset-max-listpack-value': true,
  'set-max-listpack-entries': true, 'set-max-listpack-value': true, 'set-max-intset-entries': true, 'list-max-listpack-size': true, 'list-max-ziplist-entries': true,
  'list-max-ziplist-value': true,
  'list-compress-depth': true, rdbcompression: true, 'maxmemory-policy': true,
};

const VALUE_FIELDS: Readonly<Record<keyof ValuesProfile, true>> = { compact: true, lists: true, setListpacks: true, scores: true, doubles: true };

/** Bytes that an entry takes in a file. */
export function rdbBytes(config: EntryConfig, profile: EntryProfile): Measure {
  const writer = createWriter(config.rdbcompression, null);
  return {
    name: [
      'rdb', ...(Object.keys(ENTRY_SETTINGS) as (keyof EntryConfig)[]).map((name) => String(config[name])),
      ...(Object.keys(VALUE_FIELDS) as (keyof ValuesProfile)[]).map((field) => String(profile.values[field])), profile.rdb.access,
    ].join(' '),
    of(entry) {
      writer.size = 0;
      writeEntry(writer, entry, config, profile);
      return writer.size;
    },
  };
}

/** server.h: LFU_INIT_VAL */
const NEW_KEY_FREQUENCY = 5;

/**
 * rdb.c: rdbSaveKeyValuePair. With an LRU policy the seconds since the last access are saved as well, with an LFU policy a
 * counter; nobody keeps either here, so a key counts as just used.
 */
export function writeEntry(writer: RdbWriter, entry: Entry, config: EntryConfig, profile: EntryProfile): void {
  if (entry.expireMs !== null) {
    writeByte(writer, OPCODE.expiryMs);
    writeWord(writer, entry.expireMs);
  }
  if (profile.rdb.access === 'saved' && config['maxmemory-policy'] !== 'noeviction') writeAccess(writer, config['maxmemory-policy']);
  switch (entry.type) {
    case 'string':
      writeByte(writer, TYPE.string);
      writeString(writer, entry.key);
      writeString(writer, entry.value);
      return;
    case 'list':
      return writeList(writer, entry.key, entry.value, config, profile.values);
    case 'hash':
      return writeHash(writer, entry.key, entry.value, config, profile.values);
    case 'set':
      return writeSet(writer, entry.key, entry.value, config, profile.values);
    case 'zset':
      return writeZset(writer, entry.key, entry.value, config, profile.values);
  }
}

function writeAccess(writer: RdbWriter, policy: EvictionPolicy): void {
  if (policy.endsWith('lru')) {
    writeByte(writer, OPCODE.idle);
    writeLength(writer, 0);
  } else if (policy.endsWith('lfu')) {
    writeByte(writer, OPCODE.frequency);
    writeByte(writer, NEW_KEY_FREQUENCY);
  }
}

function writeHash(writer: RdbWriter, key: string, value: HashValue, config: EntryConfig, { compact }: ValuesProfile): void {
  const form = hashForm(value, config);
  if (form.form === 'compact') return writeCompact(writer, TYPE.hashCompact[compact], key, compactOf(form.elements, compact));
  writeByte(writer, TYPE.hash);
  writeString(writer, key);
  writeLength(writer, value.fields.size);
  for (const [field, content] of value.fields) {
    writeString(writer, field);
    writeString(writer, content);
  }
}

function writeSet(writer: RdbWriter, key: string, value: SetValue, config: EntryConfig, values: ValuesProfile): void {
  const form = setForm(value, config, values);
  if (form.form === 'intset') return writeCompact(writer, TYPE.intset, key, intsetOf(form.integers));
  if (form.form === 'compact') return writeCompact(writer, TYPE.setListpack, key, listpackOf(form.elements));
  writeByte(writer, TYPE.set);
  writeString(writer, key);
  writeLength(writer, value.members.size);
  for (const member of value.members) writeString(writer, member);
}

function writeZset(writer: RdbWriter, key: string, value: ZsetValue, config: EntryConfig, values: ValuesProfile): void {
  const { compact, scores } = values;
  const form = zsetForm(value, config, values);
  if (form.form === 'compact') return writeCompact(writer, TYPE.zsetCompact[compact], key, compactOf(form.elements, compact));
  writeByte(writer, scores === 'binary' ? TYPE.zset : TYPE.zsetText);
  writeString(writer, key);
  writeLength(writer, value.order.length);
  // From the greatest down, as the loader can insert them fastest.
  for (const { member, score } of value.order.toReversed()) {
    writeString(writer, member);
    if (scores === 'binary') writeArray(writer, new Uint8Array(new Float64Array([score]).buffer));
    else writeTextScore(writer, score);
  }
}

/** rdb.c: rdbSaveDoubleValue. The length and the text; 254 and 255 instead of a length are the infinities. */
function writeTextScore(writer: RdbWriter, score: number): void {
  if (!Number.isFinite(score)) return writeByte(writer, score > 0 ? 254 : 255);
  const text = score === 0 ? '0' : formatDouble(score, 'digits-17-whole-52');
  writeByte(writer, text.length);
  writeRaw(writer, text);
}

function writeCompact(writer: RdbWriter, type: number, key: string, blob: ByteBuffer): void {
  writeByte(writer, type);
  writeString(writer, key);
  writeBlob(writer, blob);
}

/** Numbers among the elements come with listpacks alone. */
function compactOf(elements: readonly Element[], compact: ValuesProfile['compact']): ByteBuffer {
  return compact === 'listpack' ? listpackOf(elements) : ziplistOf(elements as readonly Bytes[]);
}

/** quicklist.h: the node holds a listpack, not one huge item. */
const NODE_IS_LISTPACK = 2;

function writeList(writer: RdbWriter, key: string, value: ListValue, config: EntryConfig, values: ValuesProfile): void {
  const { compact } = values;
  const form = listForm(value, config, values);
  if (form.form === 'compact') return writeCompact(writer, TYPE.listZiplist, key, compactOf(form.elements, compact));
  if (form.form === 'items') {
    writeByte(writer, TYPE.listItems);
    writeString(writer, key);
    writeLength(writer, value.items.length);
    for (const item of value.items) writeString(writer, item);
    return;
  }
  const { nodes } = form;
  const depth = config['list-compress-depth'];
  writeByte(writer, TYPE.listNodes[compact]);
  writeString(writer, key);
  writeLength(writer, nodes.length);
  for (const [index, items] of nodes.entries()) {
    const node = compactOf(items, compact);
    const inner = depth > 0 && index >= depth && index < nodes.length - depth;
    if (compact === 'listpack') writeLength(writer, NODE_IS_LISTPACK);
    if (!inner || !writeCompressedNode(writer, node)) writeBlob(writer, node);
  }
}

/**
 * quicklist.c: __quicklistCompressNode. Inner nodes are kept compressed when list-compress-depth says so, and saved as they are,
 * whatever rdbcompression says: from 48 bytes up, when more than eight are saved.
 */
function writeCompressedNode(writer: RdbWriter, { bytes, length }: ByteBuffer): boolean {
  if (length < 48) return false;
  writer.compressor ??= createCompressor();
  const compressed = compress(writer.compressor, bytes, length, length);
  if (compressed === 0 || compressed + 8 >= length) return false;
  writeLzf(writer, writer.compressor.output, compressed, length);
  return true;
}

/** Eight bytes, least first. */
function writeWord(writer: RdbWriter, value: number): void {
  if (writer.file === null) {
    writer.size += 8;
    return;
  }
  const word = createBuffer(8);
  pushLittleEndian(word, value, 8);
  writeArray(writer, word.bytes, 8);
}
