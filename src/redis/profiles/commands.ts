/** Which commands a version has, what they may be given and when they are refused (server.c: redisCommandTable, processCommand). */
import type { FlagName } from '../commands/command.ts';

export interface CommandsProfile {
  /** The number of arguments by lower-case name, the name counted; -n: at least n. What is not here, the version does not know. */
  readonly arities: Readonly<Record<string, number>>;
  /** Commands that had other flags than the youngest version gives them: theirs. */
  readonly flags: Readonly<Record<string, readonly FlagName[]>>;
  /** What is said of an unknown command: its name (up to 3.2), or how its arguments begin as well: between backticks (4.0 to 6.2), or quotes. */
  readonly unknown: 'name' | 'backticks' | 'quotes';
  /** What SET may say behind the value. */
  readonly setOptions: readonly SetOption[];
  /** SET … NX GET: a contradiction up to 6.2. */
  readonly setNxGet: 'refused' | 'allowed';
  /** What is said of a time to live that is not positive (t_string.c: setGenericCommand, getExpireMillisecondsOrReply). */
  readonly invalidExpire: 'in SETEX' | 'in name' | "in 'name' command";
  /** How the error of a value of another type begins (server.c: createSharedObjects). */
  readonly wrongType: 'ERR' | 'WRONGTYPE';
  /** What CLIENT KILL TYPE knows (networking.c: getClientTypeByName). None: CLIENT KILL takes an address and nothing else (2.6). */
  readonly clientTypes: readonly ClientType[];
  /** Timeouts of blocking pops: whole seconds up to 5.0 (timeout.c: getTimeoutFromObjectOrReply). */
  readonly blockingTimeout: 'integer' | 'float';
}

export type ClientType = 'normal' | 'slave' | 'replica' | 'pubsub' | 'master';

export type SetOption = 'nx' | 'xx' | 'ex' | 'px' | 'keepttl' | 'get' | 'exat' | 'pxat';

/** server.c: processCommand, rejectCommand */
export interface RefusalsProfile {
  /** What followers are called in errors: slaves up to 4.0. */
  readonly follower: 'slave' | 'replica';
  /**
   * CONFIG GET and SET take one name at a time (up to 6.2), and say what is wrong with it: that it is unsupported, or invalid, with the reason (since
   * 6.0) or without; of the number of arguments in a sentence of their own (up to 4.0), or in that of all subcommands.
   */
  readonly config: 'one-tersely' | 'one-with-help' | 'one-with-reason' | 'several';
  /** Without a password: an ERR of its own in 2.6. */
  readonly noAuth: string;
  /**
   * EXEC is looked at as a command like another (up to 5.0, which besides refuses writes when the node became a replica meanwhile),
   * or refused for what any of its commands would be.
   */
  readonly exec: 'by-its-own-flags' | 'by-its-own-flags-and-readonly' | 'by-what-it-queued';
  /** Which refusals make a transaction fail: READONLY and LOADING did not up to 5.0. */
  readonly spoilTransaction: 'not-readonly-nor-loading' | 'all';
  /** After a failed snapshot are refused: writes, also a replica's (2.6); or writes and PING, only of a master (2.8 to 6.2); or also a replica's. */
  readonly afterDiskError: 'writes' | 'writes-and-ping-of-a-master' | 'writes-and-ping';
  readonly misconf: string;
  /** A connection that is a replica's may not touch keys (since 6.2, which spelled it with two r; 7.0 corrected what nobody hears any more: it disconnects). */
  readonly replicaTouchesKeys: 'allowed' | 'refused';
  /** QUIT is served before anything else is looked at (up to 6.2), or is a command like another. */
  readonly quit: 'first' | 'command';
}

/** What is said after a failed snapshot: 2.6 and 2.8; 4.0 to 6.2; since 7.0. */
export const MISCONF_2_6 = 'MISCONF Redis is configured to save RDB snapshots, but is currently not able to persist on disk. Commands that may modify the data set are disabled. Please check Redis logs for details about the error.';
export const MISCONF_4_0: string = misconf('it is currently not able to persist on disk');
export const MISCONF_7_0: string = misconf("it's currently unable to persist to disk");

