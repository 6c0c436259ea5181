/**
 * Runs as the tests of this folder tell them: a scenario as text, played by the real engine; and a world that a test
 * may tamper with between two slices, which nobody else can.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createJudge } from '../../src/checks/judge.ts';
import type { Outcome } from '../../src/checks/outcome.ts';
import type { Reply } from '../../src/redis/protocol/payload.ts';
import { run, start, type Run, type RunOptions } from '../../src/run.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { nodeState } from '../../src/simulation/observe.ts';
import { createSimulation } from '../../src/simulation/simulation.ts';
import type { World } from '../../src/simulation/world.ts';
import type { Fact } from '../../src/trace/fact.ts';

/** Scenarios that everybody meets first, and between them every kind of resync and time-out. */
export const GALLERY = [
  'first-sync', 'short-disconnect', 'backlog-overflow', 'master-restart', 'backlog-edge', 'repl-timeout-idle', 'repl-timeout-transfer', 'diskless-hostage',
] as const;
export type GalleryName = (typeof GALLERY)[number];

export const GALLERY_FOLDER: string = join(import.meta.dirname, '../../scenarios');

export function galleryText(name: GalleryName): string {
  return readFileSync(join(GALLERY_FOLDER, `${name}.yaml`), 'utf8');
}

export function gallery(name: GalleryName, file = `scenarios/${name}.yaml`): Scenario {
  return loadScenario(galleryText(name), file);
}

/** The lesson of the backlog with a tenth of its writes and of its backlog, for what is made of it: the same story in a fifth of the time. */
export function smallOverflow(): Scenario {
  return loadScenario(galleryText('backlog-overflow').replace('writes: 400/s', 'writes: 40/s').replace('repl-backlog-size: 1mb', 'repl-backlog-size: 100kb'), 'scenarios/backlog-overflow.yaml');
}

/** The lesson itself, looked at each half second: played once for all who look at it. */
export function sampledOverflow(): Outcome {
  sampled ??= run(gallery('backlog-overflow'), { sampleEveryUs: 500_000 });
  return sampled;
}

let sampled: Outcome | null = null;

/** Loads and plays. */
export function play(text: string, options: RunOptions = {}): Outcome {
  return run(loadScenario(text, 'test.yaml'), options);
}

/** Plays in slices of so many events. */
export function inSlices(scenario: Scenario, events: number, options: RunOptions = {}): Run {
  const going = start(scenario, options);
  while (!going.advance(events));
  return going;
}

/** Something done to the running world at a time, with nobody told. */
export interface Tampering {
  readonly atS: number;
  readonly tamper: (world: World) => void;
}

/** Plays, and lays hands on the world's plain data on the way. */
export function playTampered(text: string, tamperings: readonly Tampering[]): Outcome {
  const scenario = loadScenario(text, 'test.yaml');
  const judge = createJudge(scenario);
  const simulation = createSimulation(scenario, {
    seed: scenario.seed, server: null, untilUs: null, guards: {}, cronEveryTick: false, tap: null,
    onTrace: (trace) => judge.watch(trace),
    onCheckpoint: (asked, atUs) => judge.checkpoint(asked, atUs),
    watched: judge.conditions,
    onChange: (condition, atUs, holds) => judge.changed(condition, atUs, holds),
  });
  const { world } = simulation;
  for (const { atS, tamper } of tamperings) {
    while (world.kernel.nowUs < atS * 1_000_000 && !simulation.advance(1));
    tamper(world);
  }
  while (!simulation.advance(10_000));
  return judge.outcome({
    seed: scenario.seed, server: scenario.server, virtualUs: world.kernel.nowUs, events: world.kernel.eventsRun,
    appliedWrites: world.trace.count('write'), nodes: world.nodes.map(nodeState), stopped: simulation.stoppedBy, interrupted: false, waiting: '',
  });
}

/** Plays, and gives the replies to the commands of the timeline, in order. */
export function replies(text: string): Reply[] {
  const going = inSlices(loadScenario(text, 'test.yaml'), 100_000);
  return going.steps.flatMap(({ result }) => (result.type === 'replies' ? [...result.replies] : []));
}

/** Plays, and gives the instants (µs) at which a node applied stream bytes. */
export function appliedAt(text: string, node: number): number[] {
  const instants: number[] = [];
  const going = start(loadScenario(text, 'test.yaml'));
  going.trace.subscribe(['applied'], (atUs, index) => index === node && instants.push(atUs));
  while (!going.advance(100_000));
  return instants;
}

/** What the invariants said: `name: verdict`, with the detail of those that were violated. */
export function invariantsOf(outcome: Outcome): string[] {
  return outcome.invariants.map(({ name, verdict, detail }) => (verdict === 'violated' ? `${name}: ${detail}` : `${name}: ${verdict}`));
}

/** Resyncs as words: `13.8s replica ⇐ master: full first-contact done`. */
export function resyncsOf(outcome: Outcome, replica?: string): string[] {
  return outcome.resyncs.filter((one) => replica === undefined || one.replica === replica)
    .map((one) => `${(one.askedAtUs / 1_000_000).toFixed(1)}s ${one.replica}: ${one.kind} ${one.reason} ${one.outcome}`);
}

/** INFO of a node at the end. */
export function infoOf(outcome: Outcome, node: string, ...fields: readonly string[]): Record<string, string | undefined> {
  const info = outcome.nodes.find((state) => state.node === node)?.info;
  return Object.fromEntries(fields.map((field) => [field, info?.get(field)]));
}

/** Where two stories part: the first fact that is not the same in both. */
export function firstDifference(a: readonly Fact[], b: readonly Fact[]): { readonly a: Fact | undefined; readonly b: Fact | undefined } | null {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    if (JSON.stringify(a[index]) !== JSON.stringify(b[index])) return { a: a[index], b: b[index] };
  }
  return null;
}
