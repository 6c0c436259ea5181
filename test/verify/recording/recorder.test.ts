import { describe, expect, it } from 'vitest';
import { command, line } from '../../../src/redis/protocol/make.ts';
import type { Reply } from '../../../src/redis/protocol/payload.ts';
import type { StepResult } from '../../../src/scenario/player.ts';
import type { NodeObservation, VerbResult } from '../../../src/scenario/stage.ts';
import type { CaseStep, JsonObject } from '../../../src/verify/recording/format.ts';
import { createNames } from '../../../src/verify/recording/names.ts';
import { observe } from '../../../src/verify/recording/recorder.ts';
import { type RelayRecorder, createRelayRecorder } from '../../../src/verify/recording/relay-recorder.ts';
import { replyJson, resultRow } from '../../../src/verify/recording/results.ts';

const addresses = [{ node: 'm', host: '10.0.0.1', port: 6379 }, { node: 'r1', host: '10.0.0.2', port: 6380 }];
const names = createNames(addresses);

/** One attempt of r1 at m, refused after PSYNC. */
function refused(relays: RelayRecorder, connection: number, atUs: number, error: string): void {
  relays.opened('r1>m', connection, atUs);
  const say = (direction: 'up' | 'down', payload: ReturnType<typeof line> | ReturnType<typeof command>): void =>
    relays.forwarded('r1>m', connection, direction, { payload, from: 0, to: payload.size }, atUs);
  say('up', command(['REPLCONF', 'listening-port', '6380']));
  say('down', line('+OK\r\n'));
  say('up', command(['PSYNC', '?', '-1']));
  say('down', line(`${error}\r\n`));
  relays.closed('r1>m', connection, 'replica', atUs + 5_000);
}

function linkOf(relays: RelayRecorder): { readonly psync: unknown; readonly connections: readonly JsonObject[] } {
  return observe([], { steps: [], relays, facts: [], addresses }, () => []).links.get('r1>m')!;
}

describe('links', () => {
  it('fold equal refusals in a row into one, from the first opening to the last close', () => {
    const relays = createRelayRecorder();
    refused(relays, 1, 10_000, '-NOAUTH no');
    refused(relays, 2, 20_000, '-NOAUTH no');
    refused(relays, 3, 30_000, '-NOAUTH no');
    refused(relays, 4, 40_000, '-LOADING wait');
    const { psync, connections } = linkOf(relays);
    expect(psync).toBe('-NOAUTH+ -LOADING');
    expect(connections).toHaveLength(2);
    expect(connections[0]).toMatchObject({ open_ms: [10, 10], close_ms: [35, 35], repeats: [3, 3], closed_by: 'replica', outcome: '-NOAUTH' });
    expect(connections[1]).not.toHaveProperty('repeats');
  });

  it('name the port that a replica announces as its own', () => {
    const relays = createRelayRecorder();
    refused(relays, 1, 10_000, '-NOAUTH no');
    expect(linkOf(relays).connections[0]!['sent']).toEqual(['REPLCONF listening-port <r1>', 'PSYNC ? -1']);
  });

  it('still open at the end are closed by it; who closed first stays', () => {
    const relays = createRelayRecorder();
    relays.opened('r1>m', 1, 0);
    relays.opened('r1>m', 2, 0);
    relays.closed('r1>m', 2, 'recorder', 4_000);
    relays.closed('r1>m', 2, 'replica', 5_000);
    expect(linkOf(relays).connections).toMatchObject([{ closed_by: 'end', close_ms: [0, 0] }, { closed_by: 'recorder', close_ms: [4, 4] }]);
  });

  it('know no connection that was not opened', () => {
    expect(() => createRelayRecorder().closed('r1>m', 7, 'master', 0)).toThrow('connection 7 of r1>m was not opened');
  });
});

