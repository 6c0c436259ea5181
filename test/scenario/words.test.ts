import { describe, expect, it } from 'vitest';
import { expectationWords } from '../../src/scenario/expectation-words.ts';
import { conditionWords, verbWords } from '../../src/scenario/words.ts';
import type { Expectation } from '../../src/scenario/scenario.ts';
import { attempt } from './files.ts';

const HEAD = 'name: x\nnodes: { master: {}, replica-a: { replicaof: master }, replica-b: { replicaof: master } }\nclients: { app: { to: master, writes: 1/s, until: 5s } }\n';

function verb(entry: string): string {
  const { scenario, problems } = attempt(`${HEAD}timeline:\n  - ${entry}\n`);
  expect(problems).toBeNull();
  return scenario!.timeline[0]!.steps.map((step) => verbWords(step.verb)).join(' / ');
}

describe('a verb in words', () => {
  it.each([
    ['partition: { between: [master, replica-a], for: 90s }', 'partition master ╳ replica-a, for 90s'],
    ['partition: { one-way: master->replica-a }', 'partition master ╳→ replica-a'],
    ['partition: { node: master }', 'partition master ╳ replica-a, replica-b, app'],
    ['heal: all', 'heal the network'],
    ['heal: { between: [master, replica-a] }', 'heal master – replica-a'],
    ['hold: { link: replica-a>master, direction: up, for: 1m }', 'hold replica-a → master, for 60s'],
    ['reset: replica-a>master', 'reset replica-a → master'],
    ['refuse: { link: replica-a>master, for: 5s }', 'refuse connections of replica-a → master, for 5s'],
    ['shape: { link: replica-a>master, up: { delay: 400ms }, down: { bandwidth: 1mb/s } }', 'shape replica-a → master: up 400ms late; down 1mb/s'],
    ['shape: replica-a>master', 'shape replica-a → master: as it was'],
    ['arm: { link: replica-a>master, after: { rdb: 1mb }, then: reset }', 'arm replica-a → master: reset after 1mb of the RDB'],
    ['kill: [master, replica-a]', 'kill master / kill replica-a'],
    ['crash: master', 'power off master'],
    ['freeze: { node: master, for: 2.5s }', 'freeze master, for 2.5s'],
    ['restart: { node: master, how: save, files: wipe, config: { hz: 20 } }', 'stop master, saving / start master again, without files, with hz 20'],
    ['command: { node: master, run: "SET \\"a b\\" \\"\\\\x00\\"" }', 'master: SET "a b" \\x00'],
    ['command: { node: master, run: [[SET, k, { bytes: 3mb }], PING] }', 'master: SET k <3mb>; PING'],
    ['write-many: { node: master, prefix: k, count: 100, size: 8b }', 'master: SET k0 … k99, 8b each'],
    ['config: { node: master, set: { repl-timeout: 10, save: "" } }', 'master: CONFIG SET repl-timeout 10, CONFIG SET save ""'],
    ['replicaof: { node: replica-b, master: replica-a }', 'replica-b becomes a replica of replica-a'],
    ['promote: replica-a', 'promote replica-a'],
    ['failover: { node: master }', 'master hands over to whoever has everything first'],
    ['failover: { node: master, to: replica-a, timeout: 5s, force: true }', 'master hands over to replica-a, within 5s, or without it'],
    ['load: { stop: app }', 'stop the load of app'],
    ['sleep: 1.5s', 'wait 1.5s'],
    ['wait-until: { online: [replica-a, replica-b], within: 20s }', 'wait until replica-a, replica-b are online, at most 20s'],
    ['observe: master', 'observe master'],
    ['expect: [{ role: { master: master } }]', 'expect master is a master'],
    ['kill: { child-of: master }', 'kill the child of master'],
    ['kill: { one-of: [master, replica-a] }', 'one of: kill master | kill replica-a'],
    ['disk: { node: replica-a, rename: fails, times: 2 }', 'renames of replica-a fail, 2 times'],
    ['disk: { node: replica-a, rename: fails, for: 5s }', 'renames of replica-a fail, for 5s'],
    ['answer: { node: master, to: psync, with: "-ERR no" }', 'master answers the next PSYNC with -ERR no'],
    ['close: { link: replica-a>master, side: replica }', 'close replica-a → master on the side of replica-a'],
    ['link: { between: [master, replica-a], bandwidth: 1mb/s, latency: 1ms..5ms, loss: 0.5%, for: 5s }', 'link master – replica-a: latency 1ms..5ms, 1mb/s, loss 0.5%, for 5s'],
    ['nic: { node: master, bandwidth: unlimited }', 'NIC of master: unlimited'],
    ['replicaof: { node: replica-b, master: 10.9.9.9:6379 }', 'replica-b becomes a replica of 10.9.9.9:6379'],
    ['load: { change: app, rate: 5/s, value: 1kb..2kb }', 'change the load of app: 5/s, value 1kb..2kb'],
    ['command: { node: master, run: [MULTI, EXEC], together: true, background: true, as: x }', 'master: MULTI; EXEC (together, in the background, its reply is called x)'],
    ['repeat: { times: 2, every: 5s, steps: [{ kill: master }, { after: 1s, start: master }] }', 'repeat 2 times, every 5s: kill master; after 1s: start master'],
    ['repeat: { until: converged, for: 1m, every: 5s..9s, steps: [{ freeze: { node: master, for: 1s..2s } }] }', 'repeat, for 60s until all replicas have converged, every 5s..9s: freeze master, for 1s (1s..2s by chance)'],
    ['choose: [{ weight: 3, kill: master }, { steps: [] }]', 'one of: 3 × kill master | 1 × nothing'],
    ['psync-probe: { node: master, at: first, delta: -1 }', 'ask master for PSYNC current, offset first - 1'],
  ])('%s is: %s', (entry, words) => {
    expect(verb(entry)).toBe(words);
  });
});

