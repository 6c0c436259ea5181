import { describe, expect, it } from 'vitest';
import { admitReplica, checksBehind, decidePsync, type PsyncReason, type PsyncState } from '../../../src/redis/replication/psync.ts';
import { NO_REPLID } from '../../../src/redis/replication/state.ts';

const OURS = 'a'.repeat(40);
const BEFORE = 'b'.repeat(40);
const STRANGE = 'c'.repeat(40);

/** 10,000 bytes were produced; bytes 4,001 to 10,000 are kept; 9,000 of them are shared with the history before. */
const WINDOW: PsyncState = {
  replid: OURS, replid2: BEFORE, secondOffset: 9_001, backlogActive: true,
  firstByte: 4_001, histlen: 6_000, masterOffset: 10_000, backlogSize: 6_000,
};
/** Nothing was produced since the backlog was made at offset 0: the next byte is number 1. */
const EMPTY: PsyncState = { ...WINDOW, replid2: NO_REPLID, secondOffset: -1, firstByte: 1, histlen: 0, masterOffset: 0 };
const NO_BACKLOG: PsyncState = { ...WINDOW, backlogActive: false, firstByte: 0, histlen: 0 };

interface Row {
  readonly of: string;
  readonly ask: readonly [replid: string, offset: number];
  readonly state?: PsyncState;
  readonly is: PsyncReason;
  readonly missedBy?: number;
  readonly toSend?: number;
}

/** facts 3.3. `toSend` = first + histlen − offset, here 10,001 − offset. */
const ROWS: readonly Row[] = [
  { of: 'a newcomer', ask: ['?', -1], is: 'first-contact' },
  { of: 'a newcomer that names an offset', ask: ['?', 5_000], is: 'first-contact' },
  { of: 'an id that is neither of ours', ask: [STRANGE, 5_000], is: 'unknown-id' },
  { of: 'the oldest byte kept', ask: [OURS, 4_001], is: 'in-backlog', toSend: 6_000 },
  { of: 'the byte before it', ask: [OURS, 4_000], is: 'offset-before-backlog', missedBy: 1 },
  { of: 'the first byte of all', ask: [OURS, 1], is: 'offset-before-backlog', missedBy: 4_000 },
  { of: 'the last byte produced', ask: [OURS, 10_000], is: 'in-backlog', toSend: 1 },
  { of: 'the byte after it: nothing was missed', ask: [OURS, 10_001], is: 'in-backlog', toSend: 0 },
  { of: 'one byte more than that', ask: [OURS, 10_002], is: 'offset-after-end', missedBy: 1 },
  { of: 'an id in capitals', ask: [OURS.toUpperCase(), 10_001], is: 'in-backlog', toSend: 0 },
  { of: 'the id before, inside what is shared', ask: [BEFORE, 9_000], is: 'in-backlog', toSend: 1_001 },
  { of: 'the id before, exactly after what is shared', ask: [BEFORE, 9_001], is: 'in-backlog', toSend: 1_000 },
  { of: 'the id before, one byte ahead of what is shared', ask: [BEFORE, 9_002], is: 'past-second-offset', missedBy: 1 },
  { of: 'the id before, in capitals', ask: [BEFORE.toUpperCase(), 9_001], is: 'in-backlog', toSend: 1_000 },
  { of: 'the id before, before the window', ask: [BEFORE, 4_000], is: 'offset-before-backlog', missedBy: 1 },
  { of: 'the next byte, of an empty backlog', ask: [OURS, 1], state: EMPTY, is: 'in-backlog', toSend: 0 },
  { of: 'one byte more, of an empty backlog', ask: [OURS, 2], state: EMPTY, is: 'offset-after-end', missedBy: 1 },
  { of: 'byte 0, of an empty backlog', ask: [OURS, 0], state: EMPTY, is: 'offset-before-backlog', missedBy: 1 },
  { of: 'forty zeros, which is no id', ask: [NO_REPLID, 1], state: EMPTY, is: 'past-second-offset', missedBy: 2 },
  { of: 'our id, when nothing is kept', ask: [OURS, 10_001], state: NO_BACKLOG, is: 'no-backlog' },
  { of: 'the id before, when nothing is kept', ask: [BEFORE, 9_001], state: NO_BACKLOG, is: 'no-backlog' },
];

