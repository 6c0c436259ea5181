/** Expectations in plain words, for reports and messages. Data in, one line out. */
import { unreachable } from '../assert.ts';
import { formatDuration } from '../units.ts';
import type { Expectation, ExpectationBody, Interval, KeyExpectation, Moment, Observable, ResyncKind, StreamExpectation, TextPattern } from './expectation.ts';
import type { IntRange } from './scenario.ts';
import { comparison, conditionWords, howMany, names } from './words.ts';

/** `replica-a resynced: full (first-contact), partial` */
export function expectationWords(body: ExpectationBody): string {
  switch (body.expect) {
    case 'resyncs':
      if (body.list.length === 0) return `${body.replica} never resynced`;
      return `${body.replica} resynced: ${body.list.map(resyncWords).join(', ')}`;
    case 'resync-count': {
      const kind = body.kind === 'any' ? '' : `${body.kind} `;
      const noun = `${kind}${body.attempts ? 'resync attempt' : 'resync'}`;
      return `${body.replica} ${body.attempts ? 'made' : 'had'} ${howMany(body.count, noun)}`;
    }
    case 'resync-causes':
      return `${body.replica} resynced because of: ${body.list.map((cause) => (cause === 'none' ? 'no fault' : cause)).join(', ')}`;
    case 'disconnections':
      return body.list.length === 0 ? `${body.replica} never lost its link` : `${body.replica} lost its link by: ${body.list.join(', ')}`;
    case 'disconnection-count':
      return `${body.replica} ${isNever(body.count) ? 'never lost its link' : `lost its link ${howMany(body.count, 'time')}`}${body.cause === 'any' ? '' : ` by ${body.cause}`}`;
    case 'role':
      return `${body.node} is a ${body.role}`;
    case 'link-state':
      return `the link of ${body.replica} is in state ${body.state}`;
    case 'offsets-equal':
      return `offsets of ${names(body.nodes)} are equal`;
    case 'same-data':
      return `${names(body.nodes)} hold the same data`;
    case 'equal':
      return `${names(body.values.map(observableWords))} are equal`;
    case 'delta':
      return `what was noted as ${body.note} grew by ${amount(body.count)}`;
    case 'keys':
      return `${body.node} holds ${howMany(body.count, 'key')}`;
    case 'key':
      return keyWords(body);
    case 'log': {
      if (isNever(body.count)) return `${body.node} never logged ${textWords(body.pattern)}${duringWords(body.during)}`;
      const often = isOnceOrMore(body.count) ? '' : ` ${howMany(body.count, 'time')}`;
      return `${body.node} logged ${textWords(body.pattern)}${often}${duringWords(body.during)}`;
    }
    case 'info':
      return `${body.field} of ${body.node} ${comparison(body)}`;
    case 'lag': {
      const parts = [...(body.bytes === null ? [] : [`${amount(body.bytes)} bytes`]), ...(body.seconds === null ? [] : [`${amount(body.seconds)} s`])];
      return `${body.replica} is ${parts.join(' and ')} behind`;
    }
    case 'writes-lost':
      return `${howMany(body.count, 'write')} lost`;
    case 'reply': {
      const { name, is, error, took, came } = body;
      if (!came) return `no reply to ${name} yet`;
      const what = is !== null ? ` ${is.join(', ')}` : error !== null ? ` an error ${error}` : '';
      const time = took === null ? '' : `${what === '' ? '' : ','} in ${lifeWords({ fromUs: took.from, toUs: took.to })}`;
      return `the reply to ${name}${what === '' && took === null ? ' comes' : what === '' ? ' comes' : ' is'}${what}${time}`;
    }
    case 'client-errors':
      return `${body.client} was given ${howMany(body.count, `${body.prefix === null ? '' : `${body.prefix} `}error`)}`;
    case 'stream':
      return streamWords(body);
    case 'order':
      return `in this order: ${body.moments.map(momentWords).join(' → ')}`;
    case 'converged': {
      const { after, withinUs } = body;
      if (after === 'end') return 'converged at the end';
      return `converged within ${formatDuration(withinUs)} of ${typeof after === 'string' ? MOMENTS[after] : formatDuration(after.us)}`;
    }
    case 'eventually': {
      const { condition, withinUs, after } = body;
      const since = after.at === 'start' ? '' : ` ${withinUs === null ? 'after' : 'of'} ${momentWords(after)}`;
      return `${conditionWords(condition)}${withinUs === null ? ' sometime' : ` within ${formatDuration(withinUs)}`}${since}`;
    }
    case 'never':
      return `never: ${conditionWords(body.condition)}${duringWords(body.during)}`;
    case 'always':
      return `always: ${conditionWords(body.condition)}${duringWords(body.during)}`;
    case 'not-before':
      return `${conditionWords(body.condition)}, but not before ${momentWords(body.moment)}${body.from.at === 'start' ? '' : `, counted from ${momentWords(body.from)}`}`;
    default:
      return unreachable(body);
  }
}

