/** What was seen at regular instants, as columns; and what went between the nodes (`Curves`). */
import type { NodeSample, Observed } from '../../trace/sample.ts';
import { type Column, type Words, writeColumn } from './columns.ts';
import { CLIENT_NUMBERS, type Curves, NODE_NUMBERS, NODE_WORDS, type NodeCurves, type NodeNumber } from './data.ts';

/** Columns of as many nodes are kept as anybody can tell apart. */
export const MOST_NODES = 60;

export function writeCurves({ everyUs, samples, messages }: Observed, shown: readonly string[], words: Words): Curves {
  const names = samples[0]?.nodes.map(({ node }) => node) ?? [];
  const word = (text: string | null): number => (text === null ? -1 : words.index(text));
  return {
    everyUs,
    atUs: writeColumn(samples.map(({ atUs }) => atUs)),
    nodes: names.flatMap((node, place): NodeCurves[] => {
      if (!shown.includes(node)) return [];
      const looks = samples.map(({ nodes }) => nodes[place]!);
      const replicas = [...new Set(looks.flatMap((look) => look.replicas.map(({ replica }) => replica)))].slice(0, MOST_NODES);
      return [{
        node,
        words: columnsOf(NODE_WORDS, looks, (look, name) => word(look[name])),
        numbers: columnsOf(NODE_NUMBERS, looks, numberOf),
        replicas: replicas.map((replica) => {
          const of = looks.map((look) => look.replicas.find((one) => one.replica === replica));
          return {
            replica, state: writeColumn(of.map((one) => word(one?.state ?? null))),
            acked: writeColumn(of.map((one) => one?.acked ?? -1)), buffer: writeColumn(of.map((one) => one?.buffer ?? -1)),
          };
        }),
      }];
    }),
    clients: (samples[0]?.clients ?? []).map(({ client }, place) => ({
      client, numbers: columnsOf(CLIENT_NUMBERS, samples.map(({ clients }) => clients[place]!), (look, name) => look[name] ?? -1),
    })),
    messages: {
      kind: writeColumn(messages.map(({ kind }) => words.index(kind))),
      from: writeColumn(messages.map(({ from }) => words.index(from))),
      to: writeColumn(messages.map(({ to }) => words.index(to))),
      sentUs: writeColumn(messages.map(({ sentUs }) => sentUs)),
      flightUs: writeColumn(messages.map(({ sentUs, arrivedUs }) => (arrivedUs === null ? -1 : arrivedUs - sentUs))),
      offset: writeColumn(messages.map(({ offset }) => offset)),
    },
  };
}

function columnsOf<Look, Name extends string>(names: readonly Name[], looks: readonly Look[], valueOf: (look: Look, name: Name) => number): Record<Name, Column> {
  return Object.fromEntries(names.map((name) => [name, writeColumn(looks.map((look) => valueOf(look, name)))])) as Record<Name, Column>;
}

function numberOf({ backlog, transfer, ...look }: NodeSample, name: NodeNumber): number {
  switch (name) {
    case 'first': return backlog?.firstByte ?? -1;
    case 'length': return backlog?.length ?? -1;
    case 'size': return backlog?.size ?? -1;
    case 'received': return transfer?.received ?? -1;
    case 'expected': return transfer?.size ?? -1;
    default: return look[name];
  }
}
