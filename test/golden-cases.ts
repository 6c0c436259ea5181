/** Every recording in every version, against docs/conformance.md and the list of known differences. In halves, so that two workers share them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cellOf } from '../src/verify/recording/conformance-page.ts';
import { logEvidence, speakerOf } from './verify/recording/log-evidence.ts';
import { isKnown, readKnown, staleEntries } from '../src/verify/recording/known.ts';
import { replay, type ReplayResult } from '../src/verify/recording/replay.ts';
import { simulated } from '../src/verify/recording/simulated.ts';
import { LOG_EXTRAS } from './log-extras.ts';
import { goldenRecordings } from './recordings.ts';

const ROOT = join(import.meta.dirname, '..');

export function replays(versions: readonly string[]): void {
  const recordings = goldenRecordings();
  const known = readKnown(join(ROOT, 'test/known-differences.json'));
  const evidence = logEvidence(recordings, tableVersions());
  const cells = readTable(readFileSync(join(ROOT, 'docs/conformance.md'), 'utf8'));

  describe.each(versions)('recordings of %s', (version) => {
    const results: ReplayResult[] = [];
    const own = recordings.filter(({ observed }) => observed.has(version));

    it.each(own.map((recording) => [recording.case.id, recording] as const))('%s', (id, recording) => {
      const speaker = (server: string): string => speakerOf(recording.case.servers.get(server)?.version ?? null, version);
      const result = replay(recording, version, simulated, (server, line) => evidence.holds(speaker(server), line));
      results.push(result);
      if (result.verdict === 'differ' && !isKnown(result, known)) expect(result.differences).toEqual([]);
      if (!isKnown(result, known)) expect(result.verdict).toBe('agree');
      expect(cells.get(`${id} ${version}`), 'npm run conformance -- --table docs/conformance.md').toBe(cellOf(result, known));
    });

    it('no log of a replay has a line more than its recording, of a kind that recordings hold, but for reasons', () => {
      const explained = (id: string, line: string): boolean => LOG_EXTRAS.some(({ cases, line: known }) => cases?.includes(id) !== false && known.test(line));
      const more = results.flatMap(({ case: id, moreLines }) => moreLines.filter(({ line }) => !explained(id, line)).map(({ server, line }) => `${id} ${server}: ${line}`));
      expect(results.length).toBe(own.length);
      expect(more).toEqual([]);
    });

    it('no known difference of it is stale, and none is of a case that does not exist', () => {
      expect(staleEntries(results, known)).toEqual([]);
      expect(known.filter((one) => !recordings.some((recording) => recording.case.id === one.case)).map((one) => one.case)).toEqual([]);
    });
  });
}

/** The versions of the corpus, as the table heads them. */
export function tableVersions(): readonly string[] {
  return headOf(readFileSync(join(ROOT, 'docs/conformance.md'), 'utf8'));
}

function headOf(page: string): string[] {
  return (/^\| case \| (.*) \|$/m.exec(page)?.[1] ?? '').split(' | ');
}

function readTable(page: string): Map<string, string> {
  const versions = headOf(page);
  const cells = new Map<string, string>();
  for (const [, id, rest] of page.matchAll(/^\| `([\w.-]+)` \| (.*) \|$/gm)) {
    const row = rest!.split(' | ');
    if (row.length === versions.length) row.forEach((cell, index) => cells.set(`${id!} ${versions[index]!}`, cell));
  }
  return cells;
}
