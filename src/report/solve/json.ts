/** What `sim solve` found, for programs: `replsim-solve/1`. Plain data; its published shape is made in json-schema.ts. */
import { type Finding, deciding, findingOf, type ReportedSolve } from './solve-report.ts';
import type { Judgement, Solved } from '../../explore/solve.ts';

export const SOLVE_FORMAT = 'replsim-solve/1';

export interface JsonSolve {
  readonly format: typeof SOLVE_FORMAT;
  readonly scenario: string;
  readonly file: string;
  readonly server: string;
  readonly expectation: string;
  readonly path: string;
  readonly grid: readonly string[];
  readonly step: string | null;
  readonly finding: 'begins' | 'ceases' | Exclude<Finding['is'], 'edge'>;
  readonly edges: readonly JsonEdge[];
  readonly seeds: readonly JsonSolveSeed[];
  readonly runs: number;
  readonly complete: boolean;
  readonly wallMs: number;
}

export interface JsonEdge {
  readonly holds: string;
  readonly fails: string;
  readonly commands: { readonly holds: string; readonly fails: string };
}

export interface JsonSolveSeed {
  readonly seed: string;
  readonly edges: readonly JsonEdge[];
  readonly samples: readonly { readonly value: string; readonly judgement: Judgement; readonly why: string }[];
}

export function solveJson({ name, file, server, expectation, path, text, grid, step, solved, command, wallMs }: ReportedSolve): string {
  const edgesOf = (edges: Solved['all']['edges'], seedOf: (value: number) => string): JsonEdge[] =>
    edges.map(({ holds, fails }) => ({ holds: text(holds), fails: text(fails), commands: { holds: command(seedOf(holds), holds), fails: command(seedOf(fails), fails) } }));
  const finding = findingOf(solved.all, solved.complete);
  const data: JsonSolve = {
    format: SOLVE_FORMAT, scenario: name, file, server, expectation, path, grid: grid.map(text), step: step === null ? null : text(step),
    finding: finding.is === 'edge' ? (finding.begins ? 'begins' : 'ceases') : finding.is,
    edges: edgesOf(solved.all.edges, (value) => deciding(solved, value)),
    seeds: solved.seeds.map(({ seed, samples, edges }) => ({
      seed, edges: edgesOf(edges, () => seed), samples: samples.map(({ value, judgement, why }) => ({ value: text(value), judgement, why })),
    })),
    runs: solved.runs, complete: solved.complete, wallMs: Math.round(wallMs),
  };
  return `${JSON.stringify(data, null, 2)}\n`;
}
