/** One resync, explained: what was compared, how it came to that, what both servers showed and logged. A view of facts, as plain data. */
import { admitReplica, checksBehind, type PsyncCheck } from '../redis/replication/psync.ts';
import type { Before } from './before.ts';
import type { Causes, Origin } from './causes.ts';
import type { Fact } from './fact.ts';
import { type LoggedLine, resyncLog } from './resync-log.ts';
import type { Resync } from './resyncs.ts';

export interface Explanation {
  /** Its place among all resyncs of the run, from 1. */
  readonly number: number;
  readonly resync: Resync;
  /** Profiles that both sides had by then; '' of a master that nothing told. */
  readonly servers: { readonly master: string; readonly replica: string };
  /** In the order in which the master made them, up to the one that decided; none when no master decided anything. */
  readonly checks: readonly PsyncCheck[];
  readonly origin: Origin;
  /** From the origin to the question. */
  readonly chain: readonly Fact[];
  /** When the backlog let go of the byte asked for; null: it did not, or nobody saw it. */
  readonly goneAtUs: number | null;
  /** When the backlog that may have held it was lost as a whole: with its process, or freed, µs; null: it was not. */
  readonly lostAtUs: number | null;
  readonly before: Before;
  readonly log: readonly LoggedLine[];
}

export interface Explained {
  readonly facts: readonly Fact[];
  readonly resyncs: readonly Resync[];
  readonly causes: Causes;
  readonly before: (resync: Resync) => Before;
  readonly goneAtUs: (node: string, offset: number, untilUs: number) => number | null;
  /** With which profile each node started first. */
  readonly serverOf: (node: string) => string;
}

export function explain(index: number, { facts, resyncs, causes, before: beforeOf, goneAtUs: goneAt, serverOf }: Explained): Explanation {
  const resync = resyncs[index]!;
  const { replica, master, facts: { asked, decided } } = resync;
  const before = beforeOf(resync);
  const chain = causes.chain(asked).reverse();
  const versionOf = (node: string): string => versionAt(node, facts, Math.max(asked, decided)) ?? (node === '' ? '' : serverOf(node));
  const { goneAtUs, lostAtUs } = whenGone(resync, goneAt);
  return {
    number: index + 1,
    resync,
    servers: { master: versionOf(master), replica: versionOf(replica) },
    checks: checksOf(resync, before),
    origin: causes.origin(asked),
    chain,
    goneAtUs,
    lostAtUs,
    before,
    log: resyncLog(resync, facts, chain, serverOf),
  };
}

/** A byte slides out of the window, or the window is lost with it: whatever came first. */
function whenGone({ master, reason, evidence, decidedAtUs, backlog }: Resync, goneAt: Explained['goneAtUs']): Pick<Explanation, 'goneAtUs' | 'lostAtUs'> {
  if (reason !== 'offset-before-backlog' || evidence === null || decidedAtUs === null) return { goneAtUs: null, lostAtUs: null };
  const { askedOffset } = evidence;
  if (backlog === null || backlog.byte <= askedOffset) return { goneAtUs: goneAt(master, askedOffset, decidedAtUs), lostAtUs: null };
  // It was never in this one; the one before may have let go of it already.
  const goneAtUs = backlog.lostAtUs === null ? null : goneAt(master, askedOffset, backlog.lostAtUs);
  return { goneAtUs, lostAtUs: goneAtUs === null ? backlog.lostAtUs : null };
}

function versionAt(node: string, facts: readonly Fact[], last: number): string | null {
  let version: string | null = null;
  for (const { id, body } of facts) {
    if (id > last) break;
    if (body.kind === 'process-started' && body.node === node && body.server !== undefined) version = body.server;
  }
  return version;
}

function checksOf({ reason, evidence }: Resync, { master }: Before): readonly PsyncCheck[] {
  if (reason === null) return [];
  if (!reason.startsWith('refused:')) return evidence === null ? [] : checksBehind(reason as Parameters<typeof checksBehind>[0], evidence);
  return master === null ? [] : refusalOf(reason.slice('refused:'.length), master);
}

/** What stood in the way of an answer, by what the master showed just then. */
function refusalOf(code: string, { role, linkState, loading, info }: NonNullable<Before['master']>): readonly PsyncCheck[] {
  // A server that loads answers nothing but errors, whatever is asked (server.c: processCommand).
  if (loading && code === 'LOADING') return [{ name: 'has its data loaded', passed: false, left: 1, relation: '=', right: 0 }];
  const { refusal, checks } = admitReplica({
    failover: info.get('master_failover_state') ?? 'no-failover', masterLink: role === 'master' ? null : linkState, pendingReplies: false,
  });
  // What it owes to a client, and whom it lets in, nobody shows.
  return refusal === null ? [{ name: 'answers the question', passed: false, left: code, relation: '=', right: 'no error' }] : checks;
}
