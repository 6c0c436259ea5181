import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { logLines } from '../../src/trace/log-lines.ts';
import { REDIS_7_2, wordsOf } from '../../src/trace/log-words.ts';
import { logPatterns } from '../../src/trace/log-patterns.ts';
import type { FactBody } from '../../src/trace/fact.ts';
import type { PsyncRequest } from '../../src/redis/replication/psync.ts';
import { ask, FIRST_CONTACT, ID_A, ID_B, psyncState, story } from '../fixtures/story.ts';

/** Every kind of line that 7.2.6 logged in the recordings; ids are letters and ports are names, as there. */
const RECORDED = readFileSync(new URL('redis-7.2.6-log.txt', import.meta.url), 'utf8').trimEnd().split('\n');

const lines = (body: FactBody): string[] => logLines(body, REDIS_7_2);

/** What a master logs when it is asked this. */
function verdict(request: PsyncRequest, state = psyncState({ backlogActive: true, firstByte: 101, histlen: 900, masterOffset: 1000 })): string[] {
  const tale = story(['master', 'a']);
  ask(tale, 'a', 'master', request, state);
  return tale.trace.facts.filter((fact) => fact.node === 'master').flatMap((fact) => lines(fact.body));
}

describe('log lines', () => {
  it.each(RECORDED)('have a view for what a real 7.2.6 logged: %s', (line) => {
    const matching = logPatterns(REDIS_7_2).filter((pattern) => pattern.line.test(line));
    expect(matching.length).toBeGreaterThan(0);
  });

  it('are matched as a whole, so that a line with a changed word is not ours', () => {
    const patterns = logPatterns(REDIS_7_2);
    for (const line of ['Slave 127.0.0.1:7001 asks for synchronization', 'Connection with master lost', 'x Retrying with SYNC...']) {
      expect(patterns.filter((pattern) => pattern.line.test(line))).toEqual([]);
    }
  });

  it('say why a request got what it got, with Redis’ own words and numbers', () => {
    const asks = 'Replica 10.0.0.2:6379 asks for synchronization';
    expect(verdict(FIRST_CONTACT)).toEqual([asks, 'Full resync requested by replica 10.0.0.2:6379']);
    expect(verdict({ replid: ID_A, offset: 201 })).toEqual([
      asks, 'Partial resynchronization request from 10.0.0.2:6379 accepted. Sending 800 bytes of backlog starting from offset 201.',
    ]);
    expect(verdict({ replid: ID_A, offset: 100 })).toEqual([
      asks, 'Unable to partial resync with replica 10.0.0.2:6379 for lack of backlog (Replica request was: 100).',
    ]);
    expect(verdict({ replid: ID_A, offset: 1_002 })).toEqual([
      asks, 'Unable to partial resync with replica 10.0.0.2:6379 for lack of backlog (Replica request was: 1002).',
      'Warning: replica 10.0.0.2:6379 tried to PSYNC with an offset that is greater than the master replication offset.',
    ]);
    expect(verdict({ replid: ID_B, offset: 201 })).toEqual([
      asks,
      `Partial resynchronization not accepted: Replication ID mismatch (Replica asked for '${ID_B}', my replication IDs are '${ID_A}' and '${'0'.repeat(40)}')`,
    ]);
    expect(verdict({ replid: ID_B, offset: 202 }, psyncState({ replid2: ID_B, secondOffset: 201 }))).toEqual([
      asks, 'Partial resynchronization not accepted: Requested offset for second ID was 202, but I can reply up to 201',
    ]);
  });

  it('of a connection that broke in the handshake tell whether it was the answer to PSYNC that did not come', () => {
    expect(lines({ kind: 'link-handshake-lost', step: 'receive-capa-reply' })).toEqual(['Master did not respond to command during SYNC handshake']);
    expect(lines({ kind: 'link-handshake-lost', step: 'receive-psync-reply' })).toEqual(['Master did not reply to PSYNC, will try later']);
  });

  it.each<[string, FactBody, string[]]>([
    ['redis-7.2', { kind: 'bgsave-ended', reason: 'sync', target: 'socket', outcome: 'error', replicasStillUp: -1 }, ['Background transfer error']],
    ['valkey-8.0', { kind: 'bgsave-ended', reason: 'sync', target: 'socket', outcome: 'signal', replicasStillUp: -1 }, ['Background RDB transfer terminated by signal 9']],
    ['redis-4.0', { kind: 'backlog-freed', afterSeconds: 11, ttlSeconds: 10 }, ['Replication backlog freed after 10 seconds without connected slaves.']],
    ['redis-6.2', { kind: 'shutdown-blocked', by: 'initial-aof', forced: false }, ["Writing initial AOF, can't exit."]],
    ['redis-6.2', { kind: 'load-failed', error: "Can't handle RDB format version 11", at: 'file' }, ["Can't handle RDB format version 11", 'Failed trying to load the MASTER synchronization DB from disk']],
    ['redis-7.0', { kind: 'load-failed', error: "Can't handle RDB format version 11", at: 'file' }, ["Can't handle RDB format version 11", 'Failed trying to load the MASTER synchronization DB from disk: Invalid argument']],
    ['redis-7.0', { kind: 'shutdown-aborted' }, ['Shutdown manually aborted.']],
    ['redis-2.8', { kind: 'sync-waits', replica: '10.0.0.2:6379', fd: 7, for: 'other-child' }, []],
  ])('are those of the version: %s %o', (profile, body, expected) => {
    expect(logLines(body, wordsOf(profile))).toEqual(expected);
  });

  it('of a diskless replica going online are two, of a disk-based one are one, of a partial one are none', () => {
    const online = (how: 'full' | 'full-socket' | 'partial'): string[] =>
      lines({ kind: 'replica-state', replica: '10.0.0.2:6379', fd: 7, state: 'online', how });
    expect(online('full')).toEqual(['Synchronization with replica 10.0.0.2:6379 succeeded']);
    expect(online('full-socket')).toEqual([
      'Streamed RDB transfer with replica 10.0.0.2:6379 succeeded (socket). Waiting for REPLCONF ACK from replica to enable streaming',
      'Synchronization with replica 10.0.0.2:6379 succeeded',
    ]);
    expect(online('partial')).toEqual([]);
    expect(lines({ kind: 'replica-streaming', replica: '10.0.0.2:6379', fd: 7 })).toEqual([]);
  });

  it('tell a connection lost before the file’s header from one lost in the file', () => {
    const aborted = (received: number): string[] => lines({ kind: 'transfer-aborted', why: 'connection-lost', error: '', received });
    expect(aborted(-1)).toEqual(['I/O error reading bulk count from MASTER: Success']);
    expect(aborted(0)).toEqual(['I/O error trying to sync with MASTER: connection lost']);
  });

  it('say who asked for a change of role, if the fact knows', () => {
    const promoted = (by: string): string[] => lines({ kind: 'role-changed', role: 'master', masterHost: '', masterPort: 0, by });
    // A FAILOVER says that it fails over, and nothing of the role that this master then has.
    expect(promoted('')).toEqual([]);
    expect(promoted("user request from 'id=3'")).toEqual(["MASTER MODE enabled (user request from 'id=3')"]);
  });

  it('do not exist for what a server does not log', () => {
    expect(lines({ kind: 'backlog-created', size: 1, firstByte: 1, newReplid: false, replid: ID_A, replid2: ID_B })).toEqual([]);
    expect(lines({ kind: 'verb', verb: 'kill', words: 'kill master', nodes: ['master'], fault: true, heals: 0 })).toEqual([]);
    expect(lines({ kind: 'client-started', client: 'app', to: 'master' })).toEqual([]);
  });

  it.each([
    { server: 'redis-2.6', asks: 'Slave ask for synchronization', flush: [], silence: 'MASTER time out: no data nor PING received...', refused: 'Unable to AUTH to MASTER: Error from master: -ERR invalid password' },
    { server: 'redis-4.0', asks: 'Slave x:<unknown-slave-port> asks for synchronization', flush: ['MASTER <-> SLAVE sync: Flushing old data'], silence: 'MASTER timeout: no data nor PING received...', refused: 'Unable to AUTH to MASTER: -ERR invalid password' },
    { server: 'redis-5.0', asks: 'Replica x:<unknown-replica-port> asks for synchronization', flush: ['MASTER <-> REPLICA sync: Flushing old data'], silence: 'MASTER timeout: no data nor PING received...', refused: 'Unable to AUTH to MASTER: -ERR invalid password' },
    { server: 'valkey-8.0', asks: 'Replica x:<unknown-replica-port> asks for synchronization', flush: ['PRIMARY <-> REPLICA sync: Flushing old data'], silence: 'PRIMARY timeout: no data nor PING received...', refused: 'Unable to AUTH to PRIMARY: -ERR invalid password' },
  ])('use the words of $server', ({ server, asks, flush, silence, refused }) => {
    const said = (body: FactBody): string[] => logLines(body, wordsOf(server));
    expect(said({ kind: 'sync-asked', replica: 'x:<unknown-replica-port>', fd: 1, psync: true, replid: '?', offset: -1 })).toEqual([asks]);
    expect(said({ kind: 'flush-started' })).toEqual(flush);
    expect(said({ kind: 'link-timeout', phase: 'connected', silentSeconds: 5, limitSeconds: 4 })).toEqual([silence]);
    expect(said({ kind: 'link-handshake-error', step: 'auth', error: '-ERR invalid password', fatal: true })).toEqual([refused]);
  });
});
