/**
 * Full syncs over two connections (Valkey 8): the stream comes beside the file and waits at the replica. What happens on the way, and
 * what when one of the two fails: in every case both are given up, and the next attempt begins anew.
 */
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/checks/outcome.ts';
import type { FactBody } from '../../src/trace/fact.ts';
import { createNodeLog } from '../../src/trace/node-log.ts';
import { infoOf, play, replies, resyncsOf } from './runs.ts';

type Told<Kind extends FactBody['kind']> = Extract<FactBody, { kind: Kind }>;

function told<Kind extends FactBody['kind']>(outcome: Outcome, kind: Kind): Told<Kind>[] {
  return outcome.facts.flatMap(({ body }) => (body.kind === kind ? [body as Told<Kind>] : []));
}

const kinds = (outcome: Outcome, node: string): string[] => outcome.facts.filter((fact) => fact.node === node).map(({ body }) => body.kind);

/** A file of about 20 MB at 10 MB/s, and 100 kB of writes a second for 15 s. */
const story = (timeline: string, { master = '', replica = '', both = '', rest = '' } = {}): string => `
name: Two connections
server: valkey-8.0
duration: 110s
config: { repl-diskless-sync-delay: 0, repl-backlog-size: 1mb, repl-timeout: 10, dual-channel-replication-enabled: yes, save: ""${both} }
nodes:
  master: { config: { port: 6379${master} }, data: { keys: 20k, value: 1kb }, clock: { phase: 0ms } }
  replica: { replicaof: master, config: { port: 6379${replica} }, clock: { phase: 0ms } }
network: { default: { latency: 0.5ms, bandwidth: 10mb/s, socket-buffer: 256kb } }
clients:
  app: { to: master, writes: 100/s, value: 1kb, until: 15s }
${timeline === '' ? '' : `timeline:\n${timeline}`}
${rest}`;

describe('a full sync over two connections', () => {
  it('goes on at the offset of the fork while the file is on its way, and counts as one full and one partial sync', () => {
    const outcome = play(story(''));
    expect(resyncsOf(outcome)).toEqual(['0.0s replica: full first-contact done']);
    expect(infoOf(outcome, 'master', 'sync_full', 'sync_partial_ok', 'sync_partial_err')).toEqual({ sync_full: '1', sync_partial_ok: '1', sync_partial_err: '0' });
    const [endoff] = told(outcome, 'endoff-sent');
    expect(told(outcome, 'main-channel-psync-sent')).toEqual([{ kind: 'main-channel-psync-sent', replid: endoff?.replid, offset: (endoff?.offset ?? 0) + 1 }]);
    expect(told(outcome, 'local-buffer-applied')[0]?.bytes).toBeGreaterThan(150_000);
    const order = ['psync-reply', 'rdb-channel-sync-sent', 'endoff-received', 'main-channel-streams', 'rdb-loaded', 'link-online', 'local-buffer-applied', 'sync-finished'];
    expect(kinds(outcome, 'replica').filter((kind) => order.includes(kind))).toEqual(order);
    expect(told(outcome, 'replica-state').map(({ state }) => state)).toEqual(['wait_bgsave', 'bg_transfer', 'online']);
    expect(infoOf(outcome, 'replica', 'master_link_status', 'replicas_repl_buffer_size')).toEqual({ master_link_status: 'up', replicas_repl_buffer_size: '0' });
  });

  it.each([
    ['the replica does not want it', { replica: ', dual-channel-replication-enabled: no' }],
    ['the primary does not have it', { master: ', dual-channel-replication-enabled: no' }],
    ['the primary syncs by disk', { master: ', repl-diskless-sync: no' }],
  ])('is a classic one when %s', (_, configs) => {
    const outcome = play(story('', configs));
    expect(resyncsOf(outcome)).toEqual(['0.0s replica: full first-contact done']);
    expect(told(outcome, 'fullresync-sent')).toHaveLength(1);
    expect(told(outcome, 'dual-channel-offered')).toEqual([]);
    expect(infoOf(outcome, 'master', 'sync_full', 'sync_partial_ok')).toEqual({ sync_full: '1', sync_partial_ok: '0' });
  });

  it('takes its password to both connections', () => {
    const outcome = play(story('', { master: ', requirepass: secret', replica: ', primaryauth: secret', rest: '' }).replace('clients:\n  app: { to: master, writes: 100/s, value: 1kb, until: 15s }\n', ''));
    expect(resyncsOf(outcome)).toEqual(['0.0s replica: full first-contact done']);
    expect(told(outcome, 'dual-channel-aborted')).toEqual([]);
  });

  it('loads straight from the second connection, too', () => {
    const outcome = play(story('', { replica: ', repl-diskless-load: on-empty-db' }));
    expect(resyncsOf(outcome)).toEqual(['0.0s replica: full first-contact done']);
    expect(told(outcome, 'load-started')).toMatchObject([{ from: 'socket' }]);
  });

  it('stops reading at the hard limit of the replica, so that the rest waits at the primary', () => {
    const outcome = play(story('', { replica: ', client-output-buffer-limit: replica 64kb 0 0' }));
    expect(told(outcome, 'local-buffer-full')).toMatchObject([{ limit: 65_536 }]);
    expect(Number(infoOf(outcome, 'replica', 'replicas_repl_buffer_peak')['replicas_repl_buffer_peak'])).toBeLessThan(200_000);
    expect(resyncsOf(outcome)).toEqual(['0.0s replica: full first-contact done']);
  });
});

