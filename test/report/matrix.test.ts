/** One scenario in many versions: who came to the same, and what changed. */
import { describe, expect, it } from 'vitest';
import type { Outcome, Resync } from '../../src/checks/outcome.ts';
import { createRange, type Range } from '../../src/explore/range.ts';
import { jsonReport } from '../../src/report/json.ts';
import { prettyReporter } from '../../src/report/pretty/pretty.ts';
import { PLAIN } from '../../src/report/reporter.ts';
import { backlogOverflow } from '../fixtures/outcomes.ts';

const base = backlogOverflow();

type Answer = readonly [kind: 'full' | 'partial', reason: Resync['reason']];

/** The overflow, as if replica-a had come to these in this version. */
function outcome(server: string, answers: readonly Answer[], verdict: Outcome['verdict'] = 'passed', seed = '7'): Outcome {
  const one = base.resyncs[0]!;
  const resyncs = answers.map(([kind, reason]): Resync => ({ ...one, replica: 'replica-a', kind, reason, outcome: 'done' }));
  return { ...base, server, seed, verdict, resyncs, expectations: verdict === 'passed' ? [] : base.expectations.map((each) => ({ ...each, verdict: 'failed', detail: 'found something else' })) };
}

const SYNC: readonly Answer[] = [['full', 'sync-command'], ['full', 'sync-command']];
const COPIES: readonly Answer[] = [['full', 'first-contact'], ['full', 'unknown-id']];
const RESUMES: readonly Answer[] = [['full', 'first-contact'], ['partial', 'in-backlog']];

function over(...outcomes: readonly Outcome[]): Range {
  const range = createRange();
  for (const each of outcomes) range.add(each);
  return range.result()!;
}

function show(range: Range, width = 80): string {
  return prettyReporter({ width, paint: PLAIN, unicode: true, verbosity: 'normal' }).run({ outcome: range.shown, wallMs: 10, range });
}

const FOUR = over(outcome('redis-2.6', SYNC), outcome('redis-2.8', COPIES), outcome('redis-3.2', COPIES), outcome('redis-4.0', RESUMES), outcome('valkey-8.0', RESUMES));

describe('a scenario in many versions', () => {
  it('groups those who came to the same, and says what changed between them, without the story of one', () => {
    const text = show(FOUR);
    expect(text.slice(text.indexOf(' 5 versions · seed'), text.indexOf(' passed '))).toBe(` 5 versions · seed 7
   ✓ 2.6
       replica-a  FULL sync-command, FULL sync-command
   ✓ 2.8–3.2
       replica-a  FULL first-contact, FULL unknown-id
   ✓ since 4.0
       replica-a  FULL first-contact, PARTIAL in-backlog

 What changed
   2.6 → 2.8  replica-a: FULL first-contact instead of FULL sync-command
              before: the replica speaks no PSYNC, or was told to fall back from
              it
   3.2 → 4.0  replica-a: PARTIAL in-backlog instead of FULL unknown-id
              before: it names the history ?, the master knows only 8f3c…3c
              now: nothing was missed

`);
    expect(text).not.toContain('asks master');
    expect(text.split('\n')[1]).toContain('seed 7 · 5 versions');
  });

  it('says of a version that fails why, and shows what it expected', () => {
    const text = show(over(outcome('redis-2.8', COPIES, 'failed'), outcome('redis-4.0', RESUMES)));
    expect(text).toContain('✗ 2.8 failed: replica-a resynced: full (first-contact), full');
    expect(text).toContain('✓ 4.0');
    expect(text.indexOf('✗ replica-a resynced')).toBeLessThan(text.lastIndexOf('2 versions'));
  });

  it('names who could not run it, or had to run it without a setting', () => {
    const range = createRange();
    range.add(outcome('redis-6.2', RESUMES), ['repl-diskless-sync-max-replicas']);
    range.add(outcome('redis-7.0', RESUMES));
    range.skip({ server: 'redis-2.6', why: 'it does not know CLIENT PAUSE' });
    const text = show(range.result()!, 110);
    expect(text).toContain('   – 6.2: run without repl-diskless-sync-max-replicas, which it does not know\n   – 2.6: it does not know CLIENT PAUSE\n');
    expect(text).toContain('2 versions · seed 7 · all came to the same');
  });

  it('is no matter of many seeds', () => {
    const range = over(outcome('redis-6.2', RESUMES), outcome('redis-6.2', RESUMES, 'passed', '8'));
    expect(range.generations).toBeNull();
    expect(show(range)).toContain('2 runs · seeds 7..8 · redis-6.2');
  });

  it('is data for programs', () => {
    const [run] = jsonReport([{ outcome: FOUR.shown, wallMs: 1, range: FOUR }]).runs;
    expect(run!.generations!.map(({ servers, verdict }) => [verdict, ...servers])).toEqual([['passed', 'redis-2.6'], ['passed', 'redis-2.8', 'redis-3.2'], ['passed', 'redis-4.0', 'valkey-8.0']]);
    expect(run!.generations![2]!.resyncs).toEqual([{ replica: 'replica-a', done: [{ kind: 'full', reason: 'first-contact' }, { kind: 'partial', reason: 'in-backlog' }] }]);
    expect(run!.range!.map(({ server, without }) => [server, without.length])).toEqual([['redis-2.6', 0], ['redis-2.8', 0], ['redis-3.2', 0], ['redis-4.0', 0], ['valkey-8.0', 0]]);
  });
});
