import { describe, expect, it } from 'vitest';
import { contiguous } from '../../../src/checks/invariants/contiguous.ts';
import { ID_B } from '../../fixtures/story.ts';
import { attached, online, promoted, watched } from './watched.ts';

describe('applied bytes are contiguous', () => {
  it('while each step begins where the last one ended, over a partial resync, too', () => {
    const { tale, result } = watched(contiguous);
    attached(tale, 100);
    tale.applied('a', 100, 131).applied('b', 100, 171).applied('a', 131, 171);
    online(tale, 'a', 'partial', 171);
    tale.applied('a', 171, 200);
    expect(result()).toMatchObject({ verdict: 'held', compared: 4 });
  });

  it('and are not when bytes were skipped', () => {
    const { tale, result } = watched(contiguous);
    attached(tale, 100);
    tale.at(4).applied('a', 100, 131).applied('a', 145, 171);
    expect(result()).toMatchObject({
      verdict: 'violated', compared: 2,
      detail: 'a at 4.0s: goes on at offset 145, though it had applied up to 131: 14 bytes were skipped',
    });
  });

  it('and are not when bytes were applied twice', () => {
    const { tale, result } = watched(contiguous);
    attached(tale, 100);
    tale.at(4).applied('a', 100, 131).applied('a', 100, 131);
    expect(result().detail).toContain('31 bytes were applied twice');
  });

  it('and are not when a step goes backwards', () => {
    const { tale, result } = watched(contiguous);
    attached(tale, 100);
    tale.applied('a', 100, 90);
    expect(result().verdict).toBe('violated');
  });

  it('and are not when a partial resync goes on somewhere else', () => {
    const { tale, result } = watched(contiguous);
    attached(tale, 100);
    tale.applied('a', 100, 131);
    online(tale, 'a', 'partial', 145);
    expect(result().detail).toContain('14 bytes were skipped');
  });

  it('begin anew after a full resync, a restart and a time as master', () => {
    const { tale, result } = watched(contiguous);
    attached(tale, 100);
    tale.applied('a', 100, 131);
    online(tale, 'a', 'full', 900);
    tale.applied('a', 900, 931);
    tale.tell('a', { kind: 'server-started', version: '7.2.6', role: 'replica', replid: ID_B, offset: 500, loaded: 'rdb', keys: 1 });
    tale.applied('a', 520, 540);
    promoted(tale, 'a', ID_B, '', 540);
    tale.tell('a', { kind: 'cached-master-made', from: 'own-history', replid: ID_B, offset: 700 });
    tale.applied('a', 700, 731);
    expect(result().verdict).toBe('held');
  });

  it('are not there to be judged when nobody applied anything', () => {
    expect(watched(contiguous).result()).toMatchObject({ verdict: 'not-applicable', detail: 'no replica applied anything' });
  });
});
