/**
 * `npm run mutations -- [WORD] [--fields | --hand] [--missing] [--quick | --tests-first] [--table]`: plants bugs one by one, and finds who notices.
 *
 * A value of a profile is exchanged in the running process; a bug by hand is a change of a source on its way in. Nothing of the
 * product knows of them. Witnesses are asked from cheap to dear: who noticed last time (docs/mutations.md), then the recordings
 * of real servers, then the tests; of both only those that read the field at all. Exit code 1 when a bug escapes without a reason.
 *
 * WORD: those whose name contains it. --missing: those that docs/mutations.md does not say to be noticed. --quick: recordings
 * only; --tests-first: searched before the recordings. --table: writes docs/mutations.md, after each bug, so that a run that was broken off goes on with --missing.
 */
import { BY_HAND, type Mutation } from './by-hand.ts';
import { type FieldBug, type FieldValue, fieldValues } from './field-bugs.ts';
import { agreeing, startTrial, type Trial } from './recordings.ts';
import { type Row, readTable, writeTable } from './table.ts';
import { noticedByTest, witnessesOf } from './tests.ts';
import { UNSEEN } from './unseen.ts';

type Found = Pick<Row, 'planted' | 'by'>;

const WORKERS = 2;
const NOBODY: Found = { planted: '–', by: '' };

const flags = new Set(process.argv.slice(2).filter((word) => word.startsWith('--')));
const words = process.argv.slice(2).filter((each) => !each.startsWith('--'));
const before = readTable();
const wanted = (name: string, known: ReadonlyMap<string, Row>): boolean => (words.length === 0 || words.some((each) => name.includes(each))) && !(flags.has('--missing') && (known.get(name)?.by ?? '') !== '');

const allValues = fieldValues();
const values = flags.has('--hand') ? [] : allValues.filter(({ name }) => wanted(name, before.fields));
const bugs = flags.has('--fields') ? [] : BY_HAND.filter(({ bug }) => wanted(bug, before.hand));
const recordings = agreeing();
const escaped: string[] = [];

await fieldStage();
await handStage();
console.log(`\n${values.length + bugs.length} bugs: ${escaped.length === 0 ? 'none escaped without a reason' : `${escaped.length} escaped: ${escaped.join('; ')}`}`);
process.exit(escaped.length === 0 ? 0 : 1);

async function fieldStage(): Promise<void> {
  if (values.length === 0) return;
  const trials = await startTrials('plain');
  const readers = once(recordingReaders);
  const byRecordings = async ({ path, bugs: ways }: FieldValue, trial: Trial): Promise<Found | null> => {
    const seers = await readers();
    return first(ways, (bug) => trial.notice(bug, seers.get(`${bug.into} ${path}`) ?? []));
  };
  const left: FieldValue[] = [];
  await shared(values, async (value, n) => {
    const found = await recordingAgain(value, trials[n]!) ?? (wasATest(value) ? null : await byRecordings(value, trials[n]!));
    if (found === null) left.push(value);
    else tell('fields', { name: value.name, ...found });
  });
  const witnesses = flags.has('--quick') ? [] : await witnessesOf(left.map(({ name }) => name));
  for (const value of left) {
    const found = witnesses.find(({ name }) => name === value.name) ?? (wasATest(value) ? await byRecordings(value, trials[0]!) : null) ?? NOBODY;
    tell('fields', { name: value.name, planted: found.planted, by: found.by });
  }
  for (const trial of trials) trial.end();
}

/** The first way to plant it that is noticed. */
async function first(ways: readonly FieldBug[], notice: (bug: FieldBug) => Promise<string>): Promise<Found | null> {
  for (const bug of ways) {
    const by = await notice(bug);
    if (by !== '') return { planted: plantedAs(bug), by };
  }
  return null;
}

function plantedAs({ into, from }: FieldBug): string {
  return `${into} as ${from}`;
}

/** The way in which it was planted last time. */
function lastWay({ name, bugs: ways }: FieldValue): readonly FieldBug[] {
  return ways.filter((bug) => plantedAs(bug) === before.fields.get(name)?.planted);
}

