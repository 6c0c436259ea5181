import { describe, expect, it } from 'vitest';
import { defaultConfig, findDirective, getDirective, setDirective } from '../../../src/redis/config.ts';
import type { ServerConfig } from '../../../src/redis/config.ts';
import { redis72 } from '../../../src/redis/profiles/redis-7.2.ts';

const defaults = defaultConfig(redis72);

function set(name: string, value: string, runtime = false, config: ServerConfig = defaults): ServerConfig {
  const result = setDirective(config, redis72, name, value, runtime);
  if (!result.ok) throw new Error(result.reason);
  return result.config;
}

const textOf = (config: ServerConfig, name: string): string | undefined => getDirective(config, redis72, name)[0]?.[1];

describe('a value of redis.conf', () => {
  // Name, what is written, what CONFIG GET prints afterwards: all of it seen on a real 7.2.6.
  it.each([
    ['repl-timeout', '5', '5'],
    ['REPL-Timeout', '5', '5'],
    ['repl-ping-slave-period', '7', '7'],
    ['repl-backlog-size', '1mb', '1048576'],
    ['repl-backlog-size', '1MB', '1048576'],
    ['repl-backlog-size', '1m', '1000000'],
    ['repl-backlog-size', '20kb', '20480'],
    ['repl-backlog-size', '20k', '20000'],
    ['repl-backlog-size', '1g', '1000000000'],
    ['repl-backlog-size', '1gb', '1073741824'],
    ['repl-backlog-size', '70000b', '70000'],
    ['maxmemory', '', '0'],
    ['maxmemory', 'kb', '0'],
    ['maxmemory-policy', 'ALLKEYS-LRU', 'allkeys-lru'],
    ['repl-diskless-load', 'swapdb', 'swapdb'],
    ['appendonly', 'YES', 'yes'],
    ['hz', '0', '1'],
    ['hz', '1000', '500'],
    ['save', '', ''],
    ['save', '3600 1', '3600 1'],
    ['save', '3600 1 60 10000', '3600 1 60 10000'],
    ['client-output-buffer-limit', 'replica 1mb 512kb 30', 'normal 0 0 0 slave 1048576 524288 30 pubsub 33554432 8388608 60'],
    ['client-output-buffer-limit', 'slave 1 2 3 PubSub 4k 5kb 6', 'normal 0 0 0 slave 1 2 3 pubsub 4000 5120 6'],
    ['replicaof', '10.0.0.1 6379', '10.0.0.1 6379'],
    ['slaveof', 'no one', ''],
    ['shutdown-on-sigterm', 'now save', 'save now'],
    ['shutdown-on-sigterm', 'default', 'default'],
    ['requirepass', 'a b "c', 'a b "c'],
    ['maxmemory-clients', '5%', '5%'],
    ['unixsocketperm', '700', '700'],
    ['bind', '10.0.0.1 -::1', '10.0.0.1 -::1'],
    ['latency-tracking-info-percentiles', '50 99.5', '50 99.5'],
    ['slowlog-log-slower-than', '-1', '-1'],
    ['tls-port', '6380', '6380'],
  ])('%s %j is taken and shown as %j', (name, written, shown) => {
    expect(textOf(set(name, written), name)).toBe(shown);
  });

  it.each([
    ['repl-timeout', '60s', "argument couldn't be parsed into an integer", '60'],
    ['repl-timeout', '1m', "argument couldn't be parsed into an integer", '60'],
    ['repl-timeout', '1500ms', "argument couldn't be parsed into an integer", '2'],
    ['repl-timeout', '01', "argument couldn't be parsed into an integer", '1'],
    ['repl-timeout', '', "argument couldn't be parsed into an integer", null],
    ['repl-timeout', '99999999999999999999', "argument couldn't be parsed into an integer", null],
    ['repl-timeout', '0', 'argument must be between 1 and 2147483647 inclusive', '1'],
    ['repl-timeout', '2147483648', 'argument must be between 1 and 2147483647 inclusive', '2147483647'],
    ['repl-timeout', '-5', 'argument must be between 1 and 2147483647 inclusive', '1'],
    ['databases', '10k', "argument couldn't be parsed into an integer", '10000'],
    ['repl-backlog-size', '1.5mb', 'argument must be a memory value', '1536kb'],
    ['repl-backlog-size', '1mib', 'argument must be a memory value', '1mb'],
    ['repl-backlog-size', '-1', 'argument must be a memory value', null],
    ['repl-backlog-size', '0', 'argument must be between 1 and 9223372036854775807 inclusive', '1'],
    ['maxmemory-clients', '101%', 'percentage argument must be less or equal to 100', '100%'],
    ['maxmemory-clients', 'x', 'argument must be a memory or percent value', null],
    ['repl-diskless-sync', 'true', "argument must be 'yes' or 'no'", 'yes'],
    ['repl-diskless-sync', 'off', "argument must be 'yes' or 'no'", 'no'],
    ['repl-diskless-sync', 'maybe', "argument must be 'yes' or 'no'", null],
    ['repl-diskless-load', 'swap', 'argument(s) must be one of the following: disabled, on-empty-db, swapdb', null],
    ['appendfsync', 'everysec no', 'argument(s) must be one of the following: everysec, always, no', null],
    ['shutdown-on-sigint', 'save nosave', "shutdown options SAVE and NOSAVE can't be used simultaneously", null],
    ['save', '3600', 'Invalid save parameters', '3600 1 300 100'],
    ['save', '0 1', 'Invalid save parameters', '3600 1 300 100'],
    ['client-output-buffer-limit', 'replica 1mb 1mb', 'Wrong number of arguments in buffer limit configuration.', 'replica 256mb 64mb 60'],
    ['client-output-buffer-limit', 'normal 0 0 0 replica 1mb', 'Wrong number of arguments in buffer limit configuration.', 'replica 256mb 64mb 60'],
    ['client-output-buffer-limit', 'master 1mb 1mb 60', 'Invalid client class specified in buffer limit configuration.', null],
    ['client-output-buffer-limit', 'normal 1x 1mb 60', 'Error in hard, soft or soft_seconds setting in buffer limit configuration.', 'replica 256mb 64mb 60'],
    ['replicaof', '10.0.0.1', 'wrong number of arguments', '10.0.0.1 6379'],
    ['replicaof', '10.0.0.1 70000', 'Invalid master port', null],
    ['replicaof', '"10.0.0.1 70', 'Unbalanced quotes in configuration line', null],
    ['dbfilename', 'a/b.rdb', "dbfilename can't be a path, just a filename", null],
    ['appendfilename', '', "appendfilename can't be empty", null],
    ['unixsocketperm', '888', "argument couldn't be parsed as an octal number", null],
    ['unixsocketperm', '1000', 'argument must be between 0 and 777 inclusive', '777'],
    ['notify-keyspace-events', 'Z', "Invalid event class character. Use 'Ag$lshzxeKEtmdn'.", null],
  ])('%s %j is refused in Redis’ words: %s', (name, written, reason, suggestion) => {
    expect(setDirective(defaults, redis72, name, written)).toMatchObject({ ok: false, why: 'value', reason, suggestion });
  });

  it('that is suggested would be taken', () => {
    for (const [name, value] of [['repl-timeout', '90s'], ['repl-backlog-size', '1.5gb'], ['appendonly', 'true'], ['save', '1'], ['hz', '1k']] as const) {
      const refused = setDirective(defaults, redis72, name, value);
      expect(refused).toMatchObject({ ok: false, suggestion: expect.any(String) as unknown });
      if (!refused.ok) expect(setDirective(defaults, redis72, name, refused.suggestion ?? '').ok).toBe(true);
    }
  });

  it('leaves the old configuration as it was', () => {
    const changed = set('repl-timeout', '5');
    expect(defaults['repl-timeout']).toBe(60);
    expect({ ...changed, 'repl-timeout': 60 }).toEqual(defaults);
  });
});

