/** Which directives each version has, under which names, and what they say when nobody sets them (config.c of each). */
import { describe, expect, it } from 'vitest';
import { defaultConfig, directiveText, findDirective, findSetting, setDirective, type ServerConfig } from '../../../src/redis/config.ts';
import { profiles, type Profile } from '../../../src/redis/profiles/index.ts';
import { attempt } from '../../scenario/files.ts';

const VERSIONS = ['2.6', '2.8', '3.2', '4.0', '5.0', '6.0', '6.2', '7.0', '7.2', '7.4', '8.0'];
/** 6.0.3 has the directives of its generation. */
const ALL: readonly Profile[] = [...profiles.values()].filter(({ name }) => name !== 'redis-6.0.3');

/** `-`: the version has no such directive. The value stands from its column to the right until the next one. */
const DEFAULTS: Readonly<Record<string, readonly (readonly [since: string, value: string])[]>> = {
  'repl-timeout': [['2.6', '60']],
  'repl-ping-replica-period': [['2.6', '10']],
  'client-output-buffer-limit': [['2.6', 'normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60']],
  'replica-priority': [['2.6', '100']],
  'replica-read-only': [['2.6', 'yes']],
  'replica-serve-stale-data': [['2.6', 'yes']],
  hz: [['2.6', '10']],
  'repl-backlog-size': [['2.6', '-'], ['2.8', '1048576'], ['8.0', '10485760']],
  'repl-backlog-ttl': [['2.6', '-'], ['2.8', '3600']],
  'repl-diskless-sync': [['2.6', '-'], ['2.8', 'no'], ['7.0', 'yes']],
  'repl-diskless-sync-delay': [['2.6', '-'], ['2.8', '5']],
  'min-replicas-to-write': [['2.6', '-'], ['2.8', '0']],
  'min-replicas-max-lag': [['2.6', '-'], ['2.8', '10']],
  'replica-announce-ip': [['2.6', '-'], ['3.2', '']],
  'replica-lazy-flush': [['2.6', '-'], ['4.0', 'no'], ['8.0', 'yes']],
  'lazyfree-lazy-expire': [['2.6', '-'], ['4.0', 'no'], ['8.0', 'yes']],
  'aof-use-rdb-preamble': [['2.6', '-'], ['4.0', 'no'], ['5.0', 'yes']],
  'replica-ignore-maxmemory': [['2.6', '-'], ['5.0', 'yes']],
  'dynamic-hz': [['2.6', '-'], ['5.0', 'yes']],
  'repl-diskless-load': [['2.6', '-'], ['6.0', 'disabled']],
  'masteruser': [['2.6', '-'], ['6.0', '']],
  'lazyfree-lazy-user-del': [['2.6', '-'], ['6.0', 'no'], ['8.0', 'yes']],
  'replica-announced': [['2.6', '-'], ['6.2', 'yes']],
  save: [['2.6', ''], ['6.2', '3600 1 300 100 60 10000']],
  'repl-diskless-sync-max-replicas': [['2.6', '-'], ['7.0', '0']],
  'shutdown-timeout': [['2.6', '-'], ['7.0', '10']],
  'enable-debug-command': [['2.6', '-'], ['7.0', 'no']],
  'set-max-listpack-entries': [['2.6', '-'], ['7.2', '128']],
  'dual-channel-replication-enabled': [['2.6', '-'], ['8.0', 'no']],
  'list-max-ziplist-entries': [['2.6', '512'], ['3.2', '-']],
  'maxmemory-policy': [['2.6', 'volatile-lru'], ['3.2', 'noeviction']],
  'maxmemory-samples': [['2.6', '3'], ['3.2', '5']],
  'tcp-keepalive': [['2.6', '0'], ['3.2', '300']],
  'auto-aof-rewrite-min-size': [['2.6', '1048576'], ['2.8', '67108864']],
};

