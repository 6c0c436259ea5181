/**
 * What waits for one client, as it is counted (networking.c: _addReplyToBuffer, _addReply…ToList): first a static buffer of
 * 16 kB, then a list of nodes. Only sizes stand here; the words are in the log of whoever wrote them.
 *
 * Before 7.0 every replica had such a copy of the stream for itself, and the output limit counted the list: not its bytes, but
 * what its nodes took. How a node grows is one `ReplyNodes` per generation.
 */
import { type Allocator, jemallocUsable, libcUsable, prefixedSize } from '../../allocator.ts';

export interface ReplyNode {
  /** Bytes in it. */
  used: number;
  /** Bytes that it can take before it must grow, or another begin. */
  room: number;
  /** What it counts as, bytes. */
  counted: number;
  /** An embedded string can not be appended to. */
  readonly embedded: boolean;
}

export interface ReplyList {
  /** Bytes in the static buffer (client.bufpos). */
  buffered: number;
  /** The list behind it; while it has nodes, nothing more goes into the static buffer. */
  readonly nodes: ReplyNode[];
  /** What the nodes count as together (client.reply_bytes). */
  bytes: number;
  /** Bytes sent of the static buffer, or else of the first node (client.sentlen). */
  sent: number;
}

/** server.h: PROTO_REPLY_CHUNK_BYTES: the static buffer, and the least (blocks) or most (strings) that one node gathers. */
const CHUNK_BYTES = 16 * 1024;
/** sizeof(listNode) on 64 bit. */
const LIST_NODE_BYTES = 24;

/** How the nodes of a list take parts, and what they count as. */
export interface ReplyNodes {
  /** As long as a node stays within this, whole commands may be appended to what it has room for, bytes. */
  readonly gathers: number;
  /** What a node costs beside what it counts as, bytes. */
  readonly overhead: number;
  /** Appends a part of `length` bytes to a list that is in use. `small`: it comes as a string of its own that may be embedded. */
  readonly append: (list: ReplyList, length: number, small: boolean, allocator: Allocator) => void;
}

/** The generations by name (`OutputProfile.nodes`). */
export type ReplyNodesName = 'strings' | 'strings-embedded' | 'string-lengths' | 'blocks';

export function createReplyList(): ReplyList {
  return { buffered: 0, nodes: [], bytes: 0, sent: 0 };
}

/** networking.c: copyClientOutputBuffer */
export function copyReplyList({ buffered, nodes, bytes, sent }: ReplyList): ReplyList {
  return { buffered, nodes: nodes.map((node) => ({ ...node })), bytes, sent };
}

/** True if all of `size` bytes went where nothing is counted: into the static buffer. */
export function appendToBuffer(list: ReplyList, size: number): boolean {
  if (list.nodes.length > 0 || list.buffered + size > CHUNK_BYTES) return false;
  list.buffered += size;
  return true;
}

/** True if all of `size` bytes went into the last node as it is: nothing had to be allocated. */
export function appendToLast(list: ReplyList, size: number, { gathers }: ReplyNodes): boolean {
  const last = list.nodes[list.nodes.length - 1];
  if (last === undefined || last.embedded || last.used + size > Math.min(last.room, gathers)) return false;
  last.used += size;
  return true;
}

/** networking.c: getClientOutputBufferMemoryUsage */
export function replyListBytes(list: ReplyList, { overhead }: ReplyNodes): number {
  return list.bytes + list.nodes.length * (LIST_NODE_BYTES + overhead);
}

/** networking.c: writeToClient. So many bytes went to the socket: emptied nodes leave. */
export function takeSent(list: ReplyList, bytes: number): void {
  let left = bytes;
  if (list.buffered > 0) {
    const part = Math.min(left, list.buffered - list.sent);
    list.sent += part;
    left -= part;
    if (list.sent < list.buffered) return;
    list.buffered = 0;
    list.sent = 0;
  }
  let done = 0;
  for (const node of list.nodes) {
    const part = Math.min(left, node.used - list.sent);
    list.sent += part;
    left -= part;
    if (list.sent < node.used) break;
    list.sent = 0;
    list.bytes -= node.counted;
    done += 1;
  }
  if (done > 0) list.nodes.splice(0, done);
}

