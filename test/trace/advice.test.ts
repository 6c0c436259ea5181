import { describe, expect, it } from 'vitest';
import { bytesNeeded, sufficientBacklogKb } from '../../src/trace/advice.ts';
import { decidePsync, type PsyncDecision } from '../../src/redis/replication/psync.ts';
import { ID_A, psyncState } from '../fixtures/story.ts';

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
