/**
 * Receiving the file of a full resync (replication.c: readSyncBulkPayload, up to its load).
 *
 * Old data stay and are served until the file is here whole: a transfer that breaks costs nothing but time.
 */
import { assert } from '../../../assert.ts';
import type { Piece } from '../../protocol/payload.ts';
import type { RdbImage } from '../../persistence/rdb.ts';
import type { Server } from '../../server.ts';
import { type Handshake, type Transfer, transferLink } from '../state.ts';
import { cancelHandshake } from './connect.ts';
import { beginDisklessLoad, disklessLoadDone, disklessLoadFailed } from './diskless-load.ts';
import { beginLoad } from './load.ts';

/** A line before the file: a keep-alive, an error, or the header. */
export function onTransferLine(server: Server, handshake: Handshake, text: string): void {
  const transfer = handshake.transfer;
  assert(transfer !== null, 'a transfer is under way');
  if (transfer.framing !== null) return onMark(server, handshake, transfer, text);
  handshake.lastIoS = server.unixtime;
  if (text === '') return;
  if (text.startsWith('-')) return abort(server, 'error-reply', text.slice(1));
  if (!text.startsWith('$')) return abort(server, 'bad-protocol', text);
  if (text.startsWith('$EOF:')) {
    transfer.framing = 'eof';
    transfer.mark = text.slice('$EOF:'.length);
    transfer.size = 0;
  } else {
    transfer.framing = 'length';
    transfer.size = Number(text.slice(1));
  }
  server.ports.tell({ kind: 'transfer-started', framing: transfer.framing, bytes: transfer.size, to: transfer.to });
}

/** server.h: REPL_MAX_WRITTEN_BEFORE_FSYNC */
const WRITE_BACK_BYTES = 8 * 1024 * 1024;

/** Bytes of the file: read, or, straight to the parser, read and parsed. */
export function onTransferBytes(server: Server, handshake: Handshake, piece: Piece): void {
  const transfer = handshake.transfer;
  const image = piece.payload;
  assert(transfer !== null && image.kind === 'rdb', 'bytes of a file');
  handshake.lastIoS = server.unixtime;
  if (transfer.to === 'parser' && transfer.image === null) return beginDisklessLoad(server, handshake, transfer, image, piece);
  transfer.image = image;
  transfer.received += piece.to - piece.from;
  if (transfer.to === 'disk') writeBack(server, transfer);
  if (transfer.framing === 'length' && transfer.received === transfer.size) received(server, handshake, transfer, image);
}

/** What was written is on its way to disk early, or the fsync at the end would take long. */
function writeBack(server: Server, transfer: Transfer): void {
  const bytes = transfer.received - transfer.writtenBack;
  if (bytes < WRITE_BACK_BYTES) return;
  transfer.writtenBack += bytes;
  server.ports.writeBack(bytes);
}

function received(server: Server, handshake: Handshake, transfer: Transfer, image: RdbImage): void {
  server.ports.tell({ kind: 'transfer-ended', bytes: image.size });
  if (transfer.to === 'parser') disklessLoadDone(server, transfer);
  else beginLoad(server, handshake, transfer, image);
}

/** The mark that ends a file of unknown length: its last 40 bytes. */
function onMark(server: Server, handshake: Handshake, transfer: Transfer, text: string): void {
  handshake.lastIoS = server.unixtime;
  transfer.received += text.length;
  if (transfer.framing === 'eof' && text === transfer.mark && transfer.image !== null) received(server, handshake, transfer, transfer.image);
}

function abort(server: Server, why: 'error-reply' | 'bad-protocol', error: string): void {
  server.ports.tell({ kind: 'transfer-aborted', why, error, received: -1 });
  cancelHandshake(server, true);
}

/** The connection broke: everything received so far is thrown away, and the next attempt follows at once. */
export function onTransferLost(server: Server): void {
  if (server.loading !== null) return disklessLoadFailed(server, '');
  const transfer = transferLink(server.replication)?.transfer ?? null;
  const received = transfer === null || transfer.framing === null ? -1 : transfer.received;
  server.ports.tell({ kind: 'transfer-aborted', why: 'connection-lost', error: '', received });
  cancelHandshake(server, true);
}
