/** Looking at a run at regular instants: what is seen, and that nobody notices. */
import { describe, expect, it } from 'vitest';
import { run, type RunOptions } from '../../src/run.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { Outcome } from '../../src/checks/outcome.ts';
import type { Sample } from '../../src/trace/sample.ts';
import { sampleStepUs } from '../../src/trace/sample.ts';
import { gallery, inSlices, sampledOverflow, type GalleryName } from './runs.ts';

/** Latencies by chance, a sub-replica, a partition, a kill, and a timeline that ends the run. */
const BUSY = `
name: Busy
seed: 3
duration: until-done
config: { repl-diskless-sync-delay: 0, repl-timeout: 3, repl-ping-replica-period: 1 }
nodes:
  master: { data: { keys: 500, value: 10b..900b } }
  a: { replicaof: master }
  b: { replicaof: a }
network:
  default: { latency: 0.2ms..9ms }
clients:
  app: { to: master, writes: 40/s, pacing: poisson, key: "k:{1..50}", value: 1b..300b, until: 18s }
timeline:
  - at: 4s
    partition: { between: [master, a], for: 5s }
  - at: 12s
    kill: b
  - after: 1s
    start: b
`;

const busy = loadScenario(BUSY.replace('until-done', '20s'), 'busy.yaml');
const alike = ({ traceHash, virtualUs, events, verdict, nodes, facts }: Outcome): unknown => ({ traceHash, virtualUs, events, verdict, nodes, facts: facts.length });

describe('nobody notices', () => {
  it.each([20_000, 333_333, 500_000, 60_000_000])('looks every %s µs', (sampleEveryUs) => {
    expect(alike(run(busy, { sampleEveryUs }))).toEqual(alike(run(busy)));
  });

  it('when the run is cut into slices, and what is seen is the same', () => {
    const whole = run(busy, { sampleEveryUs: 100_000 });
    const sliced = inSlices(busy, 7, { sampleEveryUs: 100_000 }).outcome();
    expect(alike(sliced)).toEqual(alike(whole));
    expect(sliced.observed).toEqual(whole.observed);
  });

  it('when the timeline ends the run', () => {
    const scenario = { ...busy, endsWhenDone: true };
    expect(alike(run(scenario, { sampleEveryUs: 50_000 }))).toEqual(alike(run(scenario)));
  });

  it.each<GalleryName>(['first-sync', 'master-restart'])('in the gallery: %s', (name) => {
    expect(alike(run(gallery(name), { sampleEveryUs: 250_000 }))).toEqual(alike(run(gallery(name))));
  });
});

