/** The lines that both sides log about one resync: from what it goes back to, or the end of the one before it, to its own end; what is about others left out. */
import type { Fact, FactBody } from './fact.ts';
import { createNodeLog } from './node-log.ts';
import { createResyncs, type Resync } from './resyncs.ts';

export interface LoggedLine {
  readonly atUs: number;
  readonly node: string;
  /** Id of the fact that it tells. */
  readonly fact: number;
  /** As the server writes it behind its prefix (pid, role, date). */
  readonly line: string;
}

/** What a master does for whoever waits, or for itself. */
const MASTERS_OWN: ReadonlySet<FactBody['kind']> = new Set<FactBody['kind']>([
  'server-started', 'shutdown-started', 'shutdown-replicas', 'shutdown-blocked', 'shutdown-aborted', 'final-save', 'rdb-saved', 'server-stopped', 'role-changed', 'replid-changed', 'backlog-created',
  'backlog-freed', 'final-pings-forgotten', 'bgsave-started', 'bgsave-start-failed', 'bgsave-ended', 'bgsave-killed', 'failover', 'link-lost', 'link-timeout', 'debug-reload',
]);

/** `chain`: how it came to this resync, the oldest first. `serverOf`: with which version each node started first. */
export function resyncLog(resync: Resync, facts: readonly Fact[], chain: readonly Fact[], serverOf: (node: string) => string): LoggedLine[] {
  const { replica, master } = resync;
  const resyncs = createResyncs();
  const logs = [replica, master].filter((node) => node !== '').map((node) => ({ node, read: createNodeLog(node, serverOf(node)) }));
  const from = beginOf(resync, facts, chain);
  const to = resync.facts.ended === 0 ? Infinity : resync.facts.ended;
  const lines: LoggedLine[] = [];
  for (const fact of facts) {
    // A connection that is lost is forgotten with that.
    const concerned = concerns(fact, replica, master, resyncs.replicaOf);
    resyncs.feed(fact);
    const told = logs.flatMap(({ read }) => read(fact)); // every fact: versions change on the way
    if (fact.id < from || fact.id > to) continue;
    if (!concerned && !concerns(fact, replica, master, resyncs.replicaOf)) continue;
    for (const line of told) lines.push({ atUs: fact.atUs, node: fact.node, fact: fact.id, line });
  }
  return lines;
}

/** Id of the first fact that may belong to it: the first of its chain since the replica was in step, or since it asked in vain. */
function beginOf({ replica, facts: { asked } }: Resync, facts: readonly Fact[], chain: readonly Fact[]): number {
  const resyncs = createResyncs();
  for (const fact of facts) if (fact.id < asked) resyncs.feed(fact);
  const before = resyncs.list().findLast((one) => one.replica === replica);
  const first = chain[0]?.id ?? asked;
  if (before === undefined) return first;
  if (before.outcome === 'done') return Math.max(first, before.facts.ended + 1);
  return chain.find(({ id }) => id > before.facts.asked)?.id ?? asked;
}

function concerns({ node, body }: Fact, replica: string, master: string, replicaOf: (master: string, fd: number) => string | null): boolean {
  if (node !== replica && node !== master) return false;
  if ('fd' in body) return node === master && replicaOf(master, body.fd) === replica;
  if ('reason' in body && body.kind.startsWith('bgsave') && body.reason !== 'sync') return false;
  return node === replica ? !body.kind.startsWith('bgsave') : MASTERS_OWN.has(body.kind);
}
