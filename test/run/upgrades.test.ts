/** A server that starts again as another version: what it makes of the files and settings of its elder, or younger. */
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/checks/outcome.ts';
import { createNodeLog } from '../../src/trace/node-log.ts';
import { infoOf, play, resyncsOf } from './runs.ts';

const HEAD = `
name: Upgrade
config: { save: "3600 1", repl-ping-slave-period: 3600 }
network: { default: { latency: 1ms, bandwidth: 1gbit } }
duration: 40s
nodes:
  master: { data: { keys: 100, value: 100b } }
  a: { replicaof: master }
`;

function upgrade(from: string, steps: string, more = ''): Outcome {
  return play(`${HEAD}server: ${from}\n${more}timeline:\n  - at: 10s\n    command: { node: master, run: SET before 1 }\n  - sleep: 2s\n${steps}`);
}

/** The lines of a node's log from the second at which it was started again. */
function logOf(outcome: Outcome, node: string, fromS: number): string[] {
  const read = createNodeLog(node, outcome.server);
  return outcome.facts.flatMap((fact) => {
    const lines = read(fact);
    return fact.atUs >= fromS * 1e6 ? lines : [];
  });
}

const keysOf = (outcome: Outcome, node: string): number | null => outcome.nodes.find((state) => state.node === node)?.keys ?? null;
const isRunning = (outcome: Outcome, node: string): boolean => outcome.nodes.find((state) => state.node === node)!.running;

describe('a replica that is upgraded', () => {
  it.each([
    ['2.6', '2.8', 'full: sync-command'],
    ['2.8', '3.2', 'full: first-contact'],
    // An older version wrote no position into its file.
    ['3.2', '4.0', 'full: first-contact'],
    ['4.0', '5.0', 'partial: in-backlog'],
    ['5.0', '6.0', 'partial: in-backlog'],
    ['6.0', '6.2', 'partial: in-backlog'],
    ['6.2', '7.2', 'partial: in-backlog'],
    ['7.0', '7.4', 'partial: in-backlog'],
    ['7.2', 'valkey-8.0', 'partial: in-backlog'],
  ])('from %s to %s: %s', (from, to, how) => {
    const outcome = upgrade(from, `  - restart: { node: a, server: ${to} }\n  - command: { node: master, run: SET after 1 }\n`);
    expect(resyncsOf(outcome).slice(1).map((resync) => resync.replace(/^.*?: (\w+) (\S+) done$/, '$1: $2'))).toEqual([how]);
    expect(keysOf(outcome, 'a')).toBe(102);
    expect(outcome.facts.findLast(({ node, body }) => node === 'a' && body.kind === 'server-started')?.body).toMatchObject({ version: expect.stringMatching(new RegExp(`^${to.replace('valkey-', '').replace('.', '\\.')}`)) as string });
  });
});

describe('a master that is upgraded in its place', () => {
  // Only since 7.0 a master takes up the history of its file.
  it.each([['6.0', '6.2', 'full unknown-id'], ['6.2', '7.0', 'partial in-backlog'], ['7.2', '7.4', 'partial in-backlog'], ['5.0', 'valkey-8.0', 'partial in-backlog']])('from %s to %s: its replica resyncs %s', (from, to, how) => {
    const outcome = upgrade(from, `  - restart: { node: master, server: ${to}, how: save }\n`);
    expect(resyncsOf(outcome).at(-1)).toContain(how);
    expect(keysOf(outcome, 'a')).toBe(101);
  });
  it('before its replicas cannot copy them anything: they do not read its files', () => {
    const outcome = upgrade('6.2', '  - restart: { node: master, server: 7.2, how: kill }\n');
    expect(infoOf(outcome, 'a', 'master_link_status')).toEqual({ master_link_status: 'down' });
    expect(logOf(outcome, 'a', 12)).toContain("Can't handle RDB format version 11");
    expect(keysOf(outcome, 'a')).toBe(0);
  });
});

describe('a server that is downgraded', () => {
  it.each([
    ['2.8', '2.6', null],
    ['3.2', '2.8', 7],
    ['4.0', '3.2', 8],
    ['5.0', '4.0', 9],
    ['6.2', '5.0', null],
    ['7.0', '6.2', 10],
    ['7.2', '7.0', 11],
    ['7.4', '7.2', 12],
    ['valkey-8.0', '7.2', null],
    ['valkey-8.0', '7.0', 11],
    ['7.4', 'valkey-8.0', 12],
  ])('from %s to %s: its RDB has a format that is too new: %s', (from, to, format) => {
    const outcome = upgrade(from, `  - restart: { node: a, server: ${to} }\n`);
    if (format === null) return expect(keysOf(outcome, 'a')).toBe(101);
    expect(isRunning(outcome, 'a')).toBe(false);
    const said = ['7.2', 'valkey-8.0'].includes(to) ? 'Fatal error loading the DB, check server logs. Exiting.' : 'Fatal error loading the DB: Invalid argument. Exiting.';
    expect(logOf(outcome, 'a', 12).slice(-2)).toEqual([`Can't handle RDB format version ${format}`, said]);
    expect(outcome.facts.findLast(({ body }) => body.kind === 'process-ended')?.body).toMatchObject({ node: 'a', how: 'exit' });
  });
  it('starts without its files, and follows as an old one does', () => {
    const outcome = upgrade('6.2', '  - restart: { node: a, server: 5.0, files: wipe }\n');
    expect(resyncsOf(outcome)).toHaveLength(2);
    expect(keysOf(outcome, 'a')).toBe(101);
    expect(logOf(outcome, 'a', 12)).toContain('MASTER <-> REPLICA sync: Finished with success');
  });
});

