/**
 * When a replay agrees with a recording: the comparison rule of `test/golden/README.md`, field by field.
 *
 * Tables say which rule holds for which field. A value marked unstable agrees with any of its alternatives; a field that
 * stands on one side alone is a difference.
 */
import { type AckLadders, ackLadders } from './ack-ladders.ts';
import { type Json, type JsonObject, type Observed, type ObservedLink, isList, isObject, isUnstable } from './format.ts';
import { type Identities, createIdentities, sameDigest, sameText, sameWord } from './identities.ts';
import { CUT_IN_HANDSHAKE, lostLines, moreLines } from './compare-log.ts';
import { type Moment, TOLERANCE_MS, isCountNear, isNear, outOfOrder, rangeOf } from './times.ts';

export interface Difference {
  /** `links.r1>m.connections[1].psync[0][1]` */
  readonly path: string;
  readonly expected: string;
  readonly got: string;
}

export interface Verdict {
  /** Empty: the replay agrees. The telling ones first: links, results, log, times. */
  readonly differences: readonly Difference[];
  /** Recorded log lines for which there is no view of a fact, each once. */
  readonly uncoveredLines: readonly string[];
  /** Lines of ours that the recording does not hold, of the kinds that it would. */
  readonly moreLines: readonly MoreLine[];
}

export interface MoreLine {
  readonly server: string;
  readonly line: string;
}

/** Is there a view of a fact that prints lines like this one? */
export type CoversLine = (server: string, line: string) => boolean;

/** `holdsLine`: would a recording of that server hold such a line? Recorders kept only some kinds. */
export function compare(expected: Observed, got: Observed, coversLine: CoversLine, holdsLine: CoversLine = () => true): Verdict {
  const context: Context = {
    differences: [],
    moments: [],
    ids: createIdentities(),
    digests: createIdentities(),
    ladders: ackLadders(expected, got),
    spinning: spinningReplicas(expected.links),
  };
  compareLinks(context, expected.links, got.links);
  compareResults(context, expected.results, got.results);
  const uncoveredLines = compareLogs(context, expected.log, got.log, coversLine);
  compareTimes(context, expected, got);
  const more = [...got.log].flatMap(([server, ours]) => {
    const kept = ours.filter((line) => holdsLine(server, line));
    return moreLines(expected.log.get(server) ?? [], kept, context.ids).map((line) => ({ server, line }));
  });
  return { differences: context.differences, uncoveredLines, moreLines: more };
}

interface Context {
  readonly differences: Difference[];
  readonly moments: Moment[];
  readonly ids: Identities;
  readonly digests: Identities;
  readonly ladders: AckLadders;
  /** Replicas that a recorded link shows in a loop of refusals without pause. */
  readonly spinning: ReadonlySet<string>;
}

/** Do two values agree? May pair ids. */
type Rule = (context: Context, expected: Json, got: Json) => boolean;

// ------------------------------------------------------------------ rules for values

const exact: Rule = (context, expected, got) => agreeDeep(context, expected, got, (_, a, b) => a === b);

/** A line of the protocol or a log: ids are letters wherever they stand as words. */
const lines: Rule = (context, expected, got) =>
  agreeDeep(context, expected, got, (_, a, b) => (typeof a === 'string' && typeof b === 'string' ? sameText(context.ids, a, b) : a === b));

/** A value that may be an id as a whole, and is plain text otherwise. */
const words: Rule = (context, expected, got) =>
  agreeDeep(context, expected, got, (_, a, b) => (typeof a === 'string' && typeof b === 'string' ? sameWord(context.ids, a, b) : a === b));

const digest: Rule = ({ digests }, expected, got) =>
  typeof expected === 'string' && typeof got === 'string' && sameDigest(digests, expected, got);

const count: Rule = (_, expected, got) => {
  const [range, ours] = [asRange(expected), asRange(got)];
  return range !== null && ours !== null && isCountNear(range, ours);
};

function asRange(value: Json): readonly [number, number] | null {
  return typeof value === 'number' ? [value, value] : rangeOf(value);
}

/** Offsets that ACKs reached: a recorded one that we did not pass by, between two others, is no difference. */
const distinctAcks: Rule = (_, expected, got) => {
  if (!isList(expected) || !isList(got) || expected.length === 0) return false;
  if (expected[0] !== got[0] || expected.at(-1) !== got.at(-1)) return false;
  let at = -1;
  return got.every((offset) => {
    at = expected.indexOf(offset, at + 1);
    return at >= 0;
  });
};

