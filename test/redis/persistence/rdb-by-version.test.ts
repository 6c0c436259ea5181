/** What a value costs in a file of each version, beyond what all spend. */
import { describe, expect, it } from 'vitest';
import { Double } from '../double.ts';
import { profileOf, type Version, VERSIONS } from '../versions.ts';

/** Bytes that the commands add to the file. */
function added(version: Version, commands: readonly string[], config: Readonly<Record<string, string>> = {}): number {
  const node = new Double({ profile: profileOf(version), config: { save: '', rdbcompression: 'no', ...config } });
  const fd = node.accept();
  node.says(fd, 'SET first 1');
  const before = node.image().size;
  node.says(fd, ...commands);
  return node.image().size - before;
}

describe.each(VERSIONS)('%s', (version) => {
  const string = added(version, ['SET k v']);

  it('when a key was used last, if a policy goes by it', () => {
    const both = added(version, ['SET k v'], { 'maxmemory-policy': 'allkeys-lru' });
    expect(both - string).toBe(version < '5.0' ? 0 : 2);
  });

  it('a score of a large sorted set: its text, or eight bytes', () => {
    const members = Array.from({ length: 200 }, (_, n) => n + 100);
    const one = added(version, [`ZADD z ${members.map((n) => `0.5 ${n}`).join(' ')}`]);
    const other = added(version, [`ZADD z ${members.map((n) => `0.25 ${n}`).join(' ')}`]);
    expect(other - one).toBe(version < '4.0' ? 200 : 0);
  });

  it.each([
    ['0.1', version < '7.2' ? '0.10000000000000001' : '0.1'],
    ['0.3', version < '7.2' ? '0.29999999999999999' : '0.3'],
  ])('a score of a small one, as text: %s as %s', (score, text) => {
    expect(added(version, [`ZADD z ${score} a`]) - added(version, ['ZADD z 0.5 a'])).toBe(text.length - '0.5'.length);
  });

  it('a whole score beyond 2^52: with an exponent, or as the integer that it is', () => {
    const large = added(version, ['ZADD z 1152921504606846976 a']) - added(version, ['ZADD z 0.5 a']);
    expect(large).toBe(version < '7.0' ? '1.152921504606847e+18'.length - '0.5'.length : 8 - '0.5'.length);
  });
});
