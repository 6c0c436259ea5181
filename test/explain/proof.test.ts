/** What a resync goes back to is taken out, and the run is made again. */
import { beforeAll, describe, expect, it } from 'vitest';
import { watchForExplanation } from '../../src/explore/explain.ts';
import { type Proof, prove, type Tried } from '../../src/explore/proof.ts';
import { sameIn } from '../../src/explore/same-resync.ts';
import { without } from '../../src/explore/without.ts';
import { originWords, partWords, proofWords, shownOrigin } from '../../src/report/explain/words.ts';
import { start } from '../../src/run.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { causesOf } from '../../src/trace/causes.ts';

/** Six seconds of silence are too much; a PING comes each second. */
const HEAD = `
name: Proofs
config: { repl-diskless-sync-delay: 0, repl-timeout: 5, repl-ping-replica-period: 1, enable-debug-command: local }
network: { default: { latency: 1ms, bandwidth: 1gbit } }
nodes: { master: {}, a: { replicaof: master }, b: { replicaof: master } }
duration: 60s
`;

function make(scenario: Scenario, watched = false): Tried {
  const run = start(scenario);
  if (watched) watchForExplanation(run);
  while (!run.advance(1_000_000));
  return { outcome: run.outcome(), steps: run.steps };
}

const played = (timeline: string): Tried => make(loadScenario(`${HEAD}timeline:\n${timeline}`, 'test.yaml'));
const lastOfA = ({ outcome }: Tried): number => outcome.resyncs.findLastIndex(({ replica }) => replica === 'a');

/** Of the last resync of `a`. */
function proofOf(timeline: string, tried = played(timeline)): Proof {
  const search = prove(tried, lastOfA(tried));
  let next = search.next();
  while (next.done !== true) next = search.next(make(next.value));
  return next.value;
}

const shown = ({ is, parts }: Proof): unknown => ({ is, parts: parts.map(partWords) });

