/**
 * What differs between releases in the sentences of the log (`log-lines.ts`). As with profiles, each release spreads its elder
 * and lists what changed; all of it was read in their sources, and is held against their recorded logs.
 */
export interface LogWords {
  /** What a replica is called: 5.0 changed the word. */
  readonly replica: string;
  readonly Replica: string;
  /** As in `MASTER <-> REPLICA sync`. */
  readonly REPLICA: string;
  /** What a master is called: Valkey changed the word. */
  readonly master: string;
  readonly Master: string;
  readonly MASTER: string;
  /** `Redis`, `redis.conf`; `Valkey`, `valkey.conf`. */
  readonly product: string;
  readonly confFile: string;
  /** The target of a diskless BGSAVE. */
  readonly sockets: string;
  /** From whom REPLCONF ACK is awaited: a slave up to 7.0. */
  readonly acknowledger: string;
  /** Of a change of role: `SLAVE OF` up to 4.0. */
  readonly replicaof: string;
  /** A replica is called in step when its stream begins (up to 6.2; after a diskless transfer at its first ACK), or once it has the file. */
  readonly inStep: 'with-its-stream' | 'at-once';
  /** 2.6 names neither replicas nor the link that is lost, and does not tell that it flushes. */
  readonly terse: boolean;
  /** 2.8 to 3.2 compare run ids, and say so differently; since 4.0 replication ids. */
  readonly mismatch: 'runid' | 'runids' | 'replids';
  /** A replica waits for another BGSAVE than the running one: 2.8 gives no reason. */
  readonly saysWhyItWaits: boolean;
  /** What keeps a BGSAVE waiting: an AOF rewrite, or since 6.0 any other child. */
  readonly otherChild: string;
  /** 6.0 and later tell in which phase a replica timed out. */
  readonly namesTimeoutPhase: boolean;
  /** 6.0 and later: the backlog made for the first replica, with the new id. */
  readonly saysBacklogCreated: boolean;
  /** As in `using my own master parameters`: 6.0 added a word. */
  readonly myMaster: string;
  /** 6.0 and later name what the received RDB goes to. */
  readonly namesTransferTarget: boolean;
  /** 2.8 to 5.0 name each replica that a diskless BGSAVE reached. */
  readonly saysFileStreamed: boolean;
  /** 6.0 and 6.2: `RDB has an AOF tail`, of a file that begins with an RDB. */
  readonly namesAofTail: boolean;
  /** 6.2 and later count the keys that they loaded. */
  readonly countsKeys: boolean;
  /** 7.0 and later: the append-only file is several files. */
  readonly aofInParts: boolean;
  /** Of a received file that cannot be loaded, from where the system's own word is told; 7.2 and later say `, check server logs.` */
  readonly whyLoadFailed: 'nowhere' | 'from-socket' | 'anywhere' | 'server-logs';
  /** 7.0 and later: that a shutdown did not come about. */
  readonly saysShutdownFailed: boolean;
  /** Of a diskless BGSAVE that failed: Valkey added a word. */
  readonly failedTransfer: string;
  /** Valkey 8: ` using: normal sync` behind the target of a BGSAVE. */
  readonly namesTransferKind: boolean;
}

const REDIS_2_6: LogWords = {
  replica: 'slave', Replica: 'Slave', REPLICA: 'SLAVE', sockets: 'slaves sockets', acknowledger: 'slave', replicaof: 'SLAVE OF',
  master: 'master', Master: 'Master', MASTER: 'MASTER', product: 'Redis', confFile: 'redis.conf', myMaster: 'my master', otherChild: 'an AOF rewrite',
  inStep: 'at-once', terse: true, mismatch: 'runid', saysWhyItWaits: false, namesTimeoutPhase: false, saysBacklogCreated: false,
  namesTransferTarget: false, saysFileStreamed: false, namesAofTail: false, countsKeys: false, aofInParts: false,
  whyLoadFailed: 'nowhere', saysShutdownFailed: false, failedTransfer: 'Background transfer', namesTransferKind: false,
};
const REDIS_2_8: LogWords = { ...REDIS_2_6, terse: false, inStep: 'with-its-stream', saysFileStreamed: true };
const REDIS_3_2: LogWords = { ...REDIS_2_8, mismatch: 'runids', saysWhyItWaits: true };
const REDIS_4_0: LogWords = { ...REDIS_3_2, mismatch: 'replids' };
const REDIS_5_0: LogWords = {
  ...REDIS_4_0, replica: 'replica', Replica: 'Replica', REPLICA: 'REPLICA', sockets: 'replicas sockets', replicaof: 'REPLICAOF',
};
const REDIS_6_0: LogWords = {
  ...REDIS_5_0, myMaster: 'my own master', otherChild: 'another BG operation', namesTimeoutPhase: true, saysBacklogCreated: true, namesTransferTarget: true,
  saysFileStreamed: false, namesAofTail: true, whyLoadFailed: 'from-socket',
};
const REDIS_6_2: LogWords = { ...REDIS_6_0, countsKeys: true, whyLoadFailed: 'nowhere' };
const REDIS_7_0: LogWords = {
  ...REDIS_6_2, inStep: 'at-once', aofInParts: true, namesAofTail: false, whyLoadFailed: 'anywhere', saysShutdownFailed: true,
};
export const REDIS_7_2: LogWords = { ...REDIS_7_0, acknowledger: 'replica', whyLoadFailed: 'server-logs' };
const VALKEY_8_0: LogWords = {
  ...REDIS_7_2,
  master: 'primary', Master: 'Primary', MASTER: 'PRIMARY', product: 'Valkey', confFile: 'valkey.conf', myMaster: 'my own primary',
  failedTransfer: 'Background RDB transfer', namesTransferKind: true,
};

/** By profile name; a profile that is not listed speaks as 7.2 does. */
const WORDS: ReadonlyMap<string, LogWords> = new Map([
  ['redis-2.6', REDIS_2_6], ['redis-2.8', REDIS_2_8], ['redis-3.2', REDIS_3_2], ['redis-4.0', REDIS_4_0], ['redis-5.0', REDIS_5_0],
  ['redis-6.0.3', REDIS_6_0], ['redis-6.0', REDIS_6_0], ['redis-6.2', REDIS_6_2], ['redis-7.0', REDIS_7_0], ['redis-7.2', REDIS_7_2], ['valkey-8.0', VALKEY_8_0],
]);

export function wordsOf(profile: string): LogWords {
  return WORDS.get(profile) ?? REDIS_7_2;
}
