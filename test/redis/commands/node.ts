/**
 * A node with nothing but data: runs command lines and says what they answered and what they sent on.
 *
 * What enters the stream is put together as the dispatcher does it: deletions and further commands first, then the
 * command itself or what stands for it, if it changed something.
 */
import { createKeyspace, type Keyspace } from '../../../src/redis/dataset/keyspace.ts';
import type { Entry } from '../../../src/redis/dataset/entry.ts';
import type { CommandContext } from '../../../src/redis/commands/context.ts';

import { arityMatches, Flag } from '../../../src/redis/commands/command.ts';
import type { Profile } from '../../../src/redis/profiles/index.ts';
import { redis72 } from '../../../src/redis/profiles/redis-7.2.ts';
import { wrongArity } from '../../../src/redis/commands/replies.ts';
import { DATA_COMMANDS } from '../../../src/redis/commands/table.ts';
import { bytesToString } from '../../../src/redis/protocol/make.ts';
import type { Bytes, Reply } from '../../../src/redis/protocol/payload.ts';

/** The virtual now of these tests, ms since the epoch. */
export const NOW = 1_700_000_000_000;

export interface Result {
  /** As `show` writes it. */
  readonly reply: string;
  /** Command lines in the order in which they enter the stream; another database than the client's is written in front: `2> DEL k`. */
  readonly stream: readonly string[];
  /** Keys touched, for WATCH. */
  readonly touched: readonly string[];
}

export interface Node {
  readonly keyspace: Keyspace;
  nowMs: number;
  db: number;
  isReplica: boolean;
  replicaReadOnly: boolean;
  fromMaster: boolean;
  loading: boolean;
  expirePaused: boolean;
  lazyfree: boolean;
  /** Of which version it is; 7.2 unless said otherwise. */
  profile: Profile;
  /** Runs a line of words (`''` is an empty one, `\x20` is a space), or an argv. */
  run(command: string | readonly Bytes[]): Result;
  /** Runs lines of which only the effect on the data matters. */
  given(...lines: string[]): void;
  readonly counts: { expired: number; hits: number; misses: number; flushes: number; awaited: string[]; ready: string[]; remembered: string[] };
  /** The entry computed for the last command, for handing on to another node. */
  memo: Entry | null;
}

interface Effects {
  readonly stream: string[];
  readonly touched: string[];
  rewritten: readonly Bytes[] | null;
  prevented: boolean;
  forced: boolean;
}

function noEffects(): Effects {
  return { stream: [], touched: [], rewritten: null, prevented: false, forced: false };
}

export function createNode(settings: Partial<Pick<Node, 'isReplica' | 'replicaReadOnly' | 'fromMaster' | 'loading' | 'lazyfree' | 'profile'>> = {}): Node {
  let effects = noEffects();
  let draws = 0;
  const node: Node = {
    keyspace: createKeyspace(),
    nowMs: NOW,
    db: 0,
    isReplica: false,
    replicaReadOnly: true,
    fromMaster: false,
    loading: false,
    expirePaused: false,
    lazyfree: false,
    profile: redis72,
    memo: null,
    counts: { expired: 0, hits: 0, misses: 0, flushes: 0, awaited: [], ready: [], remembered: [] },
    ...settings,
    given: (...lines) => {
      for (const line of lines) node.run(line);
    },
    run: (given) => {
      const argv = typeof given === 'string' ? words(given) : given;
      const spec = DATA_COMMANDS.get(bytesToString(argv[0]!).toLowerCase());
      if (spec === undefined) throw new Error(`no such data command: ${bytesToString(argv[0]!)}`);
      effects = noEffects();
      const { stream, touched } = effects;
      if (!arityMatches(spec, argv.length)) return { reply: show(wrongArity(spec.name)), stream, touched };
      const ctx = context((spec.flags & Flag.readonly) !== 0);
      const reply = spec.run(ctx, argv);
      node.counts.hits += ctx.keyspaceHits;
      node.counts.misses += ctx.keyspaceMisses;
      node.memo = ctx.memo;
      if ((ctx.dirty > 0 || effects.forced) && !effects.prevented) stream.push(streamLine(effects.rewritten ?? argv));
      return { reply: show(reply), stream, touched };
    },
  };
  const context = (reading: boolean): CommandContext => ({
    keyspace: node.keyspace,
    db: node.db,
    nowMs: node.nowMs,
    random: { below: (n) => draws++ % n, hex: (length) => 'f'.repeat(length) },
    isReplica: node.isReplica,
    replicaReadOnly: node.replicaReadOnly,
    fromMaster: node.fromMaster,
    reading,
    served: false,
    loading: node.loading,
    profile: node.profile,
    expirePaused: node.expirePaused,
    settings: { lazyfreeLazyExpire: node.lazyfree, lazyfreeLazyServerDel: node.lazyfree, lazyfreeLazyUserDel: node.lazyfree, protoMaxBulkLen: 512 * 1024 * 1024, hllSparseMaxBytes: 3000 },
    dirty: 0,
    keyspaceHits: 0,
    keyspaceMisses: 0,
    memo: node.memo,
    rewrite: (argv) => (effects.rewritten = argv),
    alsoPropagate: (db, argv) => effects.stream.push((db === node.db ? '' : `${db}> `) + streamLine(argv)),
    preventPropagation: () => (effects.prevented = true),
    forcePropagation: () => (effects.forced = true),
    expired: (db, key) => {
      node.counts.expired++;
      if (!node.isReplica) effects.stream.push(`${db === node.db ? '' : `${db}> `}${node.lazyfree ? 'UNLINK' : 'DEL'} ${key}`);
    },
    touch: (db, key) => effects.touched.push(db === node.db ? key : `${db}:${key}`),
    touchDatabase: (db) => effects.touched.push(db < 0 ? '*' : `${db}:*`),
    keyReady: (_db, key) => node.counts.ready.push(key),
    allFlushed: () => node.counts.flushes++,
    publish: () => 0,
    waitFor: ({ keys }, otherwise) => {
      node.counts.awaited.push(...keys);
      return otherwise;
    },
    replicaKeyWithExpire: (_db, key) => node.counts.remembered.push(key),
  });
  return node;
}

export function words(line: string): string[] {
  return line.split(' ').map((word) => (word === "''" ? '' : word.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))));
}

/** A command as the tests write what is sent on. */
export function streamLine(argv: readonly Bytes[]): string {
  return argv.map((word) => bytesToString(word) || "''").join(' ');
}

/** `+OK`, `-ERR …`, `:1`, `"bulk"`, `nil`, `nil[]`, `["a", :1]`. */
export function show(reply: Reply): string {
  switch (reply.type) {
    case 'status':
      return `+${reply.text}`;
    case 'error':
      return `-${reply.text}`;
    case 'integer':
      return `:${reply.value}`;
    case 'bulk':
      return JSON.stringify(bytesToString(reply.value));
    case 'nil':
      return 'nil';
    case 'nil-array':
      return 'nil[]';
    case 'array':
      return `[${reply.items.map(show).join(', ')}]`;
  }
}
