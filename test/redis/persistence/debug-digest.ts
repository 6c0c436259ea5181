/** What DEBUG DIGEST of a real server says of such data (debug.c: computeDatasetDigest). */
import { createHash } from 'node:crypto';
import { forEachEntry, type Snapshot } from '../../../src/redis/dataset/keyspace.ts';
import type { Entry } from '../../../src/redis/dataset/entry.ts';
import { formatDouble } from '../../../src/redis/protocol/double.ts';
import { bytesToString } from '../../../src/redis/protocol/make.ts';

export function debugDigest(snapshot: Snapshot): string {
  const total = Buffer.alloc(20);
  snapshot.databases.forEach(({ keys }, db) => {
    if (keys === 0) return;
    mix(total, word(db));
    forEachEntry(snapshot, db, (entry) => xor(total, digestOf(entry)));
  });
  return total.toString('hex');
}

const TYPES = { string: 0, list: 1, set: 2, zset: 3, hash: 4 } as const;

function digestOf(entry: Entry): Buffer {
  const digest = Buffer.alloc(20);
  mix(digest, latin(entry.key));
  mix(digest, word(TYPES[entry.type]));
  switch (entry.type) {
    case 'string':
      mix(digest, latin(bytesToString(entry.value)));
      break;
    case 'list':
      for (const item of entry.value.items) mix(digest, latin(bytesToString(item)));
      break;
    case 'set':
      for (const member of entry.value.members) xor(digest, latin(member));
      break;
    case 'zset':
      for (const { member, score } of entry.value.order) xor(digest, pair(member, formatDouble(score, 'digits-17-whole-52')));
      break;
    case 'hash':
      for (const [field, value] of entry.value.fields) xor(digest, pair(field, bytesToString(value)));
      break;
  }
  if (entry.expireMs !== null) xor(digest, latin('!!expire!!'));
  return digest;
}

function pair(first: string, second: string): Buffer {
  const digest = Buffer.alloc(20);
  mix(digest, latin(first));
  mix(digest, latin(second));
  return digest;
}

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

const sha1 = (bytes: Buffer): Buffer => createHash('sha1').update(bytes).digest();

function xor(digest: Buffer, bytes: Buffer): void {
  const hash = sha1(bytes);
  for (let i = 0; i < 20; i++) digest[i] = digest[i]! ^ hash[i]!;
}

function mix(digest: Buffer, bytes: Buffer): void {
  xor(digest, bytes);
  sha1(digest).copy(digest);
}
