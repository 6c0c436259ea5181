/**
 * scenario + seed + server ⇒ one trace. What follows is who must not be able to change it. That the gallery's are the golden ones
 * as the command line runs it, test/cli/real.test.ts and determinism.built.test.ts hold.
 */
import { describe, expect, it } from 'vitest';
import { run, type RunOptions, start } from '../../src/run.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { Outcome } from '../../src/checks/outcome.ts';
import { firstDifference, GALLERY, gallery, galleryText, inSlices, play } from './runs.ts';
import { GOLDEN_HASHES } from './golden-hashes.ts';

/** A bit of everything in 20 s: chance in latencies, loads and loss, a partition, a kill, an observer's checkpoint. */
const BUSY = `
name: Busy
seed: 3
duration: 20s
config: { repl-diskless-sync-delay: 0, repl-timeout: 3, repl-ping-replica-period: 1 }
nodes:
  master: { data: { keys: 500, value: 10b..900b } }
  a: { replicaof: master }
  b: { replicaof: a }
network:
  default: { latency: 0.2ms..9ms, loss: 1% }
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

const hashOf = (text: string, options: RunOptions = {}): string => play(text, options).traceHash;

describe('the hash is the same', () => {
  const busy = loadScenario(BUSY, 'busy.yaml');
  const expected = run(busy).traceHash;

  it.each([1, 7, 1_000, Infinity])('in slices of %s events', (events) => {
    const sliced = inSlices(busy, events).outcome();
    expect(sliced.traceHash).toBe(expected);
    expect(inSlices(gallery('master-restart'), events).outcome().traceHash).toBe(GOLDEN_HASHES['master-restart']);
  });

  it('when somebody looks at the outcome on the way', () => {
    const going = start(busy);
    let looked = 0;
    while (!going.advance(500)) looked += going.outcome().facts.length;
    expect(looked).toBeGreaterThan(0);
    expect(going.outcome().traceHash).toBe(expected);
  });

  it('when somebody listens to every fact and every detail', () => {
    let heard = 0;
    const going = start(busy, { onFact: () => (heard += 1) });
    going.trace.subscribe(['write', 'applied', 'ack-sent', 'segment'], () => (heard += 1));
    while (!going.advance(1_000));
    expect(heard).toBeGreaterThan(going.trace.facts.length);
    expect(going.outcome().traceHash).toBe(expected);
  });

  it('with expectations added, held or not, and with another name, teaching and file', () => {
    const expectations = '\nexpect:\n  - converged\n  - a: { keys: 7 }\n  - master: { info: { role: master } }\n';
    const more = play(BUSY + expectations);
    expect(more.verdict).toBe('failed');
    expect(more.traceHash).toBe(expected);
    const renamed = loadScenario(BUSY.replace('name: Busy', 'name: Another\nteaches: nothing'), '/somewhere/else.yaml');
    expect(run(renamed).traceHash).toBe(expected);
    expect(run(loadScenario(BUSY.replaceAll('\n', '\r\n'), 'busy.yaml')).traceHash).toBe(expected);
  });

  it('when the states of all nodes are observed in the middle', () => {
    // The step is told, being a fact of the timeline; all that follows is as it was: only ids move on.
    const withObserve = play(`${BUSY}  - at: 9s\n    observe: all\n`);
    const without = run(busy);
    const bodies = (outcome: Outcome): string[] => outcome.facts.filter(({ body }) => body.kind !== 'verb').map(({ atUs, node, body }) => JSON.stringify([atUs, node, body]));
    expect(bodies(withObserve)).toEqual(bodies(without));
  });

  it('when every cron tick happens, also those at which nothing can', () => {
    expect(run(busy, { cronEveryTick: true }).traceHash).toBe(expected);
  });

  it('when every cron tick happens, and each comes late', () => {
    const late = BUSY.replace('a: { replicaof: master }', 'a: { replicaof: master, resources: { timers-late: 700us } }');
    expect(hashOf(late)).not.toBe(expected);
    expect(run(loadScenario(late, 'busy.yaml'), { cronEveryTick: true }).traceHash).toBe(hashOf(late));
  });

  it.each(GALLERY)('when every cron tick happens: %s', (name) => {
    expect(run(gallery(name), { cronEveryTick: true }).traceHash).toBe(GOLDEN_HASHES[name]);
  });

  it('for a server named in other words', () => {
    for (const server of ['7.2', 'redis-7.2.6', '7.2.6']) expect(hashOf(BUSY, { server })).toBe(expected);
  });
});

describe('the hash differs', () => {
  it('with another seed, and a fact says where: the clocks of the nodes have other phases, so the ids are the first', () => {
    const [one, two] = ['1', '2'].map((seed) => play(BUSY, { seed }));
    expect(one!.traceHash).not.toBe(two!.traceHash);
    const difference = firstDifference(one!.facts, two!.facts);
    // Fact 1 is the start of the first process; fact 2 is its server, with an id drawn from the seed.
    expect(difference?.a).toMatchObject({ id: 2, node: 'master', atUs: 0, body: { kind: 'server-started' } });
    expect(difference?.b).toMatchObject({ id: 2, node: 'master', atUs: 0, body: { kind: 'server-started' } });
  });

  it('with one byte more in one value', () => {
    expect(hashOf(BUSY.replace('1b..300b', '1b..301b'))).not.toBe(hashOf(BUSY));
  });
});

describe('chance has names', () => {
  const PAIR = `
