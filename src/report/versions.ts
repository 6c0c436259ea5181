/**
 * The versions in words: what each does otherwise than the one before, and what lies between any two.
 *
 * Pure functions from described profiles to a page, or to JSON. A field stands once, with the versions that share a value
 * on one line, so that the table fits a terminal however many versions there are.
 */
import type { DescribedField } from '../redis/profiles/words/index.ts';
import { columnsOf, padEnd } from '../text.ts';
import { shortName, whoAre } from './pretty/generations.ts';
import { createPage, type Page } from './pretty/page.ts';
import { rich, toned } from './pretty/rich.ts';
import type { ReporterOptions } from './reporter.ts';

export interface DescribedVersion {
  /** `redis-7.2` */
  readonly name: string;
  /** `7.2.6` */
  readonly version: string;
  readonly fields: readonly DescribedField[];
}

/** What two versions say of one field; null: it does not have it. */
export interface Difference {
  readonly path: string;
  readonly group: string;
  readonly label: string;
  readonly from: Side | null;
  readonly to: Side | null;
}

export interface Side {
  readonly value: string;
  readonly says: string;
}

export type PageOptions = Pick<ReporterOptions, 'width' | 'paint' | 'unicode'>;

/** In the order of the fields of `to`, then what only `from` has. */
export function differences(from: DescribedVersion, to: DescribedVersion): readonly Difference[] {
  const before = new Map(from.fields.map((field) => [field.path, field]));
  const after = new Map(to.fields.map((field) => [field.path, field]));
  return [...new Set([...after.keys(), ...before.keys()])].flatMap((path): Difference[] => {
    const [old, young] = [before.get(path), after.get(path)];
    const { group, label } = (young ?? old)!;
    return old?.value === young?.value ? [] : [{ path, group, label, from: sideOf(old), to: sideOf(young) }];
  });
}

function sideOf(field: DescribedField | undefined): Side | null {
  return field === undefined ? null : { value: field.value, says: field.says };
}

// ------------------------------------------------------------------ sim versions

/** Versions from the eldest to the youngest: first the list of them, then every field, grouped. */
export function versionsPage(versions: readonly DescribedVersion[], options: PageOptions): string {
  const page = createPage(options);
  page.blank();
  const name = widest(versions.map((one) => one.name));
  const release = widest(versions.map(({ version }) => version));
  versions.forEach((one, index) => {
    const nearest = nearestElder(versions.slice(0, index), one);
    const words = nearest === null ? 'the oldest' : `${counted(nearest.number)} from ${nearest.name}`;
    page.hanging(rich(' ', toned('bold', padEnd(one.name, name)), '  ', padEnd(one.version, release), '  '), rich(toned('dim', words)));
  });
  grouped(page, rowsOf(versions), (row) => {
    // A longer list of versions pushes its own sentence only.
    const span = Math.min(widest(row.values.map((value) => value.who)), 22);
    for (const value of row.values) page.hanging(rich('     ', toned('cyan', padEnd(value.who, span)), '  '), rich(value.says));
  });
  page.blank();
  return page.text();
}

/** Of those before it, the one that differs least, which is where it went on from: Valkey 8.0 from Redis 7.2. */
function nearestElder(elders: readonly DescribedVersion[], one: DescribedVersion): { readonly name: string; readonly number: number } | null {
  const counts = elders.map((elder) => ({ name: elder.name, number: differences(elder, one).length }));
  return counts.reduce<(typeof counts)[number] | null>((least, count) => (least === null || count.number <= least.number ? count : least), null);
}

function counted(number: number): string {
  return number === 0 ? 'no difference' : `${number} ${number === 1 ? 'difference' : 'differences'}`;
}

interface Row {
  readonly group: string;
  readonly path: string;
  readonly label: string;
  /** From the eldest value to the youngest. */
  readonly values: readonly { readonly who: string; readonly says: string }[];
}

const MISSING = 'there is no such setting';

/** The fields in which any two of the versions differ. */
function rowsOf(versions: readonly DescribedVersion[]): readonly Row[] {
  const names = versions.map(({ name }) => name);
  const tables = versions.map(({ fields }) => new Map(fields.map((field) => [field.path, field])));
  const all = new Map([...versions].reverse().flatMap(({ fields }) => fields.map((field) => [field.path, field])));
  return [...all.values()].flatMap(({ group, path, label }): Row[] => {
    const says = tables.map((table) => table.get(path)?.says ?? MISSING);
    const distinct = [...new Set(says)];
    if (distinct.length === 1) return [];
    return [{ group, path, label, values: distinct.map((one) => ({ who: whoAre(names, says.map((other) => other === one)), says: one })) }];
  });
}

// ------------------------------------------------------------------ sim versions diff

export function versionsDiffPage(from: DescribedVersion, to: DescribedVersion, options: PageOptions): string {
  const page = createPage(options);
  const found = differences(from, to);
  page.blank();
  page.hanging(rich(' '), rich(toned('bold', `${from.name} → ${to.name}`), toned('dim', ` · ${counted(found.length)}`)));
  const names = [shortName(from.name), shortName(to.name)] as const;
  const span = widest(names);
  grouped(page, found, (difference) => {
    page.hanging(rich('     ', toned('red', padEnd(names[0], span)), '  '), rich(difference.from?.says ?? MISSING));
    page.hanging(rich('     ', toned('green', padEnd(names[1], span)), '  '), rich(difference.to?.says ?? MISSING));
  });
  page.blank();
  return page.text();
}

function grouped<Row extends { readonly group: string; readonly label: string }>(page: Page, rows: readonly Row[], tell: (row: Row) => void): void {
  for (const group of new Set(rows.map((row) => row.group))) {
    page.blank();
    page.hanging(rich(' '), rich(toned('bold', group)));
    for (const row of rows.filter((one) => one.group === group)) {
      page.hanging(rich('   '), rich(row.label));
      tell(row);
    }
  }
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map(columnsOf));
}

// ------------------------------------------------------------------ JSON

export const VERSIONS_FORMAT = 'replsim-versions/1';

/** Each version with its fields by path: what it is, and what it says. */
export function versionsJson(versions: readonly DescribedVersion[]): string {
  return print({
    format: VERSIONS_FORMAT,
    versions: versions.map(({ name, version, fields }) => ({ name, version, fields: fields.map(({ group, path, label, value, says }) => ({ path, group, label, value, says })) })),
  });
}

export function versionsDiffJson(from: DescribedVersion, to: DescribedVersion): string {
  return print({ format: VERSIONS_FORMAT, from: from.name, to: to.name, differences: differences(from, to) });
}

function print(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
