import { describe, expect, it } from 'vitest';
import { equalData } from '../../../src/checks/invariants/equal-data.ts';
import { append, createHistory, digestAt, MOST_ENTRIES, prune } from '../../../src/checks/invariants/history.ts';
import { ID_A, ID_B } from '../../fixtures/story.ts';
import { attached, online, promoted, watched } from './watched.ts';

describe('equal id and offset, equal data', () => {
  it('holds while every ACK has the digest that the master had there', () => {
    const { tale, result } = watched(equalData);
    attached(tale);
    tale.at(1).write('master', 31, 31, 111).write('master', 40, 71, -222);
    tale.at(2).ack('a', 31, 111).ack('b', 71, -222).ack('a', 71, -222);
    expect(result()).toMatchObject({ verdict: 'held', compared: 3 });
  });

  it('is violated by a replica that lost a write on the way, and says where and by how much', () => {
    const { tale, result } = watched(equalData);
    attached(tale);
    tale.at(1).write('master', 31, 31, 111).write('master', 40, 71, 222);
    tale.at(2.5).ack('a', 71, 111); // planted: the second write was counted but not applied
    tale.at(3.5).ack('a', 71, 111);
    expect(result()).toEqual({
      name: 'same id and offset, same data', verdict: 'violated', compared: 2,
      detail: `a at 2.5s: has other data than its master had at offset 71 of ${ID_A.slice(0, 8)}… (digest 0000006f, should be 000000de, as after the write that ended at 71) (and 1 more)`,
    });
  });

  it('compares an offset between writes (a PING, a SELECT) with the write before it', () => {
    const { tale, result } = watched(equalData);
    attached(tale);
    tale.at(1).write('master', 31, 31, 111).ping('master', 45).write('master', 40, 85, 222);
    tale.at(2).ack('a', 45, 111);
    expect(result()).toMatchObject({ verdict: 'held', compared: 1 });
    tale.ack('b', 45, 222);
    expect(result().verdict).toBe('violated');
  });

  it('says nothing where nothing is known: before the first write, or in a history that nobody wrote', () => {
    const { tale, result } = watched(equalData);
    attached(tale, 500);
    tale.at(1).ack('a', 500, 5).write('master', 31, 531, 7).ack('b', 500, 6);
    online(tale, 'b', 'full', 10, ID_B);
    tale.ack('b', 10, 9);
    expect(result()).toMatchObject({ verdict: 'not-applicable', compared: 0 });
  });

  describe('after a promotion', () => {
    const promote = (digestOfB: number): ReturnType<typeof watched> => {
      const one = watched(equalData);
      const { tale } = one;
      attached(tale);
      tale.at(1).write('master', 31, 31, 111).write('master', 40, 71, 222);
      promoted(tale, 'a', ID_B, ID_A, 71);
      tale.at(2).write('a', 29, 100, 333);
      // b goes on partially: it had everything up to 31, under the old id.
      tale.tell('b', { kind: 'replid-changed', why: 'continue', replid: ID_B, replid2: ID_A, offset: 31, secondOffset: 32 });
      online(tale, 'b', 'partial', 31, ID_B);
      tale.at(3).ack('b', 31, 111).ack('b', 71, digestOfB).ack('b', 100, 333);
      return one;
    };

    it('the prefix that both histories share counts under the new id, too', () => {
      expect(promote(222).result()).toMatchObject({ verdict: 'held', compared: 3 });
    });

    it('a wrong digest in the shared prefix is still found', () => {
      expect(promote(223).result()).toMatchObject({ verdict: 'violated', compared: 3 });
    });
  });

  it('finds two masters that write different data under one id at one offset', () => {
    const { tale, result } = watched(equalData);
    attached(tale);
    tale.write('master', 31, 31, 111).write('a', 31, 31, 999);
    expect(result().detail).toContain('wrote other data at offset 31');
  });

  it('excludes a node with writes of its own, by name, until its next full resync', () => {
    const { tale, result } = watched(equalData);
    attached(tale);
    tale.write('master', 31, 31, 111);
    tale.tell('a', { kind: 'local-writes-began', offset: 31 });
    tale.ack('a', 31, 999).ack('b', 31, 111);
    expect(result()).toMatchObject({ verdict: 'held', compared: 1, detail: 'not compared, since they took writes of their own: a' });
    online(tale, 'a', 'full', 31);
    tale.ack('a', 31, 999);
    expect(result().verdict).toBe('violated');
  });

  it('excludes whoever follows a promoted node that had writes of its own', () => {
    const { tale, result } = watched(equalData);
    attached(tale);
    tale.write('master', 31, 31, 111);
    tale.tell('a', { kind: 'local-writes-began', offset: 31 });
    promoted(tale, 'a', ID_B, ID_A, 31);
    tale.write('a', 29, 60, 500);
    online(tale, 'b', 'partial', 31, ID_B);
    tale.ack('b', 60, 400);
    expect(result()).toMatchObject({ verdict: 'not-applicable', detail: 'not compared, since they took writes of their own: a' });
  });

  it('knows a history again that a restarted master took from its RDB', () => {
    const { tale, result } = watched(equalData);
    attached(tale);
    tale.write('master', 31, 31, 111);
    tale.tell('master', { kind: 'server-started', version: '7.2.6', role: 'master', replid: ID_B, offset: 31, loaded: 'rdb', keys: 1 });
    tale.tell('master', { kind: 'replid-restored', from: 'rdb', replid: ID_B, replid2: ID_A, offset: 31, secondOffset: 32 });
    online(tale, 'a', 'partial', 31, ID_B);
    tale.ack('a', 31, 112);
    expect(result().verdict).toBe('violated');
  });

  it('compares full digests of all who stand at one place at one instant', () => {
    const { tale, result } = watched(equalData);
    attached(tale);
    tale.at(9);
    tale.state('master', { role: 'master', offset: 100, digest: 'aaaaaaaa00000001', keys: 3 });
    tale.state('a', { offset: 90, digest: 'aaaaaaaa00000002' }); // elsewhere
    tale.state('b', { offset: 100, digest: 'bbbbbbbb00000001', keys: 2 }); // equal in the 32 bits that ACKs carry
    expect(result()).toMatchObject({
      verdict: 'violated', compared: 1,
      detail: `b and master at 9.0s: both at offset 100 of ${ID_A.slice(0, 8)}…, but with other data (2 and 3 keys, digests bbbbbbbb00000001 and aaaaaaaa00000001)`,
    });
  });

  it.each([
    ['is down', { running: false }], ['loads', { loading: true }], ['took writes of its own', { localWrites: true }],
    ['was seen at another time', { atUs: 1 }], ['is on another history', { replid: ID_B }],
  ])('does not compare a node that %s', (_, fields) => {
    const { tale, result } = watched(equalData);
    attached(tale);
    tale.at(9).state('master', { role: 'master', offset: 100, digest: 'aaaaaaaa00000001' });
    tale.state('b', { offset: 100, digest: 'bbbbbbbb00000001', ...fields });
    expect(result().compared).toBe(0);
  });
});

