import { createNodeLog } from '../../src/trace/node-log.ts';
import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../src/checks/expectations/evidence.ts';
import { judgeExpectation } from '../../src/checks/expectations/judge-expectation.ts';
import type { Resync } from '../../src/checks/outcome.ts';
import type { Interval } from '../../src/scenario/expectation.ts';
import type { ExpectationBody } from '../../src/scenario/scenario.ts';
import { causesOf } from '../../src/trace/causes.ts';
import { keyId } from '../../src/trace/fact.ts';
import { expectation } from '../fixtures/scenarios.ts';
import { story } from '../fixtures/story.ts';

const WHOLE_RUN: Interval = { from: { at: 'start' }, until: { at: 'end' } };
const EVER = Number.MAX_SAFE_INTEGER;

function resync(kind: 'full' | 'partial' | null, reason: Resync['reason'], outcome: Resync['outcome'] = 'done'): Resync {
  return {
    replica: 'a', master: 'master', askedAtUs: 71_300_000, decidedAtUs: null, endedAtUs: null, kind, reason, outcome,
    asked: { replid: '?', offset: -1 }, evidence: null, backlog: null, bytes: 0, phases: [], facts: { asked: 1, decided: 0, ended: 0 },
  };
}

function evidence(fields: Partial<Evidence> = {}): Evidence {
  return {
    atUs: 180_000_000, server: 'redis-7.2', states: [], clients: [], resyncs: [], facts: [], stopped: '', log: (node) => createNodeLog(node, 'redis-7.2'),
    convergence: { reached: () => ({ fromUs: null, atUs: null }) }, changesOf: () => [], noteOf: () => undefined, streamOf: () => [],
    causes: () => causesOf([]), disconnections: () => [], lostWrites: () => ({ total: 0, ranges: [], counted: 0 }), ...fields,
  };
}

/** `held`, or the verdict with its detail. */
function judge(body: ExpectationBody, fields: Partial<Evidence> = {}): string {
  const { verdict, detail } = judgeExpectation(expectation('', body), evidence(fields));
  return detail === '' ? verdict : `${verdict}: ${detail}`;
}

const states = (fields: Parameters<ReturnType<typeof story>['state']>[1] = {}): Pick<Evidence, 'states'> => {
  const tale = story(['master', 'a', 'b']);
  return {
    states: [
      tale.state('master', { role: 'master', master: null, linkState: 'none', offset: 1000, keys: 7, digest: 'd1d1d1d1d1' }),
      tale.state('a', { master: 'master', offset: 1000, keys: 7, digest: 'd1d1d1d1d1', info: new Map([['connected_slaves', '2'], ['role', 'slave']]), ...fields }),
    ],
  };
};

const first = resync('full', 'first-contact');
const overflow = resync('full', 'offset-before-backlog');

describe('an expectation of resyncs', () => {
  const wanted: ExpectationBody = {
    expect: 'resyncs', replica: 'a', list: [{ kind: 'full', reason: 'first-contact' }, { kind: 'full', reason: null }],
  };

  it('holds for exactly these, in this order; no reason means any', () => {
    expect(judge(wanted, { resyncs: [first, overflow] })).toBe('held');
    expect(judge(wanted, { resyncs: [{ ...first, replica: 'b' }, first, overflow] })).toBe('held');
  });

  it('counts only completed attempts', () => {
    expect(judge(wanted, { resyncs: [first, resync('full', 'offset-before-backlog', 'aborted'), overflow] })).toBe('held');
  });

  it('fails with what was found', () => {
    expect(judge(wanted, { resyncs: [first, resync('partial', 'in-backlog')] })).toBe(
      'failed: expected full (first-contact), full; found full (first-contact), partial (in-backlog)',
    );
    expect(judge(wanted, { resyncs: [] })).toBe('failed: expected full (first-contact), full; found none');
  });

  it('names the attempt that was not finished, and counts repetitions', () => {
    expect(judge(wanted, { resyncs: [first, ...Array<Resync>(3).fill(resync('partial', 'in-backlog')), resync('full', 'unknown-id', 'unfinished')] })).toBe(
      'failed: expected full (first-contact), full; found full (first-contact), 3 × partial (in-backlog) (a full resync asked for at 71.3s was not finished)',
    );
  });

  it('is undecided in a run cut short as long as more time could mend it, and failed when it could not', () => {
    expect(judge(wanted, { resyncs: [first], stopped: 'interrupted' })).toBe('undecided: so far: full (first-contact); the run ended at 180.0s (interrupted)');
    expect(judge(wanted, { resyncs: [first, overflow], stopped: 'interrupted' })).toMatch(/^undecided/);
    expect(judge(wanted, { resyncs: [overflow], stopped: 'interrupted' })).toMatch(/^failed/);
  });
});

