/**
 * The product in one function: a scenario goes in, an Outcome comes out. Everything else (many seeds, sweeps, comparisons,
 * a replay of recordings) is built from it.
 */
import { createJudge } from './checks/judge.ts';
import type { Outcome } from './checks/outcome.ts';
import type { StepResult } from './scenario/player.ts';
import type { Scenario } from './scenario/scenario.ts';
import { verbWords } from './scenario/words.ts';
import { clientState, nodeState } from './simulation/observe.ts';
import { createSimulation, type Simulation } from './simulation/simulation.ts';
import type { WorldOptions } from './simulation/world.ts';
import type { Fact, NodeState } from './trace/fact.ts';
import type { Trace } from './trace/trace.ts';

export interface RunOptions {
  /** Overrides the scenario's seed. */
  readonly seed?: string;
  /** Overrides the server of every node that does not name its own. */
  readonly server?: string;
  /** Stops at this virtual time, µs. */
  readonly untilUs?: number;
  /** Called with each milestone as it is told; never changes the run. */
  readonly onFact?: (fact: Fact) => void;
  /** Sees what passes the relay between a replica and its master; never changes the run. */
  readonly tap?: NonNullable<WorldOptions['tap']>;
  /** Looks at everything each so many µs of virtual time (`Outcome.observed`); never changes the run. */
  readonly sampleEveryUs?: number;
  readonly guards?: WorldOptions['guards'];
  /** Lets every cron tick happen, also those at which nothing can: makes no difference, as a test shows. */
  readonly cronEveryTick?: boolean;
}

/** A run in slices, so that a caller can show progress and be interrupted. Slicing never touches the trace. */
export interface Run {
  /** Virtual time, and the time at which the run ends at the latest, µs. */
  readonly nowUs: number;
  readonly endUs: number;
  readonly events: number;
  readonly trace: Trace;
  /** What the steps of the timeline gave so far. */
  readonly steps: readonly StepResult[];
  /** The state of every node now; looking changes nothing. */
  readonly states: () => readonly NodeState[];
  /** Where the nodes listen. */
  readonly addresses: readonly { readonly node: string; readonly host: string; readonly port: number }[];
  /** Why the run ended before its time; '' when it did not. */
  readonly stopped: string;
  /** The state of a node at this very instant: an observation, which changes nothing. */
  look(node: string): NodeState;
  /** Offset of the oldest byte in the backlog of a node; null: it has none. Cheap enough to be asked at each write. */
  oldestByte(node: string): number | null;
  /** Moves the run by at most `maxEvents` events; true when it is over. */
  advance(maxEvents: number): boolean;
  /** The outcome so far, or the final one. */
  outcome(): Outcome;
}

/** Begins a run: the nodes were started, and nothing else has happened yet. */
export function start(scenario: Scenario, options: RunOptions = {}): Run {
  const seed = options.seed ?? scenario.seed;
  const judge = createJudge(scenario, options.server);
  const simulation: Simulation = createSimulation(scenario, {
    seed,
    server: options.server ?? null,
    untilUs: options.untilUs ?? null,
    sampleEveryUs: options.sampleEveryUs ?? null,
    guards: options.guards ?? {},
    cronEveryTick: options.cronEveryTick ?? false,
    tap: options.tap ?? null,
    onTrace: (trace) => {
      judge.watch(trace);
      if (options.onFact !== undefined) trace.onMilestone(options.onFact);
    },
    onCheckpoint: (asked, atUs) => judge.checkpoint(asked, atUs, simulation.world.clients.map(clientState)),
    watched: judge.conditions,
    onChange: (condition, atUs, holds) => judge.changed(condition, atUs, holds),
  });
  const { world, playback } = simulation;
  return {
    endUs: simulation.endUs,
    trace: world.trace,
    steps: playback.results,
    states: () => world.nodes.map(nodeState),
    addresses: world.nodes.map((node) => ({ node: node.name, host: world.network.hostAddress(node.host), port: node.config.port })),
    get nowUs() { return world.kernel.nowUs; },
    get events() { return world.kernel.eventsRun; },
    get stopped() { return simulation.stoppedBy; },
    look: (node) => nodeState(world.node(node)),
    oldestByte: (node) => world.node(node).server?.replication.backlog?.firstByte ?? null,
    advance: (maxEvents) => simulation.advance(maxEvents),
    outcome: () => judge.outcome({
      seed,
      server: options.server ?? scenario.server,
      virtualUs: world.kernel.nowUs,
      events: world.kernel.eventsRun,
      appliedWrites: world.trace.count('write'),
      nodes: world.nodes.map(nodeState),
      clients: world.clients.map(clientState),
      observed: simulation.observed(),
      stopped: simulation.stoppedBy,
      interrupted: simulation.stopped === '',
      waiting: [...playback.unfinished.values()].map((step) => (step === null ? 'a condition that never came true' : verbWords(step.verb))).join(', '),
    }),
  };
}

/** Runs a scenario to its end. */
export function run(scenario: Scenario, options: RunOptions = {}): Outcome {
  const going = start(scenario, options);
  while (!going.advance(1_000_000));
  return going.outcome();
}