describe('of two connections', () => {
  const during = '  - when: { log: { node: replica, contains: RDB load in background } }\n    after: 500ms\n';

  it('both go when they are reset, and everything begins anew', () => {
    const outcome = play(story(`${during}    reset: replica>master\n`));
    expect(resyncsOf(outcome).map((one) => one.replace(/^[\d.]+s /, ''))).toEqual(['replica: full first-contact aborted', 'replica: full first-contact done']);
    expect(told(outcome, 'dual-channel-aborted')).toHaveLength(1);
    expect(told(outcome, 'endoff-sent')).toHaveLength(2);
    expect(infoOf(outcome, 'master', 'sync_full', 'replicas_waiting_psync', 'connected_slaves')).toEqual({ sync_full: '2', replicas_waiting_psync: '0', connected_slaves: '1' });
  });

  it('both are given up when nothing of the file comes for repl-timeout', () => {
    const outcome = play(story(`${during}    hold: { link: replica>master, for: 20s }\n`));
    expect(told(outcome, 'link-timeout')[0]).toMatchObject({ phase: 'transfer', limitSeconds: 10 });
    expect(told(outcome, 'dual-channel-aborted')[0]).toMatchObject({ why: 'given-up' });
    expect(resyncsOf(outcome).at(-1)).toContain('done');
  });

  it('both end with their process: whoever comes back asks for everything again', () => {
    const outcome = play(story(`${during}    kill: replica\n  - after: 1s\n    start: replica\n`));
    expect(resyncsOf(outcome).map((one) => one.replace(/^[\d.]+s /, ''))).toEqual(['replica: full first-contact aborted', 'replica: full first-contact done']);
    expect(infoOf(outcome, 'master', 'connected_slaves', 'replicas_waiting_psync')).toEqual({ connected_slaves: '1', replicas_waiting_psync: '0' });
  });

  it('neither is left when the replica becomes a master in the middle', () => {
    const outcome = play(story(`${during}    promote: replica\n`));
    expect(told(outcome, 'dual-channel-aborted')).toMatchObject([{ why: 'given-up' }]);
    expect(infoOf(outcome, 'replica', 'role')).toEqual({ role: 'master' });
    expect(infoOf(outcome, 'master', 'connected_slaves')).toEqual({ connected_slaves: '0' });
  });
});

