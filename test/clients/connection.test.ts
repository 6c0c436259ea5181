import { describe, expect, it } from 'vitest';
import { ClientConnection } from '../../src/clients/connection.ts';
import type { ClientPorts } from '../../src/clients/ports.ts';
import { command } from '../../src/redis/protocol/make.ts';
import type { Piece } from '../../src/redis/protocol/payload.ts';

const PING = command(['PING']);

/** An open connection with so much room in its socket, and what it sends. */
function open(credit: number): { connection: ClientConnection; sent: Piece[] } {
  const sent: Piece[] = [];
  const ports = { connect: () => undefined, send: (_: number, piece: Piece) => void sent.push(piece) } as unknown as ClientPorts;
  const connection = new ClientConnection(ports, { host: '10.0.0.1', port: 6379, password: '' }, () => undefined);
  connection.open();
  connection.take({ type: 'connected', fd: -1, credit });
  return { connection, sent };
}

describe('a pipeline', () => {
  it('of any length leaves in one write, if the socket has room for it', () => {
    const { connection, sent } = open(10_000_000);
    connection.requestAll(Array.from({ length: 300_000 }, () => PING));
    expect(sent.map(({ payload, to }) => [payload.kind, to])).toEqual([['batch', 300_000 * PING.size]]);
    expect(connection.awaiting).toBe(300_000);
  });
  it('goes as far as the socket takes it, to the byte, and on when there is room again', () => {
    const { connection, sent } = open(PING.size + 5);
    connection.requestAll([PING, PING, PING]);
    connection.take({ type: 'drained', fd: -1, bytes: 1 });
    connection.take({ type: 'drained', fd: -1, bytes: 1000 });
    expect(sent.map(({ from, to }) => [from, to])).toEqual([[0, PING.size], [0, 5], [5, 6], [6, PING.size], [0, PING.size]]);
  });
});
