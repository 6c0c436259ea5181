/**
 * serverCron (server.c) as a list of duties, `hz` times a second; replicationCron is one of them, once a second.
 *
 * A cron sleeps while none of its duties could act: a tick that does nothing changes nothing but the count of loops, which
 * is made up for. `everyTick` switches the sleeping off, for the test that shows it makes no difference.
 */
import { activeExpireCycle } from './commands/active-expire.ts';
import { afterExecution } from './commands/propagation.ts';
import { findEntry, nextExpiryMs, removeKey } from './dataset/keyspace.ts';
import { closeIdleClients, watchesIdleClients } from './idle-clients.ts';
import { closeOnOutputLimit, freeClient, freeClosingClients } from './networking.ts';
import { flushAppendOnlyFile, rewriteIfScheduled } from './persistence/append-only.ts';
import { forkRdbChild, reapChild } from './persistence/children.ts';
import { saveIfDue, saveIsNear } from './persistence/save.ts';
import { updatePausedActions } from './pause.ts';
import { continueShutdown, requestShutdown } from './persistence/shutdown.ts';
import { replicationCron } from './replication/cron.ts';
import { isMaster, type Server, wallMs } from './server.ts';
import type { ExecutionContext } from './commands/execution.ts';

interface CronDuty {
  readonly name: string;
  readonly periodMs: number;
  readonly run: (server: Server) => unknown;
  /** `isWanted` does not tell whether it could act: it runs whenever a tick comes. */
  readonly unasked?: true;
}

const failsOver = (server: Server): boolean => server.replication.failover.state !== 'no-failover';

/** Every tick, whatever `hz`. */
const EVERY_TICK = 0;

const DUTIES: readonly CronDuty[] = [
  { name: 'shutdown', periodMs: EVERY_TICK, run: shutDownIfAsked },
  { name: 'idle clients', periodMs: EVERY_TICK, run: closeIdleClients },
  { name: 'output limits', periodMs: EVERY_TICK, run: checkOutputLimits, unasked: true },
  { name: 'expire', periodMs: EVERY_TICK, run: expireKeys },
  { name: 'scheduled AOF rewrite', periodMs: EVERY_TICK, run: rewriteIfScheduled },
  { name: 'children, or else save points', periodMs: EVERY_TICK, run: childrenOrSavePoints },
  { name: 'fsync everysec', periodMs: EVERY_TICK, run: flushAppendOnlyFile },
  { name: 'clients to close', periodMs: EVERY_TICK, run: freeClosingClients },
  { name: 'pauses that end', periodMs: EVERY_TICK, run: (server) => server.writesPaused && updatePausedActions(server) },
  { name: 'replication, while failing over', periodMs: 100, run: (server) => failsOver(server) && replicationCron(server) },
  { name: 'replication', periodMs: 1000, run: (server) => failsOver(server) || replicationCron(server), unasked: true },
  { name: 'scheduled BGSAVE', periodMs: EVERY_TICK, run: scheduledBgsave, unasked: true },
  // A turn ends after each tick: there it shows who has waited too long (blocked.c: blockedBeforeSleep).
  { name: 'blocked clients', periodMs: EVERY_TICK, run: () => {} },
];

/** What is left of them at a tick for which nobody waits: that of a cron that has slept, as a rule. */
const UNASKED: readonly CronDuty[] = DUTIES.filter(({ unasked }) => unasked === true);

/** As serverCron asks for it. */
function askedTickMs(server: Server): number {
  return Math.floor(1000 / server.config.hz);
}

/** As it comes: a timer is set anew after it has gone off, late (ae.c: processTimeEvents), so what it is late adds up. */
function tickUs(server: Server): number {
  return askedTickMs(server) * 1000 + server.timersLateUs;
}

/** server.h: run_with_period. True at every loop that opens a new period. */
function isDue(server: Server, periodMs: number, tickMs: number): boolean {
  return periodMs <= tickMs || server.cronLoops % Math.floor(periodMs / tickMs) === 0;
}

/** The event loop starts: the first tick comes after a millisecond (server.c: initServer), and the skew of this process. */
export function startCron(server: Server): void {
  server.cronArmedTicks = 1;
  server.cronDueUs = server.nowUs + 1000 + server.cronSkewUs;
  server.cronLastUs = server.cronDueUs - tickUs(server);
  server.ports.arm('cron', 1000 + server.cronSkewUs);
}

/** The armed tick came. While a data set is loaded nothing of this runs; it is made up for right afterwards. */
export function onCron(server: Server): void {
  if (server.nowUs < server.cronDueUs) return; // an old one: it was armed anew since
  if (server.loading !== null) return;
  server.cronLoops += server.cronArmedTicks - 1;
  // A command that held it up for some µs does not move its phase.
  server.cronLastUs = server.cronDueUs;
  runDuties(server);
}

/**
 * The event loop was away since `sinceUs`: stopped, blocked in a command, or loading. Ticks before that have passed, asleep or not.
 * The one that came due meanwhile runs now, once, and the phase goes on from here (ae.c: processTimeEvents).
 */
export function onResumed(server: Server, sinceUs: number): void {
  if (server.cronArmedTicks === 0 || server.loading !== null) return;
  const passed = passTicks(server, sinceUs);
  if (server.cronLastUs + tickUs(server) > server.nowUs) return armTicks(server, server.cronArmedTicks - passed);
  server.cronLastUs = server.nowUs;
  runDuties(server);
}

/** Passes over the ticks before `untilUs`, at which nothing was to be done; returns how many. */
function passTicks(server: Server, untilUs: number): number {
  const tick = tickUs(server);
  const passed = Math.min(Math.max(Math.ceil((untilUs - server.cronLastUs) / tick) - 1, 0), server.cronArmedTicks - 1);
  server.cronLoops += passed;
  server.cronLastUs += passed * tick;
  return passed;
}

