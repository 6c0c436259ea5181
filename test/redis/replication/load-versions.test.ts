/**
 * What a replica of each generation does with the file of a full sync once its last byte is here, and what goes on beside it.
 * The master is 10.0.0.1:6379; the replica holds a key of its own history, which the file replaces.
 */
import { describe, expect, it } from 'vitest';
import { findProfile, type Profile } from '../../../src/redis/profiles/index.ts';
import type { RdbImage } from '../../../src/redis/persistence/rdb.ts';
import { childEnds, Double, id } from '../double.ts';

function profileOf(version: string): Profile {
  const found = findProfile(version);
  if (!found.ok) throw new Error(`no ${version}`);
  return found.profile;
}

const master = new Double({ config: { save: '' } });
master.says(master.accept(), 'SET new one');

/** A file that the version can read, or one that it cannot. */
const fileFor = (version: string, readable = true): RdbImage => ({ ...master.image(), version: readable ? 6 : profileOf(version).rdb.version + 1 });

/** A master with a key, turned into a replica, that waits for the file: its header has come. */
function waiting(version: string, image: RdbImage, config: Readonly<Record<string, string>> = {}, before: readonly string[] = []): Double {
  const node = new Double({ profile: profileOf(version), config: { save: '', ...config } });
  const fd = node.accept();
  node.says(fd, 'SET old one');
  for (const line of before) node.says(fd, line);
  node.says(fd, 'SLAVEOF 10.0.0.1 6379');
  node.pass(1).feed({ type: 'connected', fd: -1, credit: 100_000 });
  let said = node.hears(-1, '+PONG');
  while (!said.some((order) => order.includes('SYNC'))) said = node.hears(-1, '+OK');
  if (version !== '2.6') node.hears(-1, `+FULLRESYNC ${id(7)} 1000`);
  node.hears(-1, `$${image.size}`);
  node.ordered();
  return node;
}

/** The whole file, and all that the disk and the memory answer; returns what was ordered. */
function loads(node: Double, image: RdbImage): string[] {
  const orders = node.gets(-1, image);
  for (;;) {
    const next = orders.at(-1) ?? '';
    if (next.startsWith('install')) node.feed({ type: 'installed', ok: true });
    else if (next.startsWith('flush')) node.feed({ type: 'flushed' });
    else if (next.startsWith('load')) node.feed({ type: 'loaded' });
    else return orders;
    const more = node.ordered();
    if (more.length === 0) return orders;
    orders.push(...more);
  }
}

/** The kind of each order. */
const kinds = (orders: readonly string[]): string[] => orders.map((order) => order.replace(/^-1 < \\n$/, 'newline').replace(/ \d+$/, '').replace(/^-1 < (\w+ \w+).*$/, '$1'));

describe('the file', () => {
  it.each([
    { version: '2.6', order: ['flush', 'load'] }, // in place already; nothing tells the master that we live
    { version: '2.8', order: ['newline', 'flush', 'load'] },
    { version: '4.0', order: ['newline', 'flush', 'load'] },
    { version: '5.0', order: ['install', 'newline', 'flush', 'load'] },
    { version: '6.0', order: ['newline', 'flush', 'install', 'load'] },
    { version: '7.2', order: ['newline', 'flush', 'install', 'load'] },
  ])('of $version: $order', ({ version, order }) => {
    const image = fileFor(version);
    const node = waiting(version, image);
    expect(kinds(loads(node, image))).toEqual(order);
    expect([node.get('new'), node.get('old'), node.files.rdb?.version]).toEqual(['$3 one', '$-1', 6]);
  });

  it.each(['5.0', '6.0'])('of %s that cannot be put in its place: old data are there still when it was tried before the flush', (version) => {
    const image = fileFor(version);
    const node = waiting(version, image);
    node.gets(-1, image);
    if (version === '6.0') node.feed({ type: 'flushed' });
    node.feed({ type: 'installed', ok: false });
    expect(node.get('old')).toBe(version === '5.0' ? '$3 one' : '$-1');
    expect(node.info('master_link_status')).toEqual({ master_link_status: 'down' });
  });
});

describe('the append-only file', () => {
  it.each([
    { version: '2.8', stopped: 'after', failed: 'on' },
    { version: '3.2', stopped: 'after', failed: 'on' },
    { version: '4.0', stopped: 'before', failed: 'wait-rewrite' },
    { version: '5.0', stopped: 'before', failed: 'wait-rewrite' },
    { version: '6.0', stopped: 'before', failed: 'off' },
    { version: '7.2', stopped: 'before', failed: 'off' },
  ])('of $version is stopped $stopped the load, and $failed when that fails', ({ version, stopped, failed }) => {
    const good = fileFor(version);
    const node = waiting(version, good, { appendonly: 'yes' });
    const orders = loads(node, good);
    expect(node.told('aof-off', 'load-started', 'aof-rewrite').filter((fact) => fact.kind !== 'aof-rewrite' || fact.phase === 'started').map(({ kind }) => kind)).toEqual(
      stopped === 'before' ? ['aof-off', 'load-started', 'aof-rewrite'] : ['load-started', 'aof-off', 'aof-rewrite'],
    );
    expect(orders.at(-1)).toBe('fork aof-rewrite');
    expect(node.server.aof.state).toBe('wait-rewrite');
    const bad = fileFor(version, false);
    const unlucky = waiting(version, bad, { appendonly: 'yes' });
    loads(unlucky, bad);
    expect(unlucky.server.aof.state).toBe(failed);
    expect([unlucky.get('old'), unlucky.told('load-failed').length]).toEqual(['$-1', 1]);
  });
});

describe('a child that saves the old data', () => {
  it.each([
    { version: '2.8', kills: false },
    { version: '3.2', kills: false },
    { version: '4.0', kills: true },
  ])('of $version is killed: $kills', ({ version, kills }) => {
    const image = fileFor(version);
    const node = waiting(version, image, {}, ['BGSAVE']);
    expect(loads(node, image).includes('kill child')).toBe(kills);
    if (kills) return;
    // Its file takes the place of the new one.
    childEnds(node);
    expect(node.files.rdb?.version).toBe(profileOf(version).rdb.version);
  });
});

describe('repl-diskless-load swapdb', () => {
  it.each([
    { version: '6.2', facts: ['flush-started', 'load-started', 'load-finished'] },
    { version: '6.0', facts: ['flush-started', 'load-started', 'load-finished'] },
    { version: '7.0', facts: ['load-started', 'data-swapped', 'load-finished'] },
  ])('of $version: $facts', ({ version, facts }) => {
    const image = fileFor(version);
    const node = waiting(version, image, { 'repl-diskless-load': 'swapdb' });
    node.gets(-1, image, 20);
    node.gets(-1, image, 20);
    node.gets(-1, image, image.size, 20);
    expect(node.told('flush-started', 'load-started', 'data-swapped', 'load-finished').map(({ kind }) => kind)).toEqual(facts);
    expect([node.get('new'), node.get('old')]).toEqual(['$3 one', '$-1']);
  });
});
