/**
 * Faults as spans of time: from the verb that broke something to the fact that ended it.
 *
 * A network fault lasts until a verb or the network heals it; a frozen process, until a verb does; a
 * process that was ended, until it is started again; a reset is over at once. A span without an end was
 * still there when the trace ended. What the network tells of a fault belongs to the verb that caused
 * it; without one (a fault armed to happen later) it is a span of its own.
 */
import type { Verb } from '../scenario/scenario.ts';
import type { Fact } from './fact.ts';

export interface FaultSpan {
  /** Id of the fact that broke something. */
  readonly fact: number;
  readonly verb: string;
  readonly words: string;
  readonly nodes: readonly string[];
  readonly fromUs: number;
  /** null: not healed. */
  readonly toUs: number | null;
  /** Id of the fact that ended it; 0: none. */
  readonly healedBy: number;
}

export interface Faults {
  feed(fact: Fact): void;
  /** All faults so far, in the order in which they began. */
  readonly spans: readonly FaultSpan[];
  /** Those that nothing has ended yet. */
  active(): readonly FaultSpan[];
}

type Do = Verb['do'];

/** Verbs after which a process has to be started again. */
const ENDS_PROCESS: ReadonlySet<string> = new Set<Do>(['kill', 'crash', 'stop', 'restart']);
/** Verbs about one process, whoever it talks to. All others are about the path between nodes. */
const OF_PROCESS: ReadonlySet<string> = new Set<Do>([
  'kill', 'crash', 'stop', 'restart', 'freeze', 'block', 'hold-save', 'command', 'commands', 'config', 'kill-child', 'failing-rename', 'answer',
]);
/** Over as soon as they are done. */
const MOMENTARY: ReadonlySet<string> = new Set<Do>(['reset', 'close', 'arm', 'command', 'commands', 'config', 'kill-child', 'failing-rename', 'answer']);

interface OpenSpan extends FaultSpan {
  toUs: number | null;
  healedBy: number;
}

export function createFaults(): Faults {
  const spans: OpenSpan[] = [];
  const open = new Map<number, OpenSpan>();
  /** Nodes whose process a fault ended, by fault: the fault is over when all run again. */
  const down = new Map<number, Set<string>>();
  /** Faults that the network will tell the end of, by its own name for them. */
  const ofNetwork = new Map<string, Set<number>>();

  const begin = ({ id, atUs }: Fact, verb: string, words: string, nodes: readonly string[]): OpenSpan => {
    const span: OpenSpan = { fact: id, verb, words, nodes, fromUs: atUs, toUs: null, healedBy: 0 };
    spans.push(span);
    if (MOMENTARY.has(verb)) span.toUs = atUs;
    else open.set(id, span);
    return span;
  };

  const close = (id: number, by: Fact): void => {
    const span = open.get(id);
    if (span === undefined) return;
    span.toUs = by.atUs;
    span.healedBy = by.id;
    open.delete(id);
    down.delete(id);
  };

  const networkBroke = (fact: Fact, name: string, verb: string, words: string, nodes: readonly string[]): void => {
    const span = open.get(fact.cause) ?? begin(fact, verb, words, nodes);
    ofNetwork.set(name, (ofNetwork.get(name) ?? new Set()).add(span.fact));
  };

  const networkHealed = (fact: Fact, name: string): void => {
    for (const id of ofNetwork.get(name) ?? []) close(id, fact);
    ofNetwork.delete(name);
  };

  const feed = (fact: Fact): void => {
    const { body } = fact;
    switch (body.kind) {
      case 'verb':
        if (body.heals !== 0) close(body.heals, fact);
        if (!body.fault) break;
        begin(fact, body.verb, body.words, body.nodes);
        if (ENDS_PROCESS.has(body.verb)) down.set(fact.id, new Set(body.nodes));
        break;
      case 'process-started':
        for (const [fault, nodes] of down) if (nodes.delete(body.node) && nodes.size === 0) close(fault, fact);
        break;
      case 'partition-began':
        networkBroke(fact, String(body.fault), 'partition', `partition ${list(body.a)} ╳ ${list(body.b)}`, [...body.a, ...body.b]);
        break;
      case 'partition-healed':
        networkHealed(fact, String(body.fault));
        break;
      case 'relay-held':
        networkBroke(fact, relay(body), 'hold', `hold ${body.from} – ${body.to}`, [body.from, body.to]);
        break;
      case 'relay-reset':
        if (body.refuses) networkBroke(fact, relay(body), 'refuse', `refuse ${body.from} ╳ ${body.to}`, [body.from, body.to]);
        else if (body.armed) begin(fact, 'reset', `reset ${body.from} ╳ ${body.to}`, [body.from, body.to]);
        break;
      case 'relay-healed':
        networkHealed(fact, relay(body));
        break;
      default:
    }
  };

  return { spans, active: () => [...open.values()], feed };
}

function relay({ from, to }: { readonly from: string; readonly to: string }): string {
  return `${from}>${to}`;
}

function list(names: readonly string[]): string {
  return names.join(', ');
}

export function faultsOf(facts: readonly Fact[]): readonly FaultSpan[] {
  const faults = createFaults();
  for (const fact of facts) faults.feed(fact);
  return faults.spans;
}

/** Whether a fault lies on the path between two nodes. A network fault of one node alone cuts it off from everyone. */
export function isOnPath(span: FaultSpan, a: string, b: string): boolean {
  const { nodes } = span;
  if (OF_PROCESS.has(span.verb) || nodes.length === 1) return nodes.includes(a) || nodes.includes(b);
  return nodes.includes(a) && nodes.includes(b);
}

export function overlaps(span: FaultSpan, fromUs: number, toUs: number): boolean {
  return span.fromUs <= toUs && (span.toUs === null || span.toUs >= fromUs);
}
