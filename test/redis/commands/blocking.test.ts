/** Clients that wait for a key: who is served, in which order, what travels, and what ends the wait. */
import { describe, expect, it } from 'vitest';
import { Double, FROM_DISK, onlineReplica, replicaOf } from '../double.ts';
import { cases } from './rows.ts';

describe('a pop that need not wait travels as the pop it is', () => {
  cases(
    ['RPUSH l 1 2 3', 'ZADD z 1 a 2 b', 'SET s x'],
    [
      ['BLPOP l 1', '["l", "1"]', 'LPOP l'],
      ['BRPOP none l 1', '["l", "3"]', 'RPOP l'],
      ['BZPOPMIN z 0', '["z", "a", "1"]', 'ZPOPMIN z'],
      ['BZPOPMAX z 0.5', '["z", "b", "2"]', 'ZPOPMAX z'],
      ['BLMOVE l m LEFT RIGHT 1', '"1"', 'LMOVE l m LEFT RIGHT'],
      ['BRPOPLPUSH l m 1', '"3"', 'RPOPLPUSH l m'],
      ['BLPOP s 1', '-WRONGTYPE Operation against a key holding the wrong kind of value'],
      ['BLPOP none s 1', '-WRONGTYPE Operation against a key holding the wrong kind of value'],
      ['BLMOVE l m UP RIGHT 1', '-ERR syntax error'],
      ['BLPOP l x', '-ERR timeout is not a float or out of range'],
      ['BLPOP l -1', '-ERR timeout is negative'],
    ],
  );
});

/** Replies and stream since the last time, in the order in which they left: connection and words. */
const heard = (node: Double): string[] => node.ordered().filter((order) => / < /.test(order)).map((order) => order.replace(/stream .*?: /, ''));

describe('waiting', () => {
  it('the first who came is the first served; each pop follows the push in the stream, as a unit of its own', () => {
    const node = new Double({ config: FROM_DISK });
    const replica = onlineReplica(node);
    const [first, second, app] = [node.accept(), node.accept(), node.accept()];
    expect(node.says(first, 'BLPOP a b 0')).toEqual([]);
    expect(node.says(second, 'BRPOP b 0')).toEqual([]);
    expect(node.says(app, ['MULTI'], 'RPUSH b x y z', 'SET k v', ['EXEC'])).toEqual([
      `${app} < +OK`, `${app} < +QUEUED`, `${app} < +QUEUED`, `${app} < *2 :3 +OK`,
      `${replica} < stream 15..178: MULTI | SELECT 0 | RPUSH b x y z | SET k v | EXEC | LPOP b | RPOP b`,
      `${first} < *2 $1 b $1 x`, `${second} < *2 $1 b $1 z`,
    ]);
  });

  it('what one moves may serve another', () => {
    const node = new Double();
    const [moves, pops, app] = [node.accept(), node.accept(), node.accept()];
    node.says(pops, 'BLPOP to 0');
    node.says(moves, 'BLMOVE from to LEFT RIGHT 0');
    expect(node.says(app, 'RPUSH from x')).toEqual([`${app} < :1`, `${moves} < $1 x`, `${pops} < *2 $2 to $1 x`]);
  });

  it('a value of another type serves nobody', () => {
    const node = new Double();
    const [waits, app] = [node.accept(), node.accept()];
    node.says(waits, 'BLPOP k 0');
    expect(node.says(app, 'ZADD k 1 m')).toEqual([`${app} < :1`]);
    expect(node.says(app, 'DEL k', 'RPUSH k x')).toEqual([`${app} < :1`, `${app} < :1`, `${waits} < *2 $1 k $1 x`]);
  });

  it('what was sent behind it is answered after it', () => {
    const node = new Double();
    const [waits, app] = [node.accept(), node.accept()];
    expect(node.says(waits, 'BLPOP k 0', 'PING', 'GET x')).toEqual([]);
    expect(node.says(app, 'RPUSH k 1').slice(1)).toEqual([`${waits} < *2 $1 k $1 1`, `${waits} < +PONG`, `${waits} < $-1`]);
  });

  it('ends after its time, at the next look', () => {
    const node = new Double();
    const waits = node.accept();
    node.says(waits, 'BLPOP k 0.25');
    expect(heard(node.pass(0.2))).toEqual([]);
    expect(heard(node.pass(0.2))).toEqual([`${waits} < *-1`]);
    expect(node.says(node.accept(), 'RPUSH k 1')).toHaveLength(1); // nobody waits any more
  });

  it('does not begin in a transaction, nor in a script', () => {
    const node = new Double();
    const app = node.accept();
    expect(node.says(app, ['MULTI'], 'BLPOP k 0', ['EXEC']).at(-1)).toBe(`${app} < *1 *-1`);
    expect(node.says(app, ['EVAL', "return redis.call('BLPOP','k',0)", '0'])).toEqual([`${app} < $-1`]);
  });

  it('a client that is gone waits no more', () => {
    const node = new Double();
    const waits = node.accept();
    node.says(waits, 'BLPOP k 0');
    node.feed({ type: 'closed', fd: waits, why: 'eof' });
    const app = node.accept();
    expect(node.says(app, 'RPUSH k 1')).toEqual([`${app} < :1`]);
    expect(node.server.blockedOnKeys?.waiting.size).toBe(0);
  });

  it('ends when the master becomes a replica', () => {
    const node = new Double();
    const waits = node.accept();
    node.says(waits, 'BLPOP k 0');
    const orders = node.says(node.accept(), 'REPLICAOF 10.0.0.5 6379');
    expect(orders).toContain(`${waits} < -UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)`);
    expect(orders).toContain(`close ${waits}`);
  });

  it('a replica that applies the pop of its master does not wait', () => {
    const node = replicaOf(new Double());
    const app = node.accept();
    expect(node.says(app, 'BLPOP k 0')).toEqual([`${app} < -READONLY You can't write against a read only replica.`]);
  });
});