describe('a step that fails', () => {
  const OFFERED = 'Full sync will continue with dedicated RDB channel';
  const FORKED = 'RDB end offset';
  const when = (logged: string, does: string): string => `  - when: { log: { node: master, contains: ${logged} } }\n    ${does}\n`;
  const logOf = (outcome: Outcome): string[] => {
    const read = createNodeLog('replica', 'valkey-8.0');
    return outcome.facts.flatMap((fact) => read(fact));
  };
  /** The lines before and behind "Aborting dual channel sync". */
  const around = (outcome: Outcome, before: number): string[] => {
    const lines = logOf(outcome);
    const at = lines.indexOf('Aborting dual channel sync');
    return [...lines.slice(at - before, at), lines[at + 1] ?? ''];
  };
  const CRON = 'Connecting to PRIMARY 10.0.0.1:6379';
  const AT_ONCE = 'Reconnecting to PRIMARY 10.0.0.1:6379 after failure';

  it.each<[what: string, timeline: string, lines: readonly string[], next: string]>([
    ['the second connection is refused', when(OFFERED, 'refuse: { link: replica>master, for: 3s }'), ['Error condition on socket for dual channel replication: Connection refused'], CRON],
    ['its password is another by now', when(OFFERED, 'command: { node: master, run: CONFIG SET requirepass changed }') + '  - at: 5s\n    config: { node: replica, set: { primaryauth: changed } }\n', ['Unable to AUTH to Primary: -WRONGPASS invalid username-password pair or user is disabled.'], CRON],
    ['its REPLCONF is an error', when(OFFERED, 'answer: { node: master, to: REPLCONF, with: "-ERR no such option" }'), ['Server does not support sync with offset, dual channel sync approach cannot be used: -ERR no such option'], CRON],
    ['no $ENDOFF comes, but an error', when(OFFERED, 'answer: { node: master, to: SYNC, with: "-ERR no" }'), ['Received unexpected $ENDOFF response: -ERR no'], CRON],
    ['no $ENDOFF comes, but what was said of old', when(OFFERED, `answer: { node: master, to: SYNC, with: "+FULLRESYNC ${'a'.repeat(40)} 1" }`), [`Received unexpected $ENDOFF response: +FULLRESYNC ${'a'.repeat(40)} 1`], CRON],
    ['the client that it names is unknown', when(FORKED, 'answer: { node: master, to: REPLCONF, with: "-ERR Unrecognized RDB client id 7" }'), ['Primary does not understand REPLCONF identify: -ERR Unrecognized RDB client id 7', 'Aborting dual channel sync. Main channel psync result -1'], AT_ONCE],
    ['the main channel is offered the same again', when(FORKED, 'answer: { node: master, to: PSYNC, with: +DUALCHANNELSYNC }'), ['Aborting dual channel sync. Main channel psync result 6'], AT_ONCE],
    ['the main channel is told to wait', when(FORKED, 'answer: { node: master, to: PSYNC, with: "-NOMASTERLINK Can\'t SYNC while not connected with my master" }'), ['Aborting dual channel sync. Main channel psync result 5'], AT_ONCE],
  ])('%s: both are given up, and the next attempt begins anew', (_, timeline, lines, next) => {
    const outcome = play(story(timeline, { replica: ', primaryauth: secret', master: ', requirepass: secret' }).replace(/clients:\n.*\n/, ''));
    const aborted = around(outcome, lines.length);
    expect(aborted.slice(0, -1)).toEqual(lines);
    expect(aborted.at(-1)).toBe(next);
    expect(resyncsOf(outcome).at(-1)).toMatch(/full first-contact done$/);
    expect(outcome.invariants.filter(({ verdict }) => verdict === 'violated')).toEqual([]);
    expect(infoOf(outcome, 'master', 'connected_slaves', 'replicas_waiting_psync')).toEqual({ connected_slaves: '1', replicas_waiting_psync: '0' });
  });

  it('before the file begins leaves the main channel open for nobody: 8.0 forgets to close it', () => {
    const outcome = play(story(when(OFFERED, 'answer: { node: master, to: SYNC, with: "-ERR no", times: 3 }')));
    const open = told(outcome, 'connection-opened').filter(({ from }) => from === 'replica').length - told(outcome, 'connection-closed').filter(({ from }) => from === 'replica').length;
    expect(told(outcome, 'dual-channel-aborted')).toHaveLength(3);
    expect(open).toBe(3 + 1);
  });

  it.each<[what: string, logged: string, next: string]>([
    ['before $ENDOFF: the second connection breaks', OFFERED, CRON],
    ['after it: the transfer breaks', FORKED, AT_ONCE],
  ])('the primary is killed %s', (_, logged, next) => {
    const outcome = play(story(`${when(logged, 'after: 1ms').trimEnd()}\n    kill: master\n  - after: 3s\n    start: master\n`));
    expect(told(outcome, 'dual-channel-aborted')).toHaveLength(1);
    expect(logOf(outcome).slice(logOf(outcome).indexOf('Aborting dual channel sync'))[1]).toBe(next);
    expect(resyncsOf(outcome).at(-1)).toMatch(/full first-contact done$/);
    expect(infoOf(outcome, 'replica', 'master_link_status')).toEqual({ master_link_status: 'up' });
  });

  it('the primary kills the main channel alone, which shows when $ENDOFF comes', () => {
    const killed = play(story(when(OFFERED, 'command: { node: master, run: CLIENT KILL TYPE normal SKIPME yes }'), { both: ', repl-diskless-sync-delay: 3' }).replace('repl-diskless-sync-delay: 0, ', '').replace(/clients:\n.*\n/, ''));
    const [aborted] = killed.facts.filter(({ body }) => body.kind === 'dual-channel-aborted');
    expect(aborted?.body).toMatchObject({ why: 'main-channel-lost', error: 'set-rdb-client-id' });
    expect(aborted!.atUs).toBeGreaterThan(2e6);
    expect(resyncsOf(killed).at(-1)).toMatch(/full first-contact done$/);
  });
});

