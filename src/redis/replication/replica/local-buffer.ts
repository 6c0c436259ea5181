/**
 * The stream that comes while the file is not loaded yet, kept by the replica itself (Valkey 8, replication.c: bufferReplData,
 * streamReplDataBufToDb): what a classic full sync leaves in the master's output buffer.
 */
import type { Piece } from '../../protocol/payload.ts';
import { jemallocUsable } from '../../allocator.ts';
import type { Server } from '../../server.ts';

export interface LocalBuffer {
  readonly pieces: Piece[];
  /** Bytes of the stream in it. */
  bytes: number;
  /** What its blocks take, and the most that they took, bytes: INFO shows both, and the first is what the limit is held against. */
  size: number;
  peak: number;
  /** Free bytes of the last block. */
  free: number;
  /** The limit was reached: no more is read, and what comes backs up to the master. */
  full: boolean;
}

export function createLocalBuffer(): LocalBuffer {
  return { pieces: [], bytes: 0, size: 0, peak: 0, free: 0, full: false };
}

/** server.h: PROTO_IOBUF_LEN; a block takes one read. */
const READ_BYTES = 16 * 1024;
/** sizeof(replDataBufBlock) */
const BLOCK_HEADER_BYTES = 16;

function blockBytes({ allocator }: Server): number {
  return allocator === 'libc' ? READ_BYTES : jemallocUsable(READ_BYTES + BLOCK_HEADER_BYTES) - BLOCK_HEADER_BYTES;
}

/**
 * replication.c: bufferReplData. False: a further block would be needed, and the limit does not allow it. Redis leaves the rest of
 * the read in the socket then; here the piece is kept whole, and nothing is read after it.
 */
export function keepForLater(server: Server, buffer: LocalBuffer, piece: Piece): boolean {
  const bytes = piece.to - piece.from;
  const { hard } = server.config['client-output-buffer-limit'].replica;
  const block = blockBytes(server);
  buffer.pieces.push(piece);
  buffer.bytes += bytes;
  let left = bytes - buffer.free;
  while (left > 0) {
    if (hard > 0 && buffer.size > hard) buffer.full = true;
    buffer.size += block;
    left -= block;
  }
  buffer.free = -left;
  buffer.peak = Math.max(buffer.peak, buffer.size);
  return !buffer.full;
}
