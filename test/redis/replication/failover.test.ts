/** FAILOVER, told from both sides; and CLIENT PAUSE, which it stands on. */
import { describe, expect, it } from 'vitest';
import { Double, FROM_DISK, id, onlineReplica, replicaOf } from '../double.ts';

/** A master with an online replica that announced port 6380 and has acknowledged everything; and a client. */
function master(config: Readonly<Record<string, string>> = {}): { readonly node: Double; readonly replica: number; readonly app: number } {
  const node = new Double({ config: { ...FROM_DISK, 'repl-ping-replica-period': '3600', ...config } });
  const replica = onlineReplica(node);
  acknowledge(node, replica);
  return { node, replica, app: node.accept() };
}

function acknowledge(node: Double, replica: number): string[] {
  return node.says(replica, `REPLCONF ACK ${node.server.replication.masterReplOffset}`);
}

const PEER = '10.0.0.9';
const state = (node: Double): string | undefined => node.info('master_failover_state')['master_failover_state'];
const phases = (node: Double): string[] => node.told('failover').map(({ phase, detail }) => `${phase} ${detail}`.trim());

describe('a master that hands over', () => {
  it('waits with writes paused until a replica has everything, then becomes its replica and says so', () => {
    const { node, replica, app } = master();
    node.says(app, 'SET k 1');
    expect(node.says(app, 'FAILOVER')).toEqual([`${app} < +OK`]);
    expect(state(node)).toBe('waiting-for-sync');
    expect(node.says(app, 'GET k', 'SET k 2')).toEqual([`${app} < $1 1`]); // the write waits
    node.told();
    expect(acknowledge(node, replica)).toEqual([`connect -1 ${PEER}:6380`]);
    expect([state(node), ...phases(node)]).toEqual(['failover-in-progress', `synced ${PEER}:6380`]);

    node.feed({ type: 'connected', fd: -1, credit: 10_000 });
    node.hears(-1, '+PONG');
    const offset = node.server.replication.masterReplOffset;
    expect(node.hears(-1, '+OK', '+OK')).toEqual([`-1 < PSYNC <3> ${offset + 1} FAILOVER`]);
    // The replica drops its old link when it takes over, and continues under an id of its own.
    expect(node.hears(-1, `+CONTINUE ${id(9)}`)).toContain(`${app} < -READONLY You can't write against a read only replica.`);
    expect(state(node)).toBe('no-failover');
    expect(node.info('role', 'master_replid', 'master_replid2', 'second_repl_offset')).toEqual({
      role: 'slave', master_replid: '<9>', master_replid2: '<3>', second_repl_offset: String(offset + 1),
    });
  });

  it('with nothing to wait for, lets go at the end of the same turn', () => {
    const { node, app } = master();
    expect(node.says(app, `FAILOVER TO ${PEER} 6380`)).toEqual([`connect -1 ${PEER}:6380`, `${app} < +OK`]);
  });

  it.each([
    ['FAILOVER ABORT', 'No failover in progress.'],
    ['FAILOVER TIMEOUT -1', 'FAILOVER timeout must be greater than 0'],
    ['FAILOVER TIMEOUT x', 'value is not an integer or out of range'],
    ['FAILOVER SOON', 'syntax error'],
    ['FAILOVER FORCE', 'FAILOVER with force option requires both a timeout and target HOST and IP.'],
    [`FAILOVER TO ${PEER} 6380 FORCE`, 'FAILOVER with force option requires both a timeout and target HOST and IP.'],
    ['FAILOVER TO 10.0.0.1 6380', 'FAILOVER target HOST and PORT is not a replica.'],
    [`FAILOVER TO ${PEER} 1`, 'FAILOVER target HOST and PORT is not a replica.'],
  ])('%s is refused', (line, text) => {
    const { node, app } = master();
    expect(node.says(app, line)).toEqual([`${app} < -ERR ${text}`]);
    expect(state(node)).toBe('no-failover');
  });

  it('needs a replica, and one that is online if it is named; and is for masters', () => {
    const alone = new Double();
    const app = alone.accept();
    expect(alone.says(app, 'FAILOVER')).toEqual([`${app} < -ERR FAILOVER requires connected replicas.`]);
    const node = replicaOf(new Double());
    const other = node.accept();
    expect(node.says(other, 'FAILOVER')).toEqual([`${other} < -ERR FAILOVER is not valid when server is a replica.`]);
    const saving = new Double({ config: FROM_DISK });
    const fd = saving.accept();
    saving.says(fd, 'REPLCONF listening-port 6380');
    saving.says(fd, 'PSYNC ? -1');
    const asks = saving.accept();
    expect(saving.says(asks, `FAILOVER TO ${PEER} 6380`)).toEqual([`${asks} < -ERR FAILOVER target replica is not online.`]);
  });

  it('while it is under way, nobody may sync, change roles, or begin another', () => {
    const { node, app } = master();
    node.says(app, 'SET k 1');
    node.says(app, 'FAILOVER');
    expect(node.says(app, 'FAILOVER', 'REPLICAOF 10.0.0.1 1')).toEqual([
      `${app} < -ERR FAILOVER already in progress.`, `${app} < -ERR REPLICAOF not allowed while failing over.`,
    ]);
    const fd = node.accept();
    expect(node.says(fd, 'PSYNC ? -1')).toEqual([`${fd} < -NOMASTERLINK Can't SYNC while failing over`]);
  });

  it('that is aborted goes on as if nothing had been', () => {
    const { node, app } = master();
    node.says(app, 'SET k 1');
    node.says(app, 'FAILOVER', 'SET k 2');
    node.told();
    expect(node.says(node.accept(), 'FAILOVER ABORT')).toContain(`${app} < +OK`); // what had waited
    expect([state(node), ...phases(node)]).toEqual(['no-failover', 'aborted any replica aborted: Failover manually aborted']);
    expect(node.get('k')).toBe('$1 2');
  });

  it('gives up after TIMEOUT', () => {
    const { node, app } = master();
    node.says(app, 'SET k 1');
    node.says(app, `FAILOVER TO ${PEER} 6380 TIMEOUT 500`, 'SET k 2');
    node.pass(0.45);
    expect(state(node)).toBe('waiting-for-sync');
    node.pass(0.2);
    expect(state(node)).toBe('no-failover');
    expect(node.get('k')).toBe('$1 2');
  });

  it('or lets go all the same, with FORCE: what the replica lacks is lost', () => {
    const { node, app } = master();
    node.says(app, 'SET k 1');
    node.says(app, `FAILOVER TO ${PEER} 6380 TIMEOUT 500 FORCE`);
    node.told();
    expect(node.pass(0.7).ordered()).toContain(`connect -1 ${PEER}:6380`);
    expect([state(node), ...phases(node)]).toEqual(['failover-in-progress', `timed-out ${PEER}:6380`]);
  });

  it('that is refused is a master again, under a new id', () => {
    const { node, app } = master();
    node.says(app, 'FAILOVER');
    node.feed({ type: 'connected', fd: -1, credit: 10_000 });
    node.hears(-1, '+PONG', '+OK', '+OK');
    expect(node.hears(-1, "-ERR PSYNC FAILOVER can't be sent to a master.")).toContain('close -1');
    expect(node.info('role', 'master_replid2', 'master_failover_state')).toEqual({ role: 'master', master_replid2: '<3>', master_failover_state: 'no-failover' });
    expect(node.says(app, 'SET k 1')[0]).toMatch(/\+OK$/);
  });

  it('tries ten times a second while its target cannot be reached', () => {
    const { node, app } = master();
    node.says(app, 'FAILOVER');
    node.feed({ type: 'connectFailed', fd: -1, why: 'refused' });
    expect(node.pass(0.15).ordered()).toContain(`connect -2 ${PEER}:6380`);
  });

  it('sends no PINGs that its replica would have to acknowledge, when it must be done in time', () => {
    for (const [words, pings] of [['', 1], ['TIMEOUT 60000', 0]] as const) {
      const { node, replica, app } = master({ 'repl-ping-replica-period': '1' });
      node.says(app, 'SET k 1');
      node.says(app, `FAILOVER ${words}`.trim());
      const sent = node.pass(0.35).ordered().filter((order) => order.startsWith(`${replica} <`) && order.includes('ping'));
      expect(Math.min(sent.length, 1)).toBe(pings);
    }
  });
});

