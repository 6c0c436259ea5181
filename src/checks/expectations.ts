/**
 * Judges an expectation of the author: held, failed, or undecided, with what was found instead.
 *
 * Everything is judged from facts and observed states, so the same function serves a simulated run, a
 * run on real servers and a saved trace. A run that ended before its time leaves undecided what more
 * time could have changed; what no time can mend has failed.
 */
import { unreachable } from '../assert.ts';
import { formatCount, formatInstant, formatSpan } from '../units.ts';
import type { Expectation, IntRange } from '../scenario/scenario.ts';
import type { Fact, NodeState } from '../trace/fact.ts';
import { logLines, type LogWords } from '../trace/log-lines.ts';
import type { Resync } from '../trace/resyncs.ts';
import type { Convergence } from './convergence.ts';
import { difference } from './invariants/converged.ts';
import type { ExpectationResult } from './outcome.ts';

/** What there is to judge from, at one instant. */
export interface Evidence {
  readonly atUs: number;
  /** The state of each node, observed at this instant. */
  readonly states: readonly NodeState[];
  readonly resyncs: readonly Resync[];
  readonly facts: readonly Fact[];
  readonly convergence: Convergence;
  /** The sentences of this node's server. */
  readonly words: (node: string) => LogWords;
  /** Why the run ended before its time; '' when it did not, or goes on. */
  readonly stopped: string;
}

interface Judgement {
  readonly verdict: ExpectationResult['verdict'];
  readonly detail: string;
}

const HELD: Judgement = { verdict: 'held', detail: '' };
const failed = (detail: string): Judgement => ({ verdict: 'failed', detail });
const undecided = (detail: string): Judgement => ({ verdict: 'undecided', detail });

export function judgeExpectation(expectation: Expectation, evidence: Evidence): ExpectationResult {
  const { verdict, detail } = judge(expectation, evidence);
  const { text, place } = expectation;
  return { text, verdict, detail, atUs: evidence.atUs, place: place === null ? null : { file: place.file, line: place.line, column: place.column } };
}

type Of<Name extends Expectation['expect']> = Extract<Expectation, { expect: Name }>;

function judge(expectation: Expectation, evidence: Evidence): Judgement {
  switch (expectation.expect) {
    case 'resyncs':
      return judgeResyncs(expectation, evidence);
    case 'resync-count':
      return judgeResyncCount(expectation, evidence);
    case 'log':
      return judgeLog(expectation, evidence);
    case 'converged':
      return judgeConverged(expectation, evidence);
    case 'role':
    case 'offsets-equal':
    case 'keys':
    case 'key':
    case 'same-data':
    case 'info':
      // What a node is at one instant says nothing about a later one.
      if (evidence.stopped !== '') return undecided(tooEarly(evidence));
      return judgeState(expectation, evidence);
    default:
      return unreachable(expectation);
  }
}

// -- what happened

function judgeResyncs({ replica, list }: Of<'resyncs'>, evidence: Evidence): Judgement {
  const found = evidence.resyncs.filter((resync) => resync.replica === replica && resync.outcome === 'done');
  const fits = found.every((resync, index) => {
    const wanted = list[index];
    return wanted !== undefined && wanted.kind === resync.kind && (wanted.reason === null || wanted.reason === resync.reason);
  });
  if (fits && found.length === list.length && evidence.stopped === '') return HELD;
  if (fits && evidence.stopped !== '') return undecided(`so far: ${nameAll(found)}; ${tooEarly(evidence)}`);
  const wanted = list.map(({ kind, reason }) => (reason === null ? kind : `${kind} (${reason})`));
  return failed(`expected ${enumerate(wanted)}; found ${nameAll(found)}${unfinished(replica, evidence)}`);
}

function judgeResyncCount({ replica, kind, attempts, count }: Of<'resync-count'>, evidence: Evidence): Judgement {
  const found = evidence.resyncs.filter(
    (resync) => resync.replica === replica && (attempts || resync.outcome === 'done') && (kind === 'any' || resync.kind === kind),
  );
  const counted = judgeCount(found.length, count, evidence);
  if (counted !== null) return counted;
  const what = `${kind === 'any' ? '' : `${kind} `}${attempts ? 'attempts' : 'resyncs'}`;
  return failed(`expected ${range(count)} ${what}; found ${formatCount(found.length)}: ${nameAll(found)}${unfinished(replica, evidence)}`);
}

