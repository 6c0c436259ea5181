/**
 * `npm run conformance -- [DIR] [--versions A,B] [--case ID] [--allow-uncovered] [--known FILE] [--table FILE] [--verbose]`:
 * replays every recording of a folder and says which agree. Exit code 1 if anything differs or is not covered, 2 for bad input.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { conformancePage } from './conformance-page.ts';
import type { Engine } from './engine.ts';
import type { Recording } from './format.ts';
import { caseRows, closingLine, headRow, totals, uncoveredLogLines } from './conformance-table.ts';
import { isKnown, readKnown, staleEntries } from './known.ts';
import { RecordingError, readRecordings } from './read.ts';
import { type ReplayResult, replay } from './replay.ts';
import { compareVersions, profileOf } from './versions.ts';

const DEFAULT_FOLDER = 'test/golden';
const DEFAULT_KNOWN = 'test/known-differences.json';

export const USAGE: string = `usage: npm run conformance -- [DIR] [options]

Replays the recordings of real servers in DIR (default ${DEFAULT_FOLDER}) and compares.

  --versions A,B      only these versions (default: those that can be simulated; "all" for every recorded one)
  --case ID           only this case; may be given several times
  --allow-uncovered   exit 0 although something is not covered
  --known FILE        known differences, with reason and evidence (default for ${DEFAULT_FOLDER}: ${DEFAULT_KNOWN})
  --table FILE        write the table as a page, as docs/conformance.md is
  --verbose           every difference in full, every log line without a view`;

interface Options {
  readonly folder: string;
  readonly versions: readonly string[] | 'all' | null;
  readonly cases: readonly string[];
  readonly known: string | null;
  readonly table: string | null;
  readonly allowUncovered: boolean;
  readonly verbose: boolean;
  readonly help: boolean;
}

/** What the user got wrong; exit code 2. */
class BadInput extends Error {}

/** Runs the command; prints as it goes, returns the exit code. */
export function conformance(argv: readonly string[], engine: Engine, print: (text: string) => void, complain: (text: string) => void): number {
  try {
    const options = readOptions(argv);
    if (options.help) {
      print(USAGE);
      return 0;
    }
    return replayAll(options, engine, print);
  } catch (error) {
    if (!(error instanceof BadInput) && !(error instanceof RecordingError)) throw error;
    complain(`conformance: ${error.message}`);
    return 2;
  }
}

function replayAll(options: Options, engine: Engine, print: (text: string) => void): number {
  const recordings = chosenCases(readRecordings(options.folder), options);
  const versions = chosenVersions(recordings, options);
  const known = options.known === null ? [] : readKnown(options.known);
  const width = Math.max(4, ...recordings.map((recording) => recording.case.id.length));
  const results: ReplayResult[] = [];
  print(headRow(width, versions));
  for (const recording of recordings) {
    const own = versions.filter((version) => recording.observed.has(version)).map((version) => replay(recording, version, engine));
    print(caseRows(recording.case.id, width, versions, own, options));
    results.push(...own);
  }
  const lines = uncoveredLogLines(results, options);
  if (lines !== '') print(`\n${lines}`);
  const stale = staleEntries(results, known);
  if (stale.length > 0) print(`\n${stale.join('\n')}`);
  const sums = totals(results);
  const excused = totals(results.filter((result) => isKnown(result, known)));
  print(`\n${closingLine(sums)}${excused.differ + excused.uncovered === 0 ? '' : `; ${excused.differ + excused.uncovered} of these known`}`);
  if (options.table !== null) writeFileSync(options.table, conformancePage({ versions, cases: recordings.map((recording) => recording.case.id), results, known }));
  return stale.length > 0 || sums.differ > excused.differ || (!options.allowUncovered && sums.uncovered > excused.uncovered) ? 1 : 0;
}

function chosenCases(recordings: readonly Recording[], { cases, folder }: Options): readonly Recording[] {
  const ids = recordings.map((recording) => recording.case.id);
  const unknown = cases.find((id) => !ids.includes(id));
  if (unknown !== undefined) throw new BadInput(`${folder} has no case "${unknown}"; it has ${ids.join(', ')}`);
  return cases.length === 0 ? recordings : recordings.filter((recording) => cases.includes(recording.case.id));
}

function chosenVersions(recordings: readonly Recording[], { versions }: Options): readonly string[] {
  const recorded = [...new Set(recordings.flatMap((recording) => [...recording.observed.keys(), ...recording.notRecorded.keys()]))];
  const known = oldestFirst(recorded);
  if (versions === 'all') return known;
  if (versions === null) return known.filter((version) => profileOf(version) !== null);
  const unknown = versions.find((version) => !known.includes(version));
  if (unknown !== undefined) throw new BadInput(`no recording is of version "${unknown}"; there are ${known.join(', ')}`);
  return known.filter((version) => versions.includes(version));
}

function oldestFirst(versions: readonly string[]): readonly string[] {
  return [...versions].sort((a, b) => compareVersions(a, b) || (a < b ? -1 : 1));
}

function readOptions(argv: readonly string[]): Options {
  let folder: string | null = null;
  let versions: Options['versions'] = null;
  const cases: string[] = [];
  const files = new Map<string, string>();
  const flags = new Set<string>();
  const words = argv.flatMap((word) => /^--[a-z-]+=/.test(word) ? [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)] : [word]);
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === '--versions' || word === '--case' || word === '--known' || word === '--table') {
      const value = words[++i];
      if (value === undefined || value.startsWith('--')) throw new BadInput(`${word} needs a value\n\n${USAGE}`);
      if (word === '--case') cases.push(value);
      else if (word !== '--versions') files.set(word, value);
      else versions = value === 'all' ? 'all' : value.split(',').map((version) => version.trim());
    } else if (FLAGS.includes(word)) {
      flags.add(word);
    } else if (word.startsWith('-')) {
      throw new BadInput(`unknown option ${word}\n\n${USAGE}`);
    } else if (folder === null) {
      folder = word;
    } else {
      throw new BadInput(`one folder at a time: ${folder}, ${word}\n\n${USAGE}`);
    }
  }
  return {
    folder: folder ?? DEFAULT_FOLDER,
    versions,
    cases,
    // Known differences of our own corpus excuse nothing in another folder.
    known: files.get('--known') ?? (isOwn(folder) && existsSync(DEFAULT_KNOWN) ? DEFAULT_KNOWN : null),
    table: files.get('--table') ?? null,
    allowUncovered: flags.has('--allow-uncovered'),
    verbose: flags.has('--verbose'),
    help: flags.has('--help') || flags.has('-h'),
  };
}

function isOwn(folder: string | null): boolean {
  return folder === null || folder.replace(/^\.\/|\/$/g, '') === DEFAULT_FOLDER;
}

const FLAGS = ['--allow-uncovered', '--verbose', '--help', '-h'];
