/** One card a resync: the verdict, why, the checks with the numbers that each compared, what it began with. */
import type { Outcome, Resync } from '../../checks/outcome.ts';
import { checksBehind } from '../../redis/replication/psync.ts';
import { clean } from '../../text.ts';
import { backlogAdvice } from '../../trace/advice.ts';
import type { Causes } from '../../trace/causes.ts';
import type { Fact } from '../../trace/fact.ts';
import { createNodeLog } from '../../trace/node-log.ts';
import { formatCount, formatInstant, formatSize, formatSpan } from '../../units.ts';
import { compared, statement } from '../explain/words.ts';
import { timeline, type Entry } from '../pretty/timeline.ts';
import { beganWords, bytes, count, reasonOf, shortId } from '../pretty/words.ts';
import type { Card, Link, Window } from './data.ts';

/** Lines of each side that a card shows, and from when on: what led to the question. */
const LOG_LINES = 16;
const AROUND_US = 1_500_000;
/** A loop makes thousands of resyncs that are all alike: so many are told with all that belongs to them. */
const TOLD = 200;

export function cardsOf(outcome: Outcome, causes: Causes): Card[] {
  const { facts, resyncs } = outcome;
  const entries = timeline(outcome, true);
  const told = new Map(entries.map((entry) => [entry.fact, textOf(entry)]));
  const asked = new Map(entries.map((entry) => [entry.fact, entry]));
  const logged = logOf(outcome);
  return resyncs.map((resync, index): Card => {
    const { reason, evidence, askedAtUs, decidedAtUs, endedAtUs } = resync;
    const chain = index < TOLD ? causes.chain(resync.facts.asked).reverse() : [];
    const [fromUs, toUs] = [askedAtUs - AROUND_US, (endedAtUs ?? decidedAtUs ?? askedAtUs) + AROUND_US];
    return {
      atUs: askedAtUs, decidedUs: decidedAtUs, endedUs: endedAtUs, replica: resync.replica, master: resync.master,
      kind: resync.kind, reason, outcome: resync.outcome,
      why: whyOf(resync),
      lines: linesOf(resync, asked.get(resync.facts.asked)),
      checks: evidence === null || reason === null || reason.startsWith('refused:') ? [] : checksBehind(reason as Parameters<typeof checksBehind>[0], evidence).map((check) => ({ ...check, name: statement(check), numbers: compared(check) })),
      window: windowOf(resync),
      origin: originOf(resync, causes, facts, told),
      chain: chain.map((fact) => ({ atUs: fact.atUs, node: fact.node, text: told.get(fact.id) ?? plainWords(fact) })),
      advice: adviceOf(resync),
      log: index < TOLD ? [...new Set([resync.replica, resync.master])].flatMap((node) => linesBetween(logged.get(node) ?? [], fromUs, toUs)) : [],
    };
  });
}

/** What the story says beyond the verdict and its reason, which have their own place here. */
function linesOf(resync: Resync, entry: Entry | undefined): string[] {
  const reasons = new Set(reasonOf(resync).split('; '));
  return (entry?.more ?? []).slice(1).map(textOf).filter((line) => !reasons.has(line));
}

export function textOf({ text }: { readonly text: Entry['text'] }): string {
  return text.map((span) => span.text).join('');
}

const PLAIN: ReadonlyMap<string, string> = new Map([['link-lost', 'loses its link'], ['link-connecting', 'tries to connect']]);

/** What was seen of a fact that nobody tells about: its kind, as a sentence where it is seen often. */
export function plainWords({ body }: Fact): string {
  return PLAIN.get(body.kind) ?? body.kind.replaceAll('-', ' ');
}

function whyOf(resync: Resync): string {
  const { reason, evidence, asked, outcome } = resync;
  const replica = clean(resync.replica);
  const master = resync.master === '' ? 'its master' : clean(resync.master);
  if (reason === null) return outcome === 'unfinished' ? `${master} had not answered ${replica} when the run ended.` : `${master} never answered ${replica}.`;
  if (reason.startsWith('refused:')) return `${master} refused ${replica}: ${clean(reason.slice(8))}.`;
  if (evidence === null) return '';
  const { firstByte, missedBy, toSend, secondOffset, masterOffset } = evidence;
  switch (reason) {
    case 'first-contact':
      return `${replica} came without a history to go on from, so ${master} copied everything.`;
    case 'sync-command':
      return `${replica} asked with SYNC, which can only copy everything.`;
    case 'unknown-id':
      return `${replica} wanted to go on in the history ${shortId(asked.replid)}, which ${master} does not know: it is on ${shortId(evidence.replid)}. So everything was copied.`;
    case 'past-second-offset':
      return `${replica} wanted byte ${count(asked.offset)} of ${master}’s previous history, which the two share only up to ${count(secondOffset - 1)}. So everything was copied.`;
    case 'no-backlog':
      return `${master} kept no backlog, so nothing could be sent again but everything.`;
    case 'offset-before-backlog':
      return `${replica} asked for byte ${count(asked.offset)}, but the oldest byte that ${master} still kept was ${count(firstByte)}: ${bytes(missedBy)} were gone. So everything was copied again.`;
    case 'offset-after-end':
      return `${replica} asked for byte ${count(asked.offset)}, which ${master} had not written yet: it stood at ${count(masterOffset)}. So everything was copied.`;
    case 'in-backlog':
      return toSend === 0
        ? `${replica} had missed nothing: ${master} still knew its history, and it went on where it stood.`
        : `${replica} asked for byte ${count(asked.offset)}, and ${master} still kept all from ${count(firstByte)} on: only the ${bytes(toSend)} that it had missed were sent.`;
    default:
      return reasonOf(resync);
  }
}

