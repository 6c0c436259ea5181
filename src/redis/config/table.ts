/** The directives of one version as a table, and how one is made from a neighbour's. */
import { assert } from '../../assert.ts';
import type { ServerConfig } from '../config.ts';
import type { Directive } from './directive.ts';
import type { Row } from './rows.ts';

export interface DirectiveTable {
  /** Every directive that has a value, in the order of the table. */
  readonly rows: readonly Directive[];
  /** What the version accepts, by lower-case name and alias. */
  readonly byName: ReadonlyMap<string, Directive>;
  /** By the name that 7.2 has for it: for who writes one scenario for all versions. */
  readonly byField: ReadonlyMap<string, Directive>;
  /** What stands in ServerConfig for simulated directives that the version does not have: so it behaves without being told. */
  readonly absent: Partial<ServerConfig>;
}

/**
 * The table of a neighbouring version: rows of a known name are changed, of an unknown one added. A row whose alias was
 * a name of its own takes that one's place; a simulated directive stays one.
 */
export function amended(table: DirectiveTable, changes: Readonly<Record<string, Row>>): DirectiveTable {
  return madeWhenUsed(() => amendedNow(table, changes));
}

function amendedNow(table: DirectiveTable, changes: Readonly<Record<string, Row>>): DirectiveTable {
  const placeOf = new Map(Object.entries(changes).map(([name, row]) => [table.byName.get(name)?.name ?? table.byName.get(row.alias)?.name ?? null, name]));
  const kept = table.rows.map((old) => {
    const name = placeOf.get(old.name);
    return name === undefined ? old : { ...changes[name]!, name, field: old.simulated ? old.field : name, simulated: old.simulated };
  });
  const added = Object.entries(changes).filter(([name]) => !kept.some((row) => row.name === name));
  const absent = Object.fromEntries(Object.entries(table.absent).filter(([name]) => !(name in changes)));
  return tableOf([...kept, ...added.map(([name, row]) => ({ ...row, name, field: name, simulated: name in table.absent }))], absent);
}

/** How an elder version's table differs from that of its younger neighbour; directives by the name that 7.2 has for them. */
export interface Elder {
  /** Simulated directives that came with the younger version, and what holds before. */
  readonly without: Partial<ServerConfig>;
  /** Kept directives that came with it. */
  readonly unknown?: readonly string[];
  /** What it calls otherwise, and by no other name. */
  readonly called?: Readonly<Record<string, string>>;
  /** By its own name: rows that were other, and rows that were dropped since. */
  readonly changes?: Readonly<Record<string, Row>>;
}

/** The table of the elder neighbour: rows left out, renamed, changed or added. */
export function elder(table: DirectiveTable, difference: Elder): DirectiveTable {
  return madeWhenUsed(() => elderNow(table, difference));
}

function elderNow(table: DirectiveTable, { without, unknown = [], called = {}, changes = {} }: Elder): DirectiveTable {
  const gone = new Set([...Object.keys(without), ...unknown]);
  for (const name of [...gone, ...Object.keys(called)]) assert(table.byField.has(name), `the younger table has no directive ${name}`);
  const rows = table.rows
    .filter(({ field }) => !gone.has(field))
    .map((row) => (row.field in called ? { ...row, name: called[row.field]!, alias: '' } : row));
  return amendedNow(tableOf(rows, { ...table.absent, ...without }), changes);
}

/** Most runs ask one version: making eleven tables would be a tenth of the time that a start takes. */
function madeWhenUsed(make: () => DirectiveTable): DirectiveTable {
  let made: DirectiveTable | null = null;
  const table = (): DirectiveTable => (made ??= make());
  return {
    get rows() { return table().rows; },
    get byName() { return table().byName; },
    get byField() { return table().byField; },
    get absent() { return table().absent; },
  };
}

export function tableOf(rows: readonly Directive[], absent: Partial<ServerConfig>): DirectiveTable {
  const byName = new Map<string, Directive>();
  for (const row of rows) {
    for (const name of row.alias === '' ? [row.name] : [row.name, row.alias]) {
      assert(!byName.has(name), `the directive ${name} is in the table twice`);
      byName.set(name, row);
    }
  }
  return { rows, byName, byField: new Map(rows.map((row) => [row.field, row])), absent };
}
