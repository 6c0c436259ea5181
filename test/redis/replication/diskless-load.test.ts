/**
 * repl-diskless-load: the file is parsed as it comes. What is shown meanwhile, what is left when it breaks, and who is told.
 *
 * The world's part (reading the socket at the pace of the parser) is played by the test: a piece is given when it was parsed.
 */
import { describe, expect, it } from 'vitest';
import type { RdbImage } from '../../../src/redis/persistence/rdb.ts';
import { Double, FROM_DISK, id, replicaOf } from '../double.ts';

const VALUE = 'x'.repeat(3_000);

/** A master with data, to take files from. */
function master(...values: readonly string[]): Double {
  const node = new Double({ config: FROM_DISK });
  const fd = node.accept();
  for (const [index, value] of values.entries()) node.says(fd, `SET k${index} ${value}`);
  return node;
}

type Load = 'on-empty-db' | 'swapdb';

/** A replica that asks for everything and gets the header of a streamed file. `replid` is the history of what comes. */
function receiving(load: Load, options: { readonly had?: Double; readonly replid?: string; readonly config?: Readonly<Record<string, string>> } = {}): { readonly node: Double; readonly fd: number } {
  const config = { 'repl-diskless-load': load, ...options.config };
  let node: Double;
  let fd = -1;
  if (options.had === undefined) {
    node = new Double({ config: { replicaof: '10.0.0.1 6379', ...config } });
    node.pass(0.001);
  } else {
    // In step once, and lost since: it reconnects at once.
    node = replicaOf(options.had, { config });
    node.feed({ type: 'closed', fd, why: 'reset' });
    fd = -2;
  }
  node.feed({ type: 'connected', fd, credit: 1_000_000 });
  node.hears(fd, '+PONG', '+OK', '+OK', `+FULLRESYNC ${options.replid ?? id(7)} 1000`, `$EOF:${id(9)}`);
  node.told();
  return { node, fd };
}

const marked = (node: Double, fd: number): string[] => {
  node.feed({ type: 'received', fd, piece: { payload: { kind: 'line', text: id(9), size: 40 }, from: 0, to: 40 } });
  return node.ordered();
};

/** The first bytes are read, and then parsed: a half of the file. */
function half(node: Double, fd: number, image: RdbImage): string[] {
  const middle = Math.floor(image.size / 2);
  const orders = node.gets(fd, image, middle); // read: the load begins
  node.gets(fd, image, middle); // parsed
  return orders;
}

const said = (node: Double, words: string): string => {
  const fd = node.accept();
  return node.says(fd, words).find((order) => order.startsWith(`${fd} <`))?.slice(`${fd} < `.length) ?? '';
};

const LOADING = '-LOADING Redis is loading the dataset in memory';

describe('on-empty-db', () => {
  it('an empty replica parses what comes: no file, nothing to flush, and the mark makes it a replica in step', () => {
    const { node, fd } = receiving('on-empty-db');
    const image = master(VALUE).image();
    const middle = Math.floor(image.size / 2);
    expect(half(node, fd, image)).toEqual([`load ${image.size} from -1, 0..${middle} being here`]);
    expect(node.told('load-started')).toEqual([{ kind: 'load-started', bytes: image.size, from: 'socket' }]);
    expect(said(node, 'GET k0')).toBe(LOADING);
    expect(node.info('loading', 'async_loading')).toEqual({ loading: '1', async_loading: '0' });
    node.gets(fd, image, image.size, middle);
    expect(marked(node, fd)).toEqual(['end of the load from the socket', '-1 < REPLCONF ACK 1000']);
    expect(node.get('k0')).toBe(`$${VALUE.length} ${VALUE}`);
    expect(node.files.rdb).toBeNull();
    expect(node.info('loading', 'master_link_status', 'master_replid')).toEqual({ loading: '0', master_link_status: 'up', master_replid: '<7>' });
  });

  it('one with a key goes by disk', () => {
    const { node, fd } = receiving('on-empty-db', { had: master('old') });
    const image = master(VALUE).image();
    expect(node.gets(fd, image)).toEqual([]);
    expect(marked(node, fd)).toEqual(['-2 < \\n', expect.stringMatching(/^flush /)]);
  });

  it('a break in the middle leaves nothing: it asks for everything again, at once', () => {
    const { node, fd } = receiving('on-empty-db');
    half(node, fd, master(VALUE).image());
    node.ordered();
    expect(node.feed({ type: 'closed', fd, why: 'reset' }).ordered()).toEqual(['end of the load from the socket', 'connect -2 10.0.0.1:6379']);
    expect(node.told('load-failed')).toEqual([{ kind: 'load-failed', error: '', at: 'socket' }]);
    expect(said(node, 'DBSIZE')).toBe(':0');
  });
});

