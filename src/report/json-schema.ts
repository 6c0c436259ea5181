/**
 * The published shape of what `--reporter json` prints: `replsim-run/1`.
 *
 * One definition: the compiler holds the types of `json.ts` against it, and `report.schema.json` at the root of the
 * project is made from it (a test compares). Loaded only by who wants the schema; printing a report needs none.
 */
import * as z from 'zod/mini';
import { REPORT_FORMAT, type JsonAnswer, type JsonGeneration, type JsonRangeRun, type JsonReport, type JsonResync, type JsonRun, type JsonNode } from './json.ts';

export const count = (description: string): z.ZodMiniType<number> => described(z.int().check(z.minimum(0)), description);
const offset = (description: string): z.ZodMiniType<number> => described(z.int().check(z.minimum(-1)), description);
export const text = (description: string): z.ZodMiniType<string> => described(z.string(), description);

export function described<T>(schema: z.ZodMiniType<T>, description: string): z.ZodMiniType<T> {
  return schema.check(z.describe(description));
}

const KIND = described(z.nullable(z.enum(['full', 'partial'])), 'What was decided; null when nothing was.');
const REASON = described(
  z.nullable(
    z.union([
      z.enum([
        'first-contact', 'unknown-id', 'past-second-offset', 'no-backlog', 'offset-before-backlog', 'offset-after-end', 'sync-command', 'in-backlog',
      ]),
      z.templateLiteral(['refused:', z.string()]),
    ]),
  ),
  'Why. `refused:` is followed by the code of the error, as in refused:NOMASTERLINK.',
);

/** Fields of a resync, here and where it has more of them. */
export const resyncShape: { [Field in keyof JsonResync]: z.ZodMiniType<JsonResync[Field]> } = {
  atUs: count('When the replica asked, in microseconds of virtual time.'),
  replica: text('The node that asked.'),
  master: text('The node that was asked; empty when nothing told which.'),
  kind: KIND,
  reason: REASON,
  outcome: described(
    z.enum(['done', 'aborted', 'refused']),
    'How it ended. An attempt that was still under way when the run ended is aborted, and its endedAtUs is null.',
  ),
  asked: z.strictObject({
    replid: text('The history asked for, 40 hex digits; `?` for none.'),
    offset: offset('The first byte wanted; -1 with `?`.'),
  }),
  evidence: described(
    z.nullable(
      z.strictObject({
        replid: text('The master’s history.'),
        replid2: text('The history it was on before; zeros for none.'),
        secondOffset: offset('First offset that is not shared with replid2; -1 for none.'),
        backlogActive: described(z.boolean(), 'Whether the master kept a backlog.'),
        firstByte: count('Offset of the oldest byte that it kept.'),
        histlen: count('Bytes that it kept.'),
        masterOffset: count('Bytes that it had produced: master_repl_offset.'),
        backlogSize: count('Its repl-backlog-size, bytes.'),
        askedReplid: text('The history asked for.'),
        askedOffset: described(z.int(), 'The first byte wanted.'),
        missedBy: count('Bytes by which the request missed the window; 0 when it was inside, or not compared.'),
        toSend: count('Bytes to send for a partial resync; 0 for a full one.'),
      }),
    ),
    'The numbers that decided; null when nothing was decided.',
  ),
  bytes: count('Payload: the RDB of a full resync (of an aborted one: what arrived), the backlog bytes of a partial one.'),
  endedAtUs: described(z.nullable(z.int().check(z.minimum(0))), 'When it ended; null when the run ended first.'),
  phases: described(
    z.array(
      z.strictObject({
        phase: described(z.enum(['wait', 'save', 'transfer', 'stream', 'flush', 'load', 'aof-rewrite']), 'What it was busy with.'),
        fromUs: count('When that began.'),
        untilUs: described(z.nullable(z.int().check(z.minimum(0))), 'When it was over; null when the run ended first.'),
        during: described(
          z.nullable(z.literal('transfer')),
          'It was a part of the transfer, which counts its time: a diskless file is saved while it is sent, and may be loaded while it comes. null: it stands for itself.',
        ),
      }),
    ),
    'Of a full resync, what its time was spent on. Those that stand for themselves follow one another without a gap, from the question on; aof-rewrite goes on after endedAtUs.',
  ),
};

const resync: z.ZodMiniType<JsonResync> = z.strictObject(resyncShape);