describe('the directives of each version', () => {
  it.each(Object.entries(DEFAULTS))('%s', (name, byVersion) => {
    const expected = ALL.map((_, index) => byVersion.findLast(([since]) => VERSIONS.indexOf(since) <= index)![1]);
    const found = ALL.map((profile) => {
      const directive = findSetting(profile, name);
      return directive === undefined ? '-' : directiveText(defaultConfig(profile), directive);
    });
    expect(found).toEqual(expected);
  });

  it('leave no setting undecided: where one is missing, the profile says how the version behaves', () => {
    const settings = (profile: Profile): string[] => Object.keys(defaultConfig(profile)).sort();
    for (const profile of ALL) {
      expect(settings(profile), profile.name).toEqual(settings(ALL[0]!));
      expect(Object.values(defaultConfig(profile)), profile.name).not.toContain(undefined);
    }
  });

  // What a version that has no word for it does all the same.
  it.each<[version: string, field: keyof ServerConfig, value: ServerConfig[keyof ServerConfig]]>([
    ['redis-2.6', 'repl-backlog-ttl', 0],
    ['redis-2.6', 'repl-diskless-sync', false],
    ['redis-3.2', 'lazyfree-lazy-expire', false],
    ['redis-4.0', 'replica-ignore-maxmemory', false],
    ['redis-5.0', 'repl-diskless-load', 'disabled'],
    ['redis-6.0', 'replica-announced', true],
    ['redis-6.2', 'shutdown-timeout', 0],
    ['redis-6.2', 'enable-debug-command', 'yes'],
    ['redis-7.4', 'dual-channel-replication-enabled', false],
  ])('%s behaves with %s %s', (version, field, value) => {
    expect(defaultConfig(profiles.get(version)!)[field]).toBe(value);
  });

  it('say slave up to 4.0, both from 5.0 on', () => {
    const known = (name: string): boolean[] => ALL.map((profile) => findDirective(profile, name) !== undefined);
    expect(known('slave-read-only')).toEqual(ALL.map(() => true));
    expect(known('replica-read-only')).toEqual(VERSIONS.map((version) => version >= '5.0'));
    expect(findSetting(profiles.get('redis-4.0')!, 'replica-read-only')?.name).toBe('slave-read-only');
  });

  it('say ziplist up to 6.2', () => {
    const known = ALL.map((profile) => findDirective(profile, 'hash-max-listpack-entries') !== undefined);
    expect(known).toEqual(VERSIONS.map((version) => version >= '7.0'));
    expect(findSetting(profiles.get('redis-6.2')!, 'hash-max-listpack-entries')?.name).toBe('hash-max-ziplist-entries');
  });

  it('raise a small backlog to 16 kB wherever it is set up to 5.0, and by CONFIG SET alone since', () => {
    const small = (profile: Profile, runtime: boolean): number => {
      const result = setDirective(defaultConfig(profile), profile, 'repl-backlog-size', '1000', runtime);
      return result.ok ? result.config['repl-backlog-size'] : -1;
    };
    const withBacklog = ALL.slice(1);
    expect(withBacklog.map((profile) => small(profile, true))).toEqual(withBacklog.map(() => 16_384));
    expect(withBacklog.map((profile) => small(profile, false))).toEqual(VERSIONS.slice(1).map((version) => (version < '6.0' ? 16_384 : 1000)));
  });

  it('are an error of the scenario where the version has none, with the version', () => {
    expect(problems('redis-4.0', 'repl-diskless-load: swapdb')).toEqual(['redis-4.0 has no directive "repl-diskless-load"']);
    expect(problems('redis-2.6', 'repl-backlog-size: 1mb')).toEqual(['redis-2.6 has no directive "repl-backlog-size"']);
    expect(problems('redis-2.6', 'replica-priority: 10')).toEqual([]);
  });
});

function problems(server: string, setting: string): string[] {
  const { problems: found } = attempt(`name: t\nserver: ${server}\nduration: 1s\nnodes: { m: { config: { ${setting} } } }\n`);
  return (found ?? []).map(({ message }) => message);
}
