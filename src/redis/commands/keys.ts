/** Commands on keys whatever they hold, and on whole databases (db.c). */
import type { Entry } from '../dataset/entry.ts';
import {
  copyEntry, databaseSize, emptyDatabase, emptyKeyspace, findEntry, forEachEntry, forEachEntryFrom, moveEntry, randomEntry, removeKey,
  swapDatabases, volatileSize,
} from '../dataset/keyspace.ts';
import { matchesGlob } from '../glob.ts';
import type { Bytes, Reply } from '../protocol/payload.ts';
import { databaseArgument, longArgument, text, word } from './arguments.ts';
import { command, type CommandSpec } from './command.ts';
import type { CommandContext } from './context.ts';
import { expireIfNeeded, isExpired, lookupRead, lookupWrite, rememberExpiry } from './lookup.ts';
import { array, bulk, error, integer, NIL, NO_SUCH_KEY, OK, ONE, SAME_OBJECT, SYNTAX_ERROR, ZERO } from './replies.ts';

/** db.c: delGenericCommand. A key that had expired is deleted by that, and not counted. */
function del(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  let deleted = 0;
  for (let i = 1; i < argv.length; i++) {
    const key = text(argv[i]);
    const entry = findEntry(ctx.keyspace, ctx.db, key);
    if (entry === undefined) continue;
    if (ctx.profile.expiry.del === 'gone-already') expireIfNeeded(ctx, ctx.db, entry, false);
    if (!removeKey(ctx.keyspace, ctx.db, key)) continue;
    ctx.touch(ctx.db, key);
    ctx.dirty++;
    deleted++;
  }
  return integer(deleted);
}

function countExisting(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  let found = 0;
  for (let i = 1; i < argv.length; i++) if (lookupRead(ctx, text(argv[i])) !== undefined) found++;
  return integer(found);
}

/** db.c: existsCommand. Up to 3.2 it looked into memory: on a replica what has expired exists. */
function exists(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  if (ctx.profile.expiry.exists === 'like-reads') return countExisting(ctx, argv);
  let found = 0;
  for (let i = 1; i < argv.length; i++) {
    const entry = findEntry(ctx.keyspace, ctx.db, text(argv[i]));
    if (entry !== undefined && (!expireIfNeeded(ctx, ctx.db, entry, false) || ctx.isReplica)) found++;
  }
  return integer(found);
}

function type(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  return { type: 'status', text: lookupRead(ctx, text(argv[1]))?.type ?? 'none' };
}

function keys(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const pattern = text(argv[1]);
  const found: Entry[] = [];
  forEachEntry(ctx.keyspace, ctx.db, (entry) => {
    if (matchesGlob(pattern, entry.key)) found.push(entry);
  });
  const deletes = ctx.profile.expiry.keys === 'deletes';
  return array(found.filter((entry) => !(deletes ? expireIfNeeded(ctx, ctx.db, entry, false) : isExpired(ctx, entry))).map(({ key }) => bulk(key)));
}

/**
 * db.c: scanGenericCommand. Here the cursor is the hash of the next key, so a scan survives all changes in between:
 * what is there from its beginning to its end is returned, and once.
 */
function scan(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const cursor = text(argv[1]);
  if (!/^\d{0,20}$/.test(cursor) || BigInt(cursor) > 18446744073709551615n) return error('ERR invalid cursor');
  let count = 10;
  let pattern: string | null = null;
  let wanted: string | null = null;
  for (let i = 2; i < argv.length; i += 2) {
    const option = word(argv[i]);
    if (i + 1 >= argv.length) return SYNTAX_ERROR;
    if (option === 'count') {
      const given = longArgument(argv[i + 1]);
      if (typeof given === 'object') return given;
      if (given < 1) return SYNTAX_ERROR;
      count = given;
    } else if (option === 'match') pattern = text(argv[i + 1]);
    else if (option === 'type') wanted = word(argv[i + 1]);
    else return SYNTAX_ERROR;
  }
  const { entries, next } = scanFrom(ctx, Number(cursor), count);
  const found: Reply[] = [];
  for (const entry of entries) {
    if (pattern !== null && !matchesGlob(pattern, entry.key)) continue;
    if (expireIfNeeded(ctx, ctx.db, entry, false)) continue;
    if (wanted === null || entry.type === wanted) found.push(bulk(entry.key));
  }
  return array([bulk(String(next)), array(found)]);
}

