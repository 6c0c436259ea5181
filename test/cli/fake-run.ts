/** A run that simulates nothing: the name of the scenario says what it comes to. */
import { assert } from '../../src/assert.ts';
import type { Outcome, Verdict } from '../../src/checks/outcome.ts';
import type { Parts } from '../../src/cli/main.ts';
import type { Run, RunOptions } from '../../src/run.ts';
import { createTrace } from '../../src/trace/trace.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';

export interface FakeRuns extends Parts {
  /** What was started, in order. */
  readonly started: { readonly scenario: Scenario; readonly options: RunOptions }[];
}

/** `passed`, `failed`, `undecided` and `error` are verdicts; `bug` and `crash` break; anything else passes. */
export function fakeRuns({ events = 1 }: { readonly events?: number } = {}): FakeRuns {
  const started: FakeRuns['started'] = [];
  return {
    started,
    start: (scenario, options = {}) => {
      started.push({ scenario, options });
      let done = 0;
      const run: Pick<Run, 'nowUs' | 'endUs' | 'events' | 'advance' | 'outcome' | 'trace'> = {
        trace: createTrace([]),
        get nowUs() {
          return done * 1_000_000;
        },
        endUs: events * 1_000_000,
        get events() {
          return done;
        },
        advance: (maxEvents) => {
          if (scenario.name === 'bug') assert(false, 'two and two are five');
          if (scenario.name === 'crash') (undefined as unknown as { boom(): void }).boom();
          done = Math.min(events, done + Math.min(maxEvents, 1_000));
          return done === events;
        },
        outcome: () => outcomeOf({ ...scenario, seed: options.seed ?? scenario.seed }, done === events, run.nowUs, run.events),
      };
      return run as Run;
    },
  };
}

function outcomeOf(scenario: Scenario, over: boolean, virtualUs: number, events: number): Outcome {
  const verdicts: readonly string[] = ['passed', 'failed', 'undecided', 'error'] satisfies Verdict[];
  const verdict = !over ? 'undecided' : verdicts.includes(scenario.name) ? (scenario.name as Verdict) : 'passed';
  return {
    scenario, seed: scenario.seed, server: scenario.server, verdict, verdictDetail: over ? '' : `interrupted at ${virtualUs} µs`, virtualUs, events,
    appliedWrites: 0, traceHash: '0123456789abcdef', resyncs: [], expectations: [], invariants: [], nodes: [], facts: [], observed: null,
  };
}

/** A scenario with nothing in it but a name that says what it comes to. */
export function scenarioText(name: string): string {
  return `name: ${name}\nnodes: { master: {} }\n`;
}