describe('the append-only file', () => {
  const alone = (from: string, config: string, steps: string): Outcome => play(`
name: AOF
server: ${from}
duration: 20s
config: { appendonly: "yes"${config} }
nodes: { one: {} }
timeline:
  - at: 2s
    command: { node: one, run: [SET a 1, SETEX b 1000 2, LPUSH c 1 2 3] }
${steps}`);
  // 6.0 does not understand the SET … PXAT by which 6.2 writes down a SETEX, and nobody is told that it refuses it.
  it.each<[string, string, number?]>([['2.6', '3.2'], ['3.2', '4.0'], ['4.0', '6.2'], ['6.2', '7.0'], ['3.2', '7.4'], ['7.0', 'valkey-8.0'], ['6.2', '6.0', 3], ['4.0', '2.8']])('of %s is read by %s', (from, to, keys = 4) => {
    const outcome = alone(from, '', `  - restart: { node: one, server: ${to} }\n  - command: { node: one, run: SET d 1 }\n  - restart: one\n`);
    expect(keysOf(outcome, 'one')).toBe(keys);
  });
  it('of 7.0 lies where 6.2 does not look: it comes up empty, and its elder finds its own again', () => {
    const down = alone('7.0', '', '  - restart: { node: one, server: 6.2 }\n');
    expect(isRunning(down, 'one')).toBe(true);
    expect(keysOf(down, 'one')).toBe(0);
    const up = alone('7.0', '', '  - restart: { node: one, server: 6.2 }\n  - command: { node: one, run: SET other 1 }\n  - restart: { node: one, server: 7.0 }\n');
    expect(keysOf(up, 'one')).toBe(3);
  });
  it('of 6.2 is moved by 7.0, and 6.2 does not find it again', () => {
    expect(keysOf(alone('6.2', '', '  - restart: { node: one, server: 7.0 }\n  - restart: { node: one, server: 6.2 }\n'), 'one')).toBe(0);
  });
  const rewritten = (from: string, to: string, first = ''): Outcome =>
    alone(from, '', `${first}  - command: { node: one, run: CONFIG SET appendonly no }\n  - command: { node: one, run: CONFIG SET appendonly yes }\n  - sleep: 3s\n  - restart: { node: one, server: ${to} }\n`);
  it.each([
    ['5.0', '3.2', ['Bad file format reading the append only file: make a backup of your AOF file, then use ./redis-check-aof --fix <filename>']],
    ['5.0', '4.0', ['Reading RDB preamble from AOF file...', "Can't handle RDB format version 9", 'Error reading the RDB preamble of the AOF file, AOF loading aborted', 'Unrecoverable error reading the append only file: Invalid argument']],
    ['7.4', '7.2', ['Reading RDB base file on AOF loading...', "Can't handle RDB format version 12", 'Error reading the RDB base file appendonly.aof.2.base.rdb, AOF loading aborted']],
  ])('that %s has rewritten is an RDB to begin with: %s exits', (from, to, lines) => {
    const outcome = rewritten(from, to);
    expect(isRunning(outcome, 'one')).toBe(false);
    expect(logOf(outcome, 'one', 5).slice(-lines.length)).toEqual(lines);
  });
  it('of 7.0 and later begins with an RDB from the start, of an empty data set', () => {
    expect(isRunning(alone('7.4', '', '  - restart: { node: one, server: 7.2 }\n'), 'one')).toBe(false);
    const outcome = alone('7.2', '', '  - restart: one\n');
    expect(logOf(outcome, 'one', 2)).toContain('Reading RDB base file on AOF loading...');
    const moved = alone('5.0', '', '  - command: { node: one, run: CONFIG SET appendonly no }\n  - command: { node: one, run: CONFIG SET appendonly yes }\n  - sleep: 3s\n  - restart: { node: one, server: 7.2 }\n');
    expect(logOf(moved, 'one', 2).slice(-2)).toEqual(['Reading RDB preamble from AOF file...', 'Reading the remaining AOF tail...']);
  });
  it('is commands where no RDB is wanted before them', () => {
    expect(keysOf(rewritten('5.0', '3.2', '  - config: { node: one, set: { aof-use-rdb-preamble: "no" } }\n'), 'one')).toBe(3);
    expect(keysOf(rewritten('4.0', '3.2'), 'one')).toBe(3);
  });
  it('with a command that an elder does not know ends it', () => {
    const outcome = alone('4.0', '', '  - command: { node: one, run: UNLINK a }\n  - restart: { node: one, server: 3.2 }\n');
    expect(isRunning(outcome, 'one')).toBe(false);
    expect(logOf(outcome, 'one', 2).at(-1)).toBe("Unknown command 'UNLINK' reading the append only file");
  });
});

describe('its settings', () => {
  it('stay, under the names of its version, and get the defaults of its version', () => {
    const outcome = upgrade('4.0', '  - restart: { node: a, server: 7.2, config: { repl-timeout: 33 } }\n  - command: { node: a, run: CONFIG GET repl*size, as: got }\n  - command: { node: a, run: CONFIG GET repl-ping-*, as: ping }\n  - command: { node: a, run: CONFIG GET repl-diskless-sync, as: default }\n');
    const got = (name: string): string => outcome.facts.flatMap(({ body }) => (body.kind === 'command-reply' && body.as === name ? body.replies : [])).join();
    expect(got('ping')).toContain('3600');
    expect(got('default')).toContain('yes');
  });
});
