/**
 * The engine: replicated writes per CPU second on the whole way, client machine → network → master → stream → replica → ACKs.
 *
 * One client keeps 32 SETs under way (the next 32 leave when the last 32 were answered); keys out of 10,000, values of 32 bytes.
 * A real redis needs 3.6 µs for such a write; where redis-server is installed, a real pair is measured in the same run, by the
 * CPU time of master and replica together (that of its client is not counted; that of the simulated client is).
 *
 * A profile: `npm run bench -- engine --profile`.
 */
import { ClientConnection } from '../src/clients/connection.ts';
import { command, synthetic } from '../src/redis/protocol/make.ts';
import type { Random } from '../src/redis/ports.ts';
import { Process } from '../src/simulation/process.ts';
import { mark, note } from './figures.ts';
import { type Alternative, compare, type Work } from './harness.ts';
import { startRealPair } from './real-redis.ts';
import { caughtUp, connected, createWorld } from './worlds.ts';

const WRITES = 100_000;
const PIPELINE = 32;
const KEYS = 10_000;
const VALUE_BYTES = 32;
/** What a real redis takes for a replicated write at pipeline 32, µs (280,000 writes a second). */
const REAL_US = 3.6;

/** As many writes per CPU second as half a real redis; as a whole one would be fine. */
const GOAL = 0.5;

const SCENARIO = `
name: Engine
nodes:
  master: { config: { repl-diskless-sync-delay: 0 } }
  replica: { replicaof: master }
clients:
  app: { to: master, writes: 1/s, from: never }
`;

/** A pair whose client writes as fast as it is answered. */
function simulatedPair(): Alternative {
  const { world, until } = createWorld(SCENARIO);
  until(() => connected(world) === 1, 30, 'the replica is online');

  const process = new Process(world, world.hostOf('app'), world.nodes.length);
  const ports = world.clientPorts(process, 'pipeline');
  const { host, config } = world.node('master');
  const address = { host: world.network.hostAddress(host), port: config.port, password: '' };
  const random: Random = ports.random;
  let left = 0;
  let answered = 0;
  const connection: ClientConnection = new ClientConnection(ports, address, () => {
    answered++;
    if (connection.awaiting === 0) writeNext();
  });
  const writeNext = (): void => {
    for (let i = 0; i < PIPELINE && left > 0; i++, left--) {
      const value = synthetic(random.below(0x1_0000_0000), VALUE_BYTES);
      connection.request(command(['SET', `key:${random.below(KEYS)}`, value]));
    }
  };
  process.machine = { step: (input) => void connection.take(input) };
  connection.open();

  return {
    name: 'replsim',
    run() {
      const before = answered;
      left = WRITES;
      writeNext();
      until(() => answered - before === WRITES && caughtUp(world) === 1, 3600, 'every write is answered and applied');
      return WRITES;
    },
  };
}

const real = startRealPair(17_600);
try {
  const anchor = `a real redis, published: ${REAL_US} µs`;
  const alternatives: Alternative[] = [{ name: anchor, run: () => ({ units: 1, seconds: REAL_US / 1e6 }) }, simulatedPair()];
  if (real !== null) {
    const run = (): Work => ({ units: WRITES, seconds: real.write(WRITES, PIPELINE, KEYS, VALUE_BYTES) });
    alternatives.push({ name: `redis ${real.version}, measured beside it`, run });
  }
  const [, ours, theirs] = compare('replicated writes, pipeline 32', alternatives, { unit: 'writes', goals: { replsim: GOAL } });
  if (ours !== undefined && theirs !== undefined) {
    const [own, real] = [ours, theirs].map(({ nsPerUnit }) => `${(nsPerUnit / 1000).toFixed(1)} µs of CPU`) as [string, string];
    const ratio = theirs.nsPerUnit / ours.nsPerUnit;
    const goal = { goal: `≥ ${GOAL.toFixed(1)}×`, met: ratio >= GOAL };
    console.log(`  replsim over the real pair: ${ratio.toFixed(2)}× ${mark(goal.goal, goal.met)}`);
    note({ what: 'the same, over a real pair in the same run', measured: own, against: `${theirs.name}: ${real}`, ratio: `${ratio.toFixed(2)}×`, ...goal });
  }
} finally {
  real?.stop();
}
