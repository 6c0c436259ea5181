/**
 * The handshake with our master (replication.c: syncWithMaster), as a drawing with its table.
 *
 *   connecting ──connected──► receive-ping-reply ─► receive-auth-reply ─► receive-port-reply ─► receive-ip-reply
 *                                                    (with masterauth)                          (with announce-ip)
 *                                                                                                     │
 *       psync-reply.ts ◄─ receive-psync-reply ◄─ receive-version-reply ◄─ receive-capa-reply ◄────────┘
 *         transfer.ts  ◄─ (2.6: SYNC)              (Valkey)                 (2.8+)
 *
 * A state names the reply it waits for. Up to 6.0 each command is sent when its turn comes; since 6.2 all that stands
 * between PING and PSYNC leaves in one burst. Replies come one by one in either case, in the order of the commands.
 */
import { writeAtOnce } from '../../networking.ts';
import { command, line } from '../../protocol/make.ts';
import type { Message } from '../../protocol/payload.ts';
import type { Server } from '../../server.ts';
import { isHandshake, type LinkState } from '../state.ts';
import { dropHandshake } from './connect.ts';
import { onPsyncReply, sendPsync, sendSync } from './psync-reply.ts';

type Step = Exclude<LinkState, 'none' | 'connect' | 'connecting' | 'receive-psync-reply' | 'transfer' | 'connected'>;

interface Row {
  readonly name: 'ping' | 'auth' | 'listening-port' | 'ip-address' | 'capa' | 'version';
  /** The command whose reply is awaited; null: there is nothing to say, and the step is passed over. */
  readonly says: (server: Server) => readonly string[] | null;
  /** `go-on`, or `give-up`: close and let the cron try again. An error that is only told is `told`. */
  readonly judge: (reply: string) => 'go-on' | 'told' | 'give-up';
  readonly next: Step | 'ask';
}

const whenNegative = (verdict: 'told' | 'give-up') => (reply: string): 'go-on' | 'told' | 'give-up' => (reply.startsWith('-') ? verdict : 'go-on');

/** A password is asked for later: an authentication error to PING does not stop the handshake. */
const AUTHENTICATION_ERRORS = ['-NOAUTH', '-NOPERM', '-ERR operation not permitted'];

const TABLE: Readonly<Record<Step, Row>> = {
  'receive-ping-reply': {
    name: 'ping', says: () => ['PING'], next: 'receive-auth-reply',
    judge: (reply) => (reply.startsWith('+') || AUTHENTICATION_ERRORS.some((error) => reply.startsWith(error)) ? 'go-on' : 'give-up'),
  },
  'receive-auth-reply': { name: 'auth', says: auth, judge: whenNegative('give-up'), next: 'receive-port-reply' },
  'receive-port-reply': { name: 'listening-port', says: listeningPort, judge: whenNegative('told'), next: 'receive-ip-reply' },
  'receive-ip-reply': { name: 'ip-address', says: ipAddress, judge: whenNegative('told'), next: 'receive-capa-reply' },
  'receive-capa-reply': { name: 'capa', says: capabilities, judge: whenNegative('told'), next: 'receive-version-reply' },
  'receive-version-reply': { name: 'version', says: version, judge: whenNegative('told'), next: 'ask' },
};

export function auth({ config: { masterauth, masteruser } }: Server): readonly string[] | null {
  if (masterauth === '') return null;
  return masteruser === '' ? ['AUTH', masterauth] : ['AUTH', masteruser, masterauth];
}

function listeningPort(server: Server): readonly string[] {
  return ['REPLCONF', 'listening-port', announcedPort(server)];
}

export function announcedPort({ config }: Server): string {
  return String(config['replica-announce-port'] || config.port);
}

function ipAddress({ config }: Server): readonly string[] | null {
  const ip = config['replica-announce-ip'];
  return ip === '' ? null : ['REPLCONF', 'ip-address', ip];
}

function capabilities({ profile, config }: Server): readonly string[] | null {
  const known: readonly string[] = profile.handshake.capabilities;
  const all = config['dual-channel-replication-enabled'] ? [...known, 'dual-channel'] : known;
  return all.length === 0 ? null : ['REPLCONF', ...all.flatMap((one) => ['capa', one])];
}

function version({ profile }: Server): readonly string[] | null {
  return profile.handshake.tellsVersion ? ['REPLCONF', 'version', profile.version] : null;
}

/** What the log calls the step that waits in this state. */
export function stepName(state: LinkState): Row['name'] | 'psync' | 'sync' {
  if (state === 'receive-psync-reply') return 'psync';
  return isHandshake(state) ? TABLE[state as Step].name : 'sync';
}

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
  const burst = server.profile.handshake.introduction === 'burst';
  if (burst && row.name === 'ping') sayAllFrom(server, row.next);
  advance(server, row.next, !burst);
}

/** Awaits the next reply that will come, passing over the steps at which there is nothing to say. */
function advance(server: Server, next: Step | 'ask', saysItNow: boolean): void {
  for (let step = next; step !== 'ask'; step = TABLE[step].next) {
    const words = TABLE[step].says(server);
    if (words === null) continue;
    if (saysItNow) say(server, words);
    server.replication.linkState = step;
    return;
  }
  if (server.profile.handshake.asks === 'psync') sendPsync(server);
  else sendSync(server);
}

/** Everything the master should know, in one burst (6.2+). */
function sayAllFrom(server: Server, first: Step | 'ask'): void {
  for (let step = first; step !== 'ask'; step = TABLE[step].next) {
    const words = TABLE[step].says(server);
    if (words !== null) say(server, words);
  }
}

/** replication.c: sendSynchronousCommand, sendCommand (6.2+). A command on the link while it is no client yet. */
export function say(server: Server, argv: readonly string[]): void {
  transmit(server, server.profile.handshake.requests === 'inline' ? line(`${argv.join(' ')}\r\n`) : command(argv));
}

/** A bare line on it: SYNC, or the newline that says we are alive. */
export function sayLine(server: Server, text: string): void {
  transmit(server, line(text));
}

function transmit(server: Server, message: Message): void {
  const handshake = server.replication.handshake;
  if (handshake === null) return;
  if (handshake.socket !== 'open') {
    handshake.socket = handshake.socket === 'half-closed' ? 'dead' : 'write-failed';
    return;
  }
  writeAtOnce(server, handshake, message);
}
