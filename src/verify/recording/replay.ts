/**
 * One case in one version: turned into a scenario, played, written down, compared.
 *
 * Three ends, kept apart: it agrees; it differs, which is a bug of ours; or it needs something that the
 * simulator does not have yet, and then nothing is said about the rest.
 */
import { type LogPattern, logPatterns } from '../../trace/log-patterns.ts';
import { type LogWords, wordsOf } from '../../trace/log-words.ts';
import { createNodeLog } from '../../trace/node-log.ts';
import { type CoversLine, type Difference, type MoreLine, compare } from './compare.ts';
import type { Engine, EngineRun } from './engine.ts';
import { type Json, type Observed, type Recording, isList } from './format.ts';
import { type LogView, observe } from './recorder.ts';
import { PACES, type Pace } from './pace.ts';
import { createRelayRecorder } from './relay-recorder.ts';
import { type Replay, toScenario } from './to-scenario.ts';

export type ReplayResult = {
  readonly case: string;
  readonly version: string;
  /** Recorded log lines for which we have no view; they were not compared. */
  readonly uncoveredLines: readonly string[];
  /** Log lines of ours that the recording does not hold, of the kinds that it would (`holdsLine`; else of all). */
  readonly moreLines: readonly MoreLine[];
} & (
  | { readonly verdict: 'agree' }
  | { readonly verdict: 'differ'; readonly differences: readonly Difference[] }
  | { readonly verdict: 'not covered'; /** Verbs and mechanisms. */ readonly needs: readonly string[] }
);

/** At one pace of the recorder or another (`pace.ts`) all must agree at once; if it never does, the attempt that came closest counts. */
export function replay(recording: Recording, version: string, engine: Engine, holdsLine?: CoversLine): ReplayResult {
  let closest: ReplayResult | null = null;
  for (const pace of PACES) {
    const result = replayAt(pace, recording, version, engine, holdsLine);
    if (result.verdict !== 'differ') return result;
    if (closest?.verdict !== 'differ' || result.differences.length < closest.differences.length) closest = result;
  }
  return closest!;
}

function replayAt(pace: Pace, recording: Recording, version: string, engine: Engine, holdsLine: CoversLine | undefined): ReplayResult {
  const expected = recording.observed.get(version);
  const head = { case: recording.case.id, version, uncoveredLines: [], moreLines: [] };
  if (expected === undefined) return { ...head, verdict: 'not covered', needs: [`a recording of ${version}`] };

  const plan = toScenario(recording, version, pace);
  if ('uncovered' in plan) return { ...head, verdict: 'not covered', needs: plan.uncovered };

  const relays = createRelayRecorder();
  let run: EngineRun;
  try {
    run = engine(plan.scenario, relays);
  } catch (error) {
    return { ...head, verdict: 'differ', differences: [{ path: 'run', expected: 'a run to the end', got: messageOf(error) }] };
  }
  const got = observe(plan.plan, { ...run, relays }, logView(plan));
  const unknown = unknownCommands(recording, expected, got);
  if (unknown.length > 0) return { ...head, verdict: 'not covered', needs: unknown };

  const { differences, ...lines } = compare(expected, got, coversLine(plan), holdsLine);
  const all = [...unfinished(plan, run), ...differences];
  return all.length === 0 ? { ...head, ...lines, verdict: 'agree' } : { ...head, ...lines, verdict: 'differ', differences: all };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

function unfinished(plan: Replay, run: EngineRun): readonly Difference[] {
  const steps = plan.scenario.timeline[0]!.steps.length;
  if (run.steps.length === steps && run.stopped === '') return [];
  return [{ path: 'run', expected: `all ${steps} verbs done`, got: `${run.steps.length}${run.stopped === '' ? '' : `: ${run.stopped}`}` }];
}

// ------------------------------------------------------------------ log lines, in the words of each server's version

function logView(plan: Replay): LogView {
  const logs = plan.scenario.nodes.map((node) => createNodeLog(node.name, node.server));
  return (fact) => logs.flatMap((read) => read(fact));
}

function coversLine(plan: Replay): CoversLine {
  const patterns = new Map(plan.scenario.nodes.map((node) => [node.name, patternsOf(wordsOf(node.server))]));
  return (server, line) => (patterns.get(server) ?? []).some((pattern) => pattern.line.test(line));
}

/** Hundreds of regular expressions, the same for each replay of a version. */
function patternsOf(words: LogWords): readonly LogPattern[] {
  let patterns = PATTERNS.get(words);
  if (patterns === undefined) PATTERNS.set(words, patterns = logPatterns(words));
  return patterns;
}

const PATTERNS = new WeakMap<LogWords, readonly LogPattern[]>();

// ------------------------------------------------------------------ commands that the simulator does not know

/** Commands that we answered by "unknown command" where the recorded server did not: `command EVAL`. */
function unknownCommands(recording: Recording, expected: Observed, got: Observed): readonly string[] {
  const recorded = new Map(expected.results.map((row) => [row['step'], row]));
  const unknown = got.results.flatMap((row) => {
    const step = recording.case.steps[Number(row['step'])]!;
    const ours = repliesOf(row['reply'], row['replies']);
    const theirs = repliesOf(recorded.get(row['step'])?.['reply'], recorded.get(row['step'])?.['replies']);
    return ours.flatMap((reply, i) => (isUnknown(reply) && !isUnknown(theirs[i]) ? [`command ${commandOf(step.fields, i)}`] : []));
  });
  return [...new Set(unknown)];
}

function repliesOf(reply: Json | undefined, replies: Json | undefined): readonly Json[] {
  if (isList(replies)) return replies;
  return reply === undefined ? [] : [reply];
}

function isUnknown(reply: Json | undefined): boolean {
  return typeof reply === 'string' && /^-ERR unknown (?:sub)?command/i.test(reply);
}

function commandOf(fields: { readonly [name: string]: Json }, index: number): string {
  const [args, list] = [fields['args'], fields['list']];
  const argv = isList(list) ? list[index] : args;
  const name = isList(argv) ? argv[0] : undefined;
  return typeof name === 'string' ? name.toUpperCase() : '?';
}
