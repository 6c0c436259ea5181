/** What of a write enters the stream, in which words, and what is wrapped in a transaction (server.c: call, propagate, alsoPropagate). */

export interface StreamProfile {
  /** The heartbeat's spelling: `PING` up to 6.0, `ping` since 6.2 (replication.c: replicationCron, server.c: createSharedObjects). */
  readonly ping: 'PING' | 'ping';
  /**
   * How the effects of a command or transaction leave. Up to 6.2 as it goes: deletions first, then itself, then what else it wants sent; and MULTI
   * … EXEC is opened around a transaction by its first command that is not only a read (up to 6.0, whether it changes anything or not;
   * `-nor-admin`: since 4.0), or by the first thing sent (6.2). Since 7.0 all is gathered until the execution unit is over, and wrapped when there
   * is more than one thing to send (propagatePendingCommands).
   */
  readonly effects: 'at-first-not-read' | 'at-first-not-read-nor-admin' | 'at-first-sent' | 'gathered';
  /** The SELECT of a transaction's first command: in front of MULTI (up to 7.0: it is sent in that database), or behind it. */
  readonly select: 'before-multi' | 'inside';
  /** Several commands that come from one call, as those of SPOP with a count: bare up to 5.0, in MULTI … EXEC since 6.0. */
  readonly several: 'bare' | 'wrapped';
  /** In 2.6 any change of the count of unsaved changes counts, also that to nothing by SAVE or DEBUG RELOAD: these are sent on. */
  readonly sentOn: 'any-change-of-dirty' | 'growth-of-dirty';
  /** SETEX, PSETEX, SET … EX/PX: as given (up to 6.0), as SET … PX with what is left to live (6.2), or as SET … PXAT with an instant (since 7.0). */
  readonly setWithTtl: 'as-given' | 'px' | 'pxat';
  /** EXPIRE, PEXPIRE, EXPIREAT, and what GETEX sets: relative ones stay relative up to 6.2; all are PEXPIREAT since 7.0. */
  readonly expire: 'as-given' | 'pexpireat';
  /** GETSET: as given, or since 6.2 as SET. */
  readonly getset: 'as-given' | 'set';
  /** GETDEL: as UNLINK where lazyfree-lazy-user-del says so (6.2 and 7.0), or always as DEL. */
  readonly getdel: 'unlink-if-lazy' | 'del';
  /** INCRBYFLOAT: as SET, since 6.0 with KEEPTTL: before, it took a replica's time to live away. */
  readonly incrbyfloat: 'set' | 'set-keepttl';
  /** SPOP with a count: an SREM for each member (up to 7.0), or for 1024 of them (since 7.2). */
  readonly spopBatch: number;
  /** SPOP of a whole set: as DEL, or since 7.2 as UNLINK where lazyfree-lazy-server-del says so. */
  readonly spopAll: 'del' | 'unlink-if-lazy';
  /** BRPOPLPUSH that finds something: as given (up to 3.2), or as RPOPLPUSH. */
  readonly brpoplpush: 'as-given' | 'rpoplpush';
  /** BRPOPLPUSH that waited: as an RPOP and an LPUSH (up to 5.0), or as RPOPLPUSH. */
  readonly brpoplpushServed: 'rpop-lpush' | 'rpoplpush';
  /** LTRIM that trims nothing is sent on up to 6.0. */
  readonly ltrim: 'always' | 'if-trimmed';
  /** FLUSHDB of an empty database is sent on since 7.0; FLUSHALL always is. */
  readonly flushdb: 'if-not-empty' | 'always';
}

/** Who sees and who deletes a key whose time has come (db.c: expireIfNeeded, lookupKeyReadWithFlags; expire.c). */
export interface ExpiryProfile {
  /**
   * What a replica's clients see of it: all of it (up to 2.8), nothing with commands that only read (since 3.2), or nothing at
   * all, and writes to a writable replica delete it (since 7.0).
   */
  readonly onReplica: 'seen' | 'hidden-from-reads' | 'hidden';
  /** EXISTS on a replica: told the truth about memory up to 3.2. */
  readonly exists: 'in-memory' | 'like-reads';
  /** TTL of what is not there: -1 in 2.6, -2 since 2.8. */
  readonly ttlOfMissing: -1 | -2;
  /** KEYS deletes what it finds expired (up to 5.0), or leaves it out. */
  readonly keys: 'deletes' | 'leaves-out';
  /** DEL of an expired key: an ordinary one in 2.6; since 2.8 it was gone already. */
  readonly del: 'ordinary' | 'gone-already';
  /** RANDOMKEY gives up after a hundred expired keys on a replica that has nothing else (since 4.0). */
  readonly randomKey: 'tries-for-ever' | 'gives-up';
  /** A writable replica deletes by itself what its own clients gave a time to live (since 4.0: expire.c: expireSlaveKeys). */
  readonly ownKeysOfReplica: 'stay' | 'expire';
  /** The cycle draws keys at random and goes on above 25 % expired (up to 5.0), or goes through them and on above 10 %. */
  readonly cycle: 'draws' | 'walks';
}

/** What happens when memory is full (evict.c, up to 3.2 server.c: freeMemoryIfNeeded). */
export interface EvictionProfile {
  /** Samples are compared within a database, and each gives up a key (up to 2.8); or with those of all, and the best of sixteen goes (since 3.0). */
  readonly picks: 'one-of-each-database' | 'best-of-pool';
  /** A lower maxmemory takes effect within CONFIG SET, so within its transaction (up to 6.2), or as soon as that is over. */
  readonly afterConfigSet: 'at-once' | 'next';
  /** Without memory commands are not even queued in MULTI (since 5.0). */
  readonly queueing: 'allowed' | 'refused';
}

/** How scripts travel, and what is said when they fail (scripting.c, since 7.0 script_lua.c and eval.c). */
export interface ScriptsProfile {
  /**
   * A script is sent as it is and run again (`text`), the same unless it asks to be sent as what it did (`text-or-effects`,
   * since 3.2: redis.replicate_commands), or always as what it did: since 5.0.
   */
  readonly travel: 'text' | 'text-or-effects' | 'effects';
  /** EVALSHA as EVAL always (2.6), or once, until the scripts that replicas know are forgotten (replicationScriptCacheAdd, since 2.8). */
  readonly evalsha: 'eval' | 'eval-once';
  /** SELECT in a script moves its caller, too (2.6). */
  readonly select: 'moves-caller' | 'own';
  /** SCRIPT LOAD is sent on: 2.8 to 6.2. SCRIPT FLUSH: up to 6.2. */
  readonly load: 'kept' | 'sent-on';
  readonly flush: 'kept' | 'sent-on';
  /** The error of a failed command of a script. */
  readonly error: ScriptErrorForm;
  /** The error for an EVALSHA of nothing known. */
  readonly unknownSha: string;
  /** How many scripts that came by EVAL are remembered, the least recently used leaving first (since 7.4: 500); those of SCRIPT LOAD stay. */
  readonly evalCacheLimit: number;
}

/**
 * `plain`: behind the name of the script alone (2.6). `place`: behind the line, and its own words behind the line twice (2.8 to 5.0:
 * the line feed of the reply is kept; `trimmed` since 6.0). `structured`: a reply with the script behind it (since 7.0).
 */
export type ScriptErrorForm = 'plain' | 'place' | 'place-trimmed' | 'structured';
