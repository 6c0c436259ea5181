/**
 * What a socket asks of its way at every segment, kept in the socket itself: link, host and NIC are records elsewhere, and with
 * thousands of sockets time goes by in fetching their memory. Whoever changes one of those says so here.
 */

import type { Socket } from './connection.ts';
import type { Link } from './link.ts';

/** The link, or a NIC at one end of it, is other than it was. */
export function noteWay(link: Link): void {
  for (const socket of link.sockets) {
    takeWay(socket);
    takeWay(socket.peer);
  }
}

/** As its link and that of its peer are now. */
export function takeWay(socket: Socket): void {
  const { first, to: { nicIn }, cuts, spec, row } = socket.link;
  socket.isCut = cuts > 0;
  socket.isLossy = spec.lossPpm > 0;
  socket.constantUs = spec.latency.kind === 'constant' ? spec.latency.us : -1;
  socket.row = row;
  socket.nicIn = nicIn;
  socket.isFedSlowly = first !== null && nicIn !== null && first.bytesPerS <= nicIn.bytesPerS;
  const back = socket.peer.link;
  socket.backUs = back.typicalUs;
  socket.isBackCut = back.cuts > 0;
}
