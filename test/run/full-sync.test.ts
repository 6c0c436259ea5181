/**
 * Full resyncs of data that take their time: what a 5 GB copy is made of, what it survives, and what it does not.
 *
 * Wall clocks begin at the start of a second, so that every instant can be told beforehand.
 */
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/checks/outcome.ts';
import { totalOf } from '../../src/trace/phases.ts';
import { play, replies } from './runs.ts';

/** Phases of the n-th resync, in seconds: `transfer 43.5`, and in parentheses what they are a part of. */
function phasesOf(outcome: Outcome, n = 0): string[] {
  return (outcome.resyncs[n]?.phases ?? []).map(({ phase, fromUs, untilUs, during }) =>
    `${phase} ${untilUs === null ? '…' : ((untilUs - fromUs) / 1e6).toFixed(1)}${during === null ? '' : ` (${during})`}`);
}

const endings = (outcome: Outcome): string[] => outcome.resyncs.map(({ reason, outcome: how, endedAtUs }) => `${reason} ${how} ${endedAtUs === null ? '' : (endedAtUs / 1e6).toFixed(1)}`.trim());

const timesOf = (outcome: Outcome, node: string, kind: string): number[] =>
  outcome.facts.filter((fact) => fact.node === node && fact.body.kind === kind).map(({ atUs }) => Math.round(atUs / 10_000) / 100);

describe('5 GB to a replica with an append-only file, over 1 Gbit/s', () => {
  const copy = (more: { readonly config?: string; readonly timeline?: string; readonly replica?: string; readonly lasts?: string } = {}): Outcome => play(`
name: 5 GB
duration: ${more.lasts ?? '130s'}
config: { ${more.config ?? ''} }
nodes:
  master: { data: { keys: 50k, value: 100kb }, clock: { phase: 0ms } }
  replica: { replicaof: master, config: { appendonly: yes }, clock: { phase: 0ms }${more.replica ?? ''} }
network: { default: { latency: 0.2ms, bandwidth: 1gbit } }
${more.timeline === undefined ? '' : `timeline:\n  - at: 25.5s\n    ${more.timeline}`}
`);

  it('takes 109 s with everything at its default: each phase is its bytes by the rate of what does the work', () => {
    const outcome = copy();
    const [resync] = outcome.resyncs;
    expect(resync).toMatchObject({ outcome: 'done', kind: 'full', reason: 'first-contact' });
    const bytes = resync?.bytes ?? 0;
    expect(bytes).toBeGreaterThan(50_000 * 102_400);
    expect(bytes).toBeLessThan(50_000 * 102_450);
    // 5.12 GB: by 117.7 MB/s on the wire, 150 MB/s into memory, 200 MB/s to disk; and 5 s of repl-diskless-sync-delay.
    expect(phasesOf(outcome)).toEqual(['wait 5.0', 'transfer 43.6', 'save 43.6 (transfer)', 'flush 0.0', 'load 34.2', 'aof-rewrite 25.7']);
    const total = totalOf(resync?.phases ?? []) ?? 0;
    expect(total / 1e6).toBeCloseTo(5 + 43.6 + 34.2 + 25.6, 0);
    expect(total / 1e6).toBeGreaterThan(90);
    expect(total / 1e6).toBeLessThan(120);
  });

  it('from disk the save comes first, and old data are freed at 1 GB/s: all five phases, one after the other', () => {
    const outcome = copy({ config: 'repl-diskless-sync: no', replica: ', data: { keys: 20k, value: 100kb }', lasts: '160s' });
    expect(phasesOf(outcome)).toEqual(['wait 0.0', 'save 34.2', 'transfer 43.5', 'flush 2.0', 'load 34.2', 'aof-rewrite 25.7']);
    const [resync] = outcome.resyncs;
    const last = resync?.phases.at(-1)?.untilUs ?? 0;
    expect(totalOf(resync?.phases ?? [])).toBe(last - (resync?.askedAtUs ?? 0)); // without a gap, and nothing twice
  });

  it('lasts longer than repl-timeout in all, and does not fail: something comes all the time', () => {
    const outcome = copy({ config: 'repl-timeout: 30' });
    expect(endings(outcome)).toEqual([expect.stringMatching(/^first-contact done 8\d\.\d$/)]);
    expect(timesOf(outcome, 'replica', 'link-timeout')).toEqual([]);
    // Nor does the master lose patience while it loads for 34 s: a newline comes each second.
    expect(timesOf(outcome, 'master', 'replica-timeout')).toEqual([]);
  });

  it('outlasts a link that stalls for 59 s in the middle', () => {
    const outcome = copy({ config: 'repl-timeout: 60', timeline: 'hold: { between: [master, replica], for: 59s }', lasts: '200s' });
    // 83 s, the 59, and 18 more: a proxy that has fallen behind passes 64 kB a millisecond until it has caught up.
    expect(endings(outcome)).toEqual([expect.stringMatching(/^first-contact done 1(59|60)\.\d$/)]);
  });

  it('fails when it stalls for 61 s: the last byte came in second 25, so the cron of second 86 finds 61 s of silence', () => {
    const outcome = copy({ config: 'repl-timeout: 60', timeline: 'hold: { between: [master, replica], for: 61s }', lasts: '100s' });
    expect(timesOf(outcome, 'replica', 'link-timeout')).toEqual([86]);
    expect(endings(outcome)[0]).toBe('first-contact aborted 86.0');
    expect(phasesOf(outcome)).toEqual(['wait 5.0', 'transfer 81.0', 'save 81.0 (transfer)']);
    expect(outcome.resyncs[1]?.asked.replid).toBe('?'); // from the beginning
  });
});