function judgeLog({ node, pattern, count }: Of<'log'>, evidence: Evidence): Judgement {
  const words = evidence.words(node);
  let found = 0;
  for (const fact of evidence.facts) {
    if (fact.node === node) found += logLines(fact.body, words).filter((line) => line.includes(pattern)).length;
  }
  return judgeCount(found, count, evidence) ?? failed(`expected ${range(count)} log lines with "${pattern}" on ${node}; found ${formatCount(found)}`);
}

/** null: failed, and the caller knows the words. A count only grows with time. */
function judgeCount(found: number, { from, to }: IntRange, evidence: Evidence): Judgement | null {
  if (found > to) return null;
  if (evidence.stopped === '') return found >= from ? HELD : null;
  const canNoLongerFail = found >= from && to >= Number.MAX_SAFE_INTEGER;
  return canNoLongerFail ? HELD : undecided(`${formatCount(found)} so far; ${tooEarly(evidence)}`);
}

function judgeConverged({ withinUs, after }: Of<'converged'>, evidence: Evidence): Judgement {
  const { atUs: now, states } = evidence;
  const uneven = states.flatMap((state) => (state.role === 'replica' ? (difference(state, states)?.words ?? []) : []));
  const differences = enumerate(uneven);
  if (after === 'end') {
    if (uneven.length === 0) return HELD;
    return evidence.stopped === '' ? failed(`expected all replicas to be even at the end; found ${differences}`) : undecided(tooEarly(evidence));
  }
  const { fromUs, atUs } = evidence.convergence.reached(after, now);
  const moment = MOMENTS[typeof after === 'object' ? 'us' : after];
  if (fromUs === null || fromUs > now) return undecided(`the run ended at ${formatInstant(now)}, before ${moment}`);
  if (atUs !== null && atUs - fromUs <= withinUs) {
    // Even offsets are not enough: at the end, and only there, the data itself is known.
    const other = uneven.find((words) => words.includes('other data'));
    return other === undefined ? HELD : failed(`expected equal data; found: ${other}`);
  }
  const expected = `expected within ${formatSpan(withinUs)} of ${moment} (${formatInstant(fromUs)})`;
  if (atUs !== null) return failed(`${expected}; found at ${formatInstant(atUs)}, after ${formatSpan(atUs - fromUs)}`);
  if (now - fromUs < withinUs) return undecided(`not yet, ${formatSpan(now - fromUs)} after ${moment}; the run ended at ${formatInstant(now)}`);
  return failed(`${expected}; found not even at ${formatInstant(now)}: ${uneven.length === 0 ? 'replicas were never even for an instant' : differences}`);
}

const MOMENTS = {
  'load-stopped': 'the load stopping', healed: 'the last fault being healed', us: 'that moment',
} as const;

// -- what is

function judgeState(expectation: Of<'role' | 'offsets-equal' | 'keys' | 'key' | 'same-data' | 'info'>, { states, atUs }: Evidence): Judgement {
  const names = 'nodes' in expectation ? expectation.nodes : [expectation.node];
  const found: NodeState[] = [];
  for (const name of names) {
    const state = states.find(({ node }) => node === name);
    if (state?.running !== true) return failed(`${name} was down at ${formatInstant(atUs)}`);
    found.push(state);
  }
  const [first] = found;
  if (first === undefined) return HELD;
  switch (expectation.expect) {
    case 'role':
      return first.role === expectation.role ? HELD : failed(`expected ${expectation.role}; found ${first.role}`);
    case 'offsets-equal':
      if (found.every(({ offset }) => offset === first.offset)) return HELD;
      return failed(`expected equal offsets; found ${enumerate(found.map(({ node, offset }) => `${node} ${formatCount(offset)}`))}`);
    case 'same-data':
      if (found.every(({ digest }) => digest === first.digest)) return HELD;
      return failed(`expected equal data; found ${enumerate(found.map(({ node, keys, digest }) => `${node} with ${formatCount(keys)} keys (digest ${digest.slice(0, 8)})`))}`);
    case 'keys':
      if (isWithin(first.keys, expectation.count)) return HELD;
      return failed(`expected ${range(expectation.count)} keys; found ${formatCount(first.keys)}`);
    case 'key':
      return judgeKey(expectation, first);
    case 'info':
      return judgeInfo(expectation, first);
  }
}

