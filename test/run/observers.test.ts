/** Observers attached by PSYNC: what they hear, through a chain too; and what an observation never does. */
import { describe, expect, it } from 'vitest';
import { loadScenario } from '../../src/scenario/load.ts';
import { start } from '../../src/run.ts';
import type { StreamEntry } from '../../src/trace/fact.ts';
import { inSlices, play } from './runs.ts';

const HEAD = `
name: Observers
config: { repl-diskless-sync-delay: 0, repl-ping-replica-period: 3600 }
network: { default: { latency: 1ms, bandwidth: 1gbit } }
nodes: { master: { data: { keys: 100, value: 1kb } }, a: { replicaof: master }, b: { replicaof: a } }
`;

const WRITES = `
duration: 30s
timeline:
  - at: 5s
    command: { node: master, run: [SET k 1, SELECT 3, INCR n, EXPIRE n 100] }
  - after: 1s
    command: { node: master, client: other, run: SET é "a b" }
`;

function heard(text: string, observer: string): readonly StreamEntry[] {
  return inSlices(loadScenario(text, 'test.yaml'), 100_000).trace.streams.get(observer) ?? [];
}

function sayings(entries: readonly StreamEntry[]): string[] {
  return entries.map(({ words }) => words.join(' ').replace(/PXAT \d+/, 'PXAT …').replace(/PEXPIREAT n \d+/, 'PEXPIREAT n …'));
}

const STREAM = ['SELECT 0', 'SET k 1', 'SELECT 3', 'INCR n', 'PEXPIREAT n …', 'SELECT 0', 'SET \u00c3\u00a9 a b'];

describe('an observer of the stream', () => {
  it.each([['its master', 'master'], ['a replica', 'a'], ['a replica of a replica', 'b']])('of %s hears the same commands, SELECTs and all, with the offsets at which they end', (_, to) => {
    const entries = heard(`${HEAD}observers: { watcher: { to: ${to} } }${WRITES}`, 'watcher');
    expect(sayings(entries)).toEqual(STREAM);
    const [first] = entries;
    entries.forEach((entry, index) => {
      expect(entry.offset - entry.bytes).toBe(index === 0 ? first!.offset - first!.bytes : entries[index - 1]!.offset);
    });
  });
  it('acknowledges: to its master it is a replica, and WAIT counts it', () => {
    const outcome = play(`${HEAD}observers: { watcher: { to: master } }
duration: 20s
timeline:
  - at: 5s
    command: { node: master, run: [SET k 1, WAIT 2 1500], as: both }
expect:
  - info: { master: { connected_slaves: 2 } }
`);
    expect(outcome.facts.flatMap(({ body }) => (body.kind === 'command-reply' ? body.replies : []))).toEqual(['OK', '2']);
    expect(outcome.verdict).toBe('passed');
  });
  it('that was cut off asks for what it has missed, and hears it once', () => {
    const entries = heard(`${HEAD}observers: { watcher: { to: master } }
${WRITES}  - at: 4s
    partition: { between: [master, watcher], for: 3s }
  - at: 8s
    restart: { node: a, how: kill }
`, 'watcher');
    expect(sayings(entries)).toEqual(STREAM);
    expect(entries.every(({ atUs }) => atUs > 7e6)).toBe(true);
  });
  it('of a 2.6 master says SYNC, counts from the file on, and begins anew when it was cut off', () => {
    const entries = heard(`
name: Observers of 2.6
server: redis-2.6
nodes: { master: { data: { keys: 100, value: 1kb } } }
observers: { watcher: { to: master } }
duration: 30s
timeline:
  - at: 5s
    command: { node: master, run: [SET k 1, SELECT 3, INCR n, EXPIRE n 100] }
  - at: 12s
    restart: { node: master, how: kill }
  - at: 25s
    command: { node: master, run: SET later 1 }
`, 'watcher');
    // No SELECT for database 0, and none said in RESP; a PING each ten seconds.
    expect(sayings(entries).filter((words) => words !== 'PING')).toEqual(['SET k 1', 'select 3', 'INCR n', 'EXPIRE n 100', 'SET later 1']);
    expect(entries[0]).toMatchObject({ offset: 27, bytes: 27 });
    expect(entries[1]).toMatchObject({ offset: 37, bytes: 10 });
    expect(entries.at(-1)!.offset).toBeLessThan(60);
  });
  it('may come late and go early', () => {
    expect(sayings(heard(`${HEAD}observers: { watcher: { to: b, from: 5500ms } }${WRITES}`, 'watcher'))).toEqual(STREAM.slice(5));
    expect(sayings(heard(`${HEAD}observers: { watcher: { to: b, until: 5500ms } }${WRITES}`, 'watcher'))).toEqual(STREAM.slice(0, 5));
  });
});

describe('what is expected of the stream', () => {
  const judged = (line: string): string => {
    const outcome = play(`${HEAD}observers: { watcher: { to: b } }${WRITES}expect:\n  - stream: { watcher: ${line} }\n`);
    return outcome.expectations.map(({ verdict, detail }) => (detail === '' ? verdict : `${verdict}: ${detail}`)).join('; ');
  };
  it.each([
    ['SET k 1', 'held'],
    ['SET k 2', 'failed: expected at least 1; found 0 of 7 commands'],
    ['{ contains: SELECT, count: 3 }', 'held'],
    ['{ contains: SELECT, count: ..2 }', /^failed: expected at most 2; found 3 of 7 commands \(the last at 6\.0s, up to byte \d+\)$/],
    ['{ order: [SET k, INCR n, PEXPIREAT n] }', 'held'],
    ['{ order: [INCR n, SET k] }', 'failed: found "INCR n", but no "SET k" after that'],
    ['{ all: [SELECT 0, SET k 1] }', 'failed: expected none as command 3 of 2; found "SELECT 3", of 7'],
    ['{ offset: 1.. }', 'held'],
    ['{ offset: ..5 }', /^failed: expected at most 5; found \d+$/],
  ])('%s', (line, found) => {
    if (typeof found === 'string') expect(judged(line)).toBe(found);
    else expect(judged(line)).toMatch(found);
  });
});

describe('looking on never changes the run', () => {
  const STORY = `${HEAD}
clients: { app: { to: master, writes: 50/s, until: 20s } }
${WRITES}  - at: 8s
    partition: { between: [master, a], for: 5s }
`;
  const hashOf = (text: string): string => {
    const run = start(loadScenario(text, 'test.yaml'));
    while (!run.advance(1000));
    return run.trace.hash();
  };
  it.each([
    ['expectations at the end', 'expect:\n  - converged: { within: 10s, after: load-stopped }\n  - same-data: all\n  - key: { b: { name: k, value: 2 } }\n'],
    ['checkpoints', '  - at: 7s\n    expect: [{ role: { master: master } }, { offsets-equal: [master, b] }]\n  - at: 9s\n    observe: all\n'],
    ['conditions that never come true', '  - when: { all: [{ role: { b: master } }, { key: { node: b, name: x } }, { output-buffer: { link: a>master, at-least: 1gb } }] }\n    kill: master\n'],
    ['habits that never act', '  - whenever: { any: [{ bgsave: b }, { offset: { b: 999999999 } }, { replicas: { b: 1 } }] }\n    kill: master\n'],
  ])('%s leave its hash as it was', (_, more) => {
    expect(hashOf(STORY + more)).toBe(hashOf(STORY));
  });
});
