/** What would have spared a replica its copy: found by runs, and every answer held against runs that know nothing of the search. */
import { describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import type { Counterfactual, Edge } from '../../src/explore/counterfactual/answer.ts';
import { sufficientBacklogKb } from '../../src/trace/advice.ts';
import { whyNotWords } from '../../src/report/explain/why-not.ts';
import { fakeHost } from '../cli/fake-host.ts';
import { type Checked, checkScenario, runOf, wrongWith } from '../counterfactuals/gallery.ts';

/** A replica is away for three seconds, and 50 kB are written at once meanwhile. */
const AWAY = `name: Away
config: { repl-diskless-sync-delay: 0, repl-backlog-size: 16kb }
duration: 12s
nodes: { master: {}, a: { replicaof: master } }
timeline:
  - at: 2s
    refuse: { between: [master, a], for: 3s }
  - after: 2s
    write-many: { node: master, count: 50, size: 1kb }
expect:
  - a: { resyncs: [full, full: offset-before-backlog] }
`;

/** Up to 6.2 a partial resync that does not fit the output buffer is closed at once, comes back, and is closed again. */
const LOOP = `name: A loop of partial resyncs
server: redis-6.2
config: { repl-diskless-sync-delay: 0, repl-backlog-size: 16kb, client-output-buffer-limit: replica 64kb 0 0 }
duration: 15s
nodes: { master: {}, a: { replicaof: master } }
network: { default: { latency: 1ms, bandwidth: 1mb/s, socket-buffer: 16kb } }
timeline:
  - at: 2s
    refuse: { between: [master, a], for: 3s }
  - write-many: { node: master, count: 200, size: 1kb }
expect:
  - a: { resyncs: [full, full] }
`;

const host = (text: string): ReturnType<typeof fakeHost> => fakeHost({ files: { 'a.yaml': text } });

function knob({ found }: Checked, name: Counterfactual['knob']): Counterfactual {
  return found.knobs.find((one) => one.knob === name)!;
}

function edgeOf({ answer }: Counterfactual): { holds: string; fails: string; fates: string } {
  if (answer.is !== 'edge') throw new Error(`${answer.is}, not an edge`);
  const said = ({ set }: Edge['holds']): string => set.map(({ path, value }) => `${path}=${value}`).join(' ') || 'as it was';
  return { holds: said(answer.edge.holds), fails: said(answer.edge.fails), fates: `${answer.edge.holds.fate} | ${answer.edge.fails.fate}` };
}

describe('a backlog that was too small', () => {
  it('has the smallest one that is enough found, and the longest outage; each holds, and fails one step beyond', async () => {
    const checked = await checkScenario('a.yaml', host(AWAY), { knobs: ['repl-backlog-size', 'outage', 'write-rate', 'output-limit', 'repl-timeout'] });
    expect(checked.map(({ replica, reason }) => `${replica} ${reason}`)).toEqual(['a offset-before-backlog']);
    const [one] = checked;
    expect(edgeOf(knob(one!, 'repl-backlog-size'))).toEqual({ holds: 'repl-backlog-size=32kb', fails: 'repl-backlog-size=31kb', fates: 'partial | full' });
    // It tries again once a second: whoever lets it in before the writes are made spares it them.
    expect(edgeOf(knob(one!, 'outage'))).toEqual({ holds: 'timeline[0].refuse.for=1s', fails: 'timeline[0].refuse.for=1.01s', fates: 'partial | full' });
    expect(one!.found.best).toBe('repl-backlog-size');
    // What sim run says without a run of its own is enough, if not the least.
    const { evidence } = runOf('a.yaml', host(AWAY)).resyncs[one!.found.first]!;
    expect(knob(one!, 'repl-backlog-size').probes.find(({ value }) => value === sufficientBacklogKb(evidence!) * 1024)?.fate).toBe('partial');
    for (const name of ['write-rate', 'output-limit', 'repl-timeout'] as const) expect(knob(one!, name).answer).toEqual({ is: 'not-tried', why: 'does-not-apply' });
    expect(one!.claims.map(({ wrong }) => wrong)).toEqual(['', '']);
  });

  it('is no answer where it is only a little off: a planted one is caught on either side', async () => {
    const files = host(AWAY);
    const [one] = await checkScenario('a.yaml', files, { knobs: ['repl-backlog-size'] });
    const { edge } = one!.claims[0]!;
    const at = (kb: number): Edge['holds'] => ({ ...edge.holds, value: kb * 1024, set: [{ path: 'repl-backlog-size', value: `${kb}kb` }] });
    const outcome = runOf('a.yaml', files);
    expect(await wrongWith(edge, outcome, one!.found.first, 'a.yaml', files)).toBe('');
    expect(await wrongWith({ ...edge, holds: at(edge.holds.value / 1024 - 1) }, outcome, one!.found.first, 'a.yaml', files)).toContain('a is copied 2 times');
    expect(await wrongWith({ ...edge, fails: { ...at(edge.holds.value / 1024 + 1), fate: 'full' } }, outcome, one!.found.first, 'a.yaml', files)).toContain('a is spared, too');
  });
});

describe('a knob that is not monotone', () => {
  it('a larger backlog with a small output limit makes a loop of partial resyncs of a full one: no size is claimed', async () => {
    const [one] = await checkScenario('a.yaml', host(LOOP), { knobs: ['repl-backlog-size'] });
    const { answer, probes } = knob(one!, 'repl-backlog-size');
    expect(answer).toEqual({ is: 'none' });
    const fates = probes.map(({ value, fate }) => `${value / 1024}kb ${fate}`);
    expect(fates[0]).toBe('16kb full');
    expect(fates.at(-1)).toBe('512kb loop');
    expect(one!.found.best).toBeNull();
  });

  it('since 7.0 the limit follows the backlog, and there is a size', async () => {
    const [one] = await checkScenario('a.yaml', host(LOOP.replace('redis-6.2', 'redis-7.2')), { knobs: ['repl-backlog-size'] });
    expect(edgeOf(knob(one!, 'repl-backlog-size')).fates).toBe('partial | full');
    expect(one!.claims.map(({ wrong }) => wrong)).toEqual(['']);
  });
});

describe('a replica of a replica', () => {
  /** The middle is cut off from the top; who follows it is refused again and again, and copied when the middle was. */
  const CHAIN = `name: Chain
config: { repl-diskless-sync-delay: 0, repl-timeout: 10, repl-ping-replica-period: 2, repl-backlog-size: 16kb }
duration: 45s
nodes: { top: {}, mid: { replicaof: top }, low: { replicaof: mid } }
clients: { app: { to: top, writes: 20/s, value: 1kb } }
timeline:
  - at: 5s
    partition: { between: [top, mid], for: 15s }
`;

  it('is spared its copy only by what keeps it and its master in step with the top, however often it was refused before', async () => {
    const all = await checkScenario('a.yaml', host(CHAIN), { knobs: ['outage', 'repl-timeout'] });
    const low = all.find(({ replica }) => replica === 'low')!;
    const { resyncs } = runOf('a.yaml', host(CHAIN));
    expect(resyncs[low.found.first]).toMatchObject({ replica: 'low', kind: 'full', reason: 'offset-before-backlog' });
    expect(resyncs.filter(({ replica, outcome }) => replica === 'low' && outcome === 'refused').length).toBeGreaterThan(3);
    expect(low.claims.map(({ knob: name, wrong }) => [name, wrong])).toEqual([['outage', ''], ['repl-timeout', '']]);
  }, 60_000);

  it('is told so: a larger backlog of its master alone would not have spared it, one of both would', async () => {
    const { code, out } = await explainLow();
    expect(code).toBe(0);
    expect(out.replaceAll(/\s+/g, ' ')).toContain('no size of this backlog alone would have kept it: it began anew with the copy of other data');
  });

  async function explainLow(): Promise<{ code: number; out: string }> {
    const files = host(CHAIN);
    const index = runOf('a.yaml', files).resyncs.findLastIndex(({ replica }) => replica === 'low');
    const code = await main(['explain', 'a.yaml', '--resync', String(index + 1)], files);
    return { code, out: files.out() };
  }
});

it('a master that let its backlog go has the shortest repl-backlog-ttl found that keeps it', async () => {
  const text = AWAY.replace(/config: \{[^}]*\}/, 'config: { repl-diskless-sync-delay: 0, repl-backlog-ttl: 2 }').replace(/ {2}- write-many.*\n/, '').replace('for: 3s', 'for: 8s');
  const [one] = await checkScenario('a.yaml', host(text), { knobs: ['repl-backlog-size', 'repl-backlog-ttl'] });
  expect(one!.reason).toBe('unknown-id');
  expect(knob(one!, 'repl-backlog-size').answer).toEqual({ is: 'none' });
  expect(edgeOf(knob(one!, 'repl-backlog-ttl')).fates).toBe('partial | full');
  expect(one!.found.best).toBe('repl-backlog-ttl');
  expect(one!.claims.map(({ wrong }) => wrong)).toEqual(['']);
});