describe('steps', () => {
  const stepOf = (name: string): CaseStep => ({ do: name, fields: { do: name, server: 'm', until: 'online' } });

  it('begin when the one before is over, and leave a row where there is something to say', () => {
    const plan = [
      { step: stepOf('start'), skipped: false, first: 0, count: 2, answers: -1 },
      { step: stepOf('wait-until'), skipped: true, first: 2, count: 0, answers: -1 },
      { step: stepOf('promote'), skipped: false, first: 2, count: 1, answers: 2 },
    ];
    const verb = { do: 'sleep', us: 1 } as const;
    const results: VerbResult[] = [{ type: 'none' }, { type: 'none' }, { type: 'replies', replies: [{ type: 'status', text: 'OK' }] }];
    const steps: StepResult[] = results.map((result, index) => ({
      track: 0, index, step: { afterUs: 0, verb, place: null }, startedUs: index * 20_000, endedUs: (index + 1) * 20_000, result,
    }));
    const recorded = observe(plan, { steps, relays: createRelayRecorder(), facts: [], addresses }, () => []);
    expect(recorded.step_ms).toEqual([[0, 0], [40, 40], [40, 40]]);
    expect(recorded.end_ms).toEqual([60, 60]);
    expect(recorded.results).toEqual([{ step: 1, do: 'wait-until', skipped: true }, { step: 2, do: 'promote', server: 'm', reply: '+OK' }]);
  });

  it.each<[string, VerbResult, JsonObject | null]>([
    ['wait-until', { type: 'timed-out' }, { step: 3, do: 'wait-until', until: 'online', timed_out: true }],
    ['config-set', { type: 'replies', replies: [{ type: 'status', text: 'OK' }] }, null],
    ['config-set', { type: 'replies', replies: [{ type: 'error', text: 'ERR no' }] }, { step: 3, do: 'config-set', server: 'm', reply: ['-ERR no'] }],
    ['commands', { type: 'replies', replies: [] }, { step: 3, do: 'commands', server: 'm', replies: [] }],
    ['psync-probe', { type: 'probe', request: 'PSYNC x 1', reply: '+CONTINUE', bytesAfter: 3 }, { step: 3, do: 'psync-probe', server: 'm', request: 'PSYNC x 1', reply: '+CONTINUE', bytes_after: 3 }],
    ['psync-probe', { type: 'probe', request: 'PSYNC x 1', reply: '+FULLRESYNC x 0', bytesAfter: 0 }, { step: 3, do: 'psync-probe', server: 'm', request: 'PSYNC x 1', reply: '+FULLRESYNC x 0' }],
  ])('%s with %j', (name, result, row) => {
    expect(resultRow(stepOf(name), 3, result, names)).toEqual(row);
  });

  it('observe INFO, ROLE, DBSIZE and the digest, in the terms of recordings', () => {
    const bulk = (value: string): Reply => ({ type: 'bulk', value });
    const integer = (value: number): Reply => ({ type: 'integer', value });
    const list = (...items: Reply[]): Reply => ({ type: 'array', items });
    const node = (name: string, info: readonly [string, string][], role: Reply): NodeObservation => ({ node: name, state: 'ok', info: new Map(info), role, dbsize: 2, digest: 'd' });
    const result: VerbResult = {
      type: 'observations',
      nodes: [
        node('m', [['role', 'master'], ['connected_slaves', '1'], ['slave0', 'ip=10.0.0.2,port=6380,state=online,offset=5,lag=1'], ['mem_fragmentation', '3']],
          list(bulk('master'), integer(5), list(list(bulk('10.0.0.2'), bulk('6380'), bulk('5'))))),
        node('r1', [['role', 'slave'], ['master_host', '10.0.0.1']], list(bulk('slave'), bulk('10.0.0.1'), integer(6379), bulk('connected'), integer(5))),
        { node: 'r2', state: 'down', info: new Map(), role: null, dbsize: 0, digest: '' },
        { node: 'r3', state: 'no-answer', info: new Map(), role: null, dbsize: 0, digest: '' },
      ],
    };
    expect(resultRow(stepOf('observe'), 0, result, names)!['servers']).toEqual({
      m: { role: 'master', connected_slaves: 1, replicas: [['<r1>', 'online', 5]], dbsize: 2, ROLE: ['master', 5, [['127.0.0.1', '<r1>', '5']]], digest: 'd' },
      r1: { role: 'slave', dbsize: 2, ROLE: ['slave', '127.0.0.1', '<m>', 'connected', 5], digest: 'd' },
      r2: 'down',
      r3: 'no answer',
    });
  });

  it('write replies with their sign, numbers as such', () => {
    const reply: Reply = { type: 'array', items: [{ type: 'status', text: 'OK' }, { type: 'error', text: 'ERR x' }, { type: 'integer', value: 3 }, { type: 'nil' }, { type: 'bulk', value: 'b' }] };
    expect(replyJson(reply)).toEqual(['+OK', '-ERR x', 3, null, 'b']);
  });
});

describe('addresses', () => {
  it('become names of servers on 127.0.0.1', () => {
    expect(names.inText('Replica 10.0.0.2:6380 asks, 10.0.0.2:<unknown-replica-port> too, not 10.0.0.9:1 and 7.2.6')).toBe(
      'Replica 127.0.0.1:<r1> asks, 127.0.0.1:<unknown-replica-port> too, not 127.0.0.1:1 and 7.2.6',
    );
    expect(names.port('10.0.0.1', 6379)).toBe('<m>');
    expect(names.port('10.0.0.1', 1)).toBe(1);
  });
});

it('log lines stand under the server that said them, without the client that asked', () => {
  const facts = [{ id: 1, atUs: 0, node: 'm', cause: 0, body: { kind: 'flush-started' } }] as const;
  const { log } = observe([], { steps: [], relays: createRelayRecorder(), facts, addresses }, () => ["MASTER MODE enabled (user request from 'id=2 addr=10.0.0.2:32770 name= db=0')"]);
  expect([...log]).toEqual([['m', ['MASTER MODE enabled']]]);
});
