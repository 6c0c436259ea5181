/** Clients in real runs: how often, over how many connections, what they say, and what the servers make of it. */
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/checks/outcome.ts';
import { infoOf, play } from './runs.ts';

const HEAD = `
name: Clients
config: { repl-diskless-sync-delay: 0 }
network: { default: { latency: 1ms, bandwidth: 1gbit } }
nodes: { master: {}, a: { replicaof: master }, b: { replicaof: master } }
`;

/** What a client counted when it stopped. */
function counts(outcome: Outcome, client: string): { sent: number; acknowledged: number; errors: number } {
  const stopped = outcome.facts.flatMap(({ body }) => (body.kind === 'client-stopped' && body.client === client ? [body] : []));
  const { sent, acknowledged, errors } = stopped.at(-1)!;
  return { sent, acknowledged, errors };
}

/** What did not hold. */
function failures(outcome: Outcome): string[] {
  return [outcome.verdictDetail, ...outcome.expectations.flatMap(({ text, verdict, detail }) => (verdict === 'held' ? [] : [`${text}: ${detail}`]))].filter((line) => line !== '');
}

function commandsOf(outcome: Outcome, node: string): number {
  return Number(infoOf(outcome, node, 'total_commands_processed')['total_commands_processed']);
}

describe('how often', () => {
  it('a burst comes at once, and as many come in a second as evenly', () => {
    const outcome = play(`${HEAD}duration: 20s\nclients: { app: { to: master, writes: 100/s, pacing: bursty, burst: 50, from: 1s, until: 11s } }\n`);
    expect(counts(outcome, 'app')).toEqual({ sent: 1000, acknowledged: 1000, errors: 0 });
  });
  it('unpaced: a round trip of 2 ms and 10 µs a command; a pipeline takes what waiting costs', () => {
    const perSecond = (more: string): number =>
      counts(play(`${HEAD}duration: 3s\nclients: { app: { to: master, writes: unpaced, from: 1s, until: 2s${more} } }\n`), 'app').acknowledged;
    const alone = perSecond('');
    expect(alone).toBeGreaterThan(480); // 1 s / 2.01 ms
    expect(alone).toBeLessThanOrEqual(500);
    expect(perSecond(', pipeline: 32') / alone).toBeGreaterThan(25);
    expect(perSecond(', connections: 4') / alone).toBeGreaterThan(3.8);
  });
  it('changes in the timeline: from 10/s to 100/s, with other keys and values', () => {
    const outcome = play(`${HEAD}
duration: 30s
clients: { app: { to: master, writes: 10/s, until: 20s, key: small, value: 10b } }
timeline:
  - at: 10s
    load: { change: app, rate: 100/s, key: large, value: 5kb }
expect:
  - keys: { a: 2 }
`);
    expect(failures(outcome)).toEqual([]);
    // What is due before the connection is open is lost: a single one.
    expect(counts(outcome, 'app').sent).toBe(99 + 1000);
  });
});

describe('over many connections', () => {
  it('each of fifty is a client of the server, and commands go over them in turn', () => {
    const outcome = play(`${HEAD}duration: 10s\nclients: { pool: { to: master, writes: 100/s, connections: 50 } }\n`);
    const opened = outcome.facts.filter(({ body }) => body.kind === 'connection-opened' && body.from === 'pool' && body.to === 'master');
    expect(opened).toHaveLength(50);
    expect(commandsOf(outcome, 'master')).toBeGreaterThan(990);
  });
  it('a router reads from replicas in turn, and goes on with the others when one is gone', () => {
    const outcome = play(`${HEAD}
duration: 40s
clients: { app: { to: master, writes: 10/s, until: 30s, key: "k:{1..5}" }, router: { to: [a, b], reads: 100/s, from: 5s, until: 35s, key: "k:{1..5}" } }
timeline:
  - at: 15s
    kill: b
`);
    const { sent, acknowledged, errors } = counts(outcome, 'router');
    expect(sent).toBe(2999);
    expect(errors).toBeLessThan(3);
    expect(sent).toBe(acknowledged + errors);
    expect(commandsOf(outcome, 'a')).toBeGreaterThan(2400);
  });
});