describe('the replica that takes over', () => {
  it('becomes the master and continues the one that was', () => {
    const node = replicaOf(new Double());
    const { replid, masterReplOffset } = node.server.replication;
    const fd = node.accept();
    node.told();
    node.says(fd, 'REPLCONF capa eof capa psync2'); // its answer has to be gone before
    const orders = node.says(fd, `PSYNC ${replid} ${masterReplOffset + 1} FAILOVER`);
    expect(orders.find((order) => order.includes('CONTINUE'))).toMatch(new RegExp(`^${fd} < \\+CONTINUE <\\w>$`));
    expect(orders).toContain('close -1'); // its link to that one
    expect(node.told('failover', 'role-changed')).toMatchObject([
      { kind: 'failover', phase: 'received', detail: replid }, { kind: 'role-changed', role: 'master', by: expect.stringContaining('failover request from') as string },
    ]);
  });

  it.each([
    { what: 'a master', node: (): Double => new Double(), replid: '1'.repeat(40), text: "-ERR PSYNC FAILOVER can't be sent to a master." },
    { what: 'another history', node: (): Double => replicaOf(new Double()), replid: '7'.repeat(40), text: '-ERR PSYNC FAILOVER replid must match my replid.' },
  ])('is not $what', ({ node: make, replid, text }) => {
    const node = make();
    const role = node.info('role');
    const fd = node.accept();
    expect(node.says(fd, `PSYNC ${replid} 1 FAILOVER`)).toEqual([`${fd} < ${text}`]);
    expect(node.info('role')).toEqual(role);
  });
});

