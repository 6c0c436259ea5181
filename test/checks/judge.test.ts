import { describe, expect, it } from 'vitest';
import { verdictOf } from '../../src/checks/judge.ts';
import type { ExpectationResult, InvariantResult } from '../../src/checks/outcome.ts';
import { backlogOverflow, begin, endStates, tell } from '../fixtures/outcomes.ts';
import { expectation, scenarioOf } from '../fixtures/scenarios.ts';

const judged = (verdict: ExpectationResult['verdict']): ExpectationResult => ({ text: '', verdict, detail: '', atUs: 0, place: null });
const kept = (verdict: InvariantResult['verdict']): InvariantResult => ({ name: 'n', verdict, detail: '', compared: 0 });

describe('the verdict', () => {
  it.each<[string, Parameters<typeof verdictOf>, string]>([
    ['passed when all held', [[judged('held')], [kept('held'), kept('not-applicable')], '', ''], 'passed'],
    ['passed when nothing was expected', [[], [], '', ''], 'passed'],
    ['failed by one expectation', [[judged('held'), judged('failed'), judged('undecided')], [], '', ''], 'failed'],
    ['failed by an invariant, whatever was expected', [[judged('held')], [kept('violated')], '', ''], 'failed'],
    ['failed even when the run was stopped', [[judged('failed')], [], 'guard', 'something'], 'failed'],
    ['undecided when something could not be judged', [[judged('held'), judged('undecided')], [], '', ''], 'undecided'],
    ['undecided when the run was stopped, though all held so far', [[judged('held')], [], 'guard', ''], 'undecided'],
    ['undecided when the timeline never came to its end', [[judged('held')], [], '', 'wait until a is online'], 'undecided'],
  ])('is %s', (_, given, expected) => {
    expect(verdictOf(...given).verdict).toBe(expected);
  });

  it('says why', () => {
    expect(verdictOf([], [kept('violated')], '', '').detail).toBe('invariant violated: n');
    expect(verdictOf([], [], 'guard events: 9 reached', '').detail).toBe('guard events: 9 reached');
    expect(verdictOf([], [], '', 'wait until a is online').detail).toBe('the timeline did not end: wait until a is online');
  });
});

describe('a judge', () => {
  it('makes the Outcome of a run from what was told', () => {
    const outcome = backlogOverflow();
    expect(outcome).toMatchObject({ verdict: 'passed', verdictDetail: '', seed: '7', server: 'redis-7.2', virtualUs: 180_000_000 });
    expect(outcome.resyncs.map(({ replica, kind, reason, outcome: ended }) => `${replica} ${kind} ${reason} ${ended}`)).toEqual([
      'replica-a full first-contact done', 'replica-b full first-contact done', 'replica-a full offset-before-backlog done',
    ]);
    expect(outcome.expectations.map(({ verdict }) => verdict)).toEqual(['held', 'held']);
    expect(outcome.invariants.map(({ name, verdict }) => `${verdict} ${name}`)).toEqual([
      'held same id and offset, same data', // the states at the end
      'held applied bytes are contiguous',
      'held offsets only go back through a full resync',
      'held converged',
      'not-applicable no write is lost without a reason',
    ]);
    expect(outcome.traceHash).toMatch(/^[0-9a-f]{16}$/);
  });

  it('fails a run whose resync went otherwise than expected', () => {
    const outcome = backlogOverflow({ backlogSize: 16 * 1_048_576 });
    expect(outcome.verdict).toBe('failed');
    expect(outcome.expectations[0]!.detail).toBe(
      'expected full (first-contact), full (offset-before-backlog); found full (first-contact), partial (in-backlog)',
    );
  });

  it('judges at a checkpoint by what is true then, whatever comes later', () => {
    const isMaster = expectation('a is a master', { expect: 'role', node: 'a', role: 'master' });
    const told = tell(scenarioOf(['master', 'a', 'b'], { expect: [isMaster] }));
    begin(told);
    endStates(told.tale.at(10), 100);
    told.checkpoint([expectation('a is a replica', { expect: 'role', node: 'a', role: 'replica' }), isMaster]);
    told.tale.at(180);
    const outcome = told.outcome({ nodes: endStates(told.tale, 100, { a: { role: 'master' } }) });
    expect(outcome.expectations.map(({ text, verdict, atUs }) => `${text}: ${verdict} at ${atUs}`)).toEqual([
      'a is a replica: held at 10000000', 'a is a master: failed at 10000000', 'a is a master: held at 180000000',
    ]);
  });

  it('fails a run in which the timeline waited in vain', () => {
    const told = tell(scenarioOf(['master', 'a', 'b']));
    told.tale.at(30).tell('', { kind: 'wait-timed-out', words: 'wait until a is online, at most 20s' });
    told.tale.at(180);
    expect(told.outcome()).toMatchObject({
      verdict: 'failed', expectations: [{ text: 'wait until a is online, at most 20s', verdict: 'failed', atUs: 30_000_000 }],
    });
  });

  it('says that a run was cut short when it ended before its scenario does', () => {
    const told = tell(scenarioOf(['master', 'a', 'b']));
    told.tale.at(60);
    expect(told.outcome()).toMatchObject({ verdict: 'undecided', verdictDetail: 'told to end at 60.0s instead of 180.0s' });
  });

  it('does not touch the trace, however often it is asked', () => {
    const told = tell(scenarioOf(['master', 'a', 'b']));
    begin(told);
    told.tale.at(180);
    const once = told.outcome();
    expect(told.outcome()).toEqual(once);
    expect(told.tale.trace.facts.length).toBe(once.facts.length);
  });
});
