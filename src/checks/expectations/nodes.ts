/** Judges how nodes are at one instant, from their observed states. */
import { unreachable } from '../../assert.ts';
import { observableWords } from '../../scenario/expectation-words.ts';
import type { Expectation, KeyExpectation, Observable } from '../../scenario/expectation.ts';
import { keyId, type KeyState, type NodeState } from '../../trace/fact.ts';
import { formatCount, formatInstant, formatSpan } from '../../units.ts';
import { valueOf } from '../notes.ts';
import type { Evidence } from './evidence.ts';
import { enumerate, failed, HELD, isWithin, type Judgement, quote, range, tooEarly, undecided } from './judgement.ts';

type OfNodes = 'role' | 'link-state' | 'offsets-equal' | 'same-data' | 'keys' | 'key' | 'info' | 'lag' | 'equal' | 'delta';
type Of<Name extends Expectation['expect']> = Extract<Expectation, { expect: Name }>;

export function judgeNodes(expectation: Of<OfNodes>, evidence: Evidence): Judgement {
  // What a node is at one instant says nothing about a later one.
  if (evidence.stopped !== '') return undecided(tooEarly(evidence));
  const found: NodeState[] = [];
  for (const name of namesIn(expectation, evidence)) {
    const state = evidence.states.find(({ node }) => node === name);
    if (state?.running !== true) return failed(`${name} was down at ${formatInstant(evidence.atUs)}`);
    found.push(state);
  }
  const [first] = found;
  if (first === undefined) return judgeDelta(expectation as Of<'delta'>, evidence);
  switch (expectation.expect) {
    case 'role':
      return first.role === expectation.role ? HELD : failed(`expected ${expectation.role}; found ${first.role}`);
    case 'link-state':
      return first.linkState === expectation.state ? HELD : failed(`expected ${expectation.state}; found ${first.linkState === 'none' ? 'a master, which has no link' : first.linkState}`);
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
    case 'lag':
      return judgeLag(expectation, first, evidence);
    case 'equal':
      return judgeEqual(expectation.values, evidence);
    case 'delta':
      return judgeDelta(expectation, evidence);
    default:
      return unreachable(expectation);
  }
}

/** Nodes that have to run. */
function namesIn(expectation: Of<OfNodes>, { noteOf }: Evidence): readonly string[] {
  switch (expectation.expect) {
    case 'offsets-equal':
    case 'same-data':
      return expectation.nodes;
    case 'link-state':
    case 'lag':
      return [expectation.replica];
    case 'equal':
      return expectation.values.map(({ node }) => node);
    case 'delta': {
      const note = noteOf(expectation.note);
      return note === undefined ? [] : [note.observable.node];
    }
    default:
      return [expectation.node];
  }
}

function judgeKey({ node, db, key, exists, value, ttl, physical }: KeyExpectation, { values }: NodeState): Judgement {
  const seen = values?.get(keyId(db, key));
  if (seen === undefined) return undecided(`the value of "${key}" on ${node} was not observed`);
  const found = seen === null || (!physical && hasExpired(seen)) ? null : seen;
  const gone = seen !== null && found === null ? ' (its time has passed, and it still lies in memory)' : '';
  if (!exists) return found === null ? HELD : failed(`expected no key "${key}"; found it with ${quote(found.value)}${hasExpired(found) ? ', though its time has passed' : ''}`);
  if (found === null) return failed(`expected the key "${key}"${value === null ? '' : ` with ${quote(value)}`}; found no such key${gone}`);
  if (value !== null && value !== found.value) return failed(`expected "${key}" to hold ${quote(value)}; found ${quote(found.value)}`);
  return ttl === null ? HELD : judgeLife(key, ttl, found);
}