/** At least `count` entries from a hash on, never dividing keys of equal hash; `next` is 0 at the end. */
function scanFrom(ctx: CommandContext, hash: number, count: number): { entries: Entry[]; next: number } {
  const entries: Entry[] = [];
  let next = 0;
  if (hash < 0x100000000) {
    forEachEntryFrom(ctx.keyspace, ctx.db, hash, (entry) => {
      if (entries.length >= count && entry.hash !== entries[entries.length - 1]!.hash) {
        next = entry.hash >>> 0;
        return false;
      }
      entries.push(entry);
      return true;
    });
  }
  return { entries, next };
}

/**
 * db.c: dbRandomKey. A replica may run out of tries and name a key that has expired. Up to 3.2 it tried for ever: a replica
 * with nothing but expired keys hung. Here it answers that there is none.
 */
function randomkey(ctx: CommandContext): Reply {
  const allVolatile = databaseSize(ctx.keyspace, ctx.db) === volatileSize(ctx.keyspace, ctx.db);
  for (let tries = 100; ; ) {
    const entry = randomEntry(ctx.keyspace, ctx.db, ctx.random);
    if (entry === undefined) return NIL;
    if (entry.expireMs === null) return bulk(entry.key);
    if (allVolatile && (ctx.isReplica || ctx.expirePaused) && --tries <= 0) {
      if (ctx.profile.expiry.randomKey === 'gives-up') return bulk(entry.key);
      if (nothingLives(ctx)) return NIL;
    }
    if (!expireIfNeeded(ctx, ctx.db, entry, false)) return bulk(entry.key);
  }
}

function nothingLives(ctx: CommandContext): boolean {
  let lives = false;
  forEachEntry(ctx.keyspace, ctx.db, (entry) => {
    lives ||= !isExpired(ctx, entry);
  });
  return !lives;
}

/** db.c: renameGenericCommand */
function rename(ctx: CommandContext, argv: readonly Bytes[], onlyNew: boolean): Reply {
  const from = text(argv[1]);
  const to = text(argv[2]);
  const entry = lookupWrite(ctx, from);
  if (entry === undefined) return NO_SUCH_KEY;
  if (from === to) return onlyNew ? ZERO : OK;
  if (lookupWrite(ctx, to) !== undefined && onlyNew) return ZERO;
  moveEntry(ctx.keyspace, ctx.db, entry, ctx.db, to);
  if (entry.expireMs !== null) rememberExpiry(ctx, ctx.db, to);
  ctx.keyReady(ctx.db, to);
  ctx.touch(ctx.db, from);
  ctx.touch(ctx.db, to);
  ctx.dirty++;
  return onlyNew ? ONE : OK;
}

function copy(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  let db = ctx.db;
  let replace = false;
  for (let i = 3; i < argv.length; i++) {
    const option = word(argv[i]);
    if (option === 'replace') replace = true;
    else if (option === 'db' && i + 1 < argv.length) {
      const given = databaseArgument(argv[++i], ctx.keyspace.databases.length);
      if (typeof given === 'object') return given;
      db = given;
    } else return SYNTAX_ERROR;
  }
  const from = text(argv[1]);
  const to = text(argv[2]);
  if (db === ctx.db && from === to) return SAME_OBJECT;
  const entry = lookupRead(ctx, from);
  if (entry === undefined) return ZERO;
  if (lookupWrite(ctx, to, db) !== undefined && !replace) return ZERO;
  copyEntry(ctx.keyspace, db, to, entry);
  if (entry.expireMs !== null) rememberExpiry(ctx, db, to);
  ctx.keyReady(db, to);
  ctx.touch(db, to);
  ctx.dirty++;
  return ONE;
}