describe('freeing old data: the replica hears and serves nobody, and its master waits', () => {
  /** 4 MB and more of old data, freed at 1 MB/s. */
  const flush = (keys: string, value: string, config = ''): Outcome => play(`
name: Flush
duration: 20s
config: { repl-diskless-sync: no, repl-timeout: 2, repl-ping-replica-period: 1${config} }
nodes:
  master: { data: { keys: 10, value: 10b }, clock: { phase: 0ms } }
  replica: { replicaof: master, data: { keys: ${keys}, value: ${value} }, resources: { flush: 1m/s }, clock: { phase: 0ms } }
network: { default: { latency: 0.2ms, bandwidth: 1gbit } }
`);

  it.each([
    // dict.c calls back at each 65,536th bucket: a table of 262,144 does so four times, about a second apart.
    { keys: '200k', value: '10b', config: '', dropped: false },
    // A table of 64 calls back once, at the beginning; freeing 100 kB values is silent work.
    { keys: '50', value: '100kb', config: '', dropped: true },
    // Another thread does it.
    { keys: '50', value: '100kb', config: ', replica-lazy-flush: yes', dropped: false },
  ])('$keys keys of $value$config: the master gives it up: $dropped', ({ keys, value, config, dropped }) => {
    const outcome = flush(keys, value, config);
    expect(timesOf(outcome, 'master', 'replica-timeout').length > 0).toBe(dropped);
    const flushed = outcome.resyncs[0]?.phases.find(({ phase }) => phase === 'flush');
    const seconds = ((flushed?.untilUs ?? 0) - (flushed?.fromUs ?? 0)) / 1e6;
    if (config === '') expect(seconds).toBeGreaterThan(4);
    else expect(seconds).toBeLessThan(0.001);
  });
});

