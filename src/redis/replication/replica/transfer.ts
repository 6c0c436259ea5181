/**
 * Receiving the file of a full resync (replication.c: readSyncBulkPayload, up to its load).
 *
 * Old data stay and are served until the file is here whole: a transfer that breaks costs nothing but time.
 */
import { assert } from '../../../assert.ts';
import type { Piece } from '../../protocol/payload.ts';
import type { Server } from '../../server.ts';
import type { Handshake, Transfer } from '../state.ts';
import { cancelHandshake } from './connect.ts';
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

/** Bytes of the file. */
export function onTransferBytes(server: Server, handshake: Handshake, piece: Piece): void {
  const transfer = handshake.transfer;
  const image = piece.payload;
  assert(transfer !== null && image.kind === 'rdb', 'bytes of a file');
  handshake.lastIoS = server.unixtime;
  transfer.image = image;
  transfer.received += piece.to - piece.from;
  if (transfer.framing === 'length' && transfer.received === transfer.size) beginLoad(server, handshake, transfer, image);
}

/** The mark that ends a file of unknown length: its last 40 bytes. */
function onMark(server: Server, handshake: Handshake, transfer: Transfer, text: string): void {
  handshake.lastIoS = server.unixtime;
  transfer.received += text.length;
  if (transfer.framing === 'eof' && text === transfer.mark && transfer.image !== null) beginLoad(server, handshake, transfer, transfer.image);
}

function abort(server: Server, why: 'error-reply' | 'bad-protocol', error: string): void {
  server.ports.tell({ kind: 'transfer-aborted', why, error, received: -1 });
  cancelHandshake(server, true);
}

/** The connection broke: everything received so far is thrown away, and the next attempt follows at once. */
export function onTransferLost(server: Server): void {
  const transfer = server.replication.handshake?.transfer ?? null;
  const received = transfer === null || transfer.framing === null ? -1 : transfer.received;
  server.ports.tell({ kind: 'transfer-aborted', why: 'connection-lost', error: '', received });
  cancelHandshake(server, true, true);
}
