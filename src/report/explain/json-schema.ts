/** The published shape of what `sim explain --reporter json` prints: `replsim-explain/1`. As with that of a run, types and schema are held against each other. */
import * as z from 'zod/mini';
import { count, described, resyncShape, SEED, HASH, text } from '../json-schema.ts';
import { EXPLAIN_FORMAT, type JsonBefore, type JsonCause, type JsonExplain, type JsonExplanation, type JsonProbe, type JsonWhyNot } from './json.ts';

const cause: z.ZodMiniType<JsonCause> = z.strictObject({
  is: described(
    z.enum(['fault', 'order', 'load', 'start', 'unknown']),
    'What it goes back to: a fault of the timeline, an order (REPLICAOF, FAILOVER …), writes that outgrew an output buffer, the start of a node, or nothing that was told.',
  ),
  words: text('The same in words. Of several faults that may be to blame for a silence all are named.'),
  facts: described(z.array(z.int()), 'Ids of the facts behind it, as in a trace written by sim run --trace.'),
});

const before: z.ZodMiniType<JsonBefore> = z.strictObject({
  node: text('Its name.'),
  running: described(z.boolean(), 'Whether its process ran.'),
  info: described(z.record(z.string(), z.string()), 'What INFO would have shown, field by field.'),
});

const probe: z.ZodMiniType<JsonProbe> = z.strictObject({
  value: described(z.number(), 'In the unit of its knob; of versions the place in the order of release.'),
  set: described(z.array(z.strictObject({ path: z.string(), value: z.string() })), 'What the run was made with, on top of what the run asked about was made with: --set path=value each.'),
  fate: described(
    z.enum(['partial', 'not-needed', 'full', 'loop', 'undecided', 'not-runnable']),
    'partial: decided partial, and the replica got in step. not-needed: it never had to ask. full: copied again. loop: partial again and again. undecided: the run ended before one could say. not-runnable: no run could be made; it is no side of an edge.',
  ),
  reason: described(resyncShape.reason, 'What the master answered.'),
});

const whyNot: z.ZodMiniType<JsonWhyNot> = z.strictObject({
  asked: described(z.enum(['yes', 'first-contact', 'not-full']), 'first-contact and not-full: there was nothing to spare, and nothing was tried.'),
  runs: count('Runs that were made.'),
  best: described(z.nullable(z.string()), 'Which knob to name when there is room for one; null: none spares it.'),
  knobs: z.array(z.strictObject({
    knob: text('What was turned.'),
    paths: described(z.array(z.string()), 'The same, as --set names it.'),
    was: described(z.nullable(z.number()), 'What it was in the run asked about; null when it had no one value.'),
    unit: z.enum(['bytes', 'us', 's', 'rate-s', 'rate-min', 'rate-h', 'index']),
    answer: described(z.enum(['edge', 'several', 'none', 'not-tried']), 'edge: on one side of it all is well, on the other nothing is. several: more than one, so that more is not always better. none: no value spares it.'),
    edges: described(z.array(z.strictObject({ holds: probe, fails: probe })), 'Two runs one step apart, of which one spares it.'),
    why: text('Why it was not tried; empty when it was.'),
  })),
});

const explanation: z.ZodMiniType<JsonExplanation> = z.strictObject({
  number: count('Its number among all resyncs of the run, from 1.'),
  servers: z.strictObject({ master: text('The version of the master at that time; empty when nothing told which node it was.'), replica: text('That of the replica.') }),
  checks: described(
    z.array(z.strictObject({
      name: text('What was checked.'),
      passed: z.boolean(),
      left: z.union([z.string(), z.number()]),
      relation: text('How the two sides were compared.'),
      right: z.union([z.string(), z.number()]),
    })),
    'What the master checked, in this order, up to the check that decided; empty when it was never asked.',
  ),
  story: described(z.array(z.strictObject({ atUs: count('When.'), node: text('Who; empty for what was done to the world.'), text: text('What.') })), 'How it came to that, from the first cause to the question.'),
  cause,
  proof: described(
    z.strictObject({
      is: described(
        z.enum(['alone', 'each', 'any', 'not-shown', 'not-tried']),
        'alone: without any one of the parts (of loads: without all) the resync does not happen. each: every one of them alone leads to it. any: it does not happen without all of them, and no more is known. not-shown: it happens without them, too. not-tried: there is nothing to take out, or the run was interrupted.',
      ),
      withoutIt: described(z.array(z.strictObject({ what: text('What was taken out of the scenario.'), atUs: described(z.nullable(z.int()), 'When it happened; null of a load.') })), 'What was taken out.'),
      runs: described(z.array(HASH), 'Trace hashes of the runs that show it. alone: one without each of the parts, in their order (of loads: one without all); else one without all of them.'),
    }),
    'Whether the resync goes back to its cause: the run made again without it.',
  ),
  forgottenAtUs: described(z.nullable(z.int()), 'When the backlog let go of the byte asked for; null when it still had it, or that was not the question.'),
  log: described(z.array(z.strictObject({ atUs: count('When.'), node: text('Which server.'), line: text('The line, without its prefix (pid, role, date).') })), 'What both servers logged about it, in the order of time.'),
  before: described(z.strictObject({ master: z.nullable(before), replica: z.nullable(before) }), 'Both sides just before the master decided; of a question that nobody heard, as it was asked. null: it is not known which node was meant.'),
  whyNot: described(z.nullable(whyNot), 'With --why-not partial: what would have spared it. null: that was not asked.'),
});

const report: z.ZodMiniType<JsonExplain> = z.strictObject({
  format: z.literal(EXPLAIN_FORMAT),
  scenario: text('Its name.'),
  file: text('Where it was read from.'),
  seed: described(SEED, 'Decimal text.'),
  server: text('Default profile of its nodes.'),
  traceHash: described(HASH, 'Hash of all facts of the run.'),
  resyncs: described(z.array(z.strictObject({ number: count('From 1.'), ...resyncShape, cause })), 'All resyncs, in the order in which replicas asked.'),
  explanations: described(z.array(explanation), 'Those that were asked for.'),
});

/** The content of `explain.schema.json`. */
export function explainJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(report, { target: 'draft-2020-12' }) as Record<string, unknown>;
  return { $schema, title: 'Resyncs explained by replsim', description: 'What `sim explain --reporter json` prints.', ...schema };
}
