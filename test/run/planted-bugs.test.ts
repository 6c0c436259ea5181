/**
 * The invariants at work: bugs planted in a running world, by changing its plain data between two events or by standing
 * between a server and what it hears. Which invariant finds each, and in what words. Without them, all hold.
 */
import { describe, expect, it } from 'vitest';
import { setString, removeKey } from '../../src/redis/dataset/keyspace.ts';
import type { Input } from '../../src/redis/inputs.ts';
import { command, line } from '../../src/redis/protocol/make.ts';
import type { Message } from '../../src/redis/protocol/payload.ts';
import type { StreamLog } from '../../src/redis/replication/stream-log.ts';
import type { MasterSide } from '../../src/redis/client.ts';
import type { Server } from '../../src/redis/server.ts';
import type { World } from '../../src/simulation/world.ts';
import { invariantsOf, playTampered, type Tampering } from './runs.ts';

/** A master and two replicas, online within 2 s; then `APPEND log n` (32 bytes of stream) each half second; a is away from 7.2 s to 9.2 s. */
const STORY = `
name: Planted
duration: 16s
config: { repl-diskless-sync-delay: 0 }
nodes:
  master: { data: { keys: 20, value: 100b }, clock: { phase: 0ms } }
  a: { replicaof: master, clock: { phase: 0ms } }
  b: { replicaof: master, clock: { phase: 0ms } }
network:
  default: { latency: 1ms }
timeline:
${Array.from({ length: 20 }, (_, n) => `  - { at: ${2 + n / 2}s, command: { node: master, run: APPEND log ${n % 10} } }`).join('\n')}
  - at: 7.2s
    refuse: { between: [master, a], for: 2s }
`;

const serverOf = (world: World, name: string): Server => {
  const { server } = world.node(name);
  if (server === null) throw new Error(`${name} does not run`);
  return server;
};

const linkOf = (world: World, name: string): MasterSide => {
  const { master, cachedMaster } = serverOf(world, name).replication;
  const side = master?.master ?? cachedMaster?.side;
  if (side === undefined) throw new Error(`${name} has no link`);
  return side;
};

/** From now on the node hears this instead of each message of its master's stream, until one was changed. */
function mishears(world: World, name: string, change: (message: Message) => readonly Message[] | null): void {
  const { process } = world.node(name);
  const machine = process?.machine;
  if (process === null || machine === null || machine === undefined) throw new Error(`${name} does not run`);
  let done = false;
  const altered = (input: Input): Input => {
    if (done || input.type !== 'received' || input.piece.payload.kind !== 'stream') return input;
    const { payload, from, to } = input.piece;
    const copy: StreamLog = { ...payload, messages: [], ends: [] };
    payload.messages.forEach((message, index) => {
      const end = payload.ends[index] ?? 0;
      const instead = !done && end > from && end <= to ? change(message) : null;
      if (instead !== null) done = true;
      for (const one of instead ?? [message]) {
        copy.messages.push(one);
        copy.ends.push(end);
      }
    });
    return { ...input, piece: { payload: copy, from, to } };
  };
  process.machine = { hasTurns: true, step: (input) => machine.step(altered(input)) };
}

const isAppend = (message: Message): boolean => message.kind === 'command' && message.argv[0] === 'APPEND';

interface Bug {
  readonly bug: string;
  readonly plant: readonly Tampering[];
  /** How long the story lasts, when it is not 16 s: a replica is given 130 s of peace before it is blamed for standing still. */
  readonly lasts?: string;
  /** Which invariants are violated, and what they say. */
  readonly found: Readonly<Record<string, RegExp>>;
}

const DATA = 'same id and offset, same data';
const CONTIGUOUS = 'applied bytes are contiguous';
const FORWARD = 'offsets only go back through a full resync';
const CONVERGED = 'converged';
const LOST = 'no write is lost without a reason';
const ALL = [DATA, CONTIGUOUS, FORWARD, CONVERGED, LOST];

