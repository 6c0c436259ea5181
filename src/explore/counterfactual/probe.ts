/** One probing run, as far as it takes to know what became of the resync. */
import type { Run } from '../../run.ts';
import { type Subject, type Verdict, watch } from './subject.ts';

/** Events between two looks. Always the same, so that the same is seen at the same time on every machine. */
const LOOK = 500;

/** Moves the run to the next look; null: not known yet. */
export function createProbe(run: Run, subject: Subject): () => (Verdict & { readonly knownAtUs: number }) | null {
  const look = watch(subject);
  return () => {
    const over = run.advance(LOOK);
    const verdict = look(run, over);
    return verdict === null ? null : { ...verdict, knownAtUs: run.nowUs };
  };
}
