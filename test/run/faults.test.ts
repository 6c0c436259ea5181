/** Faults that the timeline can bring about beside those of stories.test.ts, each with what Redis makes of it. */
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/checks/outcome.ts';
import { infoOf, play, resyncsOf } from './runs.ts';

const HEAD = `
name: Faults
config: { repl-diskless-sync-delay: 0, repl-timeout: 10, repl-ping-replica-period: 1 }
network: { default: { latency: 1ms, bandwidth: 1gbit } }
nodes: { master: { clock: { phase: 0ms } }, a: { replicaof: master, clock: { phase: 0ms } } }
`;

function story(text: string): Outcome {
  const outcome = play(HEAD + text);
  expect(outcome.invariants.filter(({ verdict }) => verdict === 'violated')).toEqual([]);
  return outcome;
}

describe('a link at run time', () => {
  it('slow for a while: a transfer that takes 0.1 s takes as long as 10 MB do at 1 MB/s, and all is well again after it', () => {
    const seconds = (timeline: string): number => {
      const outcome = story(`duration: 60s\ndata: { master: { keys: 10k, value: 1kb } }\n${timeline}`);
      const resync = outcome.resyncs.find(({ outcome: end }) => end === 'done')!;
      return (resync.endedAtUs! - resync.askedAtUs) / 1e6;
    };
    expect(seconds('')).toBeLessThan(1);
    const slow = seconds('timeline:\n  - link: { between: [master, a], bandwidth: 1mb/s, for: 30s }\n');
    expect(slow).toBeGreaterThan(9);
    expect(slow).toBeLessThan(12);
  });
  it('the NIC of one host, not the other’s, is what all of its connections share', () => {
    const ended = (node: string): number => {
      const outcome = story(`duration: 60s\ndata: { master: { keys: 10k, value: 1kb } }\ntimeline:\n  - nic: { node: ${node}, bandwidth: 2mb/s }\n`);
      const resync = outcome.resyncs.find(({ outcome: end }) => end === 'done')!;
      return (resync.endedAtUs! - resync.askedAtUs) / 1e6;
    };
    expect(ended('master')).toBeGreaterThan(4.5);
    expect(ended('a')).toBeGreaterThan(4.5);
  });
  it('far away: an acknowledgement takes a round trip, and heal: all brings it back', () => {
    const outcome = story(`
duration: 30s
timeline:
  - at: 5s
    link: { between: [master, a], latency: 400ms }
  - command: { node: master, run: [SET a 1, WAIT 1 0], as: far }
  - at: 15s
    heal: all
  - command: { node: master, run: [SET a 1, WAIT 1 0], as: near }
`);
    const took = outcome.facts.flatMap(({ body }) => (body.kind === 'command-reply' ? [body.tookUs] : []));
    expect(took[0]).toBeGreaterThan(800_000);
    expect(took[1]).toBeLessThan(50_000);
  });
});

describe('a relayed link that one end has closed', () => {
  it('counts as closed when the relay knows: behind a hold not before it heals', () => {
    const outcome = story(`
duration: 30s
timeline:
  - at: 5s
    hold: a>master
  - kill: a
  - wait-until: { closed: a>master, within: 2s }
  - heal: all
  - wait-until: { closed: a>master, within: 2s }
  - command: { node: master, run: PING, as: late }
`);
    const waits = outcome.facts.filter(({ body }) => body.kind === 'wait-timed-out').map(({ atUs }) => atUs);
    expect(waits.map((us) => Math.round(us / 1e6))).toEqual([7]);
  });
});

describe('one side of a link', () => {
  it.each(['replica', 'master'])('closed by the %s: the other is told, and the replica goes on where it was', (side) => {
    const outcome = story(`duration: 20s\ntimeline:\n  - at: 10s\n    close: { link: a>master, side: ${side} }\n`);
    expect(resyncsOf(outcome).map((line) => line.slice(line.indexOf(':') + 2))).toEqual(['full first-contact done', 'partial in-backlog done']);
    // Only who did not close it reads an end of it.
    const lost = outcome.facts.filter(({ body }) => body.kind === 'replica-lost' || body.kind === 'link-lost');
    expect(lost.length).toBeGreaterThan(0);
  });
});

describe('a child', () => {
  it('that is killed in the middle of a save fails the full sync, and the next one does it', () => {
    const outcome = story(`
duration: 60s
data: { master: { keys: 20k, value: 1kb } }
timeline:
  - when: { bgsave: master }
    after: 20ms
    kill: { child-of: master }
`);
    const resyncs = resyncsOf(outcome).map((line) => line.slice(line.indexOf(':') + 2));
    expect(resyncs.length).toBeGreaterThan(1);
    expect(resyncs.at(-1)).toMatch(/full first-contact done/);
    expect(resyncs[0]).not.toMatch(/done/);
  });
});

describe('a master that answers with an error', () => {
  it('to PSYNC: an error that the replica does not know makes it speak SYNC, so it is copied whole', () => {
    const outcome = story(`
duration: 40s
timeline:
  - answer: { node: master, to: PSYNC, with: "-ERR unknown command 'PSYNC'" }
`);
    expect(resyncsOf(outcome).some((line) => line.includes('sync-command'))).toBe(true);
    expect(infoOf(outcome, 'a', 'master_link_status')).toEqual({ master_link_status: 'up' });
  });
  it('to PING: the replica gives up, and tries again each second until it is answered', () => {
    const outcome = story(`
duration: 20s
timeline:
  - answer: { node: master, to: PING, with: "-ERR not now", times: 3 }
`);
    const done = outcome.resyncs.filter(({ outcome: end }) => end === 'done');
    expect(done).toHaveLength(1);
    expect(done[0]!.askedAtUs).toBeGreaterThan(2_500_000);
    expect(done[0]!.askedAtUs).toBeLessThan(4_500_000);
  });
});

describe('a wrong password', () => {
  it('keeps a replica in its handshake until it is put right', () => {
    const outcome = story(`
duration: 40s
timeline:
  - config: { node: master, set: { requirepass: secret } }
  - config: { node: a, set: { masterauth: wrong } }
  - close: { link: a>master, side: replica }
  - at: 10s
    expect: [{ a: { info: { master_link_status: down } } }]
  - config: { node: a, set: { masterauth: secret } }
  - wait-until: { online: a, within: 5s }
`);
    expect(outcome.verdict).toBe('passed');
  });
});

describe('a dead address', () => {
  it('is tried for repl-timeout, again and again, and the data stay', () => {
    const outcome = story(`
duration: 60s
data: { master: { keys: 100, value: 10b } }
timeline:
  - at: 5s
    replicaof: { node: a, master: 10.9.9.9:6379 }
  - at: 50s
    expect: [{ a: { role: replica, keys: 100, info: { master_link_status: down } } }]
`);
    expect(outcome.verdict).toBe('passed');
    expect(outcome.facts.filter(({ node, body }) => node === 'a' && body.kind === 'link-timeout').length).toBeGreaterThan(2);
  });
});

describe('a rename that fails', () => {
  it('costs the replica one whole transfer, and the next one is put in place', () => {
    const outcome = story(`
duration: 60s
data: { master: { keys: 1k, value: 1kb } }
timeline:
  - disk: { node: a, rename: fails }
`);
    const resyncs = resyncsOf(outcome).map((line) => line.slice(line.indexOf(':') + 2));
    expect(resyncs).toHaveLength(2);
    expect(resyncs[0]).not.toMatch(/done/);
    expect(resyncs[1]).toMatch(/done$/);
  });
});
