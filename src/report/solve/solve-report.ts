/** What `sim solve` has to tell. */
import type { Sample, Solved } from '../../explore/solve.ts';

export interface ReportedSolve {
  readonly name: string;
  readonly file: string;
  readonly server: string;
  /** What must hold, in words. */
  readonly expectation: string;
  /** What was turned, as `--set` names it. */
  readonly path: string;
  /** A value as one would type it. */
  readonly text: (value: number) => string;
  /** What was probed before anything was halved. */
  readonly grid: readonly number[];
  /** null: names, not numbers. */
  readonly step: number | null;
  readonly solved: Solved;
  /** The command of a single run. */
  readonly command: (seed: string, value: number) => string;
  readonly wallMs: number;
}

export type Finding =
  /** At every value that was probed, or at none. */
  | { readonly is: 'always' | 'never' }
  /** It begins to hold, or ceases to, once. */
  | { readonly is: 'edge'; readonly begins: boolean; readonly holds: number; readonly fails: number }
  /** It changes more than once. */
  | { readonly is: 'several'; readonly edges: readonly { readonly holds: number; readonly fails: number }[] }
  /** Stopped before one could say. */
  | { readonly is: 'open' };

/** What a list of probed values with its edges comes to. */
export function findingOf({ samples, edges }: { readonly samples: readonly { readonly value: number; readonly holds: boolean }[]; readonly edges: Solved['all']['edges'] }, complete: boolean): Finding {
  const [edge] = edges;
  if (edge !== undefined) return edges.length > 1 ? { is: 'several', edges } : { is: 'edge', begins: edge.holds > edge.fails, ...edge };
  if (!complete || samples.length === 0) return { is: 'open' };
  return { is: samples.every(({ holds }) => holds) ? 'always' : 'never' };
}

export function isHolding({ judgement }: Sample): boolean {
  return judgement === 'holds';
}

/** The seed that decides about a value: the first with which it fails, else the first of all. */
export function deciding({ seeds, all }: Solved, value: number): string {
  return all.samples.find((sample) => sample.value === value)?.failing[0] ?? seeds[0]!.seed;
}