function judgeKey({ key, exists, value }: Of<'key'>, state: NodeState): Judgement {
  const found = state.values?.get(key);
  if (found === undefined) return undecided(`the value of "${key}" on ${state.node} was not observed`);
  if (!exists) return found === null ? HELD : failed(`expected no key "${key}"; found it with ${quote(found)}`);
  if (found === null) return failed(`expected the key "${key}"${value === null ? '' : ` with ${quote(value)}`}; found no such key`);
  return value === null || value === found ? HELD : failed(`expected "${key}" to hold ${quote(value)}; found ${quote(found)}`);
}

function judgeInfo({ field, op, value }: Of<'info'>, state: NodeState): Judgement {
  const found = state.info.get(field);
  if (found === undefined) return failed(`INFO of ${state.node} has no field ${field}`);
  return compare(found, op, value) ? HELD : failed(`expected ${field} ${op} ${value}; found ${found}`);
}

/** Numbers by size, everything else as text. */
function compare(found: string, op: Of<'info'>['op'], value: string | number): boolean {
  const left = Number(found);
  const right = Number(value);
  const numeric = found.trim() !== '' && String(value).trim() !== '' && Number.isFinite(left) && Number.isFinite(right);
  switch (op) {
    case '=':
      return numeric ? left === right : found === String(value);
    case '!=':
      return numeric ? left !== right : found !== String(value);
    case '>=':
      return numeric && left >= right;
    case '<=':
      return numeric && left <= right;
  }
}

// -- words

/** `full (first-contact), full (offset-before-backlog)`; attempts that were not completed say so. */
function nameAll(resyncs: readonly Resync[]): string {
  return enumerate(
    resyncs.map(({ kind, reason, outcome }) => {
      const what = kind ?? 'no decision';
      return `${what}${reason === null ? '' : ` (${reason})`}${outcome === 'done' ? '' : ` ${outcome}`}`;
    }),
  );
}

/** Repetitions are counted, and a list longer than twelve is cut: nobody reads further. */
function enumerate(items: readonly string[]): string {
  if (items.length === 0) return 'none';
  const groups: { item: string; times: number }[] = [];
  for (const item of items) {
    const last = groups.at(-1);
    if (last?.item === item) last.times++;
    else groups.push({ item, times: 1 });
  }
  const shown = groups.slice(0, 12).map(({ item, times }) => (times === 1 ? item : `${times} × ${item}`));
  if (groups.length > shown.length) shown.push(`and ${groups.length - shown.length} more`);
  return shown.join(', ');
}

/** The attempt that was still under way, which explains many a missing resync. */
function unfinished(replica: string, { resyncs }: Evidence): string {
  const open = resyncs.find((resync) => resync.replica === replica && resync.outcome === 'unfinished');
  if (open === undefined) return '';
  return ` (a ${open.kind ?? ''}${open.kind === null ? '' : ' '}resync asked for at ${formatInstant(open.askedAtUs)} was not finished)`;
}

function tooEarly({ atUs, stopped }: Evidence): string {
  return `the run ended at ${formatInstant(atUs)} (${stopped})`;
}

function isWithin(value: number, { from, to }: IntRange): boolean {
  return value >= from && value <= to;
}

function range({ from, to }: IntRange): string {
  if (from === to) return formatCount(from);
  if (to >= Number.MAX_SAFE_INTEGER) return `at least ${formatCount(from)}`;
  return from === 0 ? `at most ${formatCount(to)}` : `${formatCount(from)} to ${formatCount(to)}`;
}

function quote(value: string): string {
  return value.length <= 40 ? `"${value}"` : `"${value.slice(0, 37)}…" (${formatCount(value.length)} characters)`;
}
