/** Judges what happened: resyncs, losses, lines logged, writes lost. */
import { unreachable } from '../../assert.ts';
import { duringWords, textWords } from '../../scenario/expectation-words.ts';
import type { Expectation } from '../../scenario/expectation.ts';
import type { Resync } from '../../trace/resyncs.ts';
import { formatCount, formatInstant, formatSpan } from '../../units.ts';
import type { Evidence } from './evidence.ts';
import { enumerate, failed, HELD, isWithin, judgeCount, type Judgement, quote, range, tooEarly, undecided } from './judgement.ts';
import { fitting, spanOf } from './moments.ts';

type Past = 'resyncs' | 'resync-count' | 'resync-causes' | 'disconnections' | 'disconnection-count' | 'log' | 'writes-lost' | 'reply' | 'client-errors';
type Of<Name extends Expectation['expect']> = Extract<Expectation, { expect: Name }>;

export function judgePast(expectation: Of<Past>, evidence: Evidence): Judgement {
  switch (expectation.expect) {
    case 'resyncs':
      return judgeResyncs(expectation, evidence);
    case 'resync-count':
      return judgeResyncCount(expectation, evidence);
    case 'resync-causes':
      return judgeResyncCauses(expectation, evidence);
    case 'disconnections':
      return judgeDisconnections(expectation, evidence);
    case 'disconnection-count':
      return judgeDisconnectionCount(expectation, evidence);
    case 'log':
      return judgeLog(expectation, evidence);
    case 'writes-lost':
      return judgeWritesLost(expectation, evidence);
    case 'reply':
      return judgeReply(expectation, evidence);
    case 'client-errors':
      return judgeClientErrors(expectation, evidence);
    default:
      return unreachable(expectation);
  }
}

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

/** The name of the verb behind each completed resync; `none` when no fault is. */
function judgeResyncCauses({ replica, list }: Of<'resync-causes'>, evidence: Evidence): Judgement {
  const causes = evidence.causes();
  const found = evidence.resyncs
    .filter((resync) => resync.replica === replica && resync.outcome === 'done')
    .map(({ facts }) => causes.root(facts.asked)?.verb ?? 'none');
  return judgeList(found, list, evidence, unfinished(replica, evidence));
}

function judgeDisconnections({ replica, list }: Of<'disconnections'>, evidence: Evidence): Judgement {
  return judgeList(evidence.disconnections().filter((one) => one.replica === replica).map(({ cause }) => cause), list, evidence);
}

function judgeDisconnectionCount({ replica, cause, count }: Of<'disconnection-count'>, evidence: Evidence): Judgement {
  const all = evidence.disconnections().filter((one) => one.replica === replica);
  const found = all.filter((one) => cause === 'any' || one.cause === cause).length;
  const list = all.map((one) => `${one.cause} at ${formatInstant(one.atUs)}`);
  const what = cause === 'any' ? 'losses of the link' : `losses of the link by ${cause}`;
  return judgeCount(found, count, evidence) ?? failed(`expected ${range(count)} ${what}; found ${formatCount(found)}: ${enumerate(list)}`);
}

/** Words in order: as long as they fit, more time could complete them. */
function judgeList(found: readonly string[], wanted: readonly string[], evidence: Evidence, more = ''): Judgement {
  const fits = found.every((word, index) => word === wanted[index]);
  if (fits && evidence.stopped !== '') return undecided(`so far: ${enumerate(found)}; ${tooEarly(evidence)}`);
  return fits && found.length === wanted.length ? HELD : failed(`expected ${enumerate(wanted)}; found ${enumerate(found)}${more}`);
}

function judgeLog({ node, pattern, count, during }: Of<'log'>, evidence: Evidence): Judgement {
  const span = spanOf(during, evidence);
  if (typeof span === 'string') return undecided(span);
  const linesOf = evidence.log(node);
  const fits = fitting(pattern);
  const instants: number[] = [];
  for (const fact of evidence.facts) {
    const lines = linesOf(fact);
    if (fact.atUs >= span.fromUs && fact.atUs < span.untilUs) for (const line of lines) if (fits(line)) instants.push(fact.atUs);
  }
  // What comes after the interval does not count: when that has ended, nothing can change it.
  const counted = judgeCount(instants.length, count, span.closed ? { ...evidence, stopped: '' } : { ...evidence, stopped: evidence.stopped === '' ? 'the interval is open' : evidence.stopped });
  if (counted !== null) return counted;
  const when = instants.length === 0 ? '' : ` (the ${instants.length === 1 ? 'one' : 'last'} at ${formatInstant(instants.at(-1)!)})`;
  return failed(`expected ${range(count)} log lines with ${textWords(pattern)} on ${node}${duringWords(during)}; found ${formatCount(instants.length)}${when}`);
}

function judgeWritesLost({ count }: Of<'writes-lost'>, evidence: Evidence): Judgement {
  if (evidence.stopped !== '') return undecided(tooEarly(evidence));
  const { total, ranges } = evidence.lostWrites();
  if (total >= count.from && total <= count.to) return HELD;
  const list = ranges.map(({ writes, words }) => `${formatCount(writes)} ${words}`);
  return failed(`expected ${range(count)} lost; found ${formatCount(total)}${list.length === 0 ? '' : `: ${enumerate(list)}`}`);
}

/** A command that was repeated has several replies by one name: the last one counts. */
function judgeReply({ name, is, error, took, came }: Of<'reply'>, evidence: Evidence): Judgement {
  const body = evidence.facts.findLast((fact) => fact.body.kind === 'command-reply' && fact.body.as === name)?.body;
  if (body?.kind !== 'command-reply') {
    if (evidence.stopped !== '') return undecided(`no reply yet; ${tooEarly(evidence)}`);
    return came ? failed(`expected a reply; found none up to ${formatInstant(evidence.atUs)}`) : HELD;
  }
  const { replies, tookUs } = body;
  const shown = enumerate(replies.map(quote));
  if (!came) return failed(`expected no reply yet; found ${shown}`);
  if (is !== null && (is.length !== replies.length || is.some((value, index) => value !== replies[index]))) return failed(`expected ${enumerate(is.map(quote))}; found ${shown}`);
  if (error !== null && !replies.some((reply) => reply.startsWith(`-${error}`))) return failed(`expected an error ${error}; found ${shown}`);
  if (took !== null && !isWithin(tookUs, took)) return failed(`expected it to take ${range(took, formatSpan)}; found ${formatSpan(tookUs)}`);
  return HELD;
}

function judgeClientErrors({ client, prefix, count }: Of<'client-errors'>, evidence: Evidence): Judgement {
  const errors = [...(evidence.clients.find((one) => one.client === client)?.errors ?? [])].filter(([code]) => prefix === null || code === prefix);
  const found = errors.reduce((sum, [, number]) => sum + number, 0);
  const list = prefix === null && errors.length > 0 ? `: ${errors.map(([code, number]) => `${formatCount(number)} ${code}`).join(', ')}` : '';
  return judgeCount(found, count, evidence) ?? failed(`expected ${range(count)} ${prefix === null ? '' : `${prefix} `}errors; found ${formatCount(found)}${list}`);
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

/** The attempt that was still under way, which explains many a missing resync. */
function unfinished(replica: string, { resyncs }: Evidence): string {
  const open = resyncs.find((resync) => resync.replica === replica && resync.outcome === 'unfinished');
  if (open === undefined) return '';
  return ` (a ${open.kind ?? ''}${open.kind === null ? '' : ' '}resync asked for at ${formatInstant(open.askedAtUs)} was not finished)`;
}
