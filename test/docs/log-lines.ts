/** docs/log-lines.md: every line of a log that we claim to know, by version, and what it was held against. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LogEvidence, logEvidence, patternsOf } from '../verify/recording/log-evidence.ts';
import { goldenRecordings } from '../recordings.ts';
import { ROOT } from '../texts.ts';
import { logSources } from './log-sources.ts';
import { table } from './sections.ts';

/** Logs of real servers that are no recordings of cases: each kind of line once. */
const OTHER_LOGS: ReadonlyMap<string, string> = new Map([['7.0.15', 'test/trace/redis-7.0.15-log.txt']]);

const SEEN = '✓';
const HEARD = '○';
const CLAIMED = '·';

/** Of a version, what is known of one of its lines. */
interface Claim {
  readonly version: string;
  readonly sentence: string;
  readonly mark: typeof SEEN | typeof HEARD | typeof CLAIMED;
}

function claims(evidence: LogEvidence): Claim[] {
  return evidence.versions.flatMap((version) => {
    const other = readOther(version);
    return evidence.of(version).map(({ sentence, line, seen }) => ({
      version, sentence, mark: seen > 0 ? SEEN : other.some((one) => line.test(one)) ? HEARD : CLAIMED,
    } as const));
  });
}

function readOther(version: string): string[] {
  const file = OTHER_LOGS.get(version);
  return file === undefined ? [] : readFileSync(join(ROOT, file), 'utf8').trimEnd().split('\n');
}

/** What is claimed, shown by no log, and was not found in the source of its version. */
export function notLookedUp(evidence: LogEvidence): string[] {
  const sourceOf = logSources();
  return claims(evidence).filter(({ version, sentence, mark }) => mark === CLAIMED && sourceOf(version, sentence) === null).map(({ version, sentence }) => `${version}: ${sentence}`);
}

/** Lines of another log for which there is no view. */
function withoutView(version: string): string[] {
  const patterns = patternsOf(version);
  return readOther(version).filter((line) => !patterns.some((pattern) => pattern.line.test(line)));
}

/** What no log of any version shows, but for the words for a replica and a master: a list. */
export function neverShown(evidence: LogEvidence): string {
  const all = claims(evidence);
  const shown = new Set(all.filter(({ mark }) => mark !== CLAIMED).map(({ sentence }) => inOneVoice(sentence).toLowerCase()));
  const newest = new Map(all.filter(({ sentence }) => !shown.has(inOneVoice(sentence).toLowerCase())).map(({ sentence, version }) => [inOneVoice(sentence), { sentence, version }]));
  const sourceOf = logSources();
  return [...newest.values()].map(({ sentence, version }) => `- ${quoted(sentence)} (${version}, ${sourceOf(version, sentence) ?? 'not looked up'})`).join('\n');
}

/** What a real 7.0.15 logged about replication and files, and we leave out: how a thing is done, process ids, how long it took. */
export function leftOut(): string {
  return withoutView('7.0.15').map((line) => `- ${quoted(line)}`).join('\n');
}

let read: LogEvidence | null = null;

export function corpusEvidence(root: string = ROOT): LogEvidence {
  if (read !== null) return read;
  const recordings = goldenRecordings();
  const head = /^\| case \| (.*) \|$/m.exec(readFileSync(join(root, 'docs/conformance.md'), 'utf8'))![1]!;
  return (read = logEvidence(recordings, head.split(' | ')));
}

/** One row for a line of all versions that say it, but for the words for a replica and a master. */
export function logLinesTable(evidence: LogEvidence): string {
  const rows = new Map<string, { sentence: string; marks: Map<string, string> }>();
  for (const { version, sentence, mark } of claims(evidence)) {
    const key = inOneVoice(sentence);
    const row = rows.get(key) ?? { sentence, marks: new Map<string, string>() };
    row.sentence = sentence; // in the newest words
    row.marks.set(version, mark);
    rows.set(key, row);
  }
  const sums = evidence.versions.map((version) => {
    const own = claims(evidence).filter((one) => one.version === version);
    return `${own.filter(({ mark }) => mark !== CLAIMED).length} of ${own.length}`;
  });
  return table(['line', ...evidence.versions], [
    ['', ...sums],
    ...[...rows.values()].map(({ sentence, marks }) => [quoted(sentence), ...evidence.versions.map((version) => marks.get(version) ?? '')]),
  ]);
}

/** The words that changed between versions, as one. */
function inOneVoice(sentence: string): string {
  return sentence.replaceAll(/\bslaves?\b/gi, (word) => recased(word, 'replica')).replaceAll(/\bprimary\b/gi, (word) => recased(word, 'master'));
}

function recased(word: string, instead: string): string {
  const plural = word.toLowerCase().endsWith('s') ? `${instead}s` : instead;
  return word === word.toUpperCase() ? plural.toUpperCase() : word[0] === word[0]!.toUpperCase() ? plural[0]!.toUpperCase() + plural.slice(1) : plural;
}

function quoted(sentence: string): string {
  return `\`${sentence.replaceAll('|', '\\|').replaceAll('`', "'")}\``;
}
