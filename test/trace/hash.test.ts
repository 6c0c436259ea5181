import { describe, expect, it } from 'vitest';
import { NETWORK_DETAIL_KINDS } from '../../src/network/facts.ts';
import { DETAIL_KINDS } from '../../src/redis/facts.ts';
import type { FactBody } from '../../src/trace/fact.ts';
import { createHash, foldValue, foldWord, hashText } from '../../src/trace/hash.ts';
import { createTrace, KIND, STAGE } from '../../src/trace/trace.ts';

const hashOf = (value: unknown): string => {
  const state = createHash();
  foldValue(state, value);
  return hashText(state);
};

describe('the hash of values', () => {
  // These values may never change: saved traces and printed hashes would no longer match.
  it.each([
    [null, '2fd2cf06f312ef61'],
    [0, '8a4e3a706476578e'],
    [-1, '349db439dd2efa2f'],
    [9_007_199_254_740_991, 'ca8255f80deac2be'],
    [0.5, '87b88f672bfec1cd'],
    ['', '2ae86cd5a9a2c3ef'],
    ['Zürich ✂ 分断', '69a51a19642d7800'],
    [[1, 2, [3]], '8e5b9a2f2b235281'],
    [{ kind: 'psync-sent', replid: '?', offset: -1, cached: false }, 'fce6ac63c04d90b1'],
  ])('%j is %s, in every engine and for ever', (value, golden) => {
    expect(hashOf(value)).toBe(golden);
  });

  it('does not depend on the order in which fields were written', () => {
    expect(hashOf({ b: 2, a: 1 })).toBe(hashOf({ a: 1, b: 2 }));
  });

  it.each([
    [[1, 2], [2, 1]],
    [['ab', 'c'], ['a', 'bc']],
    [[[1], 2], [1, [2]]],
    [{ a: 1 }, { a: '1' }],
    [{ a: null }, {}],
    [{ a: true }, { a: false }],
    [4_294_967_296, 0],
    [4_294_967_296.5, 4_294_967_296],
    [-1, 4_294_967_295],
    ['\u0001\u0000', '\u0001'],
  ])('tells %j from %j', (one, other) => {
    expect(hashOf(one)).not.toBe(hashOf(other));
  });

  it('refuses what is no plain data', () => {
    expect(() => hashOf({ a: undefined })).toThrow(/plain data, not undefined/);
    expect(() => hashOf(Number.NaN)).toThrow(/finite/);
  });

  it('spreads small counters over all 64 bits', () => {
    const seen = new Set<string>();
    const ones = new Array<number>(64).fill(0);
    for (let i = 0; i < 4096; i++) {
      const state = createHash();
      foldWord(state, i);
      const text = hashText(state);
      seen.add(text);
      const bits = BigInt(`0x${text}`);
      for (let bit = 0; bit < 64; bit++) ones[bit]! += Number((bits >> BigInt(bit)) & 1n);
    }
    expect(seen.size).toBe(4096);
    // Half of 4096, give or take six standard deviations.
    for (const count of ones) expect(Math.abs(count - 2048)).toBeLessThan(192);
  });
});

describe('the hash of a trace', () => {
  const FACT: FactBody = { kind: 'link-sync-started' };

  it('is golden for a short story', () => {
    const trace = createTrace(['master', 'replica-a']);
    expect(trace.hash()).toBe('e5d48d484ca32bcb');
    const first = trace.milestone(0, STAGE, 0, { kind: 'process-started', node: 'master', address: '10.0.0.1:6379' });
    trace.detail(1_000, 0, KIND.write, 31, 31, -559038737);
    trace.detail(5_000_000_000, 1, KIND.applied, 0, 31, -559038737);
    trace.detail(5_000_000_001, 1, KIND['ack-sent'], 5_000_000_000, 1, 2);
    trace.milestone(5_000_000_002, 1, first, FACT);
    expect(trace.hash()).toBe('545f9aa7b8b8b444');
  });

  it.each<[string, (trace: ReturnType<typeof createTrace>) => void]>([
    ['the time', (trace) => trace.milestone(2, 0, 0, FACT)],
    ['the node', (trace) => trace.milestone(1, 1, 0, FACT)],
    ['the content', (trace) => trace.milestone(1, 0, 0, { kind: 'flush-started' })],
    ['a fact more', (trace) => { trace.milestone(1, 0, 0, FACT); trace.milestone(1, 0, 0, FACT); }],
    ['a detail more', (trace) => { trace.milestone(1, 0, 0, FACT); trace.detail(1, 0, KIND.ping, 14, 0, 0); }],
  ])('changes with %s', (_, change) => {
    const plain = createTrace(['a', 'b']);
    plain.milestone(1, 0, 0, FACT);
    const changed = createTrace(['a', 'b']);
    change(changed);
    expect(changed.hash()).not.toBe(plain.hash());
  });

  it('changes with the cause', () => {
    const hashes = [0, 1].map((cause) => {
      const trace = createTrace(['a']);
      trace.milestone(1, 0, 0, FACT);
      trace.milestone(2, 0, cause, FACT);
      return trace.hash();
    });
    expect(hashes[0]).not.toBe(hashes[1]);
  });

  it('tells details apart by each of their six numbers, however large', () => {
    const hashes = new Set<string>();
    const base = [1, 0, 0, 10, 20, 30] as const;
    for (const size of [1, 2 ** 32]) {
      for (let field = 0; field < 6; field++) {
        const numbers = base.map((number, index) => number + (index === field ? (field === 1 || field === 2 ? 1 : size) : 0));
        const trace = createTrace(['a', 'b']);
        trace.detail(...(numbers as [number, number, number, number, number, number]));
        hashes.add(trace.hash());
      }
    }
    expect(hashes.size).toBe(10); // node and kind are small: the large round repeats these two
  });

  it('does not see who listens, what was observed, or how often it was asked for', () => {
    const tell = (watched: boolean): string => {
      const trace = createTrace(['a']);
      if (watched) {
        trace.subscribe(['write', 'ping'], () => {});
        trace.onMilestone(() => {});
      }
      trace.detail(1, 0, KIND.write, 1, 1, 1);
      if (watched) trace.hash();
      trace.milestone(2, 0, 0, FACT);
      return trace.hash();
    };
    expect(tell(true)).toBe(tell(false));
  });

  it('numbers the kinds of details in the order in which the rooms list them', () => {
    const kinds = [...DETAIL_KINDS, ...NETWORK_DETAIL_KINDS];
    expect(Object.entries(KIND)).toEqual(kinds.map((kind, index) => [kind, index]));
  });
});