/** Lists element by element, objects field by field, leaves by `leaf`; unstable values anywhere. */
function agreeDeep(context: Context, expected: Json, got: Json, leaf: Rule): boolean {
  if (isUnstable(expected)) return agreesWithAny(context, expected, got, (_, a, b) => agreeDeep(context, a, b, leaf));
  if (isList(expected)) {
    return isList(got) && expected.length === got.length && expected.every((one, i) => agreeDeep(context, one, got[i]!, leaf));
  }
  if (isObject(expected)) {
    if (!isObject(got)) return false;
    const names = new Set([...Object.keys(expected), ...Object.keys(got)]);
    return [...names].every((name) => agreeDeep(context, expected[name] ?? null, got[name] ?? null, leaf));
  }
  return leaf(context, expected, got);
}

/** One of the recorded values. A remark with only counts beside it says nothing that could be compared. */
function agreesWithAny(context: Context, expected: Json, got: Json, rule: Rule): boolean {
  const choices = alternatives(expected);
  if (choices === null) return true;
  const ours = alternatives(got) ?? [got];
  return choices.some((choice) => ours.some((one) => context.ids.attempt(() => context.digests.attempt(() => rule(context, choice, one)))));
}

/** The values an unstable one may have; null where only counts are given. A plain value is its own alternative. */
function alternatives(value: Json): readonly Json[] | null {
  if (!isUnstable(value)) return [value];
  if (!isList(value.unstable)) return null;
  const lists = value.unstable.map(alternatives);
  return lists.includes(null) ? null : lists.flatMap((list) => list!);
}

// ------------------------------------------------------------------ walking

function check(context: Context, path: string, expected: Json | undefined, got: Json | undefined, rule: Rule): void {
  const [left, right] = [expected ?? null, got ?? null];
  const agrees = (expected === undefined) === (got === undefined) || mayBeMissing(expected) || mayBeMissing(got);
  if (agrees && agreesWithAny(context, left, right, rule)) return;
  differ(context, path, expected, got);
}

/** An unstable value with null among its alternatives was missing in some run. */
function mayBeMissing(value: Json | undefined): boolean {
  return value !== undefined && isUnstable(value) && (alternatives(value)?.includes(null) ?? true);
}

function differ(context: Context, path: string, expected: Json | undefined, got: Json | undefined): void {
  context.differences.push({ path, expected: inWords(context, expected), got: inWords(context, got) });
}

/** A value for people, with our ids as the letters they were paired with. */
function inWords({ ids, digests }: Context, value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.replace(/\b[0-9a-f]{40}\b/g, (id) => (ids.name(id) === id ? digests.name(id) : ids.name(id)));
}

// ------------------------------------------------------------------ links

const CONNECTION_REPEATS = 'repeats';
const NOTHING_SEEN: ObservedLink = { psync: '', connections: [] };

function compareLinks(context: Context, expected: ReadonlyMap<string, ObservedLink>, got: ReadonlyMap<string, ObservedLink>): void {
  for (const link of new Set([...expected.keys(), ...got.keys()])) {
    const [left, right] = [expected.get(link) ?? NOTHING_SEEN, got.get(link) ?? NOTHING_SEEN];
    compareConnections(context, `links.${link}.connections`, left.connections, right.connections);
    check(context, `links.${link}.psync`, left.psync, right.psync, summaryRule(left, right));
  }
}

/** The summary follows from the rows that count; it may say `-CODE` for `-CODE+` when the counts of repeats do. */
function summaryRule(expected: ObservedLink, got: ObservedLink): Rule {
  const repeatsDiffer = expected.connections.some((row, i) => JSON.stringify(repeatsOf(row)) !== JSON.stringify(repeatsOf(got.connections[i] ?? {})));
  const once = (value: string): string => (repeatsDiffer ? value.replaceAll('+', '') : value);
  const counted = (value: string, { connections }: ObservedLink): string =>
    (withoutInterrupted(connections).length < connections.length ? value.replace(/ \?$/, '') : value);
  const summary = (value: Json, link: ObservedLink): Json => (typeof value === 'string' ? once(counted(value, link)) : value);
  return (_, a, b) => summary(a, expected) === summary(b, got);
}

