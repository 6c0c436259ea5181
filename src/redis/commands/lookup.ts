/**
 * Which keys a command sees, and which it deletes by looking: lazy expiry (db.c: lookupKey, expireIfNeeded).
 *
 * A master deletes an expired key when a command touches it, and says so in the stream ahead of the command. A
 * replica leaves that to its master: for its clients an expired key is merely not there (since 3.2 for reads, since 7.0
 * for writes, too); for the master's own stream it is, until its DEL arrives. A writable replica deletes for local writes (7.0).
 */
import type { Container, Entry, EntryType } from '../dataset/entry.ts';
import { findEntry, removeKey, setContainer, setExpiry, setString } from '../dataset/keyspace.ts';
import type { Bytes } from '../protocol/payload.ts';
import type { CommandContext } from './context.ts';
import { WRONG_TYPE, type ErrorReply } from './replies.ts';

/** db.c: lookupKeyReadWithFlags */
export function lookupRead(ctx: CommandContext, key: string): Entry | undefined {
  const entry = findEntry(ctx.keyspace, ctx.db, key);
  if (entry !== undefined && (!expireIfNeeded(ctx, ctx.db, entry, false) || seesExpired(ctx, ctx.reading && !ctx.fromMaster))) {
    ctx.keyspaceHits++;
    return entry;
  }
  ctx.keyspaceMisses++;
  return undefined;
}

/** db.c: lookupKeyWrite */
export function lookupWrite(ctx: CommandContext, key: string, db: number = ctx.db): Entry | undefined {
  const entry = findEntry(ctx.keyspace, db, key);
  if (entry === undefined) return undefined;
  const force = !ctx.isReplica || !ctx.replicaReadOnly;
  return expireIfNeeded(ctx, db, entry, force) && !seesExpired(ctx, false) ? undefined : entry;
}

/** On a replica up to 6.2 what had expired was still there: for everything, or, since 3.2, for all but a client's reads. */
function seesExpired({ isReplica, profile }: CommandContext, reads: boolean): boolean {
  const { onReplica } = profile.expiry;
  return isReplica && (onReplica === 'seen' || (onReplica === 'hidden-from-reads' && !reads));
}

/** db.c: keyIsExpired. An expiry at this very millisecond has not passed yet. */
export function isExpired(ctx: CommandContext, entry: Entry): boolean {
  return entry.expireMs !== null && ctx.nowMs > entry.expireMs && !ctx.loading;
}

/** db.c: expireIfNeeded. Whether the key counts as missing; deletes it where that is this node's business. */
export function expireIfNeeded(ctx: CommandContext, db: number, entry: Entry, force: boolean): boolean {
  if (entry.expireMs === null || !countsAsMissing(ctx, entry)) return false;
  if (!mayDelete(ctx, force)) return true;
  removeKey(ctx.keyspace, db, entry.key);
  ctx.touch(db, entry.key);
  ctx.expired(db, entry.key);
  return true;
}

function countsAsMissing(ctx: CommandContext, entry: Entry): boolean {
  return isExpired(ctx, entry) && !(ctx.isReplica && ctx.fromMaster && ctx.profile.expiry.onReplica === 'hidden');
}

function mayDelete(ctx: CommandContext, force: boolean): boolean {
  return (!ctx.isReplica || (force && ctx.profile.expiry.onReplica === 'hidden')) && !ctx.expirePaused;
}

/** Finds a value of one type for reading; the reply when it has another. */
export function readTyped<Type extends Entry['type']>(
  ctx: CommandContext,
  key: string,
  type: Type,
): EntryType<Type> | undefined | ErrorReply {
  const entry = lookupRead(ctx, key);
  return entry === undefined || entry.type === type ? (entry as EntryType<Type> | undefined) : WRONG_TYPE;
}

export function writeTyped<Type extends Entry['type']>(
  ctx: CommandContext,
  key: string,
  type: Type,
): EntryType<Type> | undefined | ErrorReply {
  const entry = lookupWrite(ctx, key);
  return entry === undefined || entry.type === type ? (entry as EntryType<Type> | undefined) : WRONG_TYPE;
}

// -- storing

/** Stores a string; whoever applies the same command later stores the very same entry. */
export function storeString(ctx: CommandContext, key: string, value: Bytes, expireMs: number | null): void {
  ctx.memo = setString(ctx.keyspace, ctx.db, key, value, expireMs, ctx.memo);
  ctx.touch(ctx.db, key);
}

/**
 * Stores a string in the place of whatever was there, expiry included. As if it had been looked up first: what had
 * expired is deleted, and its DEL enters the stream ahead; but with one way down the tree instead of two.
 */
export function overwriteString(ctx: CommandContext, key: string, value: Bytes): void {
  storeString(ctx, key, value, null);
  const replaced = ctx.keyspace.replacedVolatile;
  if (replaced === null) return;
  if (countsAsMissing(ctx, replaced) && mayDelete(ctx, !ctx.replicaReadOnly)) ctx.expired(ctx.db, key);
}

/** Stores a changed container in the place of `before`, or removes the key when nothing is left in it. */
export function storeContainer<Type extends Container['type']>(
  ctx: CommandContext,
  key: string,
  type: Type,
  value: EntryType<Type>['value'],
  size: number,
  before: Entry | undefined,
): void {
  if (size === 0) removeKey(ctx.keyspace, ctx.db, key);
  else setContainer(ctx.keyspace, ctx.db, key, type, value, before === undefined ? null : before.expireMs);
  ctx.touch(ctx.db, key);
  if (before === undefined) ctx.keyReady(ctx.db, key);
}

/** db.c: setExpire */
export function storeExpiry(ctx: CommandContext, db: number, key: string, expireMs: number): void {
  const entry = findEntry(ctx.keyspace, db, key);
  if (entry === undefined) return;
  setExpiry(ctx.keyspace, db, entry, expireMs);
  rememberExpiry(ctx, db, key);
}

/** A writable replica expires by itself what its own clients gave a time to live. */
export function rememberExpiry(ctx: CommandContext, db: number, key: string): void {
  if (ctx.isReplica && !ctx.replicaReadOnly && !ctx.fromMaster && ctx.profile.expiry.ownKeysOfReplica === 'expire') ctx.replicaKeyWithExpire(db, key);
}

/** Removes a key without asking whether it had expired (db.c: dbDelete). Returns whether it was there. */
export function deleteKey(ctx: CommandContext, key: string): boolean {
  if (!removeKey(ctx.keyspace, ctx.db, key)) return false;
  ctx.touch(ctx.db, key);
  return true;
}