describe('a history', () => {
  it('answers with the last command at or before an offset, through its parents', () => {
    const parent = createHistory('A');
    for (const offset of [10, 20, 30]) append(parent, offset, offset);
    const child = createHistory('B', { history: parent, upTo: 25 });
    append(child, 40, 40);
    const at = (offset: number): number | undefined => digestAt(child, offset)?.digest;
    expect([9, 10, 24, 25, 39, 40, 99].map(at)).toEqual([undefined, 10, 20, 20, 20, 40, 40]);
  });

  it('keeps what the lowest of its nodes still needs, and forgets the rest', () => {
    const history = createHistory('A');
    for (let offset = 10; offset <= 1000; offset += 10) append(history, offset, offset);
    prune(history, 505);
    expect(history.offsets[0]).toBe(500);
    expect(digestAt(history, 505)?.digest).toBe(500);
    expect(digestAt(history, 499)).toBeNull();
  });

  it('stays below its bound, whoever stands far behind', () => {
    const history = createHistory('A');
    for (let offset = 0; offset <= MOST_ENTRIES; offset++) append(history, offset, offset);
    prune(history, 0);
    expect(history.offsets.length).toBe(MOST_ENTRIES / 2);
    expect(digestAt(history, 0)).toBeNull();
    expect(digestAt(history, MOST_ENTRIES)?.digest).toBe(MOST_ENTRIES);
  });

  it('forgets what nobody can acknowledge any more', () => {
    const { tale, result } = watched(equalData);
    attached(tale);
    for (let i = 1; i <= 20_000; i++) tale.write('master', 31, 31 * i, i).ack('a', 31 * i, i).ack('b', 31 * i, i);
    expect(result()).toMatchObject({ verdict: 'held', compared: 40_000 });
    // Nobody does this; but if the early entries were still there, it would be compared, and be wrong.
    tale.ack('a', 31, 99);
    expect(result()).toMatchObject({ verdict: 'held', compared: 40_000 });
  });

  it('remembers what a replica that is away will come back with', () => {
    const { tale, result } = watched(equalData);
    attached(tale);
    tale.write('master', 31, 31, 1).ack('b', 31, 1);
    for (let i = 2; i <= 20_000; i++) tale.write('master', 31, 31 * i, i).ack('a', 31 * i, i);
    tale.ack('b', 62, 99);
    expect(result().verdict).toBe('violated');
  });

  it('keeps what a loading replica will acknowledge first', () => {
    const { tale, result } = watched(equalData);
    attached(tale, 0, ['a']);
    tale.write('master', 31, 31, 1);
    tale.tell('master', { kind: 'fullresync-sent', replica: tale.address('b'), fd: 9, replid: ID_A, offset: 31 });
    for (let i = 2; i <= 20_000; i++) tale.write('master', 31, 31 * i, i).ack('a', 31 * i, i);
    online(tale, 'b', 'full', 31);
    tale.ack('b', 31, 77);
    expect(result().verdict).toBe('violated');
  });
});