describe('a PSYNC that asks for', () => {
  it.each(ROWS)('$of → $is', ({ ask: [replid, offset], state = WINDOW, is, missedBy = 0, toSend = 0 }) => {
    const { verdict, reason, evidence } = decidePsync({ replid, offset }, state);
    expect({ verdict, reason, missedBy: evidence.missedBy, toSend: evidence.toSend }).toEqual({
      verdict: is === 'in-backlog' ? 'partial' : 'full', reason: is, missedBy, toSend,
    });
    // Whatever the verdict: all that was compared stands beside it, as it was asked.
    expect(evidence).toMatchObject({ ...state, askedReplid: replid, askedOffset: offset });
  });
});

describe('the checks that a decision shows', () => {
  const checksOf = (replid: string, offset: number, state = WINDOW): string[] =>
    decidePsync({ replid, offset }, state).checks.map(({ name, passed, left, relation, right }) => `${passed ? '✓' : '✗'} ${name}: ${left} ${relation} ${right}`.replace(/([abc])\1{39}/g, '$1…'));

  it('stop at the one that decided', () => {
    expect(checksOf('?', -1)).toEqual(['✗ names a history: ? is not ?']);
    expect(checksOf(OURS, 4_000)).toEqual([
      '✓ names a history: a… is not ?',
      '✓ is our history: a… = a…',
      '✓ there is a backlog: 1 = 1',
      '✗ not older than the oldest byte kept: 4000 ≥ 4001',
    ]);
  });

  it('show the detour over the second id', () => {
    expect(checksOf(BEFORE, 9_001)).toEqual([
      '✓ names a history: b… is not ?',
      '✗ is our history: b… = a…',
      '✓ is our previous history: b… = b…',
      '✓ within what both histories share: 9001 ≤ 9001',
      '✓ there is a backlog: 1 = 1',
      '✓ not older than the oldest byte kept: 9001 ≥ 4001',
      '✓ not beyond the next byte to come: 9001 ≤ 10001',
    ]);
  });
});

describe('the checks behind a decision that was made', () => {
  it.each(ROWS)('are found again on its evidence: $of', ({ ask: [replid, offset], state = WINDOW }) => {
    const { reason, evidence, checks } = decidePsync({ replid, offset }, state);
    expect(checksBehind(reason, evidence)).toEqual([{ name: 'asks with PSYNC', passed: true, left: 'PSYNC', relation: '=', right: 'PSYNC' }, ...checks]);
  });

  it('are one for SYNC, which names nothing that could be compared', () => {
    const { evidence } = decidePsync({ replid: '?', offset: -1 }, WINDOW);
    expect(checksBehind('sync-command', evidence)).toEqual([{ name: 'asks with PSYNC', passed: false, left: 'SYNC', relation: '=', right: 'PSYNC' }]);
  });
});

describe('a server takes on a replica', () => {
  const WELL = { failover: 'no-failover', masterLink: null, pendingReplies: false };
  it.each([
    ['as a master', WELL, null, 2],
    ['as a replica in step with its own master', { ...WELL, masterLink: 'connected' }, null, 3],
    ['but not while it fails over', { ...WELL, failover: 'waiting-for-sync', masterLink: 'connect' }, 'failing-over', 1],
    ['but not out of step with its own master', { ...WELL, masterLink: 'transfer', pendingReplies: true }, 'no-master-link', 2],
    ['but not before it has said what it owes', { ...WELL, pendingReplies: true }, 'pending-replies', 2],
  ] as const)('%s', (_, state, refusal, made) => {
    const decided = admitReplica(state);
    expect(decided.refusal).toBe(refusal);
    expect(decided.checks.map(({ passed }) => passed)).toEqual(Array.from({ length: made }, (__, index) => refusal === null || index < made - 1));
  });
});
