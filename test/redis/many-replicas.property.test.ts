/**
 * From eight replicas on a master shares the tree of its data with them (dataset/steps.ts). That saves memory, and nobody may see it: what
 * it answers, and what it sends to the first of nine replicas, is what it answers and sends to an only one.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/redis/dataset/keyspace.ts';
import { master, type Master, VERSIONS } from './versions.ts';

const key = fc.constantFrom('a', 'b', 'c');
const value = fc.constantFrom('1', '2', 'x');
const words = (...parts: readonly (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> =>
  fc.tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part))).map((all) => all.join(' '));

const command = fc.oneof(
  { weight: 4, arbitrary: words('SET', key, value) },
  { weight: 3, arbitrary: words('PEXPIRE', key, fc.constantFrom('1', '20', '100000')) },
  words('SETEX', key, '1', value), words('GETSET', key, value), words('MSET', key, value, key, value), words('SETNX', key, value),
  words('INCR', key), words('APPEND', key, value), words('DEL', key), words('GET', key), words('PERSIST', key), words('RENAME', key, key),
  words('LPUSH', key, value), words('RPOP', key), words('SADD', key, value), words('SPOP', key), words('HSET', key, 'f', value),
  words('SELECT', fc.constantFrom('0', '1')), words('MOVE', key, '1'), words('FLUSHDB'), words('MULTI'), words('EXEC'), words('DBSIZE'),
);
/** A command, or so many seconds that pass. */
const step = fc.oneof({ weight: 5, arbitrary: command }, fc.constantFrom(0.005, 0.03, 1.2));

function outcome(node: Master, steps: readonly (string | number)[]): unknown[] {
  const told = steps.map((each) => {
    if (typeof each === 'string') return [node.says(each), node.sent()];
    node.node.pass(each);
    return node.sent();
  });
  return [told, digestOf(node.node.server.keyspace)];
}

describe.each(VERSIONS)('%s', (version) => {
  it('nine replicas are told what one is told', () => {
    fc.assert(fc.property(fc.array(step, { minLength: 5, maxLength: 40 }), (steps) => {
      expect(outcome(master(version, {}, 9), steps)).toEqual(outcome(master(version), steps));
    }), { numRuns: 60 });
  });
});
