/** A word changed in the log of one version: do the logs of real servers of that version tell? */
import { expect, it } from 'vitest';
import { type LogWords, wordsOf } from '../../../src/trace/log-words.ts';
import { logEvidence, patternsOf } from './log-evidence.ts';
import { goldenRecordings } from '../../recordings.ts';
import { profileOf } from '../../../src/verify/recording/versions.ts';

const VERSIONS = ['2.6.17', '2.8.24', '3.2.13', '4.0.14', '5.0.14', '6.0.20', '6.2.16', '7.0.15', '7.2.6', '7.4.1', 'valkey-8.0.1'];
const evidence = logEvidence(goldenRecordings(), VERSIONS);

/** What this version does not say. A line too much, or at another place, is for the replays to notice (test/golden-cases.ts): null. */
function otherThan(name: keyof LogWords, words: LogWords): Partial<LogWords> | null {
  if (name === 'mismatch') return { mismatch: words.mismatch === 'runid' ? 'replids' : 'runid' };
  const value = words[name];
  if (name === 'inStep') return null;
  return typeof value === 'string' ? { [name]: `${value}~` } : value ? { [name]: false } : null;
}

function unnoticed(version: string): string[] {
  const words = wordsOf(profileOf(version)!.name);
  const heard = evidence.of(version).filter(({ seen }) => seen > 0);
  return (Object.keys(words) as (keyof LogWords)[]).filter((name) => {
    const other = otherThan(name, words);
    if (other === null) return false;
    const said = new Set(patternsOf(version, { ...words, ...other }).map(({ sentence }) => sentence));
    return heard.every(({ sentence }) => said.has(sentence));
  });
}

// The recorders kept no line about the end of a process, none that counts keys; no case delays a BGSAVE for another child, or has one fail. These
// were held against the sources (docs/log-lines.md).
const NEVER_RECORDED = ['product', 'otherChild', 'failedTransfer'];
it.each<[version: string, more: readonly string[]]>([
  // It has no diskless sync, and no history of its own to keep.
  ['2.6.17', ['whyLoadFailed', 'sockets', 'acknowledger', 'master', 'myMaster', 'mismatch']],
  ['2.8.24', ['myMaster']],
  ['3.2.13', ['myMaster', 'whyLoadFailed']],
  ['4.0.14', []], ['5.0.14', ['whyLoadFailed']], ['6.0.20', ['whyLoadFailed']],
  ['6.2.16', ['countsKeys', 'whyLoadFailed']],
  ...['7.0.15', '7.2.6', '7.4.1'].map((version): [string, readonly string[]] => [version, ['countsKeys', 'whyLoadFailed', 'saysShutdownFailed']]),
  ['valkey-8.0.1', ['acknowledger', 'countsKeys', 'whyLoadFailed', 'saysShutdownFailed']],
])('of %s: any, but for those in lines that no recording of it holds', (version, more) => {
  expect(unnoticed(version).sort()).toEqual([...NEVER_RECORDED, ...more].sort());
});

it('claims no line of a thing that a version does not have', () => {
  const says = (version: string, part: RegExp): boolean => patternsOf(version).some(({ sentence }) => part.test(sentence));
  expect(VERSIONS.filter((version) => says(version, /partial resync/i))[0]).toBe('2.8.24');
  expect(VERSIONS.filter((version) => says(version, /secondary replication ID/))[0]).toBe('4.0.14');
  expect(VERSIONS.filter((version) => says(version, /^FAILOVER/))[0]).toBe('6.2.16');
  expect(VERSIONS.filter((version) => says(version, /Waiting for replicas before shutting down/))[0]).toBe('7.0.15');
  expect(VERSIONS.filter((version) => says(version, /dual channel/))).toEqual(['valkey-8.0.1']);
});
