import { describe, expect, it } from 'vitest';
import { defaultConfig, getDirective } from '../../../src/redis/config.ts';
import { loadConf, parseConfFile } from '../../../src/redis/config/conf-file.ts';
import type { LoadedConf } from '../../../src/redis/config/conf-file.ts';
import { redis72 } from '../../../src/redis/profiles/redis-7.2.ts';

function load(text: string): LoadedConf {
  const file = parseConfFile(text);
  const loaded = loadConf(defaultConfig(redis72), redis72, file.lines);
  return { ...loaded, problems: [...file.problems, ...loaded.problems] };
}

const textOf = (text: string, name: string): string | undefined => getDirective(load(text).config, redis72, name)[0]?.[1];

describe('a conf file', () => {
  it('is read line by line, without comments and empty lines, in any case and with either line end', () => {
    expect(parseConfFile('# Redis\r\n\r\n  Repl-Timeout   7  \r\n\tsave 60 5\n#port 1\n').lines).toEqual([
      { line: 3, name: 'repl-timeout', args: ['7'] },
      { line: 4, name: 'save', args: ['60', '5'] },
    ]);
  });

  it('adds up its save lines; the first replaces the defaults', () => {
    expect(textOf('save 900 1\nsave 300 10\n', 'save')).toBe('900 1 300 10');
    expect(textOf('save 900 1\nsave ""\nsave 300 10\n', 'save')).toBe('300 10');
    expect(textOf('save ""\n', 'save')).toBe('');
    expect(textOf('port 1\n', 'save')).toBe('3600 1 300 100 60 10000');
  });

  it('takes several arguments in one pair of quotes', () => {
    expect(textOf('save "3600 1 300 100"', 'save')).toBe('3600 1 300 100');
    expect(textOf('slaveof "10.0.0.1 6379"', 'replicaof')).toBe('10.0.0.1 6379');
  });

  // The reasons of a real 7.2.6 that was given these lines; null: it took them.
  it.each([
    ['repl-timeout', 'wrong number of arguments'],
    ['repl-timeout 1 2', 'wrong number of arguments'],
    ['appendonly "yes"', null],
    ['requirepass "a b', 'Unbalanced quotes in configuration line'],
    ['requirepass "a"b', 'Unbalanced quotes in configuration line'],
    ['maxmemory-policy "allkeys-lru volatile-lru"', 'argument(s) must be one of the following: volatile-lru, volatile-lfu, volatile-random, volatile-ttl, allkeys-lru, allkeys-lfu, allkeys-random, noeviction'],
    ['foo bar', 'Bad directive or wrong number of arguments'],
    ['save', null],
    ['save 1', 'Invalid save parameters'],
    ['replicaof no one', null],
    ['bind', null],
    ['bind 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17', 'Too many bind addresses specified.'],
    ['shutdown-on-sigterm', 'argument(s) must be one of the following: default, save, nosave, now, force'],
    ['oom-score-adj-values 1 2', 'wrong number of arguments'],
    ['oom-score-adj-values 1 2 3000', 'Invalid oom-score-adj-values, elements must be between -2000 and 2000.'],
    ['latency-tracking-info-percentiles 50 101', 'latency-tracking-info-percentiles parameters should sit between [0.0,100.0]'],
    ['list-max-ziplist-entries 512', null],
    ['list-max-ziplist-entries', 'Bad directive or wrong number of arguments'],
    ['rename-command CONFIG ""', null],
    ['rename-command CONFIG', 'Bad directive or wrong number of arguments'],
    ['loadmodule /usr/lib/search.so', null],
    ['loadmodule', 'Bad directive or wrong number of arguments'],
    ['search.timeout 5', null],
    ['search.timeout', 'Module config specified without value'],
    ['sentinel monitor m 10.0.0.1 6379 2', 'sentinel directive while not in sentinel mode'],
  ])('%s: %s', (line, reason) => {
    expect(load(`${line}\n`).problems.map((problem) => problem.reason)).toEqual(reason === null ? [] : [reason]);
  });

  it('tells all its problems at once, with their lines', () => {
    const { problems, config } = load('port 7000\nrepl-timeout 0\n\nrepl-backlog 1mb\nhz "5\ntimeout 3\n');
    expect(problems.map(({ line, name, why }) => [line, name, why])).toEqual([
      [5, 'hz', 'value'],
      [2, 'repl-timeout', 'value'],
      [4, 'repl-backlog', 'unknown'],
    ]);
    expect([config.port, config.timeout]).toEqual([7000, 3]);
  });

  it('says which lines mean nothing here', () => {
    const { ignored } = load('include other.conf\nuser alice on\nrename-command KEYS ""\nport 1\n');
    expect(ignored.map(({ line, name }) => [line, name])).toEqual([[1, 'include'], [2, 'user'], [3, 'rename-command']]);
  });

  it('as people have them is taken whole', () => {
    const { config, problems } = load(`
      bind 0.0.0.0 -::*
      protected-mode no
      tcp-backlog 511
      daemonize yes
      pidfile /var/run/redis_6379.pid
      loglevel notice
      logfile ""
      databases 16
      dir /var/lib/redis
      replicaof 10.0.0.5 6379
      masterauth "p@ss w0rd"
      repl-backlog-size 64mb
      client-output-buffer-limit normal 0 0 0
      client-output-buffer-limit replica 512mb 128mb 120
      hash-max-ziplist-entries 256
      io-threads 4
      notify-keyspace-events Ex
    `);
    expect(problems).toEqual([]);
    expect(config).toMatchObject({
      replicaof: { host: '10.0.0.5', port: 6379 },
      masterauth: 'p@ss w0rd',
      'repl-backlog-size': 67_108_864,
      'hash-max-listpack-entries': 256,
      'client-output-buffer-limit': { replica: { hard: 536_870_912, soft: 134_217_728, softSeconds: 120 }, pubsub: { softSeconds: 60 } },
      others: { daemonize: 'yes', dir: '/var/lib/redis', 'io-threads': '4', 'notify-keyspace-events': 'Ex' },
    });
  });
});
