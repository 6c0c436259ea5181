/** Makes the runs that a search for counterfactuals asks for, with progress, a budget, and an ear for Ctrl-C. */
import type { Outcome } from '../checks/outcome.ts';
import type { Counterfactuals, KnobName } from '../explore/counterfactual/answer.ts';
import { createProbe } from '../explore/counterfactual/probe.ts';
import { counterfactualsOf, firstOf, type ProbeRequest, type ProbeResult } from '../explore/counterfactual/search.ts';
import { profiles } from '../redis/profiles/index.ts';
import type { start } from '../run.ts';
import type { Override } from '../scenario/overrides.ts';
import { drive } from './drive.ts';
import type { Host } from './host.ts';
import { loadFile } from './loading.ts';
import { createProgress } from './progress.ts';

export interface CounterfactualOptions {
  readonly file: string;
  /** What the run asked about was made with, `--set` and `--server` alike. */
  readonly overrides: readonly Override[];
  /** Of that run, as `--until` gave it. */
  readonly untilUs?: number;
  readonly start: typeof start;
  readonly interrupted: () => boolean;
  /** Only these; all, if not said. */
  readonly knobs?: readonly KnobName[];
  /** Runs at most; BUDGET if not said. */
  readonly budget?: number;
  /** Answers by the attempt that they are about; attempts of one loop share theirs. What is found is put there. */
  readonly known?: Map<number, Counterfactuals>;
}

/** Enough for all knobs of every resync of the gallery. */
export const BUDGET = 150;
const BREATH_MS = 50;

/** What would have spared the resync of this index in the outcome. Throws only for a bug of ours. */
export async function findCounterfactuals(outcome: Outcome, index: number, host: Host, options: CounterfactualOptions): Promise<Counterfactuals> {
  const { file, start, interrupted, budget = BUDGET, untilUs, known } = options;
  const first = firstOf(outcome, index);
  const same = first === null ? undefined : known?.get(first);
  if (same !== undefined) return { ...same, resync: index };
  const base: readonly Override[] = [...options.overrides, { path: 'seed', value: outcome.seed }, { path: 'server', value: outcome.server }];
  const loaded = loadFile(file, base, host.files);
  if (!loaded.ok) throw new Error(`${file} could be read a moment ago: ${loaded.problems[0]?.message ?? ''}`);
  const progress = createProgress(host);
  let runs = 0;
  const make = async ({ knob, set, subject }: ProbeRequest): Promise<ProbeResult> => {
    await host.breathe();
    if (interrupted()) return 'interrupted';
    if (runs === budget) return 'budget';
    const changed = loadFile(file, [...base, ...set], host.files);
    // A version that does not know a setting, a value that Redis refuses.
    if (!changed.ok) return { fate: 'not-runnable', reason: null, knownAtUs: 0 };
    runs++;
    const run = start(changed.scenario, untilUs === undefined ? {} : { untilUs });
    const look = createProbe(run, subject);
    let breathed = host.nowMs();
    for (;;) {
      const result = look();
      if (result !== null) return result;
      if (host.nowMs() - breathed < BREATH_MS) continue;
      progress.show(`${knob}: run ${runs}`, run);
      await host.breathe();
      if (interrupted()) return 'interrupted';
      breathed = host.nowMs();
    }
  };
  try {
    const search = counterfactualsOf({ outcome, root: loaded.root, versions: [...profiles.keys()] }, index, options.knobs === undefined ? {} : { knobs: options.knobs });
    const found = await drive(search, make);
    if (first !== null) known?.set(first, found);
    return found;
  } finally {
    progress.clear();
  }
}
