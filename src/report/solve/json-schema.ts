/** The published shape of what `sim solve --reporter json` prints: `replsim-solve/1`. As with that of a run, types and schema are held against each other. */
import * as z from 'zod/mini';
import { count, described, SEED, text } from '../json-schema.ts';
import { type JsonEdge, type JsonSolve, type JsonSolveSeed, SOLVE_FORMAT } from './json.ts';

const edge: z.ZodMiniType<JsonEdge> = z.strictObject({
  holds: text('The value on the side on which it holds.'),
  fails: text('The value one step beyond, with which it does not, or cannot be judged.'),
  commands: described(z.strictObject({ holds: z.string(), fails: z.string() }), 'The runs that show it: each a command that makes it again.'),
});

const seed: z.ZodMiniType<JsonSolveSeed> = z.strictObject({
  seed: described(SEED, 'Decimal text.'),
  edges: described(z.array(edge), 'Where it changes with this seed alone.'),
  samples: described(
    z.array(z.strictObject({
      value: text('What was tried.'),
      judgement: described(z.enum(['holds', 'fails', 'undecided']), 'undecided: the run ended before one could say; it is no side of an edge.'),
      why: text('What was found instead; empty when it holds.'),
    })),
    'Each run, by value.',
  ),
});

const report: z.ZodMiniType<JsonSolve> = z.strictObject({
  format: z.literal(SOLVE_FORMAT),
  scenario: text('Its name.'),
  file: text('Where it was read from.'),
  server: text('Default profile of its nodes.'),
  expectation: text('What must hold, in words.'),
  path: text('What was varied, as --set names it.'),
  grid: described(z.array(z.string()), 'The values that were tried before anything was halved.'),
  step: described(z.nullable(z.string()), 'The smallest distance of two values; null of a list of names.'),
  finding: described(
    z.enum(['begins', 'ceases', 'several', 'always', 'never', 'open']),
    'With growing values, over all seeds: it begins to hold, or ceases to, once. several: it changes more than once, so that more is not always better. always, never: at all values tried, or at none. open: stopped before one could say.',
  ),
  edges: described(z.array(edge), 'Where that changes: a value holds when it does with all seeds.'),
  seeds: described(z.array(seed), 'The same, seed by seed.'),
  runs: count('Runs that were made.'),
  complete: described(z.boolean(), 'false: it was interrupted.'),
  wallMs: count('How long it took, in milliseconds of real time.'),
});

/** The content of `solve.schema.json`. */
export function solveJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(report, { target: 'draft-2020-12' }) as Record<string, unknown>;
  return { $schema, title: 'An edge found by replsim', description: 'What `sim solve --reporter json` prints.', ...schema };
}