const BUGS: readonly Bug[] = [
  {
    bug: 'a replica counts one command of the stream, but does not carry it out',
    plant: [{ atS: 4, tamper: (world) => mishears(world, 'a', (message) => (isAppend(message) ? [line('\n')] : null)) }],
    found: { [DATA]: /^a at [45]\.\d+s: has other data than its master had at offset/, [CONVERGED]: /a has other data than master at the same offset/ },
  },
  {
    bug: 'a replica carries one command out twice',
    plant: [{ atS: 4, tamper: (world) => mishears(world, 'a', (message) => (isAppend(message) ? [message, message] : null)) }],
    found: { [DATA]: /^a at [45]\.\d+s: has other data/, [CONVERGED]: /a has other data/ },
  },
  {
    bug: 'a replica hears another value than was sent',
    plant: [{ atS: 4, tamper: (world) => mishears(world, 'b', (message) => (isAppend(message) ? [command(['APPEND', 'log', '#'])] : null)) }],
    found: { [DATA]: /^b at 4\.\d+s: has other data/, [CONVERGED]: /b has other data/ },
  },
  {
    bug: 'a replica believes to be 14 bytes further than it is',
    plant: [{ atS: 4.2, tamper: (world) => { linkOf(world, 'b').appliedOffset += 14; } }],
    found: { [CONTIGUOUS]: /^b at 4\.5\d*s: goes on at offset \d[\d\s]*, though it had applied up to \d[\d\s]*: 14 bytes were skipped/ },
  },
  {
    bug: 'a replica forgets 14 bytes that it has applied',
    plant: [{ atS: 4.2, tamper: (world) => { linkOf(world, 'b').appliedOffset -= 14; } }],
    found: { [CONTIGUOUS]: /^b at 4\.5\d*s: .*: 14 bytes were applied twice/ },
  },
  {
    bug: 'after a break a replica asks from one write too late: that write is lost',
    plant: [{ atS: 8.2, tamper: (world) => {
      const side = linkOf(world, 'a');
      side.reploff += 32;
      side.readOffset = side.parsedOffset = side.reploff;
    } }],
    found: {
      [CONTIGUOUS]: /^a at (9|10)\.\d+s: goes on at offset .*: 32 bytes were skipped/,
      [DATA]: /^a at 1\d(\.\d+)?s: has other data/, [CONVERGED]: /a has other data/,
    },
  },
  {
    bug: 'after a break a replica asks from one write too early: that write counts twice',
    plant: [{ atS: 8.2, tamper: (world) => {
      const side = linkOf(world, 'a');
      side.reploff -= 32;
      side.readOffset = side.parsedOffset = side.reploff;
    } }],
    found: {
      [CONTIGUOUS]: /^a at (9|10)\.\d+s: goes on at offset .*: 32 bytes were applied twice/,
      [FORWARD]: /^a at (9|10)\.\d+s: a partial resync took it back from (\d+) to \d+/,
      [DATA]: /^a at 1\d(\.\d+)?s: has other data/, [CONVERGED]: /a has other data/,
    },
  },
  {
    bug: 'a key of the time before a full resync is still there after it: nothing was flushed',
    plant: [{ atS: 1.5, tamper: (world) => setString(serverOf(world, 'a').keyspace, 0, 'leftover', 'x', null) }],
    found: { [DATA]: /^a at [23]\.\d+s: has other data/, [CONVERGED]: /a has other data.*22 keys against 21/ },
  },
  {
    bug: 'a replica expires or evicts a key by itself',
    plant: [{ atS: 5.1, tamper: (world) => removeKey(serverOf(world, 'b').keyspace, 0, 'key:3') }],
    found: { [DATA]: /^b at [56]\.\d+s: has other data/, [CONVERGED]: /b has other data.*20 keys against 21/ },
  },
  {
    bug: 'the master changes a key and tells nobody',
    plant: [{ atS: 5.1, tamper: (world) => removeKey(serverOf(world, 'master').keyspace, 0, 'key:3') }],
    found: { [DATA]: /^[ab] at [56]\.\d+s: has other data than its master had/, [CONVERGED]: /a has other data/ },
  },
  {
    bug: "the master's offset goes back",
    plant: [{ atS: 5.1, tamper: (world) => { serverOf(world, 'master').replication.masterReplOffset -= 500; } }],
    found: { [FORWARD]: /^master at 5\.\d+s: offset went back from \d+ to -\d+ without a full resync/, [DATA]: /^a at 1\d(\.\d+)?s: has other data/ },
  },
  {
    bug: 'a replica never tries again after a break',
    lasts: '160s',
    plant: [{ atS: 8.2, tamper: (world) => Object.assign(serverOf(world, 'a').replication, { linkState: 'none', handshake: null }) }],
    found: { [CONVERGED]: /^a has no link to master \(none\)/ },
  },
  {
    bug: 'all nodes fall back behind the last writes, and nobody tells',
    plant: [{ atS: 15.99, tamper: (world) => {
      serverOf(world, 'master').replication.masterReplOffset -= 100;
      for (const name of ['a', 'b']) {
        linkOf(world, name).reploff -= 100;
        serverOf(world, name).replication.masterReplOffset -= 100;
      }
    } }],
    found: { [LOST]: /^\d writes? of master \(up to byte \d+, of which \d+ is left\): nothing tells why$/ },
  },
];

describe('a write is lost', () => {
  const PROMOTED = `${STORY}  - at: 12s
    kill: master
  - after: 1s
    promote: a
  - replicaof: { node: b, master: a }
`;

  it('with the reason, when its master is killed before it left', () => {
    // From 11.45 s on nothing reaches a and b; at 11.5 s the last write is taken, and then there is no master any more.
    const cut = PROMOTED.replace('  - at: 12s', '  - at: 11.45s\n    partition: { between: [master, [a, b]], for: 10s }\n  - at: 12s');
    const kept = playTampered(cut, []).invariants.find(({ name }) => name === LOST);
    expect(kept).toMatchObject({ verdict: 'held' });
    expect(kept?.detail).toMatch(/^lost: 1 write of master \(up to byte \d+, of which \d+ is left\): it was killed at 12\.0s$/);
    expect(playTampered(PROMOTED, []).invariants.find(({ name }) => name === LOST)).toMatchObject({ verdict: 'held', detail: '' });
  });
});

describe('nothing planted', () => {
  it('all invariants hold, over comparisons of their own', () => {
    const outcome = playTampered(STORY, []);
    expect(invariantsOf(outcome)).toEqual(ALL.map((name) => `${name}: held`));
    for (const { compared } of outcome.invariants) expect(compared).toBeGreaterThan(0);
  });
});

describe('planted', () => {
  it('is a bug for each invariant', () => {
    expect(ALL.filter((name) => !BUGS.some(({ found }) => name in found))).toEqual([]);
  });

  it.each(BUGS)('$bug', ({ plant, found, lasts = '16s' }) => {
    const outcome = playTampered(STORY.replace('duration: 16s', `duration: ${lasts}`), plant);
    const violated = Object.fromEntries(outcome.invariants.filter(({ verdict }) => verdict === 'violated').map(({ name, detail }) => [name, detail]));
    expect(outcome.verdict).toBe('failed');
    expect(Object.keys(violated).sort()).toEqual(Object.keys(found).sort());
    for (const [name, words] of Object.entries(found)) expect(violated[name]).toMatch(words);
  });
});
