/**
 * serverCron (server.c) as a list of duties, `hz` times a second; replicationCron is one of them, once a second.
 *
 * A cron sleeps while none of its duties could act: a tick that does nothing changes nothing but the count of loops, which
 * is made up for. `everyTick` switches the sleeping off, for the test that shows it makes no difference.
 */
import { activeExpireCycle } from './commands/active-expire.ts';
import { afterExecution } from './commands/propagation.ts';
import { findEntry, nextExpiryMs, removeKey } from './dataset/keyspace.ts';
import { closeOnOutputLimit, freeClient, replicaOutputBytes, resumeClient } from './networking.ts';
import { fsyncAppendOnlyFile, rewriteIfScheduled } from './persistence/append-only.ts';
import { forkRdbChild, reapChild } from './persistence/children.ts';
import { saveIfDue } from './persistence/save.ts';
import { continueShutdown } from './persistence/shutdown.ts';
import { replicationCron } from './replication/cron.ts';
import { resumeMaster } from './replication/replica/master-link.ts';
import { isMaster, type Server } from './server.ts';
import type { ExecutionContext } from './commands/execution.ts';

interface CronDuty {
  readonly name: string;
  readonly periodMs: number;
  readonly run: (server: Server) => void;
  /** It could act at the next tick; duties of a second need no answer: their tick always comes. */
  readonly wanted: (server: Server) => boolean;
}

const never = (): boolean => false;

const DUTIES: readonly CronDuty[] = [
  { name: 'shutdown', periodMs: 100, run: continueShutdown, wanted: (server) => server.shutdown !== null },
  { name: 'output limits', periodMs: 1000, run: checkOutputLimits, wanted: never },
  { name: 'expire', periodMs: 100, run: expireKeys, wanted: (server) => (isMaster(server) ? nextExpiryMs(server.keyspace) < Infinity : server.replicaKeysWithExpire.size > 0) },
  { name: 'scheduled AOF rewrite', periodMs: 100, run: rewriteIfScheduled, wanted: (server) => server.aof.state === 'wait-rewrite' },
  { name: 'children', periodMs: 100, run: reapChild, wanted: (server) => server.child !== null },
  { name: 'save points', periodMs: 1000, run: saveIfDue, wanted: never },
  { name: 'fsync everysec', periodMs: 1000, run: fsyncEverySecond, wanted: never },
  { name: 'replication', periodMs: 1000, run: replicationCron, wanted: never },
  { name: 'scheduled BGSAVE', periodMs: 100, run: scheduledBgsave, wanted: (server) => server.bgsaveScheduled },
];

function tickUs(server: Server): number {
  return Math.floor(1000 / server.config.hz) * 1000;
}

/** server.h: run_with_period. True at every loop that opens a new period. */
function isDue(server: Server, periodMs: number): boolean {
  const tickMs = tickUs(server) / 1000;
  return periodMs <= tickMs || server.cronLoops % Math.floor(periodMs / tickMs) === 0;
}

/** The event loop starts: the first tick comes after a millisecond (server.c: initServer), and the skew of this process. */
export function startCron(server: Server): void {
  server.cronArmedTicks = 0;
  server.cronDueUs = server.nowUs + 1000 + server.cronSkewUs;
  server.ports.arm('cron', 1000 + server.cronSkewUs);
}

/** The armed tick came. While a data set is loaded nothing of this runs; it is made up for right afterwards. */
export function onCron(server: Server, everyTick = false): void {
  if (server.loading !== null) {
    server.loading.cronMissed = true;
    return;
  }
  server.cronLoops += Math.max(server.cronArmedTicks - 1, 0);
  // A tick that a command held up for some µs keeps its phase; one that waited longer than a period starts a new one.
  server.cronLastUs = server.nowUs - server.cronDueUs < tickUs(server) ? server.cronDueUs : server.nowUs;
  for (const duty of DUTIES) if (isDue(server, duty.periodMs) && !server.exited) duty.run(server);
  server.cronLoops += 1;
  armCron(server, everyTick);
}

/** Arms the next tick that could matter: the very next one, or the next that opens a second. */
function armCron(server: Server, everyTick: boolean): void {
  const tick = tickUs(server);
  const perSecond = Math.max(1, Math.floor(1_000_000 / tick));
  const awake = everyTick || DUTIES.some((duty) => duty.wanted(server));
  const ticks = awake ? 1 : perSecond - ((server.cronLoops - 1) % perSecond);
  armTicks(server, ticks);
}

function armTicks(server: Server, ticks: number): void {
  server.cronArmedTicks = ticks;
  server.cronDueUs = server.cronLastUs + ticks * tickUs(server);
  server.ports.arm('cron', Math.max(server.cronDueUs - server.nowUs, 0));
}

/** At the end of a turn: something may have happened for which a sleeping cron must wake. */
export function wakeCron(server: Server): void {
  if (server.cronArmedTicks <= 1 || server.loading !== null || !DUTIES.some((duty) => duty.wanted(server))) return;
  const tick = tickUs(server);
  const ticks = Math.max(1, Math.ceil((server.nowUs - server.cronLastUs) / tick));
  if (ticks < server.cronArmedTicks) armTicks(server, ticks);
}

/** CONFIG SET hz: the phase goes on from the last tick. */
export function rearmCron(server: Server): void {
  if (server.cronArmedTicks > 0) armCron(server, false);
}

/** networking.c: clientsCron, closeClientOnOutputBufferLimitReached: each client about once a second, so a soft limit fires without traffic (6.2.4+). */
function checkOutputLimits(server: Server): void {
  for (const client of [...server.replication.replicas]) {
    if (replicaOutputBytes(server, client) > 0 && closeOnOutputLimit(server, client)) freeClient(server, client, 'output-buffer-limit');
  }
}

/** expire.c: activeExpireCycle. Only a master deletes. */
function expireKeys(server: Server): void {
  if (!isMaster(server)) return expireReplicaKeys(server);
  if (server.writesPaused) return;
  const context = server.context as ExecutionContext;
  activeExpireCycle(server.keyspace, server.nowMs, (db, key) => {
    context.expired(db, key);
    afterExecution(server, 0);
  });
}

/** expire.c: expireSlaveKeys. A replica deletes only what its own writes gave a time to live, and tells nobody. */
function expireReplicaKeys(server: Server): void {
  for (const [name, { db, key }] of server.replicaKeysWithExpire) {
    const entry = findEntry(server.keyspace, db, key);
    if (entry !== undefined && entry.expireMs !== null && entry.expireMs >= server.nowMs) continue;
    server.replicaKeysWithExpire.delete(name);
    if (entry === undefined || entry.expireMs === null) continue;
    removeKey(server.keyspace, db, key);
    server.stats.expiredKeys += 1;
    server.ports.detail('expired', db, 0, 0);
  }
}

function fsyncEverySecond(server: Server): void {
  if (server.config.appendfsync === 'everysec') fsyncAppendOnlyFile(server);
}

function scheduledBgsave(server: Server): void {
  if (!server.bgsaveScheduled || server.child !== null) return;
  server.bgsaveScheduled = false;
  forkRdbChild(server, 'disk', 'command', null);
}

/** blocked.c: unblockPostponedClients */
export function resumePostponed(server: Server): void {
  const postponed = server.postponed;
  server.postponed = [];
  for (const client of postponed) {
    client.blocked = null;
    if (client.master !== null) resumeMaster(server, client, client.master);
    else resumeClient(server, client);
  }
}
