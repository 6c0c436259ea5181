/**
 * The replica's side of a link in every generation, as bytes. The master is 10.0.0.1:6379 and answers what its own
 * generation would; connection -1 is the replica's first attempt.
 */
import { describe, expect, it } from 'vitest';
import { findProfile, type Profile } from '../../../src/redis/profiles/index.ts';
import { createWire, encodePiece } from '../../../src/redis/wire.ts';
import { Double } from '../double.ts';

function profileOf(version: string): Profile {
  const found = findProfile(version);
  if (!found.ok) throw new Error(`no ${version}`);
  return found.profile;
}

/** What a replica sends, each time that the master has answered once more. */
function conversation(version: string, config: Readonly<Record<string, string>> = {}): string[] {
  const node = new Double({ profile: profileOf(version), config: { replicaof: '10.0.0.1 6379', port: '6380', ...config } });
  const wire = createWire();
  let said = '';
  const { ports } = node.server;
  const { send } = ports;
  ports.send = (fd, piece) => {
    said += encodePiece(wire, piece);
    send(fd, piece);
  };
  const turns: string[] = [];
  const turn = (happens: () => void): string => {
    said = '';
    happens();
    turns.push(said);
    return said;
  };
  node.pass(1.001);
  turn(() => node.feed({ type: 'connected', fd: -1, credit: 100_000 }));
  let answer = '+PONG';
  while (!/P?SYNC/.test(turn(() => node.hears(-1, answer)))) answer = '+OK';
  return turns;
}

/** RESP, as `*2\r\n$4\r\nAUTH\r\n$1\r\nx\r\n`. */
const resp = (...words: string[]): string => `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;

const PORT = ['REPLCONF', 'listening-port', '6380'];
const CAPA = ['REPLCONF', 'capa', 'eof', 'capa', 'psync2'];
const PSYNC = ['PSYNC', '?', '-1'];

describe('up to PSYNC a replica says', () => {
  it.each([
    { version: '2.6', turns: ['PING\r\n', 'REPLCONF listening-port 6380\r\n', 'SYNC\r\n'] },
    { version: '2.8', turns: ['PING\r\n', 'REPLCONF listening-port 6380\r\n', 'REPLCONF capa eof\r\n', 'PSYNC ? -1\r\n'] },
    { version: '3.2', turns: ['PING\r\n', 'REPLCONF listening-port 6380\r\n', 'REPLCONF capa eof\r\n', 'PSYNC ? -1\r\n'] },
    { version: '4.0', turns: ['PING\r\n', 'REPLCONF listening-port 6380\r\n', 'REPLCONF capa eof capa psync2\r\n', 'PSYNC ? -1\r\n'] },
    { version: '5.0', turns: [resp('PING'), resp(...PORT), resp(...CAPA), resp(...PSYNC)] },
    { version: '6.0', turns: [resp('PING'), resp(...PORT), resp(...CAPA), resp(...PSYNC)] },
    // One burst, and the replies come one by one.
    { version: '6.2', turns: [resp('PING'), resp(...PORT) + resp(...CAPA), '', resp(...PSYNC)] },
    { version: '7.4', turns: [resp('PING'), resp(...PORT) + resp(...CAPA), '', resp(...PSYNC)] },
    { version: 'valkey-8.0', turns: [resp('PING'), resp(...PORT) + resp(...CAPA) + resp('REPLCONF', 'version', '8.0.1'), '', '', resp(...PSYNC)] },
  ])('$version', ({ version, turns }) => {
    expect(conversation(version)).toEqual(turns);
  });

  it.each([
    { version: '2.6', config: {}, auth: 'AUTH secret\r\n' },
    { version: '4.0', config: {}, auth: 'AUTH secret\r\n' },
    { version: '5.0', config: {}, auth: resp('AUTH', 'secret') },
    { version: '6.0', config: { masteruser: 'repl' }, auth: resp('AUTH', 'repl', 'secret') },
    { version: '6.2', config: { masteruser: 'repl' }, auth: resp('AUTH', 'repl', 'secret') + resp(...PORT) + resp(...CAPA) },
  ])('and $version its password first', ({ version, config, auth }) => {
    expect(conversation(version, { masterauth: 'secret', ...config })[1]).toBe(auth);
  });
});
