/** All milestones as columns (`FactTable`). */
import type { Fact } from '../../trace/fact.ts';
import { createWords, type Words, writeColumn } from './columns.ts';
import type { FactTable, FieldColumn } from './data.ts';

export function writeFacts(facts: readonly Fact[], words: Words): FactTable {
  const byKind = new Map<string, Fact[]>();
  const kinds = createWords();
  for (const fact of facts) {
    const list = byKind.get(fact.body.kind);
    if (list === undefined) byKind.set(fact.body.kind, [fact]);
    else list.push(fact);
    kinds.index(fact.body.kind);
  }
  return {
    atUs: writeColumn(facts.map(({ atUs }) => atUs)),
    node: writeColumn(facts.map(({ node }) => words.index(node))),
    causeBack: writeColumn(facts.map(({ id, cause }) => (cause === 0 ? 0 : id - cause))),
    kind: writeColumn(facts.map(({ body }) => kinds.index(body.kind))),
    kinds: kinds.list.map((kind) => ({ kind, fields: fieldsOf(byKind.get(kind)!, words) })),
  };
}

function fieldsOf(facts: readonly Fact[], words: Words): FieldColumn[] {
  const bodies = facts.map(({ body }) => new Map(Object.entries(body)));
  const names = new Set(bodies.flatMap((body) => [...body.keys()]));
  names.delete('kind');
  return [...names].map((name) => {
    const values = bodies.map((body): unknown => body.get(name));
    if (values.every((value) => typeof value === 'number')) return { name, is: 'number', values: writeColumn(values) };
    if (values.every((value) => typeof value === 'string')) return { name, is: 'text', values: writeColumn(values.map((value) => words.index(value))) };
    return { name, is: 'json', values: writeColumn(values.map((value) => (value === undefined ? -1 : words.index(JSON.stringify(value))))) };
  });
}