function windowOf(resync: Resync): Window | null {
  const { evidence, reason, asked } = resync;
  if (evidence === null || asked.offset < 0 || !evidence.backlogActive) return null;
  if (reason !== 'offset-before-backlog' && reason !== 'offset-after-end' && reason !== 'in-backlog') return null;
  const { firstByte, histlen, backlogSize, missedBy } = evidence;
  return { asked: asked.offset, first: firstByte, end: firstByte + histlen, size: backlogSize, missedBy, began: backlogAdvice(resync)?.is === 'began-later' && resync.backlog !== null ? beganWords(resync.backlog) : '' };
}

function adviceOf(resync: Resync): string {
  const { evidence, master } = resync;
  const advice = backlogAdvice(resync);
  if (advice === null || evidence === null) return '';
  switch (advice.is) {
    case 'size':
      return `repl-backlog-size ${advice.kb}kb on ${clean(master)} (it was ${formatSize(evidence.backlogSize)}): then all ${formatCount(advice.kb)} KiB since the byte asked for would still have been there`;
    case 'began-later':
      return `no repl-backlog-size${advice.began.how === 'copy' ? ` of ${clean(master)} alone` : ''}: the backlog of ${clean(master)} ${beganWords(advice.began)}`;
    case 'unknown':
      return '';
  }
}

function originOf(resync: Resync, causes: Causes, facts: readonly Fact[], told: ReadonlyMap<number, string>): string {
  const origin = causes.origin(resync.facts.asked);
  switch (origin.is) {
    case 'fault': {
      const parts = origin.faults.map(({ words, fromUs, toUs }) => {
        const over = toUs === null ? ', which nothing healed' : toUs > fromUs && !/, for \S+$/.test(words) ? `, over after ${formatSpan(toUs - fromUs)}` : '';
        return `at ${formatInstant(fromUs)} with ✂ ${clean(words)}${over}`;
      });
      return `It began ${parts.join(', or ')}.`;
    }
    case 'order': {
      const fact = facts[origin.fact - 1]!;
      return `It began with an order: ${told.get(fact.id) ?? plainWords(fact)}, at ${formatInstant(fact.atUs)}.`;
    }
    case 'load': {
      const fact = facts[origin.fact - 1]!;
      return `It began with the load: ${clean(origin.node)} was written more than the output buffer of its replica may hold, at ${formatInstant(fact.atUs)}.`;
    }
    case 'start':
      return resync.reason === 'first-contact' ? '' : `It began when ${clean(origin.node)} was started.`;
    case 'unknown':
      return '';
  }
}

/** What every server logged, in its own words: by node, in order. */
function logOf({ scenario, facts, server }: Outcome): ReadonlyMap<string, readonly Link[]> {
  const logs = new Map(scenario.nodes.map((node) => [node.name, createNodeLog(node.name, node.server === scenario.server ? server : node.server)]));
  const lines = new Map(scenario.nodes.map(({ name }): [string, Link[]] => [name, []]));
  for (const fact of facts) {
    // A node's log hears of the others only when one of them becomes another version.
    const heard = fact.node === '' ? [...logs] : [[fact.node, logs.get(fact.node)] as const];
    for (const [node, log] of heard) for (const text of log?.(fact) ?? []) lines.get(node)!.push({ atUs: fact.atUs, node, text: clean(text) });
  }
  return lines;
}

function linesBetween(lines: readonly Link[], fromUs: number, toUs: number): Link[] {
  let low = 0;
  for (let high = lines.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (lines[middle]!.atUs < fromUs) low = middle + 1;
    else high = middle;
  }
  const found: Link[] = [];
  for (let at = low; at < lines.length && lines[at]!.atUs <= toUs && found.length < LOG_LINES; at++) found.push(lines[at]!);
  return found;
}
