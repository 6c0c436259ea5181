import { describe, expect, it } from 'vitest';
import type { Fact } from '../../src/trace/fact.ts';
import { createTrace, KIND, STAGE } from '../../src/trace/trace.ts';

describe('a trace', () => {
  it('stamps milestones with ids from 1, time, the name of the node, and their cause', () => {
    const trace = createTrace(['master']);
    const first = trace.milestone(5, STAGE, 0, { kind: 'wait-timed-out', words: 'online' });
    const second = trace.milestone(7, 0, first, { kind: 'flush-started' });
    expect([first, second]).toEqual([1, 2]);
    expect(trace.facts).toEqual([
      { id: 1, atUs: 5, node: '', cause: 0, body: { kind: 'wait-timed-out', words: 'online' } },
      { id: 2, atUs: 7, node: 'master', cause: 1, body: { kind: 'flush-started' } },
    ]);
  });

  it('refuses a cause that has not happened yet, and a node that does not exist', () => {
    const trace = createTrace(['master']);
    expect(() => trace.milestone(0, 0, 1, { kind: 'flush-started' })).toThrow(/cannot be caused/);
    expect(() => trace.milestone(0, 1, 0, { kind: 'flush-started' })).toThrow(/no node 1/);
  });

  it('refuses a detail that is no integer', () => {
    const trace = createTrace(['master']);
    expect(() => trace.detail(0, 0, KIND.write, 0.5, 0, 0)).toThrow(/integers/);
    expect(() => trace.detail(0, 0, KIND.write, 0, Number.NaN, 0)).toThrow(/integers/);
  });

  it('lets only those hear a detail who asked for its kind, until they leave', () => {
    const trace = createTrace(['master']);
    const heard: number[] = [];
    const leave = trace.subscribe(['write', 'getack'], (...numbers) => heard.push(...numbers));
    trace.detail(1, 0, KIND.write, 31, 62, 9);
    trace.detail(2, 0, KIND.ping, 76, 0, 0);
    leave();
    trace.detail(3, 0, KIND.write, 31, 107, 9);
    expect(heard).toEqual([1, 0, KIND.write, 31, 62, 9]);
    expect(trace.count('write')).toBe(2);
    expect(trace.count('ping')).toBe(1);
    expect(trace.count('getack')).toBe(0);
  });

  it('lets a listener leave while it is called, without skipping the next one', () => {
    const trace = createTrace(['master']);
    const heard: string[] = [];
    const leave = trace.subscribe(['ping'], () => {
      heard.push('once');
      leave();
    });
    trace.subscribe(['ping'], () => heard.push('always'));
    trace.detail(1, 0, KIND.ping, 14, 0, 0);
    trace.detail(2, 0, KIND.ping, 28, 0, 0);
    expect(heard).toEqual(['once', 'always', 'always']);
  });

  it('tells milestones after they were stamped, and lets no listener tell one itself', () => {
    const trace = createTrace(['master']);
    const heard: Fact[] = [];
    const leave = trace.onMilestone((fact) => heard.push(fact));
    trace.milestone(1, 0, 0, { kind: 'flush-started' });
    leave();
    trace.onMilestone(() => trace.milestone(2, 0, 0, { kind: 'flush-started' }));
    expect(() => trace.milestone(2, 0, 0, { kind: 'flush-started' })).toThrow(/must not tell/);
    expect(heard.map((fact) => fact.id)).toEqual([1]);
  });
});