describe('an expectation of how many resyncs', () => {
  const wanted = (from: number, to: number, attempts = false): ExpectationBody => ({
    expect: 'resync-count', replica: 'a', kind: 'full', attempts, count: { from, to },
  });
  const resyncs = [first, resync('full', 'unknown-id', 'aborted'), resync('partial', 'in-backlog'), resync('full', 'unknown-id', 'refused')];

  it('counts completed ones of a kind, or all attempts', () => {
    expect(judge(wanted(1, 1), { resyncs })).toBe('held');
    expect(judge(wanted(3, 3, true), { resyncs })).toBe('held');
    expect(judge({ expect: 'resync-count', replica: 'a', kind: 'any', attempts: true, count: { from: 4, to: 4 } }, { resyncs })).toBe('held');
  });

  it('fails with the number found', () => {
    expect(judge(wanted(2, EVER), { resyncs })).toBe('failed: expected at least 2 full resyncs; found 1: full (first-contact)');
    expect(judge(wanted(0, 0), { resyncs })).toBe('failed: expected 0 full resyncs; found 1: full (first-contact)');
    expect(judge(wanted(0, 2, true), { resyncs })).toBe(
      'failed: expected at most 2 full attempts; found 3: full (first-contact), full (unknown-id) aborted, full (unknown-id) refused',
    );
  });

  it('in a run cut short is decided only when nothing can change it any more', () => {
    expect(judge(wanted(1, EVER), { resyncs, stopped: 'x' })).toBe('held');
    expect(judge(wanted(1, 1), { resyncs, stopped: 'x' })).toMatch(/^undecided: 1 so far/);
    expect(judge(wanted(2, 3), { resyncs, stopped: 'x' })).toMatch(/^undecided/);
    expect(judge(wanted(0, 0), { resyncs, stopped: 'x' })).toMatch(/^failed/);
  });
});

describe('an expectation of log lines', () => {
  const tale = story(['master', 'a']);
  tale.tell('a', { kind: 'flush-started' });
  tale.tell('a', { kind: 'flush-started' });
  tale.tell('master', { kind: 'flush-started' });
  const { facts } = tale.trace;
  const lines = (pattern: string, from: number, to: number): string => judge({ expect: 'log', node: 'a', pattern: { contains: pattern }, count: { from, to }, during: WHOLE_RUN }, { facts });

  it('counts this node’s lines that contain the text', () => {
    expect(lines('Flushing old data', 2, 2)).toBe('held');
    expect(lines('Flushing old data', 1, EVER)).toBe('held');
    expect(lines('Loading DB', 0, 0)).toBe('held');
  });

  it('fails with how many there were', () => {
    expect(lines('Flushing', 3, 5)).toBe('failed: expected 3 to 5 log lines with "Flushing" on a; found 2 (the last at 0.00s)');
  });
});

describe('an expectation of convergence', () => {
  const wanted: ExpectationBody = { expect: 'converged', withinUs: 5_000_000, after: 'load-stopped' };
  const reached = (fromUs: number | null, atUs: number | null): Partial<Evidence> => ({ convergence: { reached: () => ({ fromUs, atUs }) }, ...states() });

  it('holds when it was reached in time', () => {
    expect(judge(wanted, reached(150_000_000, 155_000_000))).toBe('held');
  });

  it('fails with the time it took', () => {
    expect(judge(wanted, reached(150_000_000, 155_000_001))).toBe('failed: expected within 5 s of the load stopping (150.0s); found at 155.0s, after 5 s');
    expect(judge(wanted, reached(150_000_000, 176_400_000))).toBe('failed: expected within 5 s of the load stopping (150.0s); found at 176.4s, after 26.4 s');
  });

  it('fails with who is behind and by how much when it never came', () => {
    expect(judge(wanted, { ...reached(150_000_000, null), ...states({ offset: 900 }) })).toBe(
      'failed: expected within 5 s of the load stopping (150.0s); found not even at 180.0s: a is 100 bytes behind master (900 of 1 000)',
    );
  });

  it('fails when offsets were even but the data is not', () => {
    expect(judge(wanted, { ...reached(150_000_000, 151_000_000), ...states({ digest: 'd2' }) })).toMatch(/^failed: expected equal data; found: a has other data/);
  });

  it('is undecided when the run ended first, or the moment never came', () => {
    expect(judge(wanted, reached(178_000_000, null))).toBe('undecided: not yet, 2 s after the load stopping; the run ended at 180.0s');
    expect(judge(wanted, reached(null, null))).toBe('undecided: the run ended at 180.0s, before the load stopping');
  });

  it('at the end looks at how the nodes stand', () => {
    const atEnd: ExpectationBody = { ...wanted, after: 'end' };
    expect(judge(atEnd, states())).toBe('held');
    expect(judge(atEnd, states({ linkState: 'connecting' }))).toBe('failed: expected all replicas to be even at the end; found a has no link to master (connecting)');
  });
});