it('who has no history is always copied, and nothing is tried', async () => {
  const alone = AWAY.slice(0, AWAY.indexOf('timeline:'));
  expect(await checkScenario('a.yaml', host(alone))).toEqual([]);
});

describe('another version', () => {
  it('is only counted where it could be run', async () => {
    // 2.8 to 5.0 do not know this setting, and nothing is larger or smaller for any of the others.
    const text = AWAY.replace('config: {', 'config: { repl-diskless-load: disabled,');
    const [one] = await checkScenario('a.yaml', host(text), { knobs: ['version'] });
    const { answer, probes } = knob(one!, 'version');
    expect(answer).toEqual({ is: 'none' });
    const refused = probes.filter(({ fate }) => fate === 'not-runnable').length;
    expect(refused).toBeGreaterThan(3);
    expect(one!.found.runs).toBe(probes.length - refused - 1);
    expect(whyNotWords(one!.found, 'redis-7.2').rows[0]!.then).toBe(`in vain: ${probes.length - refused} versions tried; ${refused} cannot run this scenario · was redis-7.2`);
  });

  it('is out of reach of a node that names its own', async () => {
    const text = AWAY.replace('{ master: {}, a: { replicaof: master } }', '{ master: { server: redis-7.2 }, a: { replicaof: master, server: redis-7.2 } }');
    const [one] = await checkScenario('a.yaml', host(text), { knobs: ['version'] });
    expect(knob(one!, 'version')).toMatchObject({ answer: { is: 'not-tried', why: 'out-of-reach' }, probes: [] });
  });
});