describe('the place in the stream that a primary keeps for a main channel', () => {
  /** The replica is stopped as soon as the primary has forked, before it can say whose stream it wants. */
  const silent = (rest: { both?: string } = {}): string =>
    story('  - when: { log: { node: master, contains: RDB end offset } }\n    freeze: { node: replica, for: 100s }\n', { ...rest, both: `, client-output-buffer-limit: replica 4mb 0 0${rest.both ?? ''}` });

  it('is given up when it grows over the output limit, like that of any replica', () => {
    const outcome = play(silent().replace('writes: 100/s', 'writes: 1k/s'));
    expect(told(outcome, 'replica-over-limit')).toHaveLength(1);
    expect(told(outcome, 'rdb-channel-grace-over')).toEqual([]);
    expect(told(outcome, 'replica-lost')[0]).toMatchObject({ cause: 'output-buffer-limit', channel: 'rdb' });
  });

  it('is kept for a minute after the connection of the file is gone', () => {
    const outcome = play(silent({ both: '' }).replace('writes: 100/s', 'writes: 1/s'));
    const [over] = outcome.facts.filter(({ body }) => body.kind === 'rdb-channel-grace-over');
    const [ended] = outcome.facts.filter(({ body }) => body.kind === 'bgsave-ended');
    expect(over?.body).toMatchObject({ afterSeconds: 61 });
    expect(((over?.atUs ?? 0) - (ended?.atUs ?? 0)) / 1_000_000).toBeCloseTo(61, -0.5);
    expect(infoOf(outcome, 'master', 'replicas_waiting_psync')).toEqual({ replicas_waiting_psync: '0' });
  });
});

describe('REPLCONF at a primary of Valkey 8', () => {
  const answers = (run: string, server = 'valkey-8.0'): unknown[] => replies(`
name: Told by hand
server: ${server}
duration: 2s
nodes: { master: {} }
timeline:
  - at: 1s
    command: { node: master, run: ${run} }
`);

  it.each([
    ['REPLCONF rdb-only 1 rdb-channel 1', { type: 'status', text: 'OK' }],
    ['REPLCONF version 8.0.1', { type: 'status', text: 'OK' }],
    ['REPLCONF version 8', { type: 'error', text: 'ERR Unrecognized version format: 8' }],
    ['REPLCONF rdb-channel 2', { type: 'error', text: 'ERR value is out of range, value must between 0 and 1' }],
    ['REPLCONF set-rdb-client-id 77', { type: 'error', text: 'ERR Unrecognized RDB client id 77' }],
  ])('%s', (run, reply) => expect(answers(run)).toEqual([reply]));

  it('is not understood by 7.2', () => {
    expect(answers('REPLCONF rdb-channel 1', 'redis-7.2')).toEqual([{ type: 'error', text: 'ERR Unrecognized REPLCONF option: rdb-channel' }]);
  });
});
