import { describe, expect, it } from 'vitest';
import { backlogAdvice, bytesNeeded, sufficientBacklogKb } from '../../src/trace/advice.ts';
import { createBacklogs } from '../../src/trace/backlogs.ts';
import { decidePsync, type PsyncDecision } from '../../src/redis/replication/psync.ts';
import { ID_A, ID_B, NO_ID, psyncState, story } from '../fixtures/story.ts';

const KB = 1024;

/** A master that has produced so much and keeps exactly its size, as one before 7.0 does: the least that any keeps. */
function ask(asked: number, masterOffset: number, backlogSize: number): PsyncDecision {
  const histlen = Math.min(masterOffset, backlogSize);
  return decidePsync(
    { replid: ID_A, offset: asked },
    psyncState({ backlogActive: true, masterOffset, histlen, firstByte: masterOffset - histlen + 1, backlogSize }),
  );
}

describe('the sufficient backlog', () => {
  it.each([
    [2_125_954, 14_896_400], [1, 1_048_577], [1_000_000, 2_048_575 + 1], [500, 5_000_000], [3, 1_048_579],
  ])('keeps a request for byte %d partial when %d bytes were produced, and one kb less would not', (asked, masterOffset) => {
    const late = ask(asked, masterOffset, 1_048_576);
    expect(late.reason).toBe('offset-before-backlog');
    const kb = sufficientBacklogKb(late.evidence);
    expect(ask(asked, masterOffset, kb * KB).verdict).toBe('partial');
    expect(ask(asked, masterOffset, (kb - 1) * KB).verdict).toBe('full');
  });

  it('counts from the byte asked for to the last one, both included', () => {
    expect(bytesNeeded(ask(11, 20, 16_384).evidence)).toBe(10);
  });
});

describe('a size is only named where one would have helped', () => {
  const started = { kind: 'server-started', version: '7.2.0', role: 'master', replid: ID_B, offset: 4_999_000, loaded: 'rdb', keys: 1 } as const;

  /** Byte 1 000 000 is asked for when the oldest kept is at most 4 999 001. */
  function adviceAfter(tell: (tale: ReturnType<typeof story>) => void, late: PsyncDecision = ask(1_000_000, 6_047_576, 1_048_576)): ReturnType<typeof backlogAdvice> {
    const tale = story(['master']);
    tell(tale);
    const backlogs = createBacklogs();
    for (const fact of tale.trace.facts) backlogs.feed(fact);
    return backlogAdvice({ reason: late.reason, evidence: late.evidence, backlog: backlogs.of('master') });
  }

  it('of a backlog that goes back to the start', () => {
    expect(adviceAfter((tale) => tale.tell('master', { kind: 'backlog-created', size: 1_048_576, firstByte: 1, newReplid: true, replid: ID_A, replid2: NO_ID })))
      .toEqual({ is: 'size', kb: 4930 });
  });

  it('not of one that began anew with its process, or with a copy', () => {
    expect(adviceAfter((tale) => {
      tale.at(20).tell('', { kind: 'process-ended', node: 'master', how: 'exit' });
      tale.at(21).tell('master', started);
    })).toEqual({ is: 'began-later', began: { byte: 4_999_001, how: 'process', lostAtUs: 20_000_000 } });
    expect(adviceAfter((tale) => tale.tell('master', { kind: 'replid-changed', why: 'full-resync', replid: ID_A, replid2: NO_ID, offset: 3_000_000, secondOffset: -1 })))
      .toMatchObject({ is: 'began-later', began: { byte: 3_000_001, how: 'copy' } });
  });

  it('not of one that was freed and made again, where ids outlive that (2.8, 3.2)', () => {
    expect(adviceAfter((tale) => {
      tale.at(30).tell('master', { kind: 'backlog-freed', afterSeconds: 10, ttlSeconds: 10 });
      tale.at(40).tell('master', { kind: 'backlog-created', size: 1_048_576, firstByte: 4_000_000, newReplid: false, replid: ID_A, replid2: '' });
    })).toMatchObject({ is: 'began-later', began: { byte: 4_000_000, how: 'freed', lostAtUs: 30_000_000 } });
  });

  it('not where the size was enough already, whatever made it begin anew', () => {
    const late = ask(1_000_000, 6_047_576, 1_048_576);
    expect(adviceAfter(() => undefined, { ...late, evidence: { ...late.evidence, backlogSize: 16 * KB * KB } })).toEqual({ is: 'unknown' });
  });
});