function compareConnections(context: Context, path: string, expected: readonly JsonObject[], got: readonly JsonObject[]): void {
  const [theirs, ours] = [withoutInterrupted(expected), withoutInterrupted(got)];
  for (const [index, row] of theirs.entries()) {
    // "number of later connections": the runs went on differently from here.
    if (isUnstable(row)) return;
    const own = ours[index];
    if (own === undefined || isUnstable(own)) return differ(context, path, `${theirs.length} connections`, `${index}`);
    compareConnection(context, `${path}[${index}]`, row, own);
  }
  if (ours.length > theirs.length) differ(context, path, `${theirs.length} connections`, `${ours.length}, the next one ${JSON.stringify(ours[theirs.length])}`);
}

/**
 * In a loop of refusals, a cut may strike between two attempts or in the middle of one; runs of one version disagree about
 * it. So a last attempt that a cut interrupted is left out, if it went like those before it as far as it came.
 */
function withoutInterrupted(rows: readonly JsonObject[]): readonly JsonObject[] {
  return rows.filter((row, i) => {
    const before = rows[i - 1];
    const inLoop = before?.[CONNECTION_REPEATS] !== undefined && before['closed_by'] === 'replica' && row['closed_by'] === 'recorder';
    return !inLoop || !['sent', 'received', 'psync'].every((name) => isPrefix(row[name], before[name]));
  });
}

/** Requests still without their answer are as good as not there yet. */
function isPrefix(shorter: Json | undefined, longer: Json | undefined): boolean {
  if (!isList(shorter) || !isList(longer)) return false;
  return shorter.every((one, i) => JSON.stringify(one) === JSON.stringify(longer[i]) || (isList(one) && one[1] === null && isList(longer[i]) && longer[i][0] === one[0]));
}

/**
 * Replicas that were refused ten times a second and more: they spend their time in every state of an attempt, so which one
 * an observation or a cut meets is chance.
 */
function spinningReplicas(links: ReadonlyMap<string, ObservedLink>): ReadonlySet<string> {
  const spins = (row: JsonObject): boolean => {
    const [repeats, opened, closed] = [rangeOf(row[CONNECTION_REPEATS]), rangeOf(row['open_ms']), rangeOf(row['close_ms'])];
    return repeats !== null && opened !== null && closed !== null && repeats[0] * 100 >= closed[1] - opened[0];
  };
  return new Set([...links].filter(([, { connections }]) => connections.some(spins)).map(([link]) => link.split('>', 1)[0]!));
}

const CONNECTION_RULES: Readonly<Record<string, Rule>> = {
  psync: lines,
  outcome: exact,
  sent: lines,
  received: lines,
  closed_by: exact,
  form: exact,
  newlines_before_rdb: count,
  newlines_from_replica: count,
  later_commands: lines,
};

const CONNECTION_PARTS: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  rdb: { framing: exact, announced: exact, bytes: exact, complete: exact },
  stream: { first_offset: exact, bytes: exact, text: exact, sha256: exact },
  acks: { first: exact, last: exact, distinct: distinctAcks, in_order: exact, count },
};

const CONNECTION_TIMES = ['open_ms', 'close_ms'];

function compareConnection(context: Context, path: string, expected: JsonObject, got: JsonObject): void {
  const names = new Set([...Object.keys(CONNECTION_RULES), ...Object.keys(CONNECTION_PARTS), ...Object.keys(expected), ...Object.keys(got)]);
  for (const name of names) {
    const [left, right] = [expected[name], got[name]];
    if (left === undefined && right === undefined) continue;
    const parts = CONNECTION_PARTS[name];
    if (name === CONNECTION_REPEATS || (name === 'acks' && oneAckOrNone(expected, left, right))) continue;
    if (CONNECTION_TIMES.includes(name)) addMoment(context, `${path}.${name}`, left, right);
    else if (parts !== undefined) compareParts(context, `${path}.${name}`, left, right, parts);
    else check(context, `${path}.${name}`, left, right, CONNECTION_RULES[name] ?? exact);
  }
  check(context, `${path}.${CONNECTION_REPEATS}`, repeatsOf(expected), repeatsOf(got), count);
}

