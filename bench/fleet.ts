/**
 * Many servers for a while: builds a scenario of `replicas` replicas, brings them all online, and measures what follows.
 */
import { mark, note } from './figures.ts';
import { cpuSeconds, median } from './harness.ts';
import { caughtUp, connected, createWorld, type Going, peakRss } from './worlds.ts';

export interface Fleet {
  readonly name: string;
  readonly replicas: number;
  /** Whom replica number `index` follows. */
  readonly masterOf: (index: number) => string;
  readonly virtualS: number;
}

/** One round of it: `virtualS` virtual seconds. */
export interface Round {
  readonly cpuS: number;
  readonly events: number;
}

/** A fleet that is online and warm. */
export interface StartedFleet {
  /** Measures one more round. */
  round(): void;
  /** Ends the writes and sees that everybody has them all. */
  end(): FleetFigures;
}

/** What was measured, when all rounds are over. */
export interface FleetFigures {
  readonly rounds: readonly Round[];
  /** CPU seconds of the warming up, and its virtual seconds. */
  readonly warmUpS: number;
  readonly warmVirtualS: number;
  /** The most memory that its process ever had, bytes. */
  readonly peakBytes: number;
}

/** The machine is shared, and half as fast again from one minute to the next. */
export const ROUNDS = 5;

/** Events before the measuring begins, so that everything is compiled, as in the other benches (`CompareOptions.warmup`). */
const WARM_UP_EVENTS = 1_000_000;

/** 10 writes of 256 bytes a second, with ACKs and PINGs. The servers' start and first syncs, and the warming up, are told, not measured. */
export function startFleet({ name, replicas, masterOf, virtualS }: Fleet): StartedFleet {
  const text = [
    `name: ${name}`,
    'config: { repl-diskless-sync-delay: 0 }',
    'nodes:',
    '  master: {}',
    ...Array.from({ length: replicas }, (_, index) => `  replica-${index}: { replicaof: ${masterOf(index)} }`),
    'clients:',
    '  app: { to: master, writes: 10/s, from: never, value: 256b }',
  ].join('\n');

  const made: Going[] = [];
  const buildS = cpuSeconds(() => void made.push(createWorld(text)));
  const { world, advance, until } = made[0]!;
  const { kernel } = world;
  const syncS = cpuSeconds(() => until(() => connected(world) === replicas, 300, 'all replicas are online'));
  const syncedUs = kernel.nowUs;

  const { load } = world.client('app');
  load.start();
  const start = { us: kernel.nowUs, events: kernel.eventsRun };
  const warmUpS = cpuSeconds(() => { while (kernel.eventsRun - start.events < WARM_UP_EVENTS) advance(0.1); });
  const warmVirtualS = (kernel.nowUs - start.us) / 1e6;
  console.log([
    `\n${name}, ${replicas} replicas`,
    `  before: built in ${buildS.toFixed(1)} s of CPU, first syncs done at ${(syncedUs / 1e6).toFixed(1)} virtual s in ${syncS.toFixed(1)} s of CPU`,
    `  warming up: ${warmVirtualS.toFixed(1)} virtual s in ${warmUpS.toFixed(2)} s of CPU, ${(warmVirtualS / warmUpS).toFixed(1)}× real time`,
  ].join('\n'));

  const rounds: Round[] = [];
  return {
    round: () => {
      const before = kernel.eventsRun;
      const cpuS = cpuSeconds(() => advance(virtualS));
      rounds.push({ cpuS, events: kernel.eventsRun - before });
    },
    end: () => {
      load.stop();
      advance(5);
      if (caughtUp(world) !== replicas) throw new Error(`only ${caughtUp(world)} of ${replicas} replicas have everything`);
      return { rounds, warmUpS, warmVirtualS, peakBytes: peakRss() };
    },
  };
}

/** All rounds of a fleet, one after the other. */
export function measureFleet(fleet: Fleet): FleetFigures {
  const { round, end } = startFleet(fleet);
  for (let i = 0; i < ROUNDS; i++) round();
  return end();
}

export function usPerEvent({ cpuS, events }: Round): number {
  return (cpuS / events) * 1e6;
}

/** Notes how many times faster than real time a fleet was, and how much memory its process ever had. */
export function noteFleet({ name, replicas, virtualS }: Fleet, { rounds, warmUpS, warmVirtualS, peakBytes }: FleetFigures, goals: { readonly speed: number; readonly mb: number }): void {
  const times = rounds.map((round) => round.cpuS);
  const cpuS = median(times);
  const spread = `${Math.min(...times).toFixed(1)} to ${Math.max(...times).toFixed(1)}`;
  const what = `${name} of ${replicas.toLocaleString('en')}, 10 writes/s of 256 B`;
  const speed = virtualS / cpuS;
  const fast = { goal: `≥ ${goals.speed}×`, met: speed >= goals.speed };
  note({ what, measured: `${cpuS.toFixed(1)} CPU s (${spread})`, against: `${virtualS} virtual s`, ratio: `${speed.toFixed(1)}×`, ...fast });
  const cold = `${(warmVirtualS / warmUpS).toFixed(1)}×`;
  note({ what: `${what}: before that, while V8 compiles`, measured: `${warmUpS.toFixed(1)} CPU s`, against: `${warmVirtualS.toFixed(1)} virtual s`, ratio: cold, goal: '', met: null });
  const mb = peakBytes / 1e6;
  const small = { goal: `< ${goals.mb} MB`, met: mb < goals.mb };
  note({ what: `${what}: memory`, measured: `${mb.toFixed(0)} MB at most`, against: '', ratio: '', ...small });
  console.log(`  ${cpuS.toFixed(1)} s of CPU (${spread}) for ${virtualS} virtual s: ${speed.toFixed(1)}× real time ${mark(fast.goal, fast.met)}, at most ${mb.toFixed(0)} MB ${mark(small.goal, small.met)}`);
}
