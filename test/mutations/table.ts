/** docs/mutations.md: every planted bug and who notices it. Written by `npm run mutations -- --table`, and read by it: who noticed last time is asked first. */
import { readFileSync, writeFileSync } from 'node:fs';

const PAGE = 'docs/mutations.md';

/** What became of one bug. */
export interface Row {
  /** `handshake.requests: inline`, or what a bug by hand does. */
  readonly name: string;
  /** Where it was planted: `redis-4.0 as redis-5.0`, or a file. */
  readonly planted: string;
  /** `case version: path`, `file: test`, or '' when nothing noticed it. */
  readonly by: string;
}

export interface Rows {
  readonly fields: ReadonlyMap<string, Row>;
  readonly hand: ReadonlyMap<string, Row>;
}

export function readTable(): Rows {
  const page = readFileSync(PAGE, { encoding: 'utf8', flag: 'a+' });
  const [first = '', second = ''] = page.split('## By hand');
  return { fields: rowsOf(first), hand: rowsOf(second) };
}

function rowsOf(text: string): Map<string, Row> {
  return new Map([...text.matchAll(/^\| `(.+?)` \| (.+?) \| (.+) \|$/gm)].map(([, name, planted, by]) => {
    const plain = (cell: string): string => cell.replaceAll('\\|', '|');
    const caught = /^`(.*)`$/.exec(by!)?.[1] ?? '';
    return [plain(name!), { name: plain(name!), planted: plain(planted!), by: plain(caught) }];
  }));
}

export function writeTable({ fields, hand }: Rows, unseen: Readonly<Record<string, string>>): void {
  const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('`', "'").replaceAll('\n', ' ');
  const row = ({ name, planted, by }: Row): string => `| \`${cell(name)}\` | ${cell(planted)} | ${by === '' ? cell(unseen[name] ?? '**escaped**') : `\`${cell(by)}\``} |`;
  const count = (rows: ReadonlyMap<string, Row>): string => {
    const all = [...rows.values()];
    const caught = all.filter(({ by }) => by !== '');
    const recorded = caught.filter(({ by }) => !by.startsWith('test/'));
    const excused = all.filter(({ name, by }) => by === '' && unseen[name] !== undefined);
    return `**${caught.length} of ${all.length} are noticed**, ${recorded.length} of them by a recording of a real server; ${excused.length} cannot be, for the reason given; ${all.length - caught.length - excused.length} escape.`;
  };
  const table = (rows: ReadonlyMap<string, Row>, what: string): string[] => [count(rows), '', `| ${what} | planted | noticed by |`, '| --- | --- | --- |', ...[...rows.values()].map(row), ''];
  writeFileSync(PAGE, [
    '# Planted bugs', '',
    'What would happen if a line were wrong: each row is a bug that `npm run mutations` planted, with the recording (`case version: where it',
    'differs`) or the test (`file: name`) that noticed it. Made by `npm run mutations -- --table`.', '',
    '## Values of profiles', '',
    'One for each value of each field of a profile: a version that has it behaves, in this field alone, as a neighbour does.', '',
    ...table(fields, 'field: value'),
    '## By hand', '',
    ...table(hand, 'bug'),
  ].join('\n'));
}
