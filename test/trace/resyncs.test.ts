import { describe, expect, it } from 'vitest';
import { resyncsOf, type Resync } from '../../src/trace/resyncs.ts';
import { ask, FIRST_CONTACT, ID_A, ID_B, psyncState, startAll, story, type Story } from '../fixtures/story.ts';

/** One line a resync, as a person would take it down. */
const notes = (tale: Story): string[] => resyncsOf(tale.trace.facts).map(note);

function note({ replica, master, kind, reason, outcome, bytes }: Resync): string {
  return `${replica} < ${master === '' ? 'nobody' : master}: ${kind ?? 'undecided'} ${reason ?? '-'} ${outcome} ${bytes}`;
}

function pair(): Story {
  const tale = story(['master', 'a', 'b']);
  startAll(tale);
  for (const replica of ['a', 'b']) {
    tale.tell(replica, { kind: 'link-connecting', masterHost: '10.0.0.1', masterPort: 6379, why: 'start' });
  }
  return tale;
}

const fullFromHere = (tale: Story, replica: string): void => {
  tale.tell(replica, { kind: 'psync-reply', reply: 'fullresync', replid: ID_A, offset: 0, line: '' });
  tale.tell(replica, { kind: 'transfer-started', framing: 'eof', bytes: 0, to: 'disk' });
  tale.tell(replica, { kind: 'load-started', from: 'file', bytes: 175 });
  tale.tell(replica, { kind: 'load-finished', bytes: 175, keys: 1 });
  tale.tell(replica, { kind: 'link-online', how: 'full', replid: ID_A, offset: 0 });
};

const connecting = (tale: Story, replica: string): number =>
  tale.tell(replica, { kind: 'link-connecting', masterHost: '10.0.0.1', masterPort: 6379, why: 'cron' });