describe('what they say', () => {
  it('commands with gaps, by their weights', () => {
    const outcome = play(`${HEAD}
duration: 30s
clients:
  app:
    to: master
    rate: 100/s
    until: 20s
    key: list:{1..10}
    command: [{ run: "INCR counter:{1..20}", weight: 3 }, "LPUSH {key} {value}"]
expect:
  - keys: { a: 30 }
  - same-data: all
`);
    expect(failures(outcome)).toEqual([]);
    expect(counts(outcome, 'app')).toEqual({ sent: 1999, acknowledged: 1999, errors: 0 });
  });
  it('a transaction at a time, and one whose commands the server refuses counts its errors', () => {
    const outcome = play(`${HEAD}
duration: 30s
clients:
  tx: { to: master, rate: 10/s, until: 10s, command: { run: [MULTI, INCR a, INCR b, EXEC] } }
  wrong: { to: a, rate: 10/s, from: 1s, until: 2s, command: INCR a }
expect:
  - key: { b: [{ name: a, value: 99 }, { name: b, value: 99 }] }
`);
    expect(failures(outcome)).toEqual([]);
    expect(counts(outcome, 'tx')).toEqual({ sent: 396, acknowledged: 396, errors: 0 });
    expect(counts(outcome, 'wrong')).toEqual({ sent: 9, acknowledged: 0, errors: 9 });
  });
  it('a write and a WAIT for it, on the same connection: the writes of another client do not delay it', () => {
    const outcome = play(`${HEAD}
duration: 20s
clients:
  careful: { to: master, rate: unpaced, from: 1s, until: 11s, command: "SET {key} {value}\\nWAIT 2 1000" }
`);
    const { sent, errors } = counts(outcome, 'careful');
    expect(errors).toBe(0);
    // A round trip to the replicas and one to the client: at most 250 pairs a second, and no less than with a GETACK each second.
    expect(sent / 2 / 10).toBeGreaterThan(100);
    expect(sent / 2 / 10).toBeLessThan(251);
  });
  it('writes to a writable replica are its own: its master never hears of them', () => {
    const outcome = play(`${HEAD}
duration: 20s
clients: { app: { to: a, writes: 10/s, from: 2s, until: 12s, key: "own:{1..1000000}" } }
timeline:
  - at: 1s
    config: { node: a, set: { replica-read-only: no } }
expect:
  - keys: { master: 0, a: 99, b: 0 }
`);
    expect(failures(outcome)).toEqual([]);
  });
});

describe('commands of the timeline', () => {
  it('a transaction is held open on its connection, while others write; EXEC fails when what it watches was changed', () => {
    const outcome = play(`${HEAD}
duration: 30s
timeline:
  - at: 2s
    command: { node: master, client: tx, run: [WATCH a, MULTI, INCR a] }
  - after: 5s
    command: { node: master, client: other, run: SET a 5 }
  - after: 1s
    command: { node: master, client: tx, run: EXEC, as: execution }
expect:
  - key: { b: { name: a, value: 5 } }
`);
    expect(failures(outcome)).toEqual([]);
    expect(outcome.facts.flatMap(({ body }) => (body.kind === 'command-reply' ? [[body.as, body.replies]] : []))).toEqual([['execution', ['(nil)']]]);
  });
  it('together: one write, read in one turn; one after another: a turn each', () => {
    const turns = (together: boolean): string[] => play(`${HEAD}
duration: 10s
timeline:
  - at: 2s
    command: { node: master, run: [SET a 1, SET a 2, DEL a], together: ${together}, as: them }
`).facts.flatMap(({ atUs, body }) => (body.kind === 'command-reply' ? [`${atUs} ${body.replies.join(' ')} in ${body.tookUs}`] : []));
    const [[at], [apart]] = [turns(true), turns(false)];
    expect(at).toMatch(/ OK OK 1 in \d+$/);
    const took = (line: string | undefined): number => Number(line!.split(' in ')[1]);
    expect(took(apart)).toBeGreaterThan(took(at));
  });
  it('a reply that comes late has its name: a pop that waits for its push', () => {
    const outcome = play(`${HEAD}
duration: 20s
timeline:
  - at: 2s
    command: { node: master, client: late, run: WAIT 3 5000, background: true, as: waited }
  - after: 1s
    command: { node: master, run: SET a 1 }
`);
    const replies = outcome.facts.flatMap(({ atUs, body }) => (body.kind === 'command-reply' ? [{ ...body, atS: atUs / 1e6 }] : []));
    expect(replies).toHaveLength(1);
    expect(replies[0]).toMatchObject({ as: 'waited', replies: ['2'] });
    expect(replies[0]!.atS).toBeGreaterThan(6.9);
  });
});