function runDuties(server: Server): void {
  const tickMs = askedTickMs(server);
  const duties = server.cronEveryTick || isWanted(server) ? DUTIES : UNASKED;
  for (const duty of duties) if (isDue(server, duty.periodMs, tickMs) && !server.exited) duty.run(server);
  server.cronLoops += 1;
  if (!server.exited) armCron(server);
}

/** Arms the next tick that could matter: the very next one, or the next that opens a second. */
function armCron(server: Server): void {
  const perSecond = Math.max(1, Math.floor(1000 / askedTickMs(server)));
  const awake = server.cronEveryTick || isWanted(server);
  const ticks = awake ? 1 : perSecond - ((server.cronLoops - 1) % perSecond);
  armTicks(server, ticks);
}

function armTicks(server: Server, ticks: number): void {
  server.cronArmedTicks = ticks;
  server.cronDueUs = server.cronLastUs + ticks * tickUs(server);
  server.ports.arm('cron', Math.max(server.cronDueUs - server.nowUs, 0));
}

/**
 * Whether a duty could act at the next tick, in the order of the list; those of a second need no answer: their tick always comes.
 * One expression, since it is asked after every turn.
 */
function isWanted(server: Server): boolean {
  const { aof } = server;
  return server.shutdown !== null || server.signalled !== null
    || watchesIdleClients(server)
    || (server.softLimited > 0 && server.profile.limits.cronChecks)
    || (server.activeExpire && mayExpire(server))
    || aof.state === 'wait-rewrite'
    || server.child !== null || saveIsNear(server)
    || (aof.file !== null && aof.file.synced < aof.file.written)
    || server.closing.length > 0
    || server.writesPaused
    || failsOver(server)
    || server.bgsaveScheduled
    || server.waitingAcks.length > 0 || (server.blockedOnKeys !== null && server.blockedOnKeys.waiting.size > 0);
}

function mayExpire(server: Server): boolean {
  if (isMaster(server)) return nextExpiryMs(server.keyspace) < Infinity;
  const { replicaKeysWithExpire } = server;
  return replicaKeysWithExpire !== null && replicaKeysWithExpire.size > 0;
}

/** At the end of a turn: something may have happened for which a sleeping cron must wake. */
export function wakeCron(server: Server): void {
  if (server.cronArmedTicks <= 1 || server.loading !== null || !isWanted(server)) return;
  const tick = tickUs(server);
  const ticks = Math.max(1, Math.ceil((server.nowUs - server.cronLastUs) / tick));
  if (ticks < server.cronArmedTicks) armTicks(server, ticks);
}

/** CONFIG SET hz, before it changes: ticks of the old length have passed up to now. */
export function settleCron(server: Server): void {
  if (server.cronArmedTicks > 0) passTicks(server, server.nowUs);
}

/** And after it: the phase goes on from the last tick. */
export function rearmCron(server: Server): void {
  if (server.cronArmedTicks > 0) armCron(server);
}

/** A signal means what shutdown-on-sigterm or shutdown-on-sigint says of it. */
function shutDownIfAsked(server: Server): void {
  const signal = server.signalled;
  if (signal === null || server.shutdown !== null) return continueShutdown(server);
  server.signalled = null;
  const words = server.config[signal === 'SIGTERM' ? 'shutdown-on-sigterm' : 'shutdown-on-sigint'].split(' ');
  requestShutdown(server, null, { save: words.includes('save'), nosave: words.includes('nosave'), now: words.includes('now'), force: words.includes('force') });
}

/** server.c: serverCron. Save points are looked at only when no child was at work. */
function childrenOrSavePoints(server: Server): void {
  if (server.child !== null) reapChild(server);
  else saveIfDue(server);
}

/** networking.c: clientsCron looks at five clients or more at each tick, so a soft limit fires without traffic (6.2.4+). */
function checkOutputLimits(server: Server): void {
  if (!server.profile.limits.cronChecks || server.replication.replicas.length === 0) return;
  for (const client of [...server.replication.replicas]) {
    if (server.stream.usedBytes(server, client) > 0 && closeOnOutputLimit(server, client)) freeClient(server, client, 'output-buffer-limit');
  }
}

/** expire.c: activeExpireCycle. Only a master deletes. */
function expireKeys(server: Server): void {
  if (!server.activeExpire) return;
  if (!isMaster(server)) return expireReplicaKeys(server);
  if (server.writesPaused) return;
  const context = (server.context as ExecutionContext).of(server);
  activeExpireCycle(server.keyspace, wallMs(server), (db, key) => {
    const before = server.replication.masterReplOffset;
    context.expired(db, key);
    afterExecution(server, 0, before);
  }, server.profile.expiry.cycle === 'draws' ? { goesOnAbove: 25, draws: server.ports.random } : undefined);
}

/** expire.c: expireSlaveKeys. A replica deletes only what its own writes gave a time to live, and tells nobody. */
function expireReplicaKeys(server: Server): void {
  const { replicaKeysWithExpire } = server;
  for (const [name, { db, key }] of replicaKeysWithExpire ?? []) {
    const entry = findEntry(server.keyspace, db, key);
    if (entry !== undefined && entry.expireMs !== null && entry.expireMs >= wallMs(server)) continue;
    replicaKeysWithExpire?.delete(name);
    if (entry === undefined || entry.expireMs === null) continue;
    removeKey(server.keyspace, db, key);
    server.stats.expiredKeys += 1;
    server.ports.detail('expired', db, 0, 0);
  }
}

function scheduledBgsave(server: Server): void {
  if (!server.bgsaveScheduled || server.child !== null) return;
  server.bgsaveScheduled = false;
  forkRdbChild(server, 'disk', 'command', null);
}