describe('what is seen', () => {
  const options: RunOptions = { sampleEveryUs: 500_000 };
  const overflow = sampledOverflow();
  const { samples, messages, everyUs } = overflow.observed!;
  const nodeAt = (sample: Sample, name: string): Sample['nodes'][number] => sample.nodes.find(({ node }) => node === name)!;

  it('nothing, unless somebody asked', () => {
    expect(run(busy, { untilUs: 1_000_000 }).observed).toBeNull();
  });

  it('every instant from the first to the last', () => {
    expect(everyUs).toBe(500_000);
    expect(samples[0]!.atUs).toBe(0);
    expect(samples.at(-1)!.atUs).toBe(overflow.virtualUs);
    const regular = samples.filter(({ atUs }) => atUs % 500_000 === 0);
    expect(regular).toHaveLength(361);
  });

  it('the byte that replica-a will ask for falling out of the window, looked at closely', () => {
    const asked = overflow.resyncs.find(({ reason }) => reason === 'offset-before-backlog')!.asked.offset;
    const away = samples.filter(({ atUs }) => atUs > 15_000_000 && atUs < 105_000_000);
    const out = away.findIndex((sample) => nodeAt(sample, 'master').backlog!.firstByte > asked);
    const [before, after] = [away[out - 1]!, away[out]!];
    expect(nodeAt(before, 'master').backlog!.firstByte).toBeLessThanOrEqual(asked);
    expect(after.atUs - before.atUs).toBeLessThanOrEqual(everyUs / 16);
    expect(nodeAt(after, 'replica-a').offset).toBe(asked - 1);
  });

  it('the same offset that facts tell, at both ends of the lag', () => {
    const last = samples.at(-1)!;
    const master = nodeAt(last, 'master');
    expect(master.offset).toBe(overflow.nodes.find(({ node }) => node === 'master')!.offset);
    expect(master.replicas.map(({ replica, state }) => `${replica} ${state}`).sort()).toEqual(['replica-a online', 'replica-b online']);
    expect(master.memory).toBeGreaterThan(50_000 * 256);
  });

  it('what a client waits for a reply: the way there and back', () => {
    const latencies = samples.flatMap(({ clients }) => clients[0]!.latencyUs ?? []);
    expect(latencies.length).toBeGreaterThan(250);
    for (const us of latencies) expect(us).toBeGreaterThan(600);
    latencies.sort((a, b) => a - b);
    expect(latencies[latencies.length >> 1]!).toBeLessThan(2_000);
  });

  it('messages with their instants: the stream to each replica, acknowledgements back, and those that nobody heard', () => {
    const stream = messages.filter(({ kind, to }) => kind === 'stream' && to === 'replica-b');
    expect(stream.length).toBeGreaterThan(200);
    for (const { sentUs, arrivedUs } of stream) expect(arrivedUs! - sentUs).toBeGreaterThanOrEqual(300);
    const acks = messages.filter(({ kind, from }) => kind === 'ack' && from === 'replica-a');
    const cut = acks.filter(({ sentUs }) => sentUs > 15_000_000 && sentUs < 60_000_000);
    expect(cut.length).toBeGreaterThan(10);
    expect(cut.every(({ arrivedUs }) => arrivedUs === null)).toBe(true);
    expect(acks.filter(({ sentUs, arrivedUs }) => sentUs > 110_000_000 && arrivedUs !== null).length).toBeGreaterThan(10);
  });

  it('of acknowledgements that are all alike each is heard when it was heard: on an idle link with many on their way, held up, and lost', () => {
    const idle = loadScenario(`
name: Idle
duration: 240s
config: { repl-diskless-sync-delay: 0, repl-ping-replica-period: 50, repl-timeout: 300 }
network: { default: { latency: 3s } }
nodes: { master: {}, replica: { replicaof: master } }
timeline:
  - at: 100s
    partition: { between: [master, replica], for: 20s }
  - at: 160s
    reset: replica > master
`, 'idle.yaml');
    const acksOf = (sampleEveryUs: number) => run(idle, { sampleEveryUs }).observed!.messages.filter(({ kind }) => kind === 'ack');
    const all = acksOf(100_000);
    expect(all.length).toBeGreaterThan(180);
    const perOffset = new Set(all.map(({ offset }) => offset)).size;
    expect(perOffset).toBeLessThan(8);
    const heard = all.flatMap(({ sentUs, arrivedUs }) => (arrivedUs === null ? [] : [{ sentUs, arrivedUs }]));
    for (const { sentUs, arrivedUs } of heard) expect(arrivedUs - sentUs).toBeGreaterThanOrEqual(3_000_000);
    for (const { sentUs, arrivedUs } of heard) if (sentUs > 100_000_000 && sentUs < 117_000_000) expect(arrivedUs).toBeGreaterThan(120_000_000);
    // The last three are on their way when the run ends, and about as many were when the connection was reset.
    expect(all.filter(({ sentUs, arrivedUs }) => arrivedUs === null && sentUs < 236_000_000).every(({ sentUs }) => sentUs > 156_000_000 && sentUs < 164_000_000)).toBe(true);
    const few = acksOf(2_500_000);
    expect(few.length).toBeGreaterThan(50);
    for (const one of few) expect(all).toContainEqual(one);
  });

  it('follows the stream of a sub-replica from the replica that it follows', () => {
    const pairs = run(busy, options).observed!.messages.filter(({ kind }) => kind === 'stream').map(({ from, to }) => `${from}>${to}`);
    expect([...new Set(pairs)].sort()).toEqual(['a>b', 'master>a']);
  });
});

it.each([[180_000_000, 200_000], [10_000_000, 20_000], [3_600_000_000, 5_000_000], [10, 1_000]])('a run of %s µs is looked at every %s µs', (duration, step) => {
  expect(sampleStepUs(duration)).toBe(step);
});