describe('resyncs', () => {
  it('join what the replica asked, what the master decided, and how it ended', () => {
    const tale = pair();
    tale.at(0.02);
    const decision = ask(tale, 'a', 'master', FIRST_CONTACT, psyncState());
    tale.at(5.3);
    fullFromHere(tale, 'a');
    const [resync] = resyncsOf(tale.trace.facts);
    expect(resync).toMatchObject({
      replica: 'a', master: 'master', askedAtUs: 20_000, decidedAtUs: 21_000, endedAtUs: 5_300_000,
      kind: 'full', reason: 'first-contact', outcome: 'done', asked: { replid: '?', offset: -1 }, bytes: 175,
    });
    expect(resync!.evidence?.askedOffset).toBe(-1);
    expect(resync!.facts.decided).toBe(decision);
    expect(tale.trace.facts[resync!.facts.asked - 1]?.body.kind).toBe('psync-sent');
    expect(tale.trace.facts[resync!.facts.ended - 1]?.body.kind).toBe('link-online');
  });

  it('count the backlog bytes of a partial one', () => {
    const tale = pair();
    ask(tale, 'a', 'master', { replid: ID_A, offset: 101 }, psyncState({ backlogActive: true, histlen: 450, masterOffset: 450 }));
    tale.tell('a', { kind: 'psync-reply', reply: 'continue', replid: ID_A, offset: 0, line: '+CONTINUE' });
    tale.tell('a', { kind: 'link-online', how: 'partial', replid: ID_A, offset: 100 });
    expect(notes(tale)).toEqual(['a < master: partial in-backlog done 350']);
  });

  it('keep two replicas apart that ask the same thing at the same time, whoever is answered first', () => {
    const tale = pair();
    for (const replica of ['a', 'b']) tale.tell(replica, { kind: 'psync-sent', replid: '?', offset: -1, cached: false });
    for (const [replica, fd] of [['b', 3], ['a', 4]] as const) {
      tale.tell('master', { kind: 'sync-asked', replica: tale.address(replica), fd, psync: true, replid: '?', offset: -1 });
    }
    tale.tell('master', { kind: 'sync-refused', replica: tale.address('b'), fd: 3, error: 'NOMASTERLINK Can\'t SYNC' });
    tale.tell('b', { kind: 'psync-reply', reply: 'try-later', replid: '', offset: 0, line: "-NOMASTERLINK Can't SYNC" });
    fullFromHere(tale, 'a');
    expect(notes(tale)).toEqual(['a < master: full - done 175', 'b < master: undecided refused:NOMASTERLINK refused 0']);
  });

  it('are matched through a proxy, whose address is nobody’s, by the question and by order', () => {
    const tale = story(['master', 'a', 'b']);
    startAll(tale);
    const connect = (replica: string): void => {
      tale.tell(replica, { kind: 'link-connecting', masterHost: '127.0.0.1', masterPort: 20_001, why: 'start' });
    };
    connect('a');
    connect('b');
    const away = psyncState({ backlogActive: true, histlen: 900, masterOffset: 900 });
    const requests = { a: { replid: ID_A, offset: 101 }, b: { replid: ID_A, offset: 801 } };
    for (const replica of ['a', 'b'] as const) tale.tell(replica, { kind: 'psync-sent', ...requests[replica], cached: true });
    // b's question overtakes a's: the ports in these names tell nothing, the offsets do.
    for (const [replica, fd] of [['b', 3], ['a', 4]] as const) {
      tale.tell('master', { kind: 'sync-asked', replica: '127.0.0.1:9999', fd, psync: true, ...requests[replica] });
      tale.tell('master', { kind: 'sync-decided', replica: '127.0.0.1:9999', fd, verdict: 'partial', reason: 'in-backlog',
        evidence: { ...away, askedReplid: ID_A, askedOffset: requests[replica].offset, missedBy: 0, toSend: 901 - requests[replica].offset } });
    }
    expect(notes(tale)).toEqual(['a < master: partial in-backlog unfinished 800', 'b < master: partial in-backlog unfinished 100']);
  });

  it('are matched by cause even where every name lies', () => {
    const tale = pair();
    for (const replica of ['a', 'b']) tale.tell(replica, { kind: 'psync-sent', replid: '?', offset: -1, cached: false });
    const [, asked] = tale.trace.facts.filter((fact) => fact.body.kind === 'psync-sent');
    tale.tell('master', { kind: 'sync-asked', replica: tale.address('a'), fd: 3, psync: true, replid: '?', offset: -1 }, asked!.id);
    tale.tell('master', { kind: 'sync-refused', replica: tale.address('a'), fd: 3, error: 'ERR no' });
    tale.tell('b', { kind: 'link-handshake-lost', step: 'receive-psync-reply' });
    expect(notes(tale)).toEqual(['a < master: undecided - unfinished 0', 'b < master: undecided refused:ERR refused 0']);
  });

  it('do not include a bare connection that only probes', () => {
    const tale = pair();
    tale.tell('a', { kind: 'psync-sent', replid: '?', offset: -1, cached: false });
    tale.tell('master', { kind: 'sync-asked', replica: '10.0.0.9:<unknown-replica-port>', fd: 9, psync: true, replid: '?', offset: -1 });
    tale.tell('master', { kind: 'sync-decided', replica: '10.0.0.9:<unknown-replica-port>', fd: 9, verdict: 'full', reason: 'first-contact',
      evidence: { ...psyncState(), askedReplid: '?', askedOffset: -1, missedBy: 0, toSend: 0 } });
    expect(notes(tale)).toEqual(['a < master: undecided - unfinished 0']);
  });

  it('are aborted by a cut in the middle of the file, and say how much had come', () => {
    const tale = pair();
    ask(tale, 'a', 'master', FIRST_CONTACT, psyncState());
    tale.tell('a', { kind: 'transfer-started', framing: 'length', bytes: 6_000_000, to: 'disk' });
    tale.tell('a', { kind: 'transfer-aborted', why: 'connection-lost', error: '', received: 1_000_000 });
    connecting(tale, 'a');
    ask(tale, 'a', 'master', FIRST_CONTACT, psyncState(), { fd: 8 });
    expect(notes(tale)).toEqual(['a < master: full first-contact aborted 1000000', 'a < master: full first-contact unfinished 0']);
  });

  it.each<[string, (tale: Story) => void]>([
    ['a time-out in the transfer', (tale) => tale.tell('a', { kind: 'link-timeout', phase: 'transfer', silentSeconds: 61, limitSeconds: 60 })],
    ['a load that fails', (tale) => tale.tell('a', { kind: 'load-failed', at: 'file', error: "Can't handle RDB format version 11" })],
    ['a promotion', (tale) => tale.tell('a', { kind: 'role-changed', role: 'master', masterHost: '', masterPort: 0, by: '' })],
    ['the death of the replica', (tale) => tale.tell('', { kind: 'process-ended', node: 'a', how: 'kill' })],
    ['a new connection', (tale) => connecting(tale, 'a')],
    ['a new question', (tale) => tale.tell('a', { kind: 'psync-sent', replid: '?', offset: -1, cached: false })],
  ])('are aborted by %s', (_, happens) => {
    const tale = pair();
    ask(tale, 'a', 'master', FIRST_CONTACT, psyncState());
    tale.at(9);
    happens(tale);
    expect(resyncsOf(tale.trace.facts)[0]).toMatchObject({ outcome: 'aborted', endedAtUs: 9_000_000 });
  });

  it('are not ended by what only concerns an established link', () => {
    const tale = pair();
    ask(tale, 'a', 'master', FIRST_CONTACT, psyncState());
    tale.tell('a', { kind: 'link-timeout', phase: 'connected', silentSeconds: 61, limitSeconds: 60 });
    tale.tell('b', { kind: 'load-failed', at: 'file', error: '' });
    expect(notes(tale)).toEqual(['a < master: full first-contact unfinished 0']);
  });

  it('that fall back to SYNC are one attempt, decided by the second question', () => {
    const tale = pair();
    tale.tell('a', { kind: 'psync-sent', replid: '?', offset: -1, cached: false });
    tale.tell('a', { kind: 'psync-reply', reply: 'not-supported', replid: '', offset: 0, line: "-ERR unknown command 'PSYNC'" });
    tale.tell('a', { kind: 'sync-fallback' });
    tale.tell('master', { kind: 'sync-asked', replica: tale.address('a'), fd: 5, psync: false, replid: '?', offset: -1 });
    tale.tell('master', { kind: 'sync-decided', replica: tale.address('a'), fd: 5, verdict: 'full', reason: 'sync-command',
      evidence: { ...psyncState(), askedReplid: '?', askedOffset: -1, missedBy: 0, toSend: 0 } });
    fullFromHere(tale, 'a');
    expect(notes(tale)).toEqual(['a < master: full sync-command done 175']);
  });

  it('whose SYNC is refused, too, are refused', () => {
    const tale = pair();
    tale.tell('a', { kind: 'psync-sent', replid: '?', offset: -1, cached: false });
    tale.tell('a', { kind: 'psync-reply', reply: 'not-supported', replid: '', offset: 0, line: '-NOAUTH Authentication required.' });
    tale.tell('a', { kind: 'sync-fallback' });
    tale.tell('a', { kind: 'transfer-aborted', why: 'error-reply', error: 'NOAUTH Authentication required.', received: -1 });
    expect(notes(tale)).toEqual(['a < master: undecided refused:NOAUTH refused 0']);
  });

  it('may be decided after the replica gave up', () => {
    const tale = pair();
    tale.at(1).tell('a', { kind: 'psync-sent', replid: '?', offset: -1, cached: false });
    tale.at(62).tell('a', { kind: 'link-timeout', phase: 'handshake', silentSeconds: 61, limitSeconds: 60 });
    tale.at(90);
    tale.tell('master', { kind: 'sync-asked', replica: tale.address('a'), fd: 5, psync: true, replid: '?', offset: -1 });
    tale.tell('master', { kind: 'sync-decided', replica: tale.address('a'), fd: 5, verdict: 'full', reason: 'first-contact',
      evidence: { ...psyncState(), askedReplid: '?', askedOffset: -1, missedBy: 0, toSend: 0 } });
    expect(resyncsOf(tale.trace.facts)[0]).toMatchObject({
      outcome: 'aborted', endedAtUs: 62_000_000, decidedAtUs: 90_000_000, kind: 'full', reason: 'first-contact',
    });
  });

  it('through a proxy go to the one who still waits, not to one who gave up with the same question', () => {
    const tale = story(['master', 'a', 'b']);
    startAll(tale);
    tale.tell('a', { kind: 'psync-sent', replid: '?', offset: -1, cached: false });
    tale.tell('a', { kind: 'link-handshake-lost', step: 'receive-psync-reply' });
    tale.tell('b', { kind: 'psync-sent', replid: '?', offset: -1, cached: false });
    tale.tell('master', { kind: 'sync-asked', replica: '127.0.0.1:9999', fd: 3, psync: true, replid: '?', offset: -1 });
    tale.tell('master', { kind: 'sync-refused', replica: '127.0.0.1:9999', fd: 3, error: 'ERR no' });
    expect(notes(tale)).toEqual(['a < nobody: undecided - aborted 0', 'b < master: undecided refused:ERR unfinished 0']);
  });

  it('of a master that was started again are not mixed up with connections of its former process', () => {
    const tale = pair();
    ask(tale, 'a', 'master', FIRST_CONTACT, psyncState(), { fd: 1 });
    fullFromHere(tale, 'a');
    tale.tell('', { kind: 'process-ended', node: 'master', how: 'kill' });
    tale.tell('', { kind: 'process-started', node: 'master', address: tale.address('master') });
    ask(tale, 'b', 'master', { replid: ID_B, offset: 5 }, psyncState(), { fd: 1 });
    expect(notes(tale)).toEqual(['a < master: full first-contact done 175', 'b < master: full unknown-id unfinished 0']);
  });

  it('that a restarted master refuses, before it was asked anything, are the new ones', () => {
    const tale = pair();
    ask(tale, 'a', 'master', FIRST_CONTACT, psyncState(), { fd: 1 });
    fullFromHere(tale, 'a');
    tale.tell('', { kind: 'process-ended', node: 'master', how: 'kill' });
    tale.tell('b', { kind: 'psync-sent', replid: '?', offset: -1, cached: false });
    tale.tell('master', { kind: 'sync-refused', replica: tale.address('b'), fd: 1, error: 'NOMASTERLINK no' });
    expect(notes(tale)).toEqual(['a < master: full first-contact done 175', 'b < master: undecided refused:NOMASTERLINK unfinished 0']);
  });
});
