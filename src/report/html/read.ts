/** The way back: tables and columns as the page uses them. `fact-table.ts` and `curves.ts` wrote them. */
import { type Column, readColumn } from './columns.ts';
import type { ClientNumber, Curves, FactTable, NodeNumber, NodeWord } from './data.ts';

/** A fact as the page has it: its fields are for reading, not for reckoning. */
export interface PageFact {
  readonly id: number;
  readonly atUs: number;
  readonly node: string;
  readonly cause: number;
  readonly kind: string;
  readonly fields: readonly (readonly [name: string, value: unknown])[];
}

export function readFacts(table: FactTable, words: readonly string[]): PageFact[] {
  const nodes = readColumn(table.node);
  const causes = readColumn(table.causeBack);
  const kinds = readColumn(table.kind);
  const columns = table.kinds.map(({ fields }) => fields.map((field) => ({ ...field, values: readColumn(field.values) })));
  const row = table.kinds.map(() => 0);
  return readColumn(table.atUs).map((atUs, index) => {
    const id = index + 1;
    const kind = kinds[index]!;
    const at = row[kind]!++;
    return {
      id, atUs, node: words[nodes[index]!]!, cause: causes[index] === 0 ? 0 : id - causes[index]!, kind: table.kinds[kind]!.kind,
      fields: columns[kind]!.flatMap(({ name, is, values }): [string, unknown][] => {
        const value = values[at]!;
        if (is === 'number') return [[name, value]];
        if (is === 'text') return [[name, words[value]!]];
        return value < 0 ? [] : [[name, JSON.parse(words[value]!) as unknown]];
      }),
    };
  });
}

export interface PageCurves {
  readonly everyUs: number;
  readonly atUs: readonly number[];
  readonly nodes: readonly PageNode[];
  readonly clients: readonly { readonly client: string; readonly numbers: Readonly<Record<ClientNumber, readonly number[]>> }[];
  readonly messages: readonly PageMessage[];
}

export interface PageNode {
  readonly node: string;
  readonly words: Readonly<Record<NodeWord, readonly (string | null)[]>>;
  readonly numbers: Readonly<Record<NodeNumber, readonly number[]>>;
  readonly replicas: readonly { readonly replica: string; readonly state: readonly (string | null)[]; readonly acked: readonly number[]; readonly buffer: readonly number[] }[];
}

export interface PageMessage {
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  readonly sentUs: number;
  readonly arrivedUs: number | null;
  readonly offset: number;
}

export function readCurves({ everyUs, atUs, nodes, clients, messages }: Curves, words: readonly string[]): PageCurves {
  const text = (column: Column): (string | null)[] => readColumn(column).map((place) => (place < 0 ? null : words[place]!));
  const numbers = <Name extends string>(columns: Readonly<Record<Name, Column>>): Record<Name, number[]> =>
    Object.fromEntries(Object.entries<Column>(columns).map(([name, column]) => [name, readColumn(column)])) as Record<Name, number[]>;
  const flights = readColumn(messages.flightUs);
  const [kinds, from, to, offsets] = [text(messages.kind), text(messages.from), text(messages.to), readColumn(messages.offset)];
  return {
    everyUs, atUs: readColumn(atUs),
    nodes: nodes.map((one) => ({
      node: one.node,
      words: Object.fromEntries(Object.entries(one.words).map(([name, column]) => [name, text(column)])) as Record<NodeWord, (string | null)[]>,
      numbers: numbers(one.numbers),
      replicas: one.replicas.map(({ replica, state, acked, buffer }) => ({ replica, state: text(state), acked: readColumn(acked), buffer: readColumn(buffer) })),
    })),
    clients: clients.map((one) => ({ client: one.client, numbers: numbers(one.numbers) })),
    messages: readColumn(messages.sentUs).map((sentUs, index) => ({
      kind: kinds[index]!, from: from[index]!, to: to[index]!, sentUs, arrivedUs: flights[index]! < 0 ? null : sentUs + flights[index]!, offset: offsets[index]!,
    })),
  };
}
