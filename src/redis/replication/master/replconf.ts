/**
 * REPLCONF, as a master hears it from its replicas, and as a replica hears GETACK from its master.
 */
import { unreachable } from '../../../assert.ts';
import type { Client } from '../../client.ts';
import { bytesToString } from '../../protocol/make.ts';
import type { Bytes, Reply } from '../../protocol/payload.ts';
import type { ReplconfOption } from '../../profiles/profile.ts';
import type { Server } from '../../server.ts';
import { reapChild } from '../../persistence/children.ts';
import { sendAck } from '../replica/master-link.ts';
import { offersDualChannel, rdbChannelOf } from './rdb-channel.ts';
import { putOnline, startCommandStream } from './replica-client.ts';

const OK: Reply = { type: 'status', text: 'OK' };
const error = (text: string): Reply => ({ type: 'error', text });

/** replication.c: replconfCommand. null: answers nothing (ACK, GETACK). */
export function replconf(server: Server, client: Client, argv: readonly Bytes[]): Reply | null {
  if (argv.length % 2 === 0) return error('ERR syntax error');
  for (let index = 1; index < argv.length; index += 2) {
    const option = bytesToString(argv[index] ?? '').toLowerCase() as ReplconfOption;
    const value = bytesToString(argv[index + 1] ?? '');
    if (!server.profile.replconf.options.includes(option)) return error(`ERR Unrecognized REPLCONF option: ${bytesToString(argv[index] ?? '')}`);
    switch (option) {
      case 'listening-port': {
        if (!/^-?\d+$/.test(value)) return error('ERR value is not an integer or out of range');
        client.listeningPort = Number(value);
        break;
      }
      case 'ip-address':
        client.announcedIp = value;
        break;
      case 'capa':
        if (value.toLowerCase() === 'dual-channel') client.capaDualChannel = offersDualChannel(server);
        // A version knows those that it has itself; others are ignored.
        if (!(server.profile.handshake.capabilities as readonly string[]).includes(value.toLowerCase())) break;
        if (value.toLowerCase() === 'eof') client.capaEof = true;
        else if (value.toLowerCase() === 'psync2') client.capaPsync2 = true;
        break;
      case 'ack':
        acknowledge(server, client, argv);
        return null;
      case 'getack':
        if (server.replication.master !== null) sendAck(server);
        return null;
      case 'version':
        if (!isVersion(value)) return error(`ERR Unrecognized version format: ${value}`);
        break; // nothing depends on it yet
      case 'rdb-only':
      case 'rdb-channel':
        if (!/^-?\d+$/.test(value)) return error('ERR value is not an integer or out of range');
        if (value !== '0' && value !== '1') return error('ERR value is out of range, value must between 0 and 1');
        client[option === 'rdb-only' ? 'rdbOnly' : 'rdbChannel'] = value === '1';
        break;
      case 'set-rdb-client-id':
        if (!/^-?\d+$/.test(value)) return error('ERR value is not an integer or out of range');
        if (rdbChannelOf(server, Number(value)) === null) return error(`ERR Unrecognized RDB client id ${value}`);
        client.rdbClientId = Number(value);
        break;
      default:
        return unreachable(option);
    }
  }
  return OK;
}

/** util.c: version2num */
function isVersion(text: string): boolean {
  return /^\d*\.\d*\.\d*$/.test(text) && text.split('.').every((part) => Number(part) <= 255);
}

/** `REPLCONF ACK offset [FACK aof-offset]`. Offsets only grow on one connection. */
function acknowledge(server: Server, client: Client, argv: readonly Bytes[]): void {
  const side = client.replica;
  if (side === null) return;
  const offset = Number(bytesToString(argv[2] ?? ''));
  if (!Number.isSafeInteger(offset)) return;
  if (offset > side.ackOffset) side.ackOffset = offset;
  if (argv.length > 4 && bytesToString(argv[3] ?? '').toLowerCase() === 'fack') {
    const fack = Number(bytesToString(argv[4] ?? ''));
    if (Number.isSafeInteger(fack) && fack > side.aofOffset) side.aofOffset = fack;
  }
  side.ackTimeS = server.unixtime;
  server.ports.detail('ack-received', client.fd, offset, 0);
  // The ACK may come before our cron noticed that the child is done: since 6.2 we look now, instead of making it wait a second.
  if (side.state === 'wait-bgsave-end' && server.profile.diskless.earlyAck === 'looks-at-child') reapChild(server);
  if (side.startStreamOnAck && side.state === 'online') startCommandStream(server, client);
  // What it kept while its file was on the way is applied, too.
  if (side.state === 'bg-transfer') putOnline(server, client, 'full-dual-channel');
}