describe('repl-diskless-load', () => {
  /** 1 GB; the replica has 100 keys of its own when \`had\`. */
  const copy = (more: { readonly load: string; readonly resources?: string; readonly had?: boolean; readonly timeline?: string; readonly lasts?: string }): Outcome => play(`
name: Straight to the parser
duration: ${more.lasts ?? '60s'}
config: { repl-diskless-sync-delay: 0, repl-timeout: 5, repl-ping-replica-period: 1 }
nodes:
  master: { data: { keys: 10k, value: 100kb }, clock: { phase: 0ms } }
  replica:
    replicaof: master
    config: { repl-diskless-load: ${more.load} }
    clock: { phase: 0ms }
    ${more.resources === undefined ? '' : `resources: { ${more.resources} }`}
    ${more.had === true ? 'data: { keys: 100, value: 100b, prefix: "old:" }' : ''}
network: { default: { latency: 0.2ms, bandwidth: 1gbit } }
${more.timeline === undefined ? '' : `timeline:${more.timeline}`}
`);

  it.each([
    // 1.024 GB: 8.7 s on the wire, 6.9 s to parse. The slower of the two counts, not their sum.
    { load: 'on-empty-db', resources: undefined, phases: ['wait 0.0', 'transfer 8.7', 'save 8.7 (transfer)', 'load 8.7 (transfer)'] },
    // A slow parser leaves the bytes in the socket, and so slows down the master's child.
    { load: 'on-empty-db', resources: 'load: 50m/s', phases: ['wait 0.0', 'transfer 20.5', 'save 20.5 (transfer)', 'load 20.5 (transfer)'] },
    { load: 'swapdb', resources: undefined, phases: ['wait 0.0', 'transfer 8.7', 'save 8.7 (transfer)', 'load 8.7 (transfer)'] },
    { load: 'disabled', resources: undefined, phases: ['wait 0.0', 'transfer 8.7', 'save 8.7 (transfer)', 'flush 0.0', 'load 6.9'] },
  ])('$load, $resources: $phases', ({ load, resources, phases }) => {
    const outcome = copy({ load, ...(resources === undefined ? {} : { resources }) });
    expect(phasesOf(outcome)).toEqual(phases);
    expect(endings(outcome)).toHaveLength(1);
  });

  it.each([
    { load: 'swapdb', left: 100 },
    { load: 'on-empty-db', left: 0 }, // it had keys of its own, so the first copy goes by disk; see below
  ])('$load: a reset in the middle, and what is left of the old data then', ({ load, left }) => {
    const outcome = copy({
      load, had: load === 'swapdb', lasts: '4.5s',
      timeline: '\n  - at: 4s\n    reset: { between: [master, replica] }\n  - at: 4.001s\n    refuse: { between: [master, replica], for: 10s }',
    });
    expect(outcome.resyncs[0]).toMatchObject({ outcome: 'aborted' });
    expect(outcome.nodes.find(({ node }) => node === 'replica')?.keys).toBe(left);
  });

  it('a master that falls silent: a blocking read waits for repl-timeout, to the microsecond, since no cron runs', () => {
    const outcome = copy({ load: 'on-empty-db', lasts: '20s', timeline: '\n  - at: 4.3s\n    partition: { between: [master, replica], for: 30s }' });
    const [failed] = outcome.facts.filter(({ body }) => body.kind === 'load-failed');
    // The last bytes that had left come a little later than the cut, and are parsed before the next read begins to wait.
    expect(failed?.atUs).toBeGreaterThan(9_300_000);
    expect(failed?.atUs).toBeLessThan(9_320_000);
    expect(timesOf(outcome, 'replica', 'link-timeout')).not.toContain(10);
  });

  it('clients of a replica that loads a newer state of its own history are answered all the time', () => {
    const answers = replies(`
name: Stale but there
duration: 40s
config: { repl-diskless-sync-delay: 0, repl-diskless-load: swapdb, repl-backlog-size: 16kb }
nodes:
  master: { data: { keys: 1k, value: 100kb }, clock: { phase: 0ms } }
  replica: { replicaof: master, clock: { phase: 0ms }, resources: { load: 10m/s } }
network: { default: { latency: 0.2ms, bandwidth: 1gbit } }
timeline:
  - at: 15s
    refuse: { between: [master, replica], for: 2s }
  - at: 15.5s
    write-many: { node: master, prefix: "new:", count: 100, size: 1kb }
  - at: 20s
    command: { node: replica, run: DBSIZE }
  - at: 20.1s
    command: { node: replica, run: BGSAVE }
  - at: 39s
    command: { node: replica, run: DBSIZE }
`);
    expect(answers.slice(-3)).toEqual([
      { type: 'integer', value: 1000 }, // the old data: what was written while it was away is not there yet
      { type: 'error', text: 'LOADING Redis is loading the dataset in memory' },
      { type: 'integer', value: 1100 },
    ]);
  });
});