describe('a resync', () => {
  it('that one fault leads to goes back to it alone', () => {
    expect(shown(proofOf(`
  - at: 10s
    partition: { between: [master, b], for: 10s }
  - at: 20s
    reset: a>master
`))).toEqual({ is: 'alone', parts: ['reset a → master'] });
  });

  it('that each of two faults would lead to goes back to both, and that is said', () => {
    expect(shown(proofOf(`
  - at: 10s
    partition: { between: [master, a], for: 20s }
  - at: 10s
    freeze: { node: master, for: 20s }
`))).toEqual({ is: 'each', parts: ['partition master ╳ a, for 20s', 'freeze master, for 20s'] });
  });

  it('that one of two faults would not have led to goes back to the other', () => {
    expect(shown(proofOf(`
  - at: 10s
    partition: { between: [master, a], for: 20s }
  - at: 11s
    freeze: { node: master, for: 1s }
`))).toEqual({ is: 'alone', parts: ['partition master ╳ a, for 20s'] });
  });

  it('that two faults lead to only together goes back to both, with the run without each', () => {
    const tried = played(`
  - at: 10s
    freeze: { node: master, for: 4s }
  - at: 13.5s
    block: { node: master, for: 4s }
`);
    const proof = proofOf('', tried);
    expect(shown(proof)).toEqual({ is: 'alone', parts: ['freeze master, for 4s', 'block master, for 4s'] });
    expect(proof.runs).toEqual(proof.parts.map((part) => make(without(tried.outcome.scenario, [part])).outcome.traceHash));
    expect(proofWords(proof).replaceAll(/\s/g, ' ')).toMatch(/^without any one of these \(freeze master, for 4s; block master, for 4s\) this resync does not happen \(run again, trace \w{12}, \w{12}\)$/);
  });

  it('that several faults lead to in more than one way goes back to all of them, and no more is said', () => {
    const tried = played(`
  - at: 9.9s
    command: { node: master, run: DEBUG SLEEP 4.1, background: true }
  - at: 10s
    freeze: { node: master, for: 4600ms }
  - at: 13.5s
    hold: { link: a -> master, for: 4s }
  - at: 14.3s
    block: { node: master, for: 3700ms }
`);
    const proof = proofOf('', tried);
    expect(shown(proof)).toEqual({ is: 'any', parts: ['master: DEBUG SLEEP 4.1 (in the background)', 'freeze master, for 4.6s', 'hold a – master, for 4s', 'block master, for 3.7s'] });
    expect(proof.runs).toEqual([make(without(tried.outcome.scenario, proof.parts)).outcome.traceHash]);
  });

  it('that each of two faults would lead to does not go back to a third', () => {
    expect(shown(proofOf(`
  - at: 10s
    partition: { between: [master, a], for: 20s }
  - at: 10s
    freeze: { node: master, for: 20s }
  - at: 13s
    freeze: { node: a, for: 100ms }
`))).toEqual({ is: 'each', parts: ['partition master ╳ a, for 20s', 'freeze master, for 20s'] });
  });

  it('is told with the fault that matters, and with the run without that', () => {
    const tried = played(`
  - at: 10s
    partition: { between: [master, a], for: 10s }
  - at: 17s
    freeze: { node: a, for: 100ms }
`);
    const { facts, resyncs, scenario } = tried.outcome;
    const proof = proofOf('', tried);
    expect(proof.runs).toEqual([make(without(scenario, proof.parts)).outcome.traceHash]);
    expect(proofWords(proof)).toMatch(/^without partition master ╳ a, for 10s this resync does not happen/);
    const origin = causesOf(facts).origin(resyncs[lastOfA(tried)]!.facts.asked);
    expect(originWords(origin, facts)).toBe('partition master ╳ a, for 10s and freeze a, for 100ms');
    expect(originWords(shownOrigin(origin, proof), facts)).toBe('partition master ╳ a, for 10s');
  });

  it('is still there without what led to another one that looks the same', () => {
    const tried = played(`
  - at: 10s
    close: { link: a -> master, side: replica }
  - at: 20s
    close: { link: a -> master, side: replica }
`);
    const { steps, outcome } = tried;
    const [first, second] = steps.map(({ step, startedUs: atUs }) => make(without(outcome.scenario, [{ is: 'step', step, words: '', atUs }])).outcome);
    const index = lastOfA(tried);
    expect(outcome.resyncs[index]).toMatchObject({ kind: outcome.resyncs[index - 1]!.kind, reason: outcome.resyncs[index - 1]!.reason });
    expect([sameIn(outcome, index, first!), sameIn(outcome, index, second!)]).toEqual([index - 1, null]);
    expect([sameIn(outcome, index - 1, first!), sameIn(outcome, index - 1, second!)]).toEqual([null, index - 1]);
  });

  it('after a restart goes back to what stopped it, and a start that finds it running does nothing', () => {
    expect(shown(proofOf(`
  - at: 10s
    restart: { node: a, how: kill, after: 3s }
`))).toEqual({ is: 'alone', parts: ['kill a'] });
  });

  it.each([
    ['DEBUG SLEEP of the master', 'command: { node: master, run: DEBUG SLEEP 9.5 }', 'master: DEBUG SLEEP 9.5'],
    ['one of several commands', 'command: { node: master, run: [PING, DEBUG SLEEP 9] }', 'master: PING; DEBUG SLEEP 9'],
    ['DEBUG SLEEP of the replica', 'command: { node: a, run: DEBUG SLEEP 9 }', 'a: DEBUG SLEEP 9'],
  ])('that a command led to goes back to that: %s', (_, step, words) => {
    expect(shown(proofOf(`
  - at: 5s
    partition: { between: [master, b], for: 2s }
  - at: 10s
    ${step}
`))).toEqual({ is: 'alone', parts: [words] });
  });

  it.each([
    ['after an order to a replica', '', 'replicaof: { node: a, master: b }', 'a becomes a replica of b'],
    ['after an order to a master', '  - at: 5s\n    promote: a\n', 'replicaof: { node: a, master: b }', 'a becomes a replica of b'],
    ['after an order that is written out', '  - at: 5s\n    promote: a\n', 'command: { node: a, run: REPLICAOF 10.0.0.3 6381 }', 'a: REPLICAOF 10.0.0.3 6381'],
  ])('%s goes back to that', (_, before, step, words) => {
    expect(shown(proofOf(`
${before}  - at: 10s
    ${step}
`))).toEqual({ is: 'alone', parts: [words] });
  });

  it('of a replica below one whose clients wait goes back to CLIENT PAUSE', () => {
    expect(shown(proofOf(`
  - at: 5s
    replicaof: { node: a, master: b }
  - at: 10s
    command: { node: b, run: CLIENT PAUSE 9000 }
`))).toEqual({ is: 'alone', parts: ['b: CLIENT PAUSE 9000'] });
  });

  it('does not go back to a DEBUG SLEEP that was refused, nor to one that was over, nor to a text', () => {
    expect(shown(proofOf(`
  - at: 1s
    command: { node: master, run: DEBUG SLEEP 1 }
  - at: 4s
    command: { node: b, run: CONFIG SET repl-timeout 6 }
  - at: 5s
    command: { node: b, run: 'SET note "DEBUG SLEEP 90"' }
  - at: 10s
    partition: { between: [master, a], for: 10s }
`))).toEqual({ is: 'alone', parts: ['partition master ╳ a, for 10s'] });
  });

  it('of a first contact goes back to nothing that could be taken out', () => {
    expect(shown(proofOf(`
  - at: 10s
    reset: b>master
`))).toEqual({ is: 'not-tried', parts: [] });
  });
});

describe('who looks on to explain', () => {
  let plain: Tried;
  beforeAll(() => {
    plain = make(loadScenario(`${HEAD}clients: { app: { to: master, writes: 200/s, value: 1kb } }\ntimeline: [{ at: 10s, partition: { between: [master, a], for: 20s } }]`, 'test.yaml'));
  });

  it('does not change the run', () => {
    const watched = make(plain.outcome.scenario, true);
    expect(watched.outcome.traceHash).toBe(plain.outcome.traceHash);
    expect(watched.outcome.events).toBe(plain.outcome.events);
  });
});
