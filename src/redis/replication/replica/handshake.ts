/**
 * The handshake with our master (replication.c: syncWithMaster), as a drawing with its table.
 *
 *   connecting ──connected──► receive-ping-reply
 *       PING ►                    │ +PONG, or an authentication error
 *                                 ▼
 *       AUTH, port, ip, capa ►  receive-auth-reply ─► receive-port-reply ─► receive-ip-reply ─► receive-capa-reply
 *       (one burst, 6.2+)         (with masterauth)                          (with announce-ip)      │
 *                                                                                                    ▼
 *                                                                  PSYNC ►  receive-psync-reply ─► psync-reply.ts
 *
 * A state names the reply it waits for. Replies come one by one, in the order in which the commands were sent.
 */
import { command, line } from '../../protocol/make.ts';
import type { Bytes, Message } from '../../protocol/payload.ts';
import type { Server } from '../../server.ts';
import { isHandshake, type LinkState } from '../state.ts';
import { dropHandshake } from './connect.ts';
import { onPsyncReply, sendPsync } from './psync-reply.ts';

type Step = Exclude<LinkState, 'none' | 'connect' | 'connecting' | 'receive-psync-reply' | 'transfer' | 'connected'>;

interface Row {
  readonly name: 'ping' | 'auth' | 'listening-port' | 'ip-address' | 'capa';
  /** False: nothing was sent for this step, so no reply is awaited. */
  readonly awaited: (server: Server) => boolean;
  /** `go-on`, or `give-up`: close and let the cron try again. An error that is only told is `told`. */
  readonly judge: (reply: string) => 'go-on' | 'told' | 'give-up';
  readonly next: Step | 'send-psync';
}

const whenNegative = (verdict: 'told' | 'give-up') => (reply: string): 'go-on' | 'told' | 'give-up' => (reply.startsWith('-') ? verdict : 'go-on');

/** A password is asked for later: an authentication error to PING does not stop the handshake. */
const AUTHENTICATION_ERRORS = ['-NOAUTH', '-NOPERM', '-ERR operation not permitted'];

const TABLE: Readonly<Record<Step, Row>> = {
  'receive-ping-reply': {
    name: 'ping', awaited: () => true, next: 'receive-auth-reply',
    judge: (reply) => (reply.startsWith('+') || AUTHENTICATION_ERRORS.some((error) => reply.startsWith(error)) ? 'go-on' : 'give-up'),
  },
  'receive-auth-reply': { name: 'auth', awaited: (server) => server.config.masterauth !== '', judge: whenNegative('give-up'), next: 'receive-port-reply' },
  'receive-port-reply': { name: 'listening-port', awaited: () => true, judge: whenNegative('told'), next: 'receive-ip-reply' },
  'receive-ip-reply': { name: 'ip-address', awaited: (server) => server.config['replica-announce-ip'] !== '', judge: whenNegative('told'), next: 'receive-capa-reply' },
  'receive-capa-reply': { name: 'capa', awaited: () => true, judge: whenNegative('told'), next: 'send-psync' },
};

/** Our connect succeeded. */
export function onConnected(server: Server, credit: number): void {
  const { handshake, linkState } = server.replication;
  if (handshake === null || linkState !== 'connecting') return;
  handshake.credit = credit;
  server.replication.linkState = 'receive-ping-reply';
  say(server, ['PING']);
}

/** One reply line, without its line end. */
export function onHandshakeLine(server: Server, reply: string): void {
  const replication = server.replication;
  const handshake = replication.handshake;
  if (handshake === null) return;
  handshake.lastIoS = server.unixtime;
  if (replication.linkState === 'receive-psync-reply') return onPsyncReply(server, reply);
  if (!isHandshake(replication.linkState)) return;
  const row = TABLE[replication.linkState as Step];
  const verdict = row.judge(reply);
  if (verdict !== 'go-on') server.ports.tell({ kind: 'link-handshake-error', step: row.name, error: reply, fatal: verdict === 'give-up' });
  if (verdict === 'give-up') return dropHandshake(server);
  if (row.name === 'ping') sendIntroduction(server);
  advance(server, row.next);
}

/** Passes over the steps for which nothing was sent. */
function advance(server: Server, next: Step | 'send-psync'): void {
  let step = next;
  while (step !== 'send-psync' && !TABLE[step].awaited(server)) step = TABLE[step].next;
  if (step === 'send-psync') sendPsync(server);
  else server.replication.linkState = step;
}

/** Everything the master should know, in one burst (6.2+). */
function sendIntroduction(server: Server): void {
  const { masterauth, masteruser, port } = server.config;
  if (masterauth !== '') say(server, masteruser === '' ? ['AUTH', masterauth] : ['AUTH', masteruser, masterauth]);
  say(server, ['REPLCONF', 'listening-port', String(server.config['replica-announce-port'] || port)]);
  if (server.config['replica-announce-ip'] !== '') say(server, ['REPLCONF', 'ip-address', server.config['replica-announce-ip']]);
  say(server, ['REPLCONF', 'capa', 'eof', 'capa', 'psync2']);
}

/** A command on the link while it is no client yet. */
export function say(server: Server, argv: readonly Bytes[]): void {
  transmit(server, command(argv));
}

/** A bare line on it: SYNC, or the newline that says we are alive. */
export function sayLine(server: Server, text: string): void {
  transmit(server, line(text));
}

function transmit(server: Server, message: Message): void {
  const handshake = server.replication.handshake;
  if (handshake === null || handshake.credit < message.size) return;
  handshake.credit -= message.size;
  server.ports.send(handshake.fd, { payload: message, from: 0, to: message.size });
}
