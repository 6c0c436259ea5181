/** What `sim solve` has to tell, and for programs the same as data: `replsim-solve/1`. */
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

export function solveJson(reported: ReportedSolve): string {
  const { name, file, server, expectation, path, text, grid, step, solved, command, wallMs } = reported;
  const edgesOf = (edges: Solved['all']['edges'], seedOf: (value: number) => string): unknown =>
    edges.map(({ holds, fails }) => ({ holds: text(holds), fails: text(fails), commands: { holds: command(seedOf(holds), holds), fails: command(seedOf(fails), fails) } }));
  const finding = findingOf(solved.all, solved.complete);
  const data = {
    format: 'replsim-solve/1', scenario: name, file, server, expectation, path, grid: grid.map(text), step: step === null ? null : text(step),
    finding: finding.is === 'edge' ? (finding.begins ? 'begins' : 'ceases') : finding.is,
    edges: edgesOf(solved.all.edges, (value) => deciding(solved, value)),
    seeds: solved.seeds.map(({ seed, samples, edges }) => ({
      seed, edges: edgesOf(edges, () => seed), samples: samples.map(({ value, judgement, why }) => ({ value: text(value), judgement, why })),
    })),
    runs: solved.runs, complete: solved.complete, wallMs: Math.round(wallMs),
  };
  return `${JSON.stringify(data, null, 2)}\n`;
}

/** The seed that decides about a value: the first with which it fails, else the first of all. */
export function deciding({ seeds, all }: Solved, value: number): string {
  return all.samples.find((sample) => sample.value === value)?.failing[0] ?? seeds[0]!.seed;
}