function move(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const db = databaseArgument(argv[2], ctx.keyspace.databases.length);
  if (typeof db === 'object') return db;
  if (db === ctx.db) return SAME_OBJECT;
  const key = text(argv[1]);
  const entry = lookupWrite(ctx, key);
  if (entry === undefined || lookupWrite(ctx, key, db) !== undefined) return ZERO;
  moveEntry(ctx.keyspace, ctx.db, entry, db, key);
  if (entry.expireMs !== null) rememberExpiry(ctx, db, key);
  ctx.keyReady(db, key);
  ctx.touch(ctx.db, key);
  ctx.touch(db, key);
  ctx.dirty++;
  return ONE;
}

/** db.c: getFlushCommandFlags. Whether in the background or not, the keys are gone at once. */
function isFlush(argv: readonly Bytes[]): boolean {
  return argv.length === 1 || (argv.length === 2 && (word(argv[1]) === 'sync' || word(argv[1]) === 'async'));
}

function flushdb(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  if (!isFlush(argv)) return SYNTAX_ERROR;
  ctx.touchDatabase(ctx.db);
  ctx.dirty += emptyDatabase(ctx.keyspace, ctx.db);
  if (ctx.profile.stream.flushdb === 'always') ctx.forcePropagation();
  return OK;
}

function flushall(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  if (!isFlush(argv)) return SYNTAX_ERROR;
  ctx.touchDatabase(-1);
  ctx.dirty += emptyKeyspace(ctx.keyspace);
  ctx.allFlushed();
  ctx.forcePropagation();
  return OK;
}

function swapdb(ctx: CommandContext, argv: readonly Bytes[]): Reply {
  const databases = ctx.keyspace.databases.length;
  // Both must be numbers before either is looked at as a database.
  const first = databaseArgument(argv[1], databases, error('ERR invalid first DB index'));
  const second = databaseArgument(argv[2], databases, error('ERR invalid second DB index'));
  const invalid = [first, second].find((given) => typeof given === 'object' && given.text.startsWith('ERR invalid'));
  if (typeof invalid === 'object') return invalid;
  if (typeof first === 'object') return first;
  if (typeof second === 'object') return second;
  if (first !== second) {
    ctx.touchDatabase(first);
    ctx.touchDatabase(second);
    swapDatabases(ctx.keyspace, first, second);
  }
  ctx.dirty++;
  return OK;
}

export const KEY_COMMANDS: readonly CommandSpec[] = [
  command('del', -2, ['write'], [1, -1, 1], del),
  command('unlink', -2, ['write', 'fast'], [1, -1, 1], del),
  command('exists', -2, ['readonly', 'fast'], [1, -1, 1], exists),
  command('touch', -2, ['readonly', 'fast'], [1, -1, 1], countExisting),
  command('type', 2, ['readonly', 'fast'], [1, 1, 1], type),
  command('keys', 2, ['readonly'], null, keys),
  command('scan', -2, ['readonly', 'touchesArbitraryKeys'], null, scan),
  command('randomkey', 1, ['readonly', 'touchesArbitraryKeys'], null, randomkey),
  command('rename', 3, ['write'], [1, 2, 1], (ctx, argv) => rename(ctx, argv, false)),
  command('renamenx', 3, ['write', 'fast'], [1, 2, 1], (ctx, argv) => rename(ctx, argv, true)),
  command('copy', -3, ['write', 'denyoom'], [1, 2, 1], copy),
  command('move', 3, ['write', 'fast'], [1, 1, 1], move),
  command('dbsize', 1, ['readonly', 'fast'], null, (ctx) => integer(databaseSize(ctx.keyspace, ctx.db))),
  command('flushall', -1, ['write'], null, flushall),
  command('flushdb', -1, ['write'], null, flushdb),
  command('swapdb', 3, ['write', 'fast'], null, swapdb),
];