describe('CONFIG SET', () => {
  it.each([
    ['replicaof', 'a 1', 'immutable', "can't set immutable config"],
    ['databases', '5', 'immutable', "can't set immutable config"],
    ['dbfilename', 'x.rdb', 'protected', "can't set protected config"],
    ['no-such-thing', '1', 'unknown', 'Bad directive or wrong number of arguments'],
  ])('refuses %s %j: %s', (name, value, why, reason) => {
    expect(setDirective(defaults, redis72, name, value, true)).toMatchObject({ ok: false, why, reason });
  });

  it('may change protected directives when enable-protected-configs allows it', () => {
    expect(set('dbfilename', 'x.rdb', true, set('enable-protected-configs', 'yes')).dbfilename).toBe('x.rdb');
  });

  // As a real 7.2.6 does: the minimum is applied by CONFIG SET alone, and a conf file may name less.
  it('raises repl-backlog-size to 16 kB, which a conf file does not', () => {
    expect(set('repl-backlog-size', '1kb', true)['repl-backlog-size']).toBe(16_384);
    expect(set('repl-backlog-size', '1kb')['repl-backlog-size']).toBe(1024);
  });

  it('splits at each space, so that a space too many is an empty word, which C reads as 0', () => {
    expect(textOf(set('save', '3600 ', true), 'save')).toBe('3600 0');
    expect(setDirective(defaults, redis72, 'save', '60  5', true)).toMatchObject({ ok: false, reason: 'Invalid save parameters' });
    expect(textOf(set('save', '60  5'), 'save')).toBe('60 5');
  });
});