describe('a condition in words', () => {
  it.each([
    ['{ online: replica-a }', 'replica-a is online'],
    ['{ not: { any: [{ link-down: replica-a }, { role: { replica-a: master } }] } }', 'not (replica-a has lost its master or replica-a is a master)'],
    ['{ all: [{ any: [converged, { keys: { master: 5 } }] }, load-stopped] }', '(all replicas have converged or master holds 5 keys) and the load of app has stopped'],
    ['{ info: { node: master, field: connected_slaves, at-least: 2 } }', 'connected_slaves of master is at least 2'],
    ['{ state: { replica-a: transfer } }', 'the link of replica-a is in state transfer'],
    ['{ log: { node: master, contains: [a, b] } }', 'master logs "a" or "b"'],
    ['{ bgsave: master }', 'a child of master saves'],
    ['{ loading: replica-a }', 'replica-a is loading'],
    ['{ replicas: { master: 2 } }', 'master has 2 replicas online'],
    ['{ offset: { master: 5000 } }', 'master is at offset 5000'],
    ['{ key: { node: master, name: a, value: b } }', 'a on master is "b"'],
    ['{ output-buffer: { link: replica-a>master, at-least: 1mb } }', 'the output buffer of replica-a at master holds 1mb'],
    ['{ requests: { link: replica-a>master, count: 2 } }', '2 requests passed replica-a → master'],
  ])('%s is: %s', (written, words) => {
    const { scenario } = attempt(`${HEAD}timeline:\n  - when: ${written}\n    kill: master\n`);
    const start = scenario!.timeline[0]!.start;
    expect(start.type === 'when' && conditionWords(start.condition)).toBe(words);
  });
});

describe('an expectation in words', () => {
  it.each([
    ['replica-a: { resyncs: [full: first-contact, partial] }', 'replica-a resynced: full (first-contact), partial'],
    ['replica-a: { resyncs: [] }', 'replica-a never resynced'],
    ['replica-a: { resyncs: { full: 2, partial: 0, total: 2.. } }', 'replica-a had 2 full resyncs / replica-a had no partial resyncs / replica-a had at least 2 resyncs'],
    ['replica-a: { attempts: 1..3 }', 'replica-a made 1 to 3 resync attempts'],
    ['replica-a: { keys: ..5 }', 'replica-a holds at most 5 keys'],
    ['replica-a: { key: [{ name: a, value: b }, { name: c, exists: false }, { name: d }] }', 'a on replica-a is "b" / replica-a has no key c / replica-a has key d'],
    ['replica-a: { log: [x], info: { master_link_status: up } }', 'replica-a logged "x" / master_link_status of replica-a is up'],
    ['replica-a: { log: { contains: x, count: 0 } }', 'replica-a never logged "x"'],
    ['replica-a: { disconnections: 0 }', 'replica-a never lost its link'],
    ['replica-a: { disconnections: { repl-timeout: 0, reset: 2 } }', 'replica-a never lost its link by repl-timeout / replica-a lost its link 2 times by reset'],
    ['converged: { within: 5s, after: load-stopped }', 'converged within 5s of the load stopping'],
    ['converged: { within: 5s, after: 30s }', 'converged within 5s of 30s'],
    ['converged', 'converged at the end'],
    ['same-data: all', 'master, replica-a, replica-b hold the same data'],
    ['offsets-equal: [master, replica-a]', 'offsets of master, replica-a are equal'],
  ])('%s is: %s', (written, words) => {
    const { scenario, problems } = attempt(`${HEAD}expect:\n  - ${written}\n`);
    expect(problems).toBeNull();
    expect(scenario!.expect.map(({ text }) => text).join(' / ')).toBe(words);
    expect(scenario!.expect.map((expectation: Expectation) => expectationWords(expectation)).join(' / ')).toBe(words);
  });

  it('names a noted value as what it is, whatever it is called', () => {
    expect(expectationWords({ expect: 'delta', note: 'before', count: { from: 140, to: 140 } })).toBe('what was noted as before grew by 140');
  });
});