function misconf(what: string): string {
  return `MISCONF Redis is configured to save RDB snapshots, but ${what}. Commands that may modify the data set are disabled, because this instance is configured to report errors during writes if RDB snapshotting fails (stop-writes-on-bgsave-error option). Please check the Redis logs for details about the RDB error.`;
}

/** Names and arguments of 2.6.17; younger versions add to them. */
export const ARITIES_2_6: CommandsProfile['arities'] = {
  append: 3, auth: 2, bgsave: 1, bitcount: -2, blpop: -3, brpop: -3, brpoplpush: 4, client: -2, config: -2, dbsize: 1, debug: -2,
  decr: 2, decrby: 3, del: -2, discard: 1, echo: 2, eval: -3, evalsha: -3, exec: 1, exists: 2, expire: 3, expireat: 3, flushall: 1,
  flushdb: 1, get: 2, getbit: 3, getrange: 4, getset: 3, hdel: -3, hexists: 3, hget: 3, hgetall: 2, hincrby: 4, hincrbyfloat: 4,
  hkeys: 2, hlen: 2, hmget: -3, hmset: -4, hset: 4, hsetnx: 4, hvals: 2, incr: 2, incrby: 3, incrbyfloat: 3, info: -1, keys: 2,
  lastsave: 1, lindex: 3, linsert: 5, llen: 2, lpop: 2, lpush: -3, lpushx: 3, lrange: 4, lrem: 4, lset: 4, ltrim: 4, mget: -2, move: 3,
  mset: -3, msetnx: -3, multi: 1, persist: 2, pexpire: 3, pexpireat: 3, ping: 1, psetex: 4, pttl: 2, publish: 3, quit: -1,
  randomkey: 1, rename: 3, renamenx: 3, replconf: -1, rpop: 2, rpoplpush: 3, rpush: -3, rpushx: 3, sadd: -3, save: 1, scard: 2,
  script: -2, sdiff: -2, sdiffstore: -3, select: 2, set: -3, setbit: 4, setex: 4, setnx: 3, setrange: 4, shutdown: -1, sinter: -2,
  sinterstore: -3, sismember: 3, slaveof: 3, smembers: 2, smove: 4, sort: -2, spop: 2, srem: -3, strlen: 2, substr: 4, sunion: -2,
  sunionstore: -3, sync: 1, ttl: 2, type: 2, unwatch: 1, watch: -2, zadd: -4, zcard: 2, zincrby: 4, zrange: -4, zrank: 3, zrem: -3,
  zscore: 3,
};

/**
 * Commands of Redis (COMMAND LIST of 7.0.15, and those of hash fields in 7.4) that no version is simulated with. A simulated server would call
 * them unknown, which no real one does: so a scenario must not say them.
 */
export const NOT_SIMULATED: ReadonlySet<string> = new Set(`
  acl asking bgrewriteaof bitfield bitfield_ro bitop bitpos blmpop bzmpop cluster command dump fcall fcall_ro function geoadd geodist geohash geopos
  georadius georadius_ro georadiusbymember georadiusbymember_ro geosearch geosearchstore hexpire hexpireat hexpiretime hpersist hpexpire hpexpireat
  hpexpiretime hpttl hrandfield hscan httl latency lcs lmpop lolwut lpos memory migrate module monitor object pfdebug pfselftest psubscribe pubsub
  punsubscribe readonly readwrite restore restore-asking sintercard slowlog spublish srandmember sscan ssubscribe subscribe sunsubscribe time
  unsubscribe xack xadd xautoclaim xclaim xdel xgroup xinfo xlen xpending xrange xread xreadgroup xrevrange xsetid xtrim zcount zdiff zdiffstore
  zinter zintercard zinterstore zlexcount zmpop zmscore zrandmember zrangebylex zrangebyscore zrangestore zremrangebylex zremrangebyrank
  zremrangebyscore zrevrange zrevrangebylex zrevrangebyscore zrevrank zscan zunion zunionstore
`.trim().split(/\s+/));

