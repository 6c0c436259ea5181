/** What 7.4 does otherwise than 7.2: each row of the profile, seen from outside. */
import { describe, expect, it } from 'vitest';
import { defaultConfig, getDirective, setDirective } from '../../../src/redis/config.ts';
import { findProfile } from '../../../src/redis/profiles/index.ts';
import { redis72 } from '../../../src/redis/profiles/redis-7.2.ts';
import { redis74 } from '../../../src/redis/profiles/redis-7.4.ts';
import { step } from '../../../src/redis/machine.ts';
import type { Profile } from '../../../src/redis/profiles/profile.ts';
import { command, synthetic } from '../../../src/redis/protocol/make.ts';
import { Double, FROM_DISK, onlineReplica, replicaOf } from '../double.ts';

const both = [{ name: '7.2', profile: redis72 }, { name: '7.4', profile: redis74 }];

describe('directives', () => {
  it.each(['redis-7.4', '7.4', '7.4.1', 'redis-7.4.1'])('%s names it', (name) => {
    expect(findProfile(name)).toEqual({ ok: true, profile: redis74 });
  });

  it.each(['hide-user-data-from-log', 'max-new-connections-per-cycle', 'max-new-tls-connections-per-cycle', 'server-cpulist', 'bgsave-cpulist'])('%s is new', (name) => {
    expect(getDirective(defaultConfig(redis74), redis74, name)).toHaveLength(1);
    expect(getDirective(defaultConfig(redis72), redis72, name)).toEqual([]);
  });

  it('the old spelling with an underscore stays good', () => {
    for (const { profile } of both) expect(setDirective(defaultConfig(profile), profile, 'bgsave_cpulist', '1,10-11').ok).toBe(true);
  });

  it('maxmemory-samples is bounded, and still decides', () => {
    expect(setDirective(defaultConfig(redis74), redis74, 'maxmemory-samples', '65')).toMatchObject({ reason: 'argument must be between 1 and 64 inclusive' });
    expect(setDirective(defaultConfig(redis74), redis74, 'maxmemory-samples', '64')).toMatchObject({ config: { 'maxmemory-samples': 64 } });
    expect(setDirective(defaultConfig(redis72), redis72, 'maxmemory-samples', '65').ok).toBe(true);
  });

  it('nothing else moved', () => {
    const names = (profile: Profile): string[] => profile.directives.rows.map(({ name }) => name.replace('_cpulist', '-cpulist').replace('aof_rewrite', 'aof-rewrite'));
    expect(names(redis74).filter((name) => !names(redis72).includes(name))).toEqual(['hide-user-data-from-log', 'max-new-connections-per-cycle', 'max-new-tls-connections-per-cycle']);
    expect(names(redis72).filter((name) => !names(redis74).includes(name))).toEqual([]);
  });
});

describe('a file of the newer format', () => {
  it('is as long as the older one', () => {
    const [older, newer] = both.map(({ profile }) => new Double({ profile }).image());
    expect([older?.version, newer?.version]).toEqual([11, 12]);
    expect(newer?.size).toBe(older?.size);
  });

  it('is refused by 7.2 when the old data are gone, and everything is asked for again at once', () => {
    const replica = new Double({ profile: redis72, config: { ...FROM_DISK, replicaof: '10.0.0.1 6379' } });
    const newer = new Double({ profile: redis74 }).image();
    replica.pass(0.01);
    replica.feed({ type: 'connected', fd: -1, credit: 10_000 });
    replica.hears(-1, '+PONG', '+OK', '+OK');
    replica.hears(-1, `+FULLRESYNC ${'a'.repeat(40)} 7`, `$${newer.size}`);
    replica.told();
    replica.gets(-1, newer);
    replica.feed({ type: 'flushed' }).ordered();
    replica.feed({ type: 'installed', ok: true });
    expect(replica.ordered()).toEqual(['close -1', 'connect -2 10.0.0.1:6379']);
    expect(replica.told('flush-started', 'load-started', 'load-failed', 'link-connecting')).toMatchObject([
      { kind: 'flush-started' }, { kind: 'load-started' },
      { kind: 'load-failed', error: "Can't handle RDB format version 12" }, { kind: 'link-connecting', why: 'failure' },
    ]);
    expect(replica.info('loading', 'master_link_status', 'master_repl_offset')).toEqual({ loading: '0', master_link_status: 'down', master_repl_offset: '0' });
  });

  it('nothing keeps 7.4 from reading the older one', () => {
    expect(replicaOf(new Double({ profile: redis72 }), { profile: redis74 }).info('master_link_status')).toEqual({ master_link_status: 'up' });
  });
});

describe('a replica over its output limit', () => {
  /** Bytes that the master keeps: right after the write that was too much, and when its turn is over. */
  function kept(profile: Profile): readonly (string | undefined)[] {
    const node = new Double({ profile, allocator: 'libc', config: { ...FROM_DISK, 'repl-backlog-size': '16384', 'client-output-buffer-limit': 'replica 100kb 0 0' } });
    onlineReplica(node, { credit: 300 });
    const app = node.accept();
    const window = (): string | undefined => node.info('repl_backlog_histlen')['repl_backlog_histlen'];
    for (let key = 0; key < 12; key++) {
      const payload = command(['SET', `k${key}`, synthetic(key, 10_000)]);
      step(node.server, { type: 'received', fd: app, piece: { payload, from: 0, to: payload.size } });
    }
    const during = window();
    node.feed();
    return [during, window()];
  }

  it('holds its blocks to the end of the turn in 7.2, and lets go of them at once in 7.4', () => {
    const [older, newer] = both.map(({ profile }) => kept(profile));
    expect(older).toEqual(['120411', '22107']); // everything: PING, SELECT, 10 × 10,031 + 2 × 10,032 bytes
    expect(newer).toEqual(['22107', '22107']);
  });
});

describe('appendfsync everysec', () => {
  /** Tenths of a second, counted from a start in the middle of a second, at which the file is fsynced. */
  function fsyncs(profile: Profile): number[] {
    const node = new Double({ profile, phaseUs: 500_000, config: { appendonly: 'yes' } });
    const app = node.accept();
    const seen: number[] = [];
    let last = node.server.aof.lastFsyncMs;
    for (let tenth = 1; tenth <= 35; tenth++) {
      node.says(app, `SET k ${tenth}`);
      node.pass(0.1);
      if (node.server.aof.lastFsyncMs !== last) seen.push(tenth);
      last = node.server.aof.lastFsyncMs;
    }
    return seen;
  }

  it('goes by the seconds of the wall clock in 7.2, by a thousand milliseconds in 7.4', () => {
    expect(fsyncs(redis72)).toEqual([1, 6, 16, 26]);
    expect(fsyncs(redis74)).toEqual([1, 11, 21, 31]);
  });
});
