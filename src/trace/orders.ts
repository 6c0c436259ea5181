/**
 * What the timeline said to a server last. A command reaches it over a connection, so what the server does then names no verb as
 * its cause: a REPLICAOF that was carried out goes back to the one that was said.
 */
import type { Verb } from '../scenario/scenario.ts';
import type { Fact, FactBody } from './fact.ts';

/** What a command is about. */
export type Matter = 'role' | 'end' | 'clients';

export interface Orders {
  feed(fact: Fact): void;
  /** Id of the verb that said something of this matter to a node last; 0: none did. */
  last(matter: Matter, node: string): number;
}

type Do = Verb['do'];

const MATTERS: ReadonlyMap<string, Matter> = new Map<Do, Matter>([
  ['replicaof', 'role'], ['replicaof-address', 'role'], ['failover', 'role'], ['stop', 'end'], ['restart', 'end'], ['kill', 'end'], ['crash', 'end'], ['close', 'clients'],
]);

/** Of a command that is written out. */
const WORDS: readonly (readonly [RegExp, Matter])[] = [
  [/^(?:REPLICAOF|SLAVEOF|FAILOVER)\b/i, 'role'], [/^(?:SHUTDOWN|DEBUG RESTART|DEBUG SEGFAULT)\b/i, 'end'], [/^CLIENT KILL\b/i, 'clients'],
];

/** The commands that a verb has written out, if it is one that does: what stands in quotes is left out. */
export function saidBy({ verb, words, nodes }: Extract<FactBody, { kind: 'verb' }>): string[] {
  const [node] = nodes;
  if (!verb.startsWith('command') || node === undefined || !words.startsWith(`${node}: `)) return [];
  return words.slice(node.length + 2).replaceAll(/"(?:[^"\\]|\\.)*"/g, '""').split('; ');
}

export function createOrders(): Orders {
  const orders = new Map<string, number>();
  return {
    feed: ({ id, body }) => {
      if (body.kind !== 'verb') return;
      const known = MATTERS.get(body.verb);
      const matters = known !== undefined ? [known] : WORDS.flatMap(([word, matter]) => (saidBy(body).some((command) => word.test(command)) ? [matter] : []));
      for (const matter of matters) for (const node of body.nodes) orders.set(`${matter} ${node}`, id);
    },
    last: (matter, node) => orders.get(`${matter} ${node}`) ?? 0,
  };
}