function streamWords(body: StreamExpectation): string {
  switch (body.asks) {
    case 'count':
      if (isNever(body.count)) return `${body.observer} never heard "${body.contains}"`;
      return `${body.observer} heard "${body.contains}"${isOnceOrMore(body.count) ? '' : ` ${howMany(body.count, 'time')}`}`;
    case 'order':
      return `${body.observer} heard ${body.contains.map((text) => `"${text}"`).join(' → ')}`;
    case 'all':
      return body.commands.length === 0 ? `${body.observer} heard nothing` : `all that ${body.observer} heard: ${body.commands.join(' | ')}`;
    case 'offset':
      return `${body.observer} heard the stream up to byte ${amount(body.offset)}`;
    default:
      return unreachable(body);
  }
}

/** For whom it is meant, when not for all. */
export function serversWords({ servers }: Pick<Expectation, 'servers'>): string {
  return servers === undefined ? '' : ` (${servers.join(', ')})`;
}

const MOMENTS = { start: 'the start', end: 'the end', 'load-stopped': 'the load stopping', healed: 'the last fault healing' } as const;

/** `the load stopping`, `105s`, `a full resync of replica-a` */
export function momentWords(moment: Moment): string {
  switch (moment.at) {
    case 'time':
      return formatDuration(moment.us);
    case 'condition':
      return conditionWords(moment.condition);
    case 'event':
      return eventWords(moment);
    default:
      return MOMENTS[moment.at];
  }
}

function eventWords(pattern: Extract<Moment, { at: 'event' }>): string {
  switch (pattern.event) {
    case 'log':
      return `${pattern.node} logging ${textWords(pattern.pattern)}`;
    case 'resync':
      return `a ${pattern.kind === 'any' ? '' : `${pattern.kind} `}resync of ${pattern.replica}${pattern.reason === null ? '' : ` (${pattern.reason})`}`;
    case 'disconnection':
      return `${pattern.replica} losing its link${pattern.cause === 'any' ? '' : ` by ${pattern.cause}`}`;
    case 'fault':
      return `the ${pattern.verb}`;
    case 'fault-healed':
      return `the ${pattern.verb} being healed`;
    case 'started':
      return `${pattern.node} starting`;
    case 'ended':
      return `${pattern.node} ending`;
    default:
      return unreachable(pattern);
  }
}

/** ` from 20s until the load stopping`; nothing for a whole run. */
export function duringWords({ from, until }: Interval): string {
  return `${from.at === 'start' ? '' : ` from ${momentWords(from)}`}${until.at === 'end' ? '' : ` until ${momentWords(until)}`}`;
}

export function textWords(text: TextPattern): string {
  return 'contains' in text ? `"${text.contains}"` : `/${text.matches}/`;
}

export function observableWords({ node, field }: Observable): string {
  return `${node}.${field}`;
}

function resyncWords({ kind, reason }: { readonly kind: ResyncKind; readonly reason: string | null }): string {
  return reason === null ? kind : `${kind} (${reason})`;
}

function keyWords({ node, key, value, exists, ttl, physical, db }: KeyExpectation): string {
  const which = db === 0 ? key : `${key} (db ${db})`;
  const where = physical ? `${node}, in memory,` : node;
  if (!exists) return `${where} has no key ${which}`;
  const life = ttl === null ? '' : ttl === 'none' ? ' without a time to live' : ` with ${lifeWords(ttl)} to live`;
  return value === null ? `${where} has key ${which}${life}` : `${which} on ${physical ? `${node}, in memory,` : node} is "${value}"${life}`;
}

function lifeWords({ fromUs, toUs }: { readonly fromUs: number; readonly toUs: number }): string {
  if (fromUs === toUs) return formatDuration(fromUs);
  if (toUs === Number.MAX_SAFE_INTEGER) return `at least ${formatDuration(fromUs)}`;
  return fromUs === 0 ? `at most ${formatDuration(toUs)}` : `${formatDuration(fromUs)} to ${formatDuration(toUs)}`;
}

function amount({ from, to }: IntRange): string {
  if (from === to) return String(from);
  if (to === Number.MAX_SAFE_INTEGER) return `at least ${from}`;
  return from === 0 ? `at most ${to}` : `${from} to ${to}`;
}

function isNever({ to }: IntRange): boolean {
  return to === 0;
}

function isOnceOrMore({ from, to }: IntRange): boolean {
  return from === 1 && to === Number.MAX_SAFE_INTEGER;
}
