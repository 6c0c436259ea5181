/** What explain says in words: the checks, what a resync goes back to, and how that was proved. */
import type { Proof } from '../../explore/proof.ts';
import type { Part } from '../../explore/without.ts';
import type { Origin } from '../../trace/causes.ts';
import type { Explanation } from '../../trace/explanation.ts';
import type { Fact } from '../../trace/fact.ts';
import { clean } from '../../text.ts';
import { formatCount } from '../../units.ts';
import { together } from '../pretty/rich.ts';
import { shortId } from '../pretty/words.ts';

type Check = Explanation['checks'][number];

/** The check as a statement, and what its two sides are. */
const STATEMENTS: Readonly<Record<string, string>> = {
  'is not failing over': 'the master is not failing over',
  'is in step with its own master': 'the master is in step with its own master',
  'owes this client no reply': 'the master owes this replica no reply',
  'has its data loaded': 'the master has loaded its data',
  'answers the question': 'the master answers the question',
  'asks with PSYNC': 'the replica asks with PSYNC',
  'names a history': 'it names a history',
  'is our history': 'it is the history of the master',
  'is our previous history': 'it is the one the master was on before',
  'within what both histories share': 'byte asked for ≤ first byte not shared',
  'there is a backlog': 'the master keeps a backlog',
  'not older than the oldest byte kept': 'byte asked for ≥ oldest byte kept',
  'not beyond the next byte to come': 'byte asked for ≤ next byte to come',
};

export function statement({ name }: Check): string {
  return STATEMENTS[name] ?? name;
}

/** How its two sides stood to each other: `266 226 < 551 881` of a check for ≥ that was not passed. */
export function compared({ name, passed, left, relation, right }: Check): string {
  if (name === 'names a history') return together(passed ? side(left) : `no history (${side(left)})`);
  if (name === 'there is a backlog') return passed ? 'yes' : 'no';
  return together(`${side(left)} ${passed ? relation : (NEGATED.get(relation) ?? relation)} ${side(right)}`);
}

const NEGATED: ReadonlyMap<string, string> = new Map([['=', '≠'], ['≥', '<'], ['≤', '>']]);

function side(value: string | number): string {
  return typeof value === 'number' ? formatCount(value) : /^0{40}$/.test(value) ? 'none' : shortId(value);
}

/** `partition master ╳ replica-a, for 90s` */
export function originWords(origin: Origin, facts: readonly Fact[]): string {
  switch (origin.is) {
    case 'fault':
      return origin.faults.map(({ words }) => clean(words)).join(' and ');
    case 'order': {
      const body = facts[origin.fact - 1]?.body;
      return body?.kind === 'verb' ? clean(body.words) : 'an order';
    }
    case 'load':
      return `writes to ${clean(origin.node)} outgrew the output buffer`;
    case 'start':
      return `the start of ${clean(origin.node)}`;
    case 'unknown':
      return 'nothing that was told';
  }
}

/** What it goes back to, as far as the proof shows it: of several faults those that matter. */
export function shownOrigin(origin: Origin, { is, parts }: Proof): Origin {
  if (origin.is !== 'fault' || (is !== 'alone' && is !== 'each')) return origin;
  const faults = origin.faults.filter(({ words, fromUs }) => parts.some((part) => part.is === 'step' && part.words === words && part.atUs === fromUs));
  return faults.length === 0 ? origin : { is: 'fault', faults };
}

/** `firstCause`: what was said to be it; only that is "it". */
export function proofWords({ is, parts, runs }: Proof, firstCause = ''): string {
  const list = parts.map(partWords);
  const them = list.length === 1 && list[0] === firstCause ? 'it' : list.join(' and ');
  const run = runs.length === 0 ? '' : together(` (run again, trace ${runs.map((hash) => hash.slice(0, 12)).join(', ')})`);
  switch (is) {
    case 'alone':
      return `without ${runs.length > 1 ? `any one of these (${list.join('; ')})` : them} this resync does not happen${run}`;
    case 'each':
      return `each of these alone leads to it: ${list.join('; ')}. Without all of them it does not happen${run}`;
    case 'any':
      return `any of these may have led to it: ${list.join('; ')}. Without all of them it does not happen${run}`;
    case 'not-shown':
      return `without ${them} the resync still happens${run}: something else leads to it, too`;
    case 'not-tried':
      return '';
  }
}

export function partWords(part: Part): string {
  return part.is === 'load' ? `the load ${clean(part.client)}` : clean(part.words);
}
