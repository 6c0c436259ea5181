/**
 * Faults as spans of time: from the verb that broke something to the fact that ended it.
 *
 * A network fault and a frozen process last until a verb heals them; a process that was ended, until it
 * is started again; a reset is over at once. A span without an end was still there when the trace ended.
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
  'kill', 'crash', 'stop', 'restart', 'freeze', 'block', 'hold-save', 'command', 'commands', 'config',
]);
/** Over as soon as they are done. */
const MOMENTARY: ReadonlySet<string> = new Set<Do>(['reset', 'command', 'commands', 'config']);

interface OpenSpan extends FaultSpan {
  toUs: number | null;
  healedBy: number;
}

export function createFaults(): Faults {
  const spans: OpenSpan[] = [];
  const open = new Map<number, OpenSpan>();
  /** Nodes whose process a fault ended, by fault: the fault is over when all run again. */
  const down = new Map<number, Set<string>>();

  const close = (id: number, by: Fact): void => {
    const span = open.get(id);
    if (span === undefined) return;
    span.toUs = by.atUs;
    span.healedBy = by.id;
    open.delete(id);
    down.delete(id);
  };

  return {
    spans,
    active: () => [...open.values()],
    feed: (fact) => {
      const { body, atUs, id } = fact;
      if (body.kind === 'process-started') {
        for (const [fault, nodes] of down) if (nodes.delete(body.node) && nodes.size === 0) close(fault, fact);
        return;
      }
      if (body.kind !== 'verb') return;
      if (body.heals !== 0) close(body.heals, fact);
      if (!body.fault) return;
      const span: OpenSpan = {
        fact: id, verb: body.verb, words: body.words, nodes: body.nodes, fromUs: atUs, toUs: null, healedBy: 0,
      };
      spans.push(span);
      if (MOMENTARY.has(body.verb)) {
        span.toUs = atUs;
        return;
      }
      open.set(id, span);
      if (ENDS_PROCESS.has(body.verb)) down.set(id, new Set(body.nodes));
    },
  };
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