/** A test noticed it last time: the recordings need not be searched first. */
function wasATest({ name }: FieldValue): boolean {
  return flags.has('--tests-first') || (before.fields.get(name)?.by.startsWith('test/') ?? false);
}

function recordingAgain(value: FieldValue, trial: Trial): Promise<Found | null> {
  const { by } = before.fields.get(value.name) ?? NOBODY;
  return first(lastWay(value), (bug) => trial.notice(bug, recordings.filter((key) => by.startsWith(`${key}:`))));
}

async function handStage(): Promise<void> {
  const left: Mutation[] = [];
  // The versions of the middle first: they have most of what there is.
  const ordered = ['7.2.6', '4.0.14', '6.2.16', '2.8.24'].flatMap((version) => recordings.filter((key) => key.endsWith(` ${version}`)));
  const all = [...ordered, ...recordings.filter((key) => !ordered.includes(key))];
  await shared(bugs, async (mutation, n) => {
    const trial = await startTrial(`hand-${n}`, mutation);
    const last = before.hand.get(mutation.bug)?.by ?? '';
    const hint = all.filter((key) => last.startsWith(`${key}:`));
    const by = await trial.notice(null, last.startsWith('test/') ? [] : [...hint, ...all]);
    trial.end();
    if (by === '') left.push(mutation);
    else tell('hand', { name: mutation.bug, planted: mutation.file, by });
  });
  for (const mutation of left) {
    const by = flags.has('--quick') ? '' : await noticedByTest(mutation);
    tell('hand', { name: mutation.bug, planted: mutation.file, by });
  }
}

function startTrials(name: string): Promise<Trial[]> {
  return Promise.all(Array.from({ length: WORKERS }, (_, n) => startTrial(`${name}-${n}`, null)));
}

/** By `profile path`, the recordings that read it, the quickest first. In processes of its own: somebody waits for it while others plant. */
async function recordingReaders(): Promise<ReadonlyMap<string, readonly string[]>> {
  const trials = await startTrials('reader');
  const seen: { key: string; ms: number; reads: readonly string[] }[] = [];
  await shared(recordings, async (key, n) => {
    const { by, ms, reads } = await trials[n]!.reads(key);
    if (by !== '') throw new Error(`without any bug there differs already ${by}`);
    seen.push({ key, ms, reads });
  });
  for (const trial of trials) trial.end();
  const map = new Map<string, string[]>();
  const rank = (key: string): number => recordings.indexOf(key);
  for (const { key, reads } of seen.sort((a, b) => a.ms - b.ms || rank(a.key) - rank(b.key))) {
    for (const read of reads) map.set(read, [...(map.get(read) ?? []), key]);
  }
  return map;
}

function tell(stage: 'fields' | 'hand', row: Row): void {
  const reason = UNSEEN[row.name];
  if (row.by === '' && reason === undefined) escaped.push(row.name);
  const verdict = row.by !== '' ? `noticed  ${row.name} (${row.planted})\n           by ${row.by}` : reason === undefined ? `ESCAPED  ${row.name}` : `unseen   ${row.name}\n           ${reason}`;
  console.log(`  ${verdict}`);
  if (!flags.has('--table')) return;
  const rows = readTable();
  const all = { fields: new Map(rows.fields), hand: new Map(rows.hand) };
  all[stage].set(row.name, row);
  const inOrder = (names: readonly string[], own: ReadonlyMap<string, Row>): Map<string, Row> => new Map(names.flatMap((name) => (own.has(name) ? [[name, own.get(name)!]] : [])));
  writeTable({ fields: inOrder(allValues.map(({ name }) => name), all.fields), hand: inOrder(BY_HAND.map(({ bug }) => bug), all.hand) }, UNSEEN);
}

/** Each item once, by as many as there are workers. */
async function shared<Item>(items: readonly Item[], work: (item: Item, worker: number) => Promise<void>): Promise<void> {
  const waiting = [...items];
  await Promise.all(Array.from({ length: WORKERS }, async (_, n) => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await work(next, n);
  }));
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | null = null;
  return () => made ??= make();
}