/** ACKs go out once a second: on a connection that did not live so long, one is as good as none. */
function oneAckOrNone(row: JsonObject, left: Json | undefined, right: Json | undefined): boolean {
  if ((left === undefined) === (right === undefined)) return false;
  const [acks, opened, closed] = [left ?? right, rangeOf(row['open_ms']), rangeOf(row['close_ms'])];
  const most = isObject(acks) ? rangeOf(acks['count'])?.[1] : undefined;
  return most === 1 && opened !== null && closed !== null && closed[0] - opened[1] < 1000;
}

function repeatsOf(row: JsonObject): Json {
  return row[CONNECTION_REPEATS] ?? [1, 1];
}

function compareParts(
  context: Context, path: string, expected: Json | undefined, got: Json | undefined, rules: Readonly<Record<string, Rule>>,
): void {
  if (!isObject(expected) || isUnstable(expected) || !isObject(got) || isUnstable(got)) {
    const rule: Rule = (_, a, b) => partsAgree(context, a, b, rules);
    return check(context, path, expected, got, rule);
  }
  for (const name of new Set([...Object.keys(rules), ...Object.keys(expected), ...Object.keys(got)])) {
    if (isLeftOut(expected, name)) continue;
    check(context, `${path}.${name}`, expected[name], got[name], rules[name] ?? exact);
  }
}

function partsAgree(context: Context, expected: Json, got: Json, rules: Readonly<Record<string, Rule>>): boolean {
  if (!isObject(expected) || !isObject(got)) return expected === got;
  const names = [...new Set([...Object.keys(rules), ...Object.keys(expected), ...Object.keys(got)])].filter((name) => !isLeftOut(expected, name));
  return names.every((name) => agreesWithAny(context, expected[name] ?? null, got[name] ?? null, rules[name] ?? exact));
}

/** A note stands in place of the text of a stream, and of its sum. */
function isLeftOut(expected: JsonObject, name: string): boolean {
  if (name === 'note') return true;
  return Object.hasOwn(expected, 'note') && !Object.hasOwn(expected, name);
}

// ------------------------------------------------------------------ results

const RESULT_RULES: Readonly<Record<string, Rule>> = { reply: words, replies: words, request: lines };
const OBSERVATION_RULES: Readonly<Record<string, Rule>> = { master_replid: words, master_replid2: words, digest };

function compareResults(context: Context, expected: readonly JsonObject[], got: readonly JsonObject[]): void {
  const [left, right] = [byStep(expected), byStep(got)];
  if (left.size !== expected.length || right.size !== got.length) differ(context, 'results', `${left.size} steps`, `${got.length} rows`);
  const steps = [...new Set([...left.keys(), ...right.keys()])].sort((a, b) => a - b);
  for (const step of steps) {
    const [row, ours] = [left.get(step), right.get(step)];
    const path = `results[step ${step}]`;
    if (row === undefined || ours === undefined) {
      differ(context, path, row, ours);
      continue;
    }
    for (const name of new Set([...Object.keys(row), ...Object.keys(ours)])) {
      if (name === 'servers') compareServers(context, path, row[name], ours[name]);
      else check(context, `${path}.${name}`, row[name], ours[name], name === 'reply' && row['do'] === 'psync-probe' ? lines : (RESULT_RULES[name] ?? exact));
    }
  }
}

function byStep(rows: readonly JsonObject[]): ReadonlyMap<number, JsonObject> {
  return new Map(rows.map((row) => [Number(row['step']), row]));
}

function compareServers(context: Context, path: string, expected: Json | undefined, got: Json | undefined): void {
  if (!isObject(expected) || !isObject(got)) return check(context, `${path}.servers`, expected, got, exact);
  for (const server of new Set([...Object.keys(expected), ...Object.keys(got)])) {
    const [left, right] = [expected[server], got[server]];
    if (!isObject(left) || !isObject(right) || isUnstable(left)) {
      check(context, `${path}.${server}`, left, right, exact);
      continue;
    }
    for (const field of new Set([...Object.keys(left), ...Object.keys(right)])) {
      check(context, `${path}.${server}.${field}`, left[field], right[field], observationRule(server, field));
    }
  }
}

function observationRule(server: string, field: string): Rule {
  if (field === 'replicas') return acknowledged(server, ([port, , offset]) => [port, offset]);
  if (field === 'ROLE') return roleRule(server);
  return OBSERVATION_RULES[field] ?? exact;
}

