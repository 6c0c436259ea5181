/**
 * Many servers for a while: builds a scenario of `replicas` replicas, brings them all online, and measures what follows.
 */
import { cpuSeconds } from './harness.ts';
import { caughtUp, connected, createWorld, type Going, peakRss } from './worlds.ts';

export interface Fleet {
  readonly name: string;
  readonly replicas: number;
  /** Whom replica number `index` follows. */
  readonly masterOf: (index: number) => string;
  readonly virtualS: number;
  /** Virtual seconds per CPU second. */
  readonly goalSpeed: number;
  readonly goalMb: number;
}

const MB = 1_000_000;

/** 10 writes of 256 bytes a second, with ACKs and PINGs. The servers' start and first syncs are told, not measured. */
export function measureFleet(fleet: Fleet): void {
  const { name, replicas, masterOf, virtualS, goalSpeed, goalMb } = fleet;
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
  const syncS = cpuSeconds(() => until(() => connected(world) === replicas, 300, 'all replicas are online'));
  const syncedUs = world.kernel.nowUs;

  const { load } = world.client('app');
  load.start();
  const before = world.kernel.eventsRun;
  const cpuS = cpuSeconds(() => advance(virtualS));
  const events = world.kernel.eventsRun - before;
  load.stop();
  advance(5);
  if (caughtUp(world) !== replicas) throw new Error(`only ${caughtUp(world)} of ${replicas} replicas have everything`);

  const speed = virtualS / cpuS;
  const rssMb = peakRss() / MB;
  console.log([
    `\n${name}: ${replicas} replicas, ${load.counts.sent} writes in ${virtualS} virtual s`,
    `  before: built in ${buildS.toFixed(1)} s of CPU, first syncs done at ${(syncedUs / 1e6).toFixed(1)} virtual s in ${syncS.toFixed(1)} s of CPU`,
    `  measured: ${cpuS.toFixed(2)} s of CPU, ${speed.toFixed(1)}× real time (goal ≥ ${goalSpeed} ${speed >= goalSpeed ? '✓' : '✗'}); ${events} events, ${((cpuS / events) * 1e6).toFixed(2)} µs each`,
    `  peak memory of the process: ${rssMb.toFixed(0)} MB (goal < ${goalMb} ${rssMb < goalMb ? '✓' : '✗'})`,
  ].join('\n'));
}
