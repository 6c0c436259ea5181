/**
 * The copy of the stream that each replica had for itself before 7.0, as its bytes are counted.
 *
 * The figures are those of the servers that were recorded (test/golden/hard-limit-during-bgsave.json, fullsync-loop.json): 2000-byte
 * values are written while a save is held; at the limit of 1 MB the log says `obl=16291 oll=33 omem=1056456`, and so on.
 */
import { describe, expect, it } from 'vitest';
import { appendParts } from '../../../src/redis/replication/output/parts.ts';
import { appendToBuffer, copyReplyList, createReplyList, REPLY_NODES, type ReplyList, type ReplyNodesName, replyListBytes, takeSent } from '../../../src/redis/replication/output/reply-list.ts';
import { command } from '../../../src/redis/protocol/make.ts';

const MB = 1024 * 1024;

/** SELECT 0, then SET w0, w1, …: until what is counted reaches `limit`. Returns the list and the stream's bytes by then. */
function written(name: ReplyNodesName, allocator: 'libc' | 'jemalloc', limit: number): { list: ReplyList; used: number; bytes: number } {
  const nodes = REPLY_NODES[name];
  const list = createReplyList();
  let bytes = 0;
  const part = (length: number, small: boolean): boolean => {
    bytes += length;
    if (!appendToBuffer(list, length)) nodes.append(list, length, small, allocator);
    return list.nodes.length === 0 || replyListBytes(list, nodes) < limit;
  };
  part(23, false);
  for (let n = 0; appendParts(command(['SET', `w${n}`, 'x'.repeat(2000)]), part); n++);
  return { list, used: replyListBytes(list, nodes), bytes };
}

describe('what a limit of 1 MB counts when it is reached', () => {
  it.each([
    { version: '2.8.24', nodes: 'strings', obl: 16_291, oll: 33, omem: 1_056_456 },
    { version: '3.2.13', nodes: 'strings-embedded', obl: 16_291, oll: 33, omem: 1_056_192 },
    { version: '5.0.14, 6.0.20, 6.2.16', nodes: 'blocks', obl: 16_291, oll: 64, omem: 1_051_648 },
  ] as const)('$version: obl=$obl oll=$oll omem=$omem', ({ nodes, obl, oll, omem }) => {
    const { list, used } = written(nodes, 'libc', MB);
    expect({ obl: list.buffered, oll: list.nodes.length, omem: used }).toEqual({ obl, oll, omem });
  });
});

describe('a list that is read', () => {
  it.each(['strings', 'strings-embedded', 'string-lengths', 'blocks'] as const)('%s: is empty, and takes the static buffer again, when all was sent', (nodes) => {
    const { list, bytes } = written(nodes, 'libc', 100_000);
    takeSent(list, 16_291); // all of the static buffer: but behind it there is a list, so new bytes go there
    expect(appendToBuffer(list, 100)).toBe(false);
    takeSent(list, bytes - 16_291 - 1);
    expect(replyListBytes(list, REPLY_NODES[nodes])).toBeGreaterThan(0); // a node counts until its last byte is gone
    takeSent(list, 1);
    expect([list.bytes, list.nodes.length, list.buffered]).toEqual([0, 0, 0]);
    expect(appendToBuffer(list, 100)).toBe(true);
  });

  it('a copy of it is its own', () => {
    const { list, bytes, used } = written('blocks', 'libc', 100_000);
    const copy = copyReplyList(list);
    takeSent(list, bytes);
    expect(replyListBytes(copy, REPLY_NODES.blocks)).toBe(used);
  });
});