function begin(list: ReplyList, node: ReplyNode): void {
  list.nodes.push(node);
  list.bytes += node.counted;
}

/** A string of the length-prefixed kind (sds.c): bytes in front of it. `empty`: made to grow, so never of the smallest kind. */
type Header = (room: number) => number;

const FIXED_HEADER: Header = () => 8;
/** sds.h of 3.2: as short as the length allows. */
const VARIABLE_HEADER: Header = (room) => (room < 32 ? 1 : room < 255 ? 3 : room < 65_535 ? 5 : 9);
/** object.c of 3.0+: OBJ_ENCODING_EMBSTR_SIZE_LIMIT: strings up to here stand in one allocation with their object. */
const EMBEDDED_BYTES = 44;
const OBJECT_BYTES = 16;

/**
 * 2.6 to 3.2: string objects. A part is appended while the node stays within 16 kB; a node that must grow doubles (sds.c:
 * sdsMakeRoomFor), and counts as what was allocated.
 */
function strings(header: Header, embeds: boolean): ReplyNodes {
  const allocated = (room: number, allocator: Allocator): number => {
    const size = header(room) + room + 1;
    return allocator === 'libc' ? prefixedSize(size) : jemallocUsable(size);
  };
  const embeddedBytes = (length: number, allocator: Allocator): number => {
    const size = OBJECT_BYTES + 3 + length + 1;
    return (allocator === 'libc' ? prefixedSize(size) : jemallocUsable(size)) - OBJECT_BYTES;
  };
  return {
    gathers: CHUNK_BYTES,
    overhead: OBJECT_BYTES,
    append: (list, length, small, allocator) => {
      const last = list.nodes[list.nodes.length - 1];
      if (last === undefined || last.embedded || last.used + length > CHUNK_BYTES) {
        const embedded = embeds && small && length <= EMBEDDED_BYTES;
        begin(list, { used: length, room: length, counted: embedded ? embeddedBytes(length, allocator) : allocated(length, allocator), embedded });
        return;
      }
      last.used += length;
      if (last.used <= last.room) return;
      last.room = 2 * last.used; // as it grows, it takes twice what it needs
      list.bytes -= last.counted;
      last.counted = allocated(last.room, allocator);
      list.bytes += last.counted;
    },
  };
}

/** 4.0: strings that count as their lengths. */
const STRING_LENGTHS: ReplyNodes = {
  gathers: 0, // each part counts for itself
  overhead: 5,
  append: (list, length) => {
    const last = list.nodes[list.nodes.length - 1];
    if (last === undefined || last.used + length > CHUNK_BYTES) return begin(list, { used: length, room: length, counted: length, embedded: false });
    last.used += length;
    last.counted += length;
    list.bytes += length;
  },
};

/** sizeof(clientReplyBlock) */
const BLOCK_HEADER_BYTES = 16;

/** 5.0 to 6.2: blocks of at least 16 kB, filled to the last byte, that count as allocated from their first byte on. */
const BLOCKS: ReplyNodes = {
  gathers: Infinity,
  overhead: BLOCK_HEADER_BYTES,
  append: (list, length, _small, allocator) => {
    const last = list.nodes[list.nodes.length - 1];
    const copied = last === undefined ? 0 : Math.min(length, last.room - last.used);
    if (last !== undefined) last.used += copied;
    const rest = length - copied;
    if (rest === 0) return;
    const size = Math.max(rest, CHUNK_BYTES) + BLOCK_HEADER_BYTES;
    const room = (allocator === 'libc' ? libcUsable(size) : jemallocUsable(size)) - BLOCK_HEADER_BYTES;
    begin(list, { used: rest, room, counted: room, embedded: false });
  },
};

export const REPLY_NODES: Readonly<Record<ReplyNodesName, ReplyNodes>> = {
  strings: strings(FIXED_HEADER, false),
  'strings-embedded': strings(VARIABLE_HEADER, true),
  'string-lengths': STRING_LENGTHS,
  blocks: BLOCKS,
};