name: Pair
seed: 11
duration: 8s
config: { repl-diskless-sync-delay: 0 }
nodes:
  master: {}
  a: { replicaof: master }
network:
  default: { latency: 0.2ms..9ms }
clients:
  app: { to: master, writes: 20/s, pacing: poisson, value: 1b..300b }
`;
  /** What of the run concerns these two alone: what they told, at the same instants, with the same ids. */
  const ofPair = (outcome: Outcome): string[] =>
    outcome.facts.filter(({ node, body }) => ['master', 'a'].includes(node) && !JSON.stringify(body).includes('10.0.0.3')).map(({ atUs, node, body }) => `${atUs} ${node} ${JSON.stringify(body)}`);

  const alone = ofPair(play(PAIR));

  it('a node that nobody talks to moves no draw of the others', () => {
    expect(ofPair(play(PAIR.replace('  a: { replicaof: master }', '  a: { replicaof: master }\n  c: {}')))).toEqual(alone);
  });

  it('a second client moves neither latencies nor the instants at which the first one writes', () => {
    const writesOf = (text: string): string[] => {
      const instants: string[] = [];
      const going = start(loadScenario(text, 'pair.yaml'));
      // The first client writes to the master, the second one only to a node of its own.
      going.trace.subscribe(['write'], (atUs, node, _kind, bytes, offset) => node === 0 && instants.push(`${atUs} ${bytes} ${offset}`));
      while (!going.advance(10_000));
      return instants;
    };
    const first = writesOf(PAIR);
    const both = writesOf(PAIR.replace('  a: { replicaof: master }', '  a: { replicaof: master }\n  c: {}') + '  other: { to: c, writes: 90/s, pacing: poisson }\n');
    expect(first.length).toBeGreaterThan(100);
    expect(both).toEqual(first);
  });

  it('a link with a latency of its own leaves the others as they were', () => {
    const three = PAIR.replace('  a: { replicaof: master }', '  a: { replicaof: master }\n  c: { replicaof: a, started: false }');
    const withLink = three.replace('9ms }', '9ms }\n  links:\n    - { between: [a, c], latency: 1ms..80ms, loss: 2% }');
    expect(ofPair(play(withLink))).toEqual(alone);
  });

  it('the seed is a text: 007 is not 7', () => {
    expect(hashOf(BUSY, { seed: '007' })).not.toBe(hashOf(BUSY, { seed: '7' }));
  });
});

describe('a gallery file', () => {
  it('says its seed itself, so that --seed of the same value changes nothing', () => {
    expect(galleryText('master-restart')).toContain('seed: 1');
    expect(run(gallery('master-restart'), { seed: '1' }).traceHash).toBe(GOLDEN_HASHES['master-restart']);
  });
});
