/** One card a resync: the verdict, why, the checks with the numbers that each compared, what it began with. */
import type { Outcome, Resync } from '../../checks/outcome.ts';
import { checksBehind } from '../../redis/replication/psync.ts';
import { clean } from '../../text.ts';
import { sufficientBacklogKb } from '../../trace/advice.ts';
import { causesOf, type Causes } from '../../trace/causes.ts';
import type { Fact } from '../../trace/fact.ts';
import { createNodeLog } from '../../trace/node-log.ts';
import { formatCount, formatInstant, formatSize, formatSpan } from '../../units.ts';
import { timeline, type Entry } from '../pretty/timeline.ts';
import { bytes, count, reasonOf, shortId } from '../pretty/words.ts';
import type { Card, Link, Window } from './data.ts';

/** Lines of each side that a card shows. */
const LOG_LINES = 16;
const BEFORE_US = 1_500_000;

export function cardsOf(outcome: Outcome): Card[] {
  const { facts, resyncs } = outcome;
  const causes = causesOf(facts);
  const entries = timeline(outcome, true);
  const told = new Map(entries.map((entry) => [entry.fact, textOf(entry)]));
  const logged = logOf(outcome);
  return resyncs.map((resync): Card => {
    const { reason, evidence, askedAtUs, decidedAtUs, endedAtUs } = resync;
    const chain = causes.chain(resync.facts.asked).reverse();
    return {
      atUs: askedAtUs, decidedUs: decidedAtUs, endedUs: endedAtUs, replica: resync.replica, master: resync.master,
      kind: resync.kind, reason, outcome: resync.outcome,
      why: whyOf(resync),
      lines: linesOf(resync, entries),
      checks: evidence === null || reason === null || reason.startsWith('refused:') ? [] : checksBehind(reason as Parameters<typeof checksBehind>[0], evidence),
      window: windowOf(resync),
      origin: originOf(resync, causes, facts, told),
      chain: chain.map((fact) => ({ atUs: fact.atUs, node: fact.node, text: told.get(fact.id) ?? plainWords(fact) })),
      advice: adviceOf(resync),
      log: [resync.replica, resync.master].flatMap((node) =>
        logged.filter((line) => line.node === node && line.atUs >= askedAtUs - BEFORE_US && line.atUs <= (endedAtUs ?? decidedAtUs ?? askedAtUs) + BEFORE_US).slice(0, LOG_LINES)),
    };
  });
}

/** Which card tells most to somebody who asks why: a full resync of a replica that could have gone on. */
export function bestCard(cards: readonly Card[]): number {
  const rank = ({ kind, reason, outcome }: Card): number =>
    kind === 'full' && reason !== 'first-contact' && reason !== 'sync-command' ? 0 : outcome === 'refused' ? 2 : kind === 'partial' ? 1 : 3;
  return cards.reduce((best, card, index) => (rank(card) < rank(cards[best]!) ? index : best), 0);
}

/** What the story says beyond the verdict and its reason, which have their own place here. */
function linesOf(resync: Resync, entries: readonly Entry[]): string[] {
  const reasons = new Set(reasonOf(resync).split('; '));
  const { more = [] } = entries.find(({ fact }) => fact === resync.facts.asked) ?? {};
  return more.slice(1).map(textOf).filter((line) => !reasons.has(line));
}

export function textOf({ text }: { readonly text: Entry['text'] }): string {
  return text.map((span) => span.text).join('');
}

/** What was seen of a fact that nobody tells about: its kind. */
export function plainWords({ body }: Fact): string {
  return body.kind.replaceAll('-', ' ');
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

function windowOf({ evidence, reason, asked }: Resync): Window | null {
  if (evidence === null || asked.offset < 0 || !evidence.backlogActive) return null;
  if (reason !== 'offset-before-backlog' && reason !== 'offset-after-end' && reason !== 'in-backlog') return null;
  const { firstByte, histlen, backlogSize, missedBy } = evidence;
  return { asked: asked.offset, first: firstByte, end: firstByte + histlen, size: backlogSize, missedBy };
}

function adviceOf({ reason, evidence, master }: Resync): string {
  if (evidence === null) return '';
  if (reason === 'offset-before-backlog') {
    const kb = sufficientBacklogKb(evidence);
    return `repl-backlog-size ${kb}kb on ${clean(master)} (it was ${formatSize(evidence.backlogSize)}): then all ${formatCount(kb)} KiB since the byte asked for would still have been there`;
  }
  return '';
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

/** What every server logged, in its own words. */
function logOf({ scenario, facts, server }: Outcome): Link[] {
  const logs = scenario.nodes.map((node) => createNodeLog(node.name, node.server === scenario.server ? server : node.server));
  return facts.flatMap((fact) => logs.flatMap((log) => log(fact).map((text) => ({ atUs: fact.atUs, node: fact.node, text: clean(text) }))));
}