const node: z.ZodMiniType<JsonNode> = z.strictObject({
  role: z.enum(['master', 'replica']),
  replid: text('Its history; empty when it is down.'),
  replid2: text('The history it was on before; zeros for none.'),
  offset: offset('master_repl_offset of a master, slave_repl_offset of a replica; -1 when it is down or has none.'),
  secondOffset: offset('First offset that is not shared with replid2; -1 for none.'),
  backlog: z.strictObject({
    active: z.boolean(),
    size: count('repl-backlog-size, bytes.'),
    firstByte: count('Offset of the oldest byte kept.'),
    length: count('Bytes kept.'),
  }),
  keys: count('Keys in all databases.'),
  digest: text('Digest of the data, 16 hex digits; empty when it is down.'),
  sync: z.strictObject({
    full: count('sync_full'),
    partialOk: count('sync_partial_ok'),
    partialErr: count('sync_partial_err'),
  }),
});

const VERDICT = z.enum(['passed', 'failed', 'undecided', 'error']);
export const SEED: z.ZodMiniType<string> = z.string().check(z.regex(/^\d+$/));
export const HASH: z.ZodMiniType<string> = z.string().check(z.regex(/^[0-9a-f]{16}$/));

const answer: z.ZodMiniType<JsonAnswer> = z.strictObject({
  replica: text('The node that asked.'),
  done: described(z.array(z.strictObject({ kind: KIND, reason: REASON })), 'Its completed resyncs, in order.'),
});

const rangeRun: z.ZodMiniType<JsonRangeRun> = z.strictObject({
  seed: described(SEED, 'Its seed.'),
  server: text('Its default profile.'),
  verdict: VERDICT,
  why: text('Why it did not pass; empty when it did.'),
  traceHash: described(HASH, 'Hash of all facts of that run.'),
  resyncs: described(z.array(answer), 'What its replicas came to, in the order of the scenario.'),
  without: described(z.array(z.string()), 'With --server all: settings that this version does not know, and was run without.'),
});

const generation: z.ZodMiniType<JsonGeneration> = z.strictObject({
  servers: described(z.array(z.string()), 'The versions, eldest first.'),
  verdict: VERDICT,
  resyncs: z.array(answer),
});

const run: z.ZodMiniType<JsonRun> = z.strictObject({
  scenario: text('Its name.'),
  file: text('Where it was read from.'),
  seed: described(SEED, 'Decimal text: a seed may have more digits than a number keeps.'),
  server: text('Default profile of its nodes, as in redis-7.2.'),
  verdict: VERDICT,
  virtualUs: count('Virtual time at the end, microseconds.'),
  events: count('Events of the simulation.'),
  appliedWrites: count('Writes that entered replication streams.'),
  wallMs: described(z.nullable(z.number().check(z.minimum(0))), 'Wall time of the run, milliseconds: the only value here that differs between two runs of one seed. null: not known, as of a saved trace.'),
  traceHash: described(HASH, 'Hash of all facts of the run.'),
  range: described(z.nullable(z.array(rangeRun)), 'Of many runs, over seeds or versions, a line each in the order in which they were run; this run is the first of the worst. null: there was one run.'),
  generations: described(z.nullable(z.array(generation)), 'One seed in several versions: those who came to the same verdict and the same resyncs, in the order in which each first appears. null: one version, or many seeds.'),
  skipped: described(z.array(z.strictObject({ server: text('The version.'), why: text('What it does not know.') })), 'With --server all: versions that the scenario is not for.'),
  resyncs: described(z.array(resync), 'In the order in which replicas asked.'),
  expectations: described(
    z.array(
      z.strictObject({
        text: text('As the author wrote it, in words.'),
        verdict: z.enum(['held', 'failed', 'undecided', 'not-applicable']),
        detail: text('What was expected and what was found; empty when it held. Of one that is not applicable: for whom it is meant.'),
      }),
    ),
    'In the order in which they were judged.',
  ),
  invariants: z.array(
    z.strictObject({
      name: z.string(),
      verdict: z.enum(['held', 'violated', 'not-applicable']),
      detail: text('What was violated, or why it does not apply.'),
    }),
  ),
  nodes: described(z.record(z.string(), node), 'State of each node at the end, by name.'),
});

const report: z.ZodMiniType<JsonReport> = z.strictObject({
  format: z.literal(REPORT_FORMAT),
  runs: described(z.array(run), 'One for each scenario, in the order in which they were run.'),
});

/** The content of `report.schema.json`. */
export function reportJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(report, { target: 'draft-2020-12' }) as Record<string, unknown>;
  return { $schema, title: 'A replsim report', description: 'What `sim run --reporter json` prints.', ...schema };
}
