import { describe, expect, it } from 'vitest';
import { prettyReporter } from '../../src/report/pretty/pretty.ts';
import { run } from '../../src/run.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { columnsOf } from '../../src/text.ts';
import { PLAIN, type Paint, type ReporterOptions } from '../../src/report/reporter.ts';
import type { Outcome } from '../../src/checks/outcome.ts';
import { backlogOverflow, begin, crowd, tell, troubles } from '../fixtures/outcomes.ts';
import { scenarioOf } from '../fixtures/scenarios.ts';
import { ask, FIRST_CONTACT, psyncState } from '../fixtures/story.ts';

const OPTIONS: ReporterOptions = { width: 80, paint: PLAIN, unicode: true, verbosity: 'normal' };

const show = (outcome: Outcome, options: Partial<ReporterOptions> = {}): string =>
  prettyReporter({ ...OPTIONS, ...options }).run({ outcome, wallMs: 212, replay: `sim run ${outcome.scenario.file} --seed ${outcome.seed}` });

/** Without the hash, which is another matter. */
const withoutHash = (text: string): string => text.replace(/trace [0-9a-f]{12}/g, 'trace 0123456789ab');

describe('the pretty report', () => {
  it('tells the story of a backlog overflow', () => {
    expect(withoutHash(show(backlogOverflow()))).toBe(`
 Backlog overflow                                   seed 7 · redis-7.2 · 3 nodes

   0.02s   replica-a  asks master: PSYNC ? -1
                      ⇐ FULL first-contact · 13.4 MiB · online at 5.3s
                        waited 5 s for others (repl-diskless-sync-delay)
   0.02s   replica-b  asks master: PSYNC ? -1
                      ⇐ FULL first-contact · 13.4 MiB · online at 10.5s
                        waited 10.2 s for others (repl-diskless-sync-delay)
  15.0s  ✂            partition master ╳ replica-a, for 90s
  75.0s    master     drops replica-a: no ACK for 61 s (repl-timeout 60)
  76.0s    replica-a  gives up master: nothing heard for 61 s (repl-timeout 60)
 105.0s  ✚            partition master ╳ replica-a: healed after 90 s
 107.0s    replica-a  asks master: PSYNC 8f3c…3c 2 125 954
                      ⇐ FULL offset-before-backlog · 16.0 MiB · online at 112.2s
                        the oldest byte kept is 13 836 112, 11 710 158 too late
                        repl-backlog-size 12472kb would have kept it partial
                        waited 5 s for others (repl-diskless-sync-delay)
 150.0s  › app        stops after 59 999 commands, all answered

 decided by repl-diskless-sync-delay 5 · repl-timeout 60 · repl-backlog-size 1mb

   ✓ replica-a resynced: full (first-contact), full (offset-before-backlog)
   ✓ replica-b resynced: full (first-contact)

 passed   180 s of Redis in 212 ms · 59 998 writes · trace 0123456789ab

`);
  });

  it('says of a failed expectation what was expected, what was found, and where it stands', () => {
    expect(withoutHash(show(backlogOverflow({ backlogSize: 16 * 1_048_576 })))).toContain(`
   ✗ replica-a resynced: full (first-contact), full (offset-before-backlog)
     expected full (first-contact), full (offset-before-backlog)
     found    full (first-contact), partial (in-backlog)
     scenarios/story.yaml:30:5
   ✓ replica-b resynced: full (first-contact)

 failed   180 s of Redis in 212 ms · 59 998 writes · trace 0123456789ab
 replay   sim run scenarios/backlog-overflow.yaml --seed 7
`);
  });

  it('names, of the value that it recommends, one that is enough', () => {
    const kb = Number(/repl-backlog-size (\d+)kb would have kept it partial/.exec(show(backlogOverflow()))![1]);
    expect(backlogOverflow({ backlogSize: kb * 1024 }).resyncs.at(-1)).toMatchObject({ kind: 'partial' });
    expect(backlogOverflow({ backlogSize: Math.floor(kb * 0.95) * 1024 }).resyncs.at(-1)).toMatchObject({ kind: 'full' });
  });

  it.each([60, 80, 100, 200])('never fills more than %d columns', (width) => {
    for (const outcome of [backlogOverflow(), troubles(), crowd(12)]) {
      for (const verbosity of ['quiet', 'normal', 'verbose'] as const) {
        for (const line of show(outcome, { width, verbosity }).split('\n')) expect(columnsOf(line), line).toBeLessThanOrEqual(width);
      }
    }
  });

  it('folds two hundred attempts to connect into one line', () => {
    const text = show(troubles());
    expect(text).toContain(`
  21.0s    replica-a       cannot connect to master: connection refused
                           … 213 more like this, until 234.0s
 235.0s  ✚ master          starts empty, with the new history b00b…0b
`);
    expect(text.match(/cannot connect/g)).toHaveLength(1);
  });

  it('tells a crowd by its first few and its last', () => {
    const text = show(crowd(12));
    expect(text).toContain('… 5 more nodes like this, until 0.02s');
    expect(text).toContain('  r6   asks');
    expect(text).not.toContain('  r7   asks');
    expect(text).toContain('  r12  asks');
    expect(show(crowd(7)).match(/asks master/g)).toHaveLength(7);
  });

  it('folds nothing when all is asked for', () => {
    expect(show(crowd(12), { verbosity: 'verbose' }).match(/asks master/g)).toHaveLength(12);
  });

  it.each([
    'aborted at 3.4s: connection lost after 1 000 000 bytes',
    'waited 3 s for the next BGSAVE',
    'it names the history 8f3c…3c, the master knows only b00b…0b',
    'master started empty at 235.0s: an RDB saved at its shutdown would have kept the id',
    '⇐ refused NOMASTERLINK',
    'becomes a master: its new history is b00b…0b; of 8f3c…3c it has everything up to byte 5 000',
    'becomes a replica of replica-a',
    'it had 100 bytes that the master does not have',
    'takes writes of its own',
    '12 384 bytes were missed the backlog keeps at least 16 384',
    'drops a-replica-with-quite-a-long-name: 268 435 470 bytes wait in its output buffer, the limit is 256mb',
    'it wants byte 99 001, 82 616 further than the next one that the master will write (16 385)',
    'not finished when the run ended',
    'undecided guard events: 1000000 reached',
  ])('has words for %s', (words) => {
    expect(show(troubles()).replace(/\s+/g, ' ')).toContain(words);
  });

  it('never cuts the name: nothing else says what the run is about', () => {
    expect(show(backlogOverflow({ name: 'Myth b: a full sync that takes longer than repl-timeout fails' }))).toContain(`
 Myth b: a full sync that takes longer than repl-timeout fails
 seed 7 · redis-7.2 · 3 nodes

`);
  });

  it('sets what to read next apart from the story, also when no setting decided', () => {
    const told = tell(scenarioOf(['master', 'replica-a']));
    begin(told);
    for (const fd of [1, 2]) ask(told.tale.at(10 * fd), 'replica-a', 'master', FIRST_CONTACT, psyncState(), { fd });
    told.tale.at(180);
    const text = prettyReporter(OPTIONS).run({ outcome: told.outcome(), wallMs: null, explain: 'sim explain x.yaml' });
    expect(text).not.toContain(' decided by ');
    expect(text).toMatch(/\n\n why {8}sim explain x\.yaml/);
  });

  it('tells a FAILOVER by the name of the replica, and a history by its short one', () => {
    const told = tell(scenarioOf(['master', 'replica-a']));
    begin(told);
    told.tale.at(20).tell('master', { kind: 'failover', phase: 'requested', detail: told.tale.address('replica-a') });
    told.tale.at(21).tell('replica-a', { kind: 'failover', phase: 'received', detail: `8f3c${'0'.repeat(34)}3c` });
    told.tale.at(30);
    const text = show(told.outcome());
    expect(text).toContain('FAILOVER: requested replica-a\n');
    expect(text).toContain('FAILOVER: received 8f3c…3c\n');
  });

  it('shows a wait that ran out where it happened, and among what failed', () => {
    const told = tell(scenarioOf(['master', 'replica-a']));
    told.tale.at(30).tell('', { kind: 'wait-timed-out', words: 'wait until replica-a is online, at most 20s' });
    told.tale.at(180);
    const text = show(told.outcome());
    expect(text).toContain('  30.0s  ! gave up waiting: wait until replica-a is online, at most 20s\n');
    expect(text).toContain('   ✗ wait until replica-a is online, at most 20s (at 30.0s)\n');
  });

  it('shows what always holds only when it does not hold, or when all is asked for', () => {
    const outcome = backlogOverflow();
    expect(show(outcome)).not.toContain('invariant');
    expect(show(outcome, { verbosity: 'verbose' })).toContain('✓ invariant: converged (2 compared)');
    const broken: Outcome = {
      ...outcome, verdict: 'failed', verdictDetail: 'invariant violated: converged',
      invariants: [{ name: 'converged', verdict: 'violated', detail: 'replica-a is 9 bytes behind', compared: 2 }],
    };
    expect(show(broken)).toContain('   ✗ invariant violated: converged\n     replica-a is 9 bytes behind\n');
  });

  it('tells of one healing that it ended several faults, once', () => {
    const scenario = loadScenario(`name: Two cuts
duration: 10s
nodes: { master: {}, a: { replicaof: master }, b: { replicaof: master } }
timeline:
  - at: 6s
    partition: { between: [master, a] }
  - at: 7s
    partition: { between: [master, b] }
  - at: 9s
    heal: all
`, 'test.yaml');
    const lines = show(run(scenario)).split('\n').filter((line) => line.includes('✚'));
    expect(lines).toEqual(['   9.0s  ✚    heal the network']);
  });
  it('is painted without moving a letter', () => {
    const tags = (name: string) => (text: string): string => `<${name}>${text}</${name}>`;
    const paint: Paint = { bold: tags('b'), dim: tags('d'), red: tags('r'), green: tags('g'), yellow: tags('y'), cyan: tags('c') };
    for (const outcome of [backlogOverflow(), troubles()]) {
      const painted = show(outcome, { paint });
      expect(painted).toContain('<y>⇐</y> <y>FULL</y> <b>');
      // Painted blanks at a line's end are still there.
      expect(painted.replace(/<\/?[bdrgyc]>/g, '').replace(/ +$/gm, '')).toBe(show(outcome));
    }
  });

  it('can do with plain signs', () => {
    const text = show(backlogOverflow(), { unicode: false });
    expect(text).toContain('  15.0s  x            partition master x replica-a, for 90s');
    expect(text).toContain('<= FULL first-contact | 13.4 MiB | online at 5.3s');
    // eslint-disable-next-line no-control-regex
    expect(text).toMatch(/^[\u0000-\u007F]*$/);
  });

  it('lets no name take over the terminal', () => {
    const text = show(backlogOverflow({ name: 'evil \u001B[31m\u0007\r\nname' }));
    // eslint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F]/);
    expect(text).toContain('evil \uFFFD[31m\uFFFD\uFFFD\uFFFDname');
  });

  it('is one line for a run that passed, when quiet, and the reasons for one that did not', () => {
    expect(withoutHash(show(backlogOverflow(), { verbosity: 'quiet', width: 100 }))).toBe(
      `✓ ${'Backlog overflow'.padEnd(60)}  180 s in 212 ms · trace 0123456789ab\n`,
    );
    const failed = show(backlogOverflow({ backlogSize: 16 * 1_048_576 }), { verbosity: 'quiet', width: 100 });
    expect(failed.split('\n')).toHaveLength(6);
    expect(failed).toContain('     found    full (first-contact), partial (in-backlog)');
  });

  it('sums up several runs, and names those that did not pass', () => {
    const runs = [backlogOverflow(), backlogOverflow({ backlogSize: 16 * 1_048_576, name: 'Large backlog' }), troubles()].map((outcome) => ({ outcome, wallMs: 212 }));
    const reporter = prettyReporter({ ...OPTIONS, width: 110 });
    expect(reporter.end(runs)).toBe(` 3 scenarios: 1 passed, 1 failed, 1 undecided · 11 min of Redis in 636 ms
   ✗ Large backlog: replica-a resynced: full (first-contact), full (offset-before-backlog)
   ? Everything that can go wrong, and some more of it in one long name: guard events: 1000000 reached

`);
    expect(reporter.end(runs.slice(0, 1))).toBe('');
  });
});