/** ROLE: of a replica in a loop of refusals, the state is chance. */
function roleRule(server: string): Rule {
  const asIs = acknowledged(server, ([, port, offset]) => [port, offset]);
  const inAnAttempt = (state: Json | undefined): boolean => typeof state === 'string' && ['connect', 'connecting', 'handshake', 'sync'].includes(state);
  return (context, expected, got) => {
    const spins = context.spinning.has(server) && isList(expected) && isList(got) && inAnAttempt(got[3]) && (alternatives(expected[3] ?? null) ?? []).every(inAnAttempt);
    return asIs(context, expected, spins ? got.map((one, i) => (i === 3 ? expected[3]! : one)) : got);
  };
}

type Row = readonly (Json | undefined)[];

/** A list of replicas, or ROLE with such a list third: acknowledged offsets may be one ACK old, all else is equal. */
function acknowledged(master: string, portAndOffset: (row: Row) => Row): Rule {
  const rows: Rule = (context, expected, got) => {
    if (!isList(expected) || !isList(got) || expected.length !== got.length) return false;
    return expected.every((row, i) => agreesWithAny(context, row, got[i]!, (_, a, b) => rowAgrees(context, a, b)));
  };
  const rowAgrees: Rule = (context, expected, got) => {
    if (!isList(expected) || !isList(got) || expected.length !== got.length) return false;
    const [port, offset] = portAndOffset(expected);
    const [, ours] = portAndOffset(got);
    return expected.every((one, i) => {
      if (one !== offset || i !== expected.lastIndexOf(offset)) return exact(context, one, got[i]!);
      return agreesWithAny(context, one, ours ?? null, (_, a, b) => a === b || context.ladders.oneStepApart(master, port ?? null, a, b));
    });
  };
  return (context, expected, got) => {
    if (isList(expected) && expected[0] === 'master' && isList(expected[2])) {
      const [role, offset, replicas, ...more] = expected;
      if (!isList(got) || got.length !== 3 || more.length > 0) return false;
      return role === got[0] && exact(context, offset!, got[1]!) && rows(context, replicas, got[2]!);
    }
    return isList(expected) && isList(expected[0]) ? rows(context, expected, got) : exact(context, expected, got);
  };
}

// ------------------------------------------------------------------ log

/** Returns the recorded lines without a view. */
function compareLogs(
  context: Context, expected: ReadonlyMap<string, readonly string[]>, got: ReadonlyMap<string, readonly string[]>, coversLine: CoversLine,
): readonly string[] {
  const uncovered = new Set<string>();
  for (const [server, recorded] of expected) {
    const comparable = (line: string): boolean => {
      const covered = coversLine(server, line);
      if (!covered) uncovered.add(line);
      return covered && !(context.spinning.has(server) && line === CUT_IN_HANDSHAKE);
    };
    for (const { index, line, got: instead } of lostLines(recorded, got.get(server) ?? [], context.ids, comparable)) {
      differ(context, `log.${server}[${index}]`, line, instead);
    }
  }
  return [...uncovered];
}

// ------------------------------------------------------------------ times

function addMoment(context: Context, path: string, expected: Json | undefined, got: Json | undefined): void {
  const [range, ours] = [rangeOf(expected), rangeOf(got)];
  if (expected !== undefined && isUnstable(expected)) return;
  if (range === null || ours === null) differ(context, path, expected, got);
  else context.moments.push({ path, expected: range, got: ours });
}

function compareTimes(context: Context, expected: Observed, got: Observed): void {
  if (expected.step_ms.length !== got.step_ms.length) differ(context, 'step_ms', `${expected.step_ms.length} steps`, `${got.step_ms.length}`);
  expected.step_ms.forEach((time, index) => addMoment(context, `step_ms[${index}]`, time, got.step_ms[index]));
  addMoment(context, 'end_ms', expected.end_ms, got.end_ms);
  for (const moment of context.moments) {
    if (isNear(moment)) continue;
    context.differences.push({ path: moment.path, expected: `${between(moment.expected)}, give or take ${TOLERANCE_MS}`, got: between(moment.got) });
  }
  for (const { moment, before } of outOfOrder(context.moments)) {
    context.differences.push({
      path: moment.path,
      expected: `after ${before.path} (recorded ${between(before.expected)} before ${between(moment.expected)})`,
      got: `${between(moment.got)}, with ${before.path} at ${between(before.got)}`,
    });
  }
}

function between([least, most]: readonly [number, number]): string {
  return least === most ? `${least}` : `${least} to ${most}`;
}
