import { describe, expect, it } from 'vitest';
import { offsetsForward } from '../../../src/checks/invariants/offsets-forward.ts';
import { ID_A, ID_B } from '../../fixtures/story.ts';
import { attached, online, promoted, watched } from './watched.ts';

describe('offsets only go back through a full resync', () => {
  it('holds for writes, PINGs and applied bytes that go forward', () => {
    const { tale, result } = watched(offsetsForward);
    attached(tale, 100);
    tale.write('master', 31, 131, 1).ping('master', 145).applied('a', 100, 145);
    expect(result()).toMatchObject({ verdict: 'held', compared: 3 });
  });

  it.each<[string, (tale: ReturnType<typeof watched>['tale']) => void, string]>([
    ['a master’s writes', (tale) => tale.write('master', 31, 131, 1).write('master', 31, 120, 1), 'master at 4.0s: offset went back from 131 to 120 without a full resync'],
    ['a master’s PINGs', (tale) => tale.ping('master', 145).ping('master', 131), 'from 145 to 131'],
    ['applied bytes', (tale) => tale.applied('a', 100, 145).applied('a', 100, 131), 'from 145 to 131'],
    ['a partial resync', (tale) => { tale.applied('a', 100, 145); online(tale, 'a', 'partial', 131); }, 'a partial resync took it back from 145 to 131'],
  ])('is violated by %s that go back', (_, happens, words) => {
    const { tale, result } = watched(offsetsForward);
    attached(tale, 100);
    happens(tale.at(4));
    expect(result()).toMatchObject({ verdict: 'violated' });
    expect(result().detail).toContain(words);
  });

  it.each<[string, (tale: ReturnType<typeof watched>['tale']) => void]>([
    ['a full resync', (tale) => online(tale, 'a', 'full', 31)],
    ['a process that started anew', (tale) => tale.tell('a', { kind: 'server-started', version: '', role: 'replica', replid: ID_B, offset: 31, loaded: 'rdb', keys: 0 })],
    ['another id', (tale) => tale.tell('a', { kind: 'replid-changed', why: 'backlog-freed', replid: ID_B, replid2: '', offset: 31, secondOffset: -1 })],
    ['a promotion', (tale) => promoted(tale, 'a', ID_B, ID_A, 31)],
  ])('exempts %s', (_, happens) => {
    const { tale, result } = watched(offsetsForward);
    attached(tale, 100);
    tale.applied('a', 100, 145);
    happens(tale);
    tale.applied('a', 31, 62);
    expect(result().verdict).toBe('held');
  });
});
