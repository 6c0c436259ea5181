import { describe, expect, it } from 'vitest';
import { splitArguments } from '../../../src/redis/protocol/split-arguments.ts';

describe('a line of arguments', () => {
  it.each<[string, string[] | null]>([
    ['', []],
    ['   ', []],
    ['SET a b', ['SET', 'a', 'b']],
    [' SET\ta \r\n', ['SET', 'a']],
    ['save ""', ['save', '']],
    ["save ''", ['save', '']],
    ['"a b" c', ['a b', 'c']],
    [String.raw`"\x41\n\r\t\b\a\"\\\q"`, ['A\n\r\t\b\x07"\\q']],
    [String.raw`"\xZZ"`, ['xZZ']],
    [String.raw`'it\'s \n'`, [String.raw`it's \n`]],
    ['a"b c" d', ['ab c', 'd']],
    ['"a"b', null],
    ['a"b"c', null],
    ['"a', null],
    ["'a", null],
    [String.raw`"a\"`, null],
  ])('%j is split as Redis splits it', (text, expected) => {
    expect(splitArguments(text)).toEqual(expected);
  });
});
