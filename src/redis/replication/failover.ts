/**
 * FAILOVER: a planned swap of roles without a lost write (replication.c: failoverCommand).
 *
 *   no-failover ──FAILOVER──► waiting-for-sync ──a replica has acknowledged all──► failover-in-progress ──PSYNC … FAILOVER──► no-failover
 *                             (writes are paused)       or TIMEOUT with FORCE       (a replica of the target)   accepted
 *
 * ABORT, a TIMEOUT without FORCE, or a target that refuses, makes it a master again; under a new id, if it had let go.
 */
import type { Client } from '../client.ts';
import { pauseActions, unpauseActions } from '../pause.ts';
import { bytesToString } from '../protocol/make.ts';
import type { Bytes, Reply } from '../protocol/payload.ts';
import { type Server, wallMs } from '../server.ts';
import { setMaster, unsetMaster } from './role.ts';

export interface Failover {
  readonly state: 'no-failover' | 'waiting-for-sync' | 'failover-in-progress';
  /** Who takes over; null: whoever has everything first. */
  readonly target: { readonly host: string; readonly port: number } | null;
  readonly force: boolean;
  /** Wall clock, ms; Infinity: it waits for ever. */
  readonly endMs: number;
}

/** The same for all servers that have none, at the end of each of whose turns it is looked at. */
export const NO_FAILOVER: Failover = { state: 'no-failover', target: null, force: false, endMs: Infinity };

const error = (text: string): Reply => ({ type: 'error', text: `ERR ${text}` });
const OK: Reply = { type: 'status', text: 'OK' };

interface Request {
  target: Failover['target'];
  force: boolean;
  /** 0: none. */
  timeoutMs: number;
}

/** replication.c: failoverCommand */
export function failoverCommand(server: Server, argv: readonly Bytes[]): Reply {
  const words = argv.slice(1).map(bytesToString);
  const { failover } = server.replication;
  if (words.length === 1 && words[0]!.toLowerCase() === 'abort') {
    if (failover.state === 'no-failover') return error('No failover in progress.');
    abortFailover(server, 'Failover manually aborted');
    return OK;
  }
  const request = parse(words);
  if ('type' in request) return request;
  const { target, force, timeoutMs } = request;
  if (failover.state !== 'no-failover') return error('FAILOVER already in progress.');
  if (server.replication.masterHost !== null) return error('FAILOVER is not valid when server is a replica.');
  if (server.replication.replicas.length === 0) return error('FAILOVER requires connected replicas.');
  if (force && (timeoutMs === 0 || target === null)) return error('FAILOVER with force option requires both a timeout and target HOST and IP.');
  if (target !== null) {
    const replica = findReplica(server, target);
    if (replica === undefined) return error('FAILOVER target HOST and PORT is not a replica.');
    if (replica.replica?.state !== 'online') return error('FAILOVER target replica is not online.');
  }
  server.ports.tell({ kind: 'failover', phase: 'requested', detail: target === null ? '' : nameOf(target) });
  server.replication.failover = { state: 'waiting-for-sync', target, force, endMs: timeoutMs > 0 ? wallMs(server) + timeoutMs : Infinity };
  pauseActions(server, 'failover', Infinity, 'write');
  return OK;
}

function parse(words: readonly string[]): Request | Reply {
  const request: Request = { target: null, force: false, timeoutMs: 0 };
  for (let i = 0; i < words.length; i++) {
    const option = words[i]!.toLowerCase();
    const left = words.length - i - 1;
    if (option === 'timeout' && left >= 1 && request.timeoutMs === 0) {
      const given = words[++i]!;
      if (!/^-?\d{1,15}$/.test(given)) return error('value is not an integer or out of range');
      if (Number(given) <= 0) return error('FAILOVER timeout must be greater than 0');
      request.timeoutMs = Number(given);
    } else if (option === 'to' && left >= 2 && request.target === null) {
      const [host, port] = [words[++i]!, words[++i]!];
      if (!/^-?\d{1,15}$/.test(port)) return error('value is not an integer or out of range');
      request.target = { host, port: Number(port) };
    } else if (option === 'force' && !request.force) request.force = true;
    else return error('syntax error');
  }
  return request;
}

/** replication.c: findReplica. By the address that it announced, or that it came from, and the port that it announced. */
function findReplica(server: Server, { host, port }: NonNullable<Failover['target']>): Client | undefined {
  return server.replication.replicas.find((client) => (client.announcedIp || client.peerHost).toLowerCase() === host.toLowerCase() && client.listeningPort === port);
}

function nameOf({ host, port }: NonNullable<Failover['target']>): string {
  return `${host}:${port}`;
}

/** replication.c: updateFailoverStatus, at the end of each turn and first thing in replicationCron. */
export function updateFailoverStatus(server: Server): void {
  const { failover, replicas, masterReplOffset } = server.replication;
  if (failover.state !== 'waiting-for-sync') return;
  const hasAll = (client: Client | undefined): boolean => client?.replica?.ackOffset === masterReplOffset;
  if (failover.endMs <= wallMs(server)) {
    if (!failover.force || failover.target === null) return abortFailover(server, 'Replica never caught up before timeout');
    server.ports.tell({ kind: 'failover', phase: 'timed-out', detail: nameOf(failover.target) });
    return letGo(server, failover.target);
  }
  const synced = failover.target === null ? replicas.find(hasAll) : findReplica(server, failover.target);
  if (synced === undefined || !hasAll(synced)) return;
  const target = failover.target ?? { host: synced.announcedIp || synced.peerHost, port: synced.listeningPort };
  server.ports.tell({ kind: 'failover', phase: 'synced', detail: nameOf(target) });
  letGo(server, target);
}

/** It becomes a replica of its replica; writes stay paused until that one has taken over. */
function letGo(server: Server, target: NonNullable<Failover['target']>): void {
  const { replication } = server;
  replication.failover = { ...replication.failover, state: 'failover-in-progress', target };
  setMaster(server, target.host, target.port, '');
}

/** replication.c: clearFailoverState */
function clearFailoverState(server: Server): void {
  server.replication.failover = NO_FAILOVER;
  unpauseActions(server, 'failover');
}

/** replication.c: abortFailover. Nothing happens when there is none. */
export function abortFailover(server: Server, why: string): void {
  const { failover } = server.replication;
  if (failover.state === 'no-failover') return;
  server.ports.tell({ kind: 'failover', phase: 'aborted', detail: `${failover.target === null ? 'any replica' : nameOf(failover.target)} aborted: ${why}` });
  if (failover.state === 'failover-in-progress') unsetMaster(server, '');
  clearFailoverState(server);
}

/** replication.c: syncWithMaster, after the reply to PSYNC … FAILOVER. False: it was refused, and the handshake is over. */
export function failoverAnswered(server: Server, accepted: boolean): boolean {
  if (server.replication.failover.state !== 'failover-in-progress') return true;
  if (accepted) clearFailoverState(server);
  else abortFailover(server, 'Failover target rejected psync request');
  return accepted;
}