function judgeLife(key: string, wanted: NonNullable<KeyExpectation['ttl']>, { ttlUs }: KeyState): Judgement {
  const found = ttlUs === null ? 'no time to live' : ttlUs <= 0 ? 'that its time has passed' : formatSpan(ttlUs);
  if (wanted === 'none') return ttlUs === null ? HELD : failed(`expected "${key}" to have no time to live; found ${found}`);
  if (ttlUs !== null && ttlUs >= wanted.fromUs && ttlUs <= wanted.toUs) return HELD;
  return failed(`expected "${key}" to have ${range({ from: wanted.fromUs, to: wanted.toUs }, formatSpan)} to live; found ${found}`);
}

function hasExpired({ ttlUs }: KeyState): boolean {
  return ttlUs !== null && ttlUs <= 0;
}

function judgeInfo({ field, op, value }: Of<'info'>, state: NodeState): Judgement {
  const found = state.info.get(field);
  if (found === undefined) return failed(`INFO of ${state.node} has no field ${field}`);
  return compare(found, op, value) ? HELD : failed(`expected ${field} ${op} ${value}; found ${found}`);
}

/** Behind in bytes as the two offsets say, in seconds as the master's INFO does. */
function judgeLag({ bytes, seconds }: Of<'lag'>, replica: NodeState, { states }: Evidence): Judgement {
  const master = states.find(({ node }) => node === replica.master);
  if (master?.running !== true) return failed(`${replica.node} has no master that runs${master === undefined ? '' : `: ${master.node} is down`}`);
  if (bytes !== null) {
    if (replica.replid !== master.replid) return failed(`expected ${range(bytes)} bytes; found ${replica.node} on another history than ${master.node}`);
    const behind = master.offset - replica.offset;
    if (!isWithin(behind, bytes)) return failed(`expected ${range(bytes)} bytes; found ${formatCount(behind)} (${formatCount(replica.offset)} of ${formatCount(master.offset)})`);
  }
  if (seconds === null) return HELD;
  const port = replica.info.get('tcp_port') ?? '';
  const line = [...master.info].find(([field, value]) => /^slave\d+$/.test(field) && value.includes(`,port=${port},`));
  const lag = /,lag=(\d+)/.exec(line?.[1] ?? '')?.[1];
  if (lag === undefined) return failed(`expected ${range(seconds)} s since the last ACK; found no ${replica.node} in INFO of ${master.node}`);
  return isWithin(Number(lag), seconds) ? HELD : failed(`expected ${range(seconds)} s since the last ACK; found ${lag} s`);
}

function judgeEqual(values: readonly Observable[], { states }: Evidence): Judgement {
  const found = values.map((one) => valueOf(one, states));
  const lacking = values.find((_, index) => found[index] === null);
  if (lacking !== undefined) return failed(`INFO of ${lacking.node} has no field ${lacking.field}`);
  if (found.every((one) => one === found[0])) return HELD;
  return failed(`expected equal values; found ${enumerate(values.map((one, index) => `${observableWords(one)} ${amount(found[index] ?? '')}`))}`);
}

function judgeDelta({ note: name, count }: Of<'delta'>, { noteOf, states, atUs }: Evidence): Judgement {
  const note = noteOf(name);
  if (note === undefined) return undecided(`${name} was not noted up to ${formatInstant(atUs)}`);
  const words = observableWords(note.observable);
  const now = valueOf(note.observable, states);
  const [before, after] = [note.value, now].map((value) => (value === null || !/^-?\d+$/.test(value) ? null : Number(value)));
  if (before === null || before === undefined) return failed(`${words} was no whole number when it was noted at ${formatInstant(note.atUs)}: ${note.value ?? 'there was none'}`);
  if (after === null || after === undefined) return failed(`${words} is no whole number: ${now ?? 'there is none'}`);
  if (isWithin(after - before, count)) return HELD;
  return failed(`expected ${words} to have grown by ${range(count)}; found ${formatCount(after - before)} (from ${formatCount(before)} at ${formatInstant(note.atUs)} to ${formatCount(after)})`);
}

function amount(value: string): string {
  return /^\d{1,15}$/.test(value) ? formatCount(Number(value)) : value;
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
