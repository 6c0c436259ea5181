/**
 * What can be turned to spare a replica a resync, each with the values that are worth a try.
 *
 * A knob is one number. Its grid spans what is sensible: from the value of the run to where more can make no difference.
 */
import type { Outcome, Resync } from '../../checks/outcome.ts';
import type { Loaded } from '../../scenario/load.ts';
import type { Override } from '../../scenario/overrides.ts';
import { childOf } from '../../scenario/tree.ts';
import { sufficientBacklogKb } from '../../trace/advice.ts';
import type { Fact, FactBody } from '../../trace/fact.ts';
import { formatSize } from '../../units.ts';
import type { Counterfactual, KnobName, NotTried } from './answer.ts';
import { outageKnob } from './outage.ts';
import { rateKnob } from './rate.ts';
import type { Subject } from './subject.ts';

export interface Knob extends Pick<Counterfactual, 'paths' | 'unit' | 'was'> {
  readonly grid: readonly number[];
  /** The least difference that is told apart. */
  readonly step: number;
  readonly setsOf: (value: number) => readonly Override[];
}

/** What a knob is found from: the run asked about. */
export interface About {
  readonly outcome: Pick<Outcome, 'scenario' | 'facts' | 'resyncs' | 'nodes' | 'virtualUs'>;
  readonly root: Loaded['root'];
  readonly resync: Resync;
  readonly subject: Subject;
  /** All versions, in the order of release. */
  readonly versions: readonly string[];
}

type Found = Knob | NotTried;

const KB = 1024;
/** What CONFIG SET makes of less. */
const LEAST_BACKLOG = 16 * KB;

export function knobsOf(about: About): readonly (readonly [KnobName, Found])[] {
  return [
    ['repl-backlog-size', backlogKnob(about)],
    ['outage', outageKnob(about)],
    ...ttlKnob(about),
    ['write-rate', rateKnob(about)],
    ['output-limit', limitKnob(about)],
    ['repl-timeout', timeoutKnob(about)],
    ...mastersTimeoutKnob(about),
    ['version', versionKnob(about)],
  ];
}

function backlogKnob({ resync, outcome: { nodes } }: About): Found {
  const { evidence, master } = resync;
  if (evidence === null || evidence.backlogSize === 0) return 'does-not-apply';
  const was = evidence.backlogSize;
  // A backlog that holds all that was ever streamed keeps no more when it grows; one step further, for what the size itself does.
  const whole = Math.max(evidence.masterOffset, ...nodes.filter(({ node }) => node === master).map(({ offset }) => offset));
  const guess = sufficientBacklogKb(evidence) * KB;
  // Since 7.0 the stream lies in blocks: the size that is just enough is up to one of them below the one that is sure.
  const guesses = evidence.missedBy > 0 ? [guess, guess - 20 * KB].filter((size) => size >= LEAST_BACKLOG) : [];
  return {
    paths: ['repl-backlog-size'], unit: 'bytes', was, step: KB, grid: [LEAST_BACKLOG, was, ...doublings(was, 2 * whole), ...guesses],
    setsOf: (size) => [{ path: 'repl-backlog-size', value: formatSize(size) }],
  };
}

function limitKnob({ resync: { master, facts: { asked } }, outcome: { facts, nodes } }: About): Found {
  const over = lastBefore(facts, asked, 'replica-over-limit', master);
  if (over === null) return 'does-not-apply';
  const { hard, soft } = over;
  const was = hard > 0 ? hard : soft;
  const whole = Math.max(...nodes.filter(({ node }) => node === master).map(({ offset }) => offset));
  const path = `${master}.client-output-buffer-limit`;
  return {
    paths: [path], unit: 'bytes', was, step: Math.max(KB, powerBelow(was) / 64), grid: [was, ...doublings(was, 2 * whole)],
    // One limit says more than two: the soft one goes.
    setsOf: (size) => [{ path, value: `replica ${formatSize(size)} 0 0` }],
  };
}

function timeoutKnob({ resync: { master, replica, facts: { asked } }, outcome: { facts, virtualUs } }: About): Found {
  const was = (lastBefore(facts, asked, 'link-timeout', replica) ?? lastBefore(facts, asked, 'replica-timeout', master))?.limitSeconds;
  if (was === undefined) return 'does-not-apply';
  const grid = [4, 2].map((part) => Math.floor(was / part)).filter((seconds) => seconds > 0);
  return {
    paths: ['repl-timeout'], unit: 's', was, step: 1, grid: [...grid, was, ...doublings(was, Math.ceil(virtualUs / 1_000_000))],
    setsOf: (seconds) => [{ path: 'repl-timeout', value: String(seconds) }],
  };
}

/** In a full sync both ends count the same silence: who is quicker decides whom it costs. */
function mastersTimeoutKnob(about: About): readonly (readonly [KnobName, Found])[] {
  const { resync: { master, replica, facts: { asked } }, outcome: { facts } } = about;
  const both = timeoutKnob(about);
  if (typeof both === 'string' || lastBefore(facts, asked, 'link-timeout', replica)?.phase !== 'transfer') return [];
  const path = `${master}.repl-timeout`;
  return [['repl-timeout', { ...both, paths: [path], setsOf: (seconds) => [{ path, value: String(seconds) }] }]];
}

/** A master that let its backlog go in time had kept it, and its history with it, had it waited longer. */
function ttlKnob({ resync: { master, facts: { asked } }, outcome: { facts, virtualUs } }: About): readonly (readonly [KnobName, Knob])[] {
  const was = lastBefore(facts, asked, 'backlog-freed', master)?.ttlSeconds;
  if (was === undefined) return [];
  return [['repl-backlog-ttl', {
    paths: ['repl-backlog-ttl'], unit: 's', was, step: 1, grid: [was, ...doublings(was, Math.ceil(virtualUs / 1_000_000))],
    setsOf: (seconds) => [{ path: 'repl-backlog-ttl', value: String(seconds) }],
  }]];
}

function versionKnob({ versions, root, resync: { master, replica }, outcome: { scenario } }: About): Found {
  const was = versions.indexOf(scenario.server);
  if (was < 0) return 'does-not-apply';
  // Who names its own version keeps it, whatever `server` says.
  const nodes = childOf(root, 'nodes');
  if ([master, replica].some((node) => childOf(childOf(nodes, node), 'server') !== undefined)) return 'out-of-reach';
  return { paths: ['server'], unit: 'index', was, step: 1, grid: versions.map((_, index) => index), setsOf: (index) => [{ path: 'server', value: versions[index]! }] };
}

/** Twice as much, and again, until it is at least so much. */
function doublings(from: number, to: number): number[] {
  const values: number[] = [];
  for (let value = 2 * from; values.length === 0 || value / 2 < to; value *= 2) values.push(value);
  return values;
}

function powerBelow(value: number): number {
  let power = 1;
  while (power * 2 <= value) power *= 2;
  return power;
}

/** What a node told last of this before a fact; null: nothing. */
function lastBefore<Kind extends FactBody['kind']>(facts: readonly Fact[], before: number, kind: Kind, node: string): Extract<FactBody, { kind: Kind }> | null {
  const fact = facts.slice(0, Math.max(0, before - 1)).findLast((one) => one.node === node && one.body.kind === kind);
  return fact === undefined ? null : (fact.body as Extract<FactBody, { kind: Kind }>);
}