describe('swapdb', () => {
  it('a newer state of its own history: the old one is served meanwhile, and given up only when all is there', () => {
    const top = master('old');
    const { node, fd } = receiving('swapdb', { had: top, replid: top.server.replication.replid });
    const image = master('new').image();
    half(node, fd, image);
    expect(node.info('loading', 'async_loading')).toEqual({ loading: '0', async_loading: '1' });
    expect(said(node, 'GET k0')).toBe('$3 old');
    // Only what would change or copy the data under its hands is refused.
    expect(['BGSAVE', 'SAVE', 'REPLICAOF NO ONE', 'PSYNC ? -1'].map((words) => said(node, words))).toEqual([LOADING, LOADING, LOADING, LOADING]);
    expect(said(node, 'PING')).toBe('+PONG');
    expect(node.told('cached-master-discarded')).toEqual([]);
    node.gets(fd, image, image.size, Math.floor(image.size / 2));
    marked(node, fd);
    expect(node.facts.filter(({ kind }) => ['cached-master-discarded', 'data-swapped', 'load-finished', 'link-online'].includes(kind)).slice(-4).map(({ kind }) => kind))
      .toEqual(['cached-master-discarded', 'data-swapped', 'load-finished', 'link-online']);
    expect(node.get('k0')).toBe('$3 new');
  });

  it('another history: nobody is served, for the old data are no earlier state of what comes', () => {
    const { node, fd } = receiving('swapdb', { had: master('old') });
    half(node, fd, master('new').image());
    expect(said(node, 'GET k0')).toBe(LOADING);
    expect(node.info('loading', 'async_loading')).toEqual({ loading: '1', async_loading: '0' });
  });

  it.each([
    ['the connection breaks', { type: 'closed', fd: -2, why: 'reset' }],
    ['nothing comes for repl-timeout', { type: 'readTimedOut', fd: -2 }],
  ] as const)('when %s, the old data are there as before, and so is the place from which to go on', (_, input) => {
    const { node, fd } = receiving('swapdb', { had: master('old') });
    half(node, fd, master('new').image());
    node.ordered();
    const orders = node.feed(input).ordered();
    expect(orders.at(-1)).toBe('connect -3 10.0.0.1:6379');
    expect(said(node, 'GET k0')).toBe('$3 old');
    node.feed({ type: 'connected', fd: -3, credit: 1_000_000 });
    const { replid } = node.server.replication;
    expect(node.hears(-3, '+PONG', '+OK', '+OK').at(-1)).toBe(`-3 < PSYNC ${replid.replace(/^(.)\1{39}$/, '<$1>')} 1`);
  });

  it('with replica-serve-stale-data no, that is what a client is told first', () => {
    const top = master('old');
    const { node, fd } = receiving('swapdb', { had: top, replid: top.server.replication.replid, config: { 'replica-serve-stale-data': 'no' } });
    half(node, fd, master('new').image());
    expect(said(node, 'GET k0')).toMatch(/^-MASTERDOWN /);
  });

  it('the append-only file is off meanwhile, and starts over with the new data', () => {
    const { node, fd } = receiving('swapdb', { config: { appendonly: 'yes' } });
    const image = master('new').image();
    half(node, fd, image);
    expect(node.told('aof-off')).toEqual([{ kind: 'aof-off', why: 'sync' }]);
    node.gets(fd, image, image.size, Math.floor(image.size / 2));
    expect(marked(node, fd)).toContain('fork aof-rewrite');
  });
});

it('a newline goes out at most once a wall second while it is parsed', () => {
  const { node, fd } = receiving('on-empty-db');
  half(node, fd, master(VALUE).image());
  node.ordered();
  const progress = (): string[] => node.feed({ type: 'workProgress' }).ordered();
  expect(progress()).toEqual(['-1 < \\n']);
  expect(progress()).toEqual([]);
  node.nowUs += 1_000_000;
  expect(progress()).toEqual(['-1 < \\n']);
});