describe('CLIENT PAUSE', () => {
  const paused = (mode: string): { readonly node: Double; readonly app: number } => {
    const node = new Double();
    const app = node.accept();
    node.says(app, 'SET k 1 PX 300');
    node.says(node.accept(), `CLIENT PAUSE 500 ${mode}`);
    return { node, app };
  };

  it('WRITE: reads are answered, what may write waits for the end', () => {
    const { node, app } = paused('WRITE');
    expect(node.says(app, 'GET k')).toEqual([`${app} < $1 1`]);
    expect(node.says(app, 'SET k 2', 'GET k')).toEqual([]);
    const scripts = node.accept();
    expect(node.says(scripts, ['EVAL', 'return 1', '0'])).toEqual([]);
    expect(node.pass(0.4).ordered()).toEqual([]);
    expect(node.pass(0.3).ordered()).toEqual([`${app} < +OK`, `${app} < $1 2`, `${scripts} < :1`]);
  });

  it('ALL: everything waits, UNPAUSE too', () => {
    const { node, app } = paused('ALL');
    const other = node.accept();
    expect([...node.says(app, 'GET k'), ...node.says(other, 'CLIENT UNPAUSE')]).toEqual([]);
    expect(node.pass(0.7).ordered()).toEqual([`${app} < $-1`, `${other} < +OK`]); // the key expired meanwhile
  });

  it('nothing is deleted by expiry meanwhile, though it looks so', () => {
    const { node, app } = paused('WRITE');
    node.pass(0.45);
    expect(node.says(app, 'GET k')).toEqual([`${app} < $-1`]);
    expect(node.info('expired_keys', 'db0')).toEqual({ expired_keys: '0', db0: 'keys=1,expires=1,avg_ttl=0' });
    node.pass(0.3);
    expect(node.info('expired_keys')).toEqual({ expired_keys: '1' });
  });

  it('UNPAUSE ends it; a pause that is stricter, or longer, stands', () => {
    const { node, app } = paused('WRITE');
    node.says(node.accept(), 'CLIENT PAUSE 100 WRITE'); // not shorter
    node.says(app, 'SET k 2');
    expect(node.pass(0.3).ordered()).toEqual([]);
    const operator = node.accept();
    expect(node.says(operator, 'CLIENT UNPAUSE')).toEqual([`${app} < +OK`, `${operator} < +OK`]);
  });

  it.each([
    ['CLIENT PAUSE', "wrong number of arguments for 'client|pause' command"],
    ['CLIENT PAUSE x', 'timeout is not an integer or out of range'],
    ['CLIENT PAUSE -1', 'timeout is negative'],
    ['CLIENT PAUSE 1 SOME', 'CLIENT PAUSE mode must be WRITE or ALL'],
  ])('%s is refused', (line, text) => {
    const node = new Double();
    const app = node.accept();
    expect(node.says(app, line)).toEqual([`${app} < -ERR ${text}`]);
  });
});