describe('a name that no table has', () => {
  it('comes back with all names that it might have been', () => {
    const refused = setDirective(defaults, redis72, 'repl-backlog-sise', '1mb');
    expect(refused).toMatchObject({ ok: false, why: 'unknown', suggestion: null });
    if (!refused.ok) expect(refused.candidates).toEqual(expect.arrayContaining(['repl-backlog-size', 'slave-priority']));
  });
});

describe('the defaults of 7.2', () => {
  it.each([
    ['repl-timeout', '60'],
    ['repl-ping-replica-period', '10'],
    ['repl-backlog-size', '1048576'],
    ['repl-backlog-ttl', '3600'],
    ['repl-diskless-sync', 'yes'],
    ['repl-diskless-sync-delay', '5'],
    ['repl-diskless-sync-max-replicas', '0'],
    ['repl-diskless-load', 'disabled'],
    ['client-output-buffer-limit', 'normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60'],
    ['save', '3600 1 300 100 60 10000'],
    ['min-replicas-to-write', '0'],
    ['min-replicas-max-lag', '10'],
    ['replica-lazy-flush', 'no'],
    ['shutdown-timeout', '10'],
    ['rdbcompression', 'yes'],
    ['maxmemory-policy', 'noeviction'],
    ['bind', '* -::*'],
    ['replicaof', ''],
    ['key-load-delay', '0'],
    ['lua-time-limit', '5000'],
    ['proc-title-template', '{title} {listen-addr} {server-mode}'],
  ])('%s is %s', (name, text) => {
    expect(getDirective(defaults, redis72, name)).toEqual([[name, text]]);
  });

  it('are all accepted as values of their own directive', () => {
    // `replicaof` alone has no way to say what it is by default.
    for (const directive of redis72.directives.rows.filter(({ name }) => name !== 'replicaof')) {
      const text = textOf(defaults, directive.name) ?? '';
      expect(textOf(set(directive.name, text), directive.name), directive.name).toBe(text);
    }
  });

  it('are as many as a real server shows', () => {
    // CONFIG GET * of 7.2.6, old names included, hidden ones left out.
    expect(getDirective(defaults, redis72, '*').length).toBe(195);
  });
});

describe('CONFIG GET', () => {
  it('finds old names by pattern, too, each under the name that matched', () => {
    expect(getDirective(set('min-replicas-to-write', '2'), redis72, 'min-*-to-write')).toEqual([
      ['min-replicas-to-write', '2'],
      ['min-slaves-to-write', '2'],
    ]);
  });

  it('shows a hidden directive only to who knows its name', () => {
    expect(getDirective(defaults, redis72, '*load-delay')).toEqual([]);
    expect(getDirective(defaults, redis72, 'Key-Load-Delay')).toEqual([['Key-Load-Delay', '0']]);
  });

  it('knows nothing of other names', () => {
    expect(getDirective(defaults, redis72, 'nothing')).toEqual([]);
    expect(findDirective(redis72, 'nothing')).toBeUndefined();
  });
});