describe('an expectation of a state', () => {
  it.each<[string, ExpectationBody, string]>([
    ['role', { expect: 'role', node: 'a', role: 'replica' }, 'held'],
    ['role', { expect: 'role', node: 'a', role: 'master' }, 'failed: expected master; found replica'],
    ['offsets', { expect: 'offsets-equal', nodes: ['master', 'a'] }, 'held'],
    ['data', { expect: 'same-data', nodes: ['master', 'a'] }, 'held'],
    ['keys', { expect: 'keys', node: 'a', count: { from: 7, to: 7 } }, 'held'],
    ['keys', { expect: 'keys', node: 'a', count: { from: 8, to: EVER } }, 'failed: expected at least 8 keys; found 7'],
    ['a node that is not there', { expect: 'role', node: 'b', role: 'replica' }, 'failed: b was down at 180.0s'],
    ['INFO', { expect: 'info', node: 'a', field: 'connected_slaves', op: '>=', value: 2 }, 'held'],
    ['INFO', { expect: 'info', node: 'a', field: 'connected_slaves', op: '<=', value: 1 }, 'failed: expected connected_slaves <= 1; found 2'],
    ['INFO as text', { expect: 'info', node: 'a', field: 'role', op: '=', value: 'slave' }, 'held'],
    ['INFO as text', { expect: 'info', node: 'a', field: 'role', op: '!=', value: 'slave' }, 'failed: expected role != slave; found slave'],
    ['INFO that is not there', { expect: 'info', node: 'a', field: 'rolle', op: '=', value: 'slave' }, 'failed: INFO of a has no field rolle'],
    ['a key nobody looked up', { expect: 'key', node: 'a', db: 0, key: 'k', exists: true, value: null, ttl: null, physical: false }, 'undecided: the value of "k" on a was not observed'],
  ])('%s: %o is %s', (_, body, expected) => {
    expect(judge(body, states())).toBe(expected);
  });

  it('says both sides of what differs', () => {
    const other = states({ offset: 900, keys: 6, digest: 'd2d2d2d2d2' });
    expect(judge({ expect: 'offsets-equal', nodes: ['master', 'a'] }, other)).toBe('failed: expected equal offsets; found master 1 000, a 900');
    expect(judge({ expect: 'same-data', nodes: ['master', 'a'] }, other)).toBe(
      'failed: expected equal data; found master with 7 keys (digest d1d1d1d1), a with 6 keys (digest d2d2d2d2)',
    );
  });

  it.each<[boolean, string | null, string | null, string]>([
    [true, null, 'v', 'held'], [true, 'v', 'v', 'held'], [false, null, null, 'held'],
    [true, 'v', 'w', 'failed: expected "k" to hold "v"; found "w"'],
    [true, 'v', null, 'failed: expected the key "k" with "v"; found no such key'],
    [false, null, 'w', 'failed: expected no key "k"; found it with "w"'],
    [true, 'v', 'w'.repeat(99), `failed: expected "k" to hold "v"; found "${'w'.repeat(37)}…" (99 characters)`],
  ])('of a key (exists: %s, value: %s), found %s', (exists, value, found, expected) => {
    expect(judge({ expect: 'key', node: 'a', db: 0, key: 'k', exists, value, ttl: null, physical: false }, states({ values: new Map([[keyId(0, 'k'), found === null ? null : { value: found, ttlUs: null }]]) }))).toBe(expected);
  });

  it('is undecided in a run cut short: later it may be otherwise', () => {
    expect(judge({ expect: 'role', node: 'a', role: 'replica' }, { ...states(), stopped: 'told to end' })).toBe('undecided: the run ended at 180.0s (told to end)');
  });

  it('fails of a node that is down', () => {
    expect(judge({ expect: 'keys', node: 'a', count: { from: 0, to: EVER } }, states({ running: false }))).toBe('failed: a was down at 180.0s');
  });
});

it('a judgement keeps the words and the place of its author', () => {
  const wanted = expectation('a is a replica', { expect: 'role', node: 'a', role: 'replica' });
  expect(judgeExpectation(wanted, evidence(states()))).toEqual({
    text: 'a is a replica', verdict: 'held', detail: '', atUs: 180_000_000, place: { file: 'scenarios/story.yaml', line: 30, column: 5 },
  });
});