/** Flags of 3.2 where they are not those of today: few commands ran during a load or without a link. */
export const FLAGS_3_2: CommandsProfile['flags'] = {
  auth: ['noscript', 'loading', 'stale', 'fast', 'noAuth'], bgsave: ['admin'], client: ['admin', 'noscript'], config: ['admin', 'loading', 'stale'],
  debug: ['admin', 'noscript'], discard: ['noscript', 'fast'], echo: ['fast'], eval: ['noscript'], evalsha: ['noscript'], exec: ['noscript'],
  lastsave: ['fast'], multi: ['noscript', 'fast'], ping: ['stale', 'fast'], psync: ['admin', 'noscript', 'readonly'], save: ['admin', 'noscript'],
  script: ['noscript'], select: ['loading', 'fast'], shutdown: ['admin', 'loading', 'stale'], sync: ['admin', 'noscript', 'readonly'],
  unwatch: ['noscript', 'fast'], wait: ['noscript', 'blocking'], watch: ['noscript', 'fast'],
};

/** Up to 2.8 commands about the server counted as reads: in a transaction, they alone sent no MULTI. */
export const FLAGS_2_8: CommandsProfile['flags'] = {
  ...FLAGS_3_2,
  auth: ['noscript', 'loading', 'stale', 'fast', 'noAuth', 'readonly'], bgsave: ['admin', 'readonly'], client: ['noscript', 'readonly'],
  config: ['admin', 'readonly', 'stale'], discard: ['noscript', 'fast', 'readonly'], echo: ['fast', 'readonly'], info: ['loading', 'stale', 'readonly'],
  lastsave: ['fast', 'readonly'], multi: ['noscript', 'fast', 'readonly'], ping: ['stale', 'fast', 'readonly'],
  publish: ['pubsub', 'loading', 'stale', 'fast', 'readonly'], replconf: ['admin', 'noscript', 'loading', 'stale', 'readonly'],
  save: ['admin', 'noscript', 'readonly'], script: ['noscript', 'readonly'], select: ['loading', 'fast', 'readonly'],
  shutdown: ['admin', 'loading', 'stale', 'readonly'], spop: ['write', 'noscript', 'fast'], unwatch: ['noscript', 'fast', 'readonly'],
  watch: ['noscript', 'fast', 'readonly'],
};

export const FLAGS_2_6: CommandsProfile['flags'] = {
  ...FLAGS_2_8,
  client: ['admin', 'readonly'], config: ['admin', 'readonly'], replconf: ['admin', 'noscript', 'readonly'], script: ['noscript', 'admin', 'readonly'],
  shutdown: ['admin', 'readonly'],
};

export const FLAGS_5_0: CommandsProfile['flags'] = {
  ...FLAGS_3_2,
  bgsave: ['admin', 'noscript'], config: ['admin', 'noscript', 'loading', 'stale'], shutdown: ['admin', 'noscript', 'loading', 'stale'],
};

/** Since 6.0 transactions may be begun and ended at any time. */
export const FLAGS_6_0: CommandsProfile['flags'] = {
  bgsave: ['admin', 'noscript'], client: ['admin', 'noscript', 'loading', 'stale'], echo: ['fast', 'readonly'], eval: ['noscript'], evalsha: ['noscript'],
  lastsave: ['loading', 'stale', 'fast', 'readonly'], ping: ['stale', 'fast'], psync: ['admin', 'noscript'],
  role: ['noscript', 'loading', 'stale', 'fast', 'readonly'], save: ['admin', 'noscript'], script: ['noscript'],
  shutdown: ['admin', 'noscript', 'loading', 'stale'], sync: ['admin', 'noscript'], wait: ['noscript', 'blocking'],
};

export const FLAGS_6_2: CommandsProfile['flags'] = {
  bgsave: ['admin', 'noscript'], client: ['admin', 'noscript', 'loading', 'stale'], echo: ['fast'], eval: ['noscript', 'mayReplicate'],
  evalsha: ['noscript', 'mayReplicate'], ping: ['stale', 'fast'], psync: ['admin', 'noscript'], save: ['admin', 'noscript'],
  script: ['noscript', 'mayReplicate'], shutdown: ['admin', 'noscript', 'loading', 'stale'], sync: ['admin', 'noscript'], wait: ['noscript', 'blocking'],
};
