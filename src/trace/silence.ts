/**
 * Silence has no cause: nothing that happened made a time-out happen. What can be said of it is where, and when, its cause must
 * have been at work: on the links between two nodes and up to the top of their chain, since the last sign of life.
 */
import type { Fact, FactBody } from './fact.ts';
import type { Resyncs } from './resyncs.ts';
import type { Peers } from './peers.ts';

/** A loss, as a path and the time during which its cause must have been at work. */
export interface Silence {
  /** The two ends of each link, from the one that was lost upwards. */
  readonly hops: readonly Hop[];
  readonly fromUs: number;
  readonly toUs: number;
}

type Hop = readonly [string, string];

export interface Silences {
  /** Facts in order, each before `resyncs` and `peers` hear of it. */
  feed(fact: Fact): void;
  of(fact: number): Silence | undefined;
}

/** Servers count whole seconds, so the last sign of life may lie up to one more second back. */
const SECOND_US = 1_000_000;

/** How far back the fault behind a closed connection may lie: it had to travel. */
const CLOSE_TRAVELS_US = 5 * SECOND_US;

/** More links of a chain than anybody builds; two nodes that call each other master end there, too. */
const LONGEST_CHAIN = 64;

export function createSilences(peers: Peers, resyncs: Resyncs): Silences {
  const found = new Map<number, Silence>();
  /** Masters whose last save went straight into sockets: one pipe to all who wait for it. */
  const piped = new Set<string>();

  const masterOf = (node: string): string | null => peers.masterOf(node) ?? resyncs.masterOf(node);
  /** The links from a replica up to the top of its chain. */
  const upwards = (node: string, most = LONGEST_CHAIN): Hop[] => {
    const hops: Hop[] = [];
    for (let below = node; hops.length < most; ) {
      const above = masterOf(below);
      if (above === null) break;
      hops.push([below, above]);
      below = above;
    }
    return hops;
  };
  const replicaOf = ({ node, body }: Fact): string => ('fd' in body ? (resyncs.replicaOf(node, body.fd) ?? peers.nodeAt(body.replica) ?? '') : '');
  /** One that stands still holds up all others on the same pipe (replication.c: rdbPipeReadHandler). */
  const samePipe = (master: string | null, fromUs: number): Hop[] =>
    master === null || !piped.has(master) ? [] : resyncs.list().filter((one) => one.master === master && one.kind === 'full' && (one.endedAtUs ?? Infinity) >= fromUs).map(({ replica }) => [replica, master]);

  const silenceOf = (fact: Fact): Silence | null => {
    const { node, atUs, body } = fact;
    const since = (us: number): number => Math.max(0, atUs - us);
    const during = (hops: readonly Hop[], fromUs: number): Silence => ({ hops, fromUs, toUs: atUs });
    switch (body.kind) {
      case 'link-timeout': {
        const fromUs = since((body.silentSeconds + 1) * SECOND_US);
        return during([...upwards(node), ...(body.phase === 'transfer' ? samePipe(masterOf(node), fromUs) : [])], fromUs);
      }
      case 'link-lost':
        return during(upwards(node, 1), since(Math.max(body.silentUs, CLOSE_TRAVELS_US)));
      case 'link-connect-failed':
      case 'link-handshake-lost':
      case 'transfer-aborted':
        return during(upwards(node, 1), since(CLOSE_TRAVELS_US));
      case 'replica-timeout': {
        const fromUs = since((body.silentSeconds + 1) * SECOND_US);
        return during([[node, replicaOf(fact)], ...(body.phase === 'full-sync' ? samePipe(node, fromUs) : [])], fromUs);
      }
      case 'replica-lost':
        return during([[node, replicaOf(fact)]], since(CLOSE_TRAVELS_US));
      default:
        return null;
    }
  };

  return {
    feed: (fact) => {
      if (fact.body.kind === 'bgsave-started') onSave(piped, fact.node, fact.body);
      const silence = silenceOf(fact);
      if (silence !== null) found.set(fact.id, silence);
    },
    of: (fact) => found.get(fact),
  };
}

function onSave(piped: Set<string>, node: string, { reason, target }: Extract<FactBody, { kind: 'bgsave-started' }>): void {
  if (reason === 'sync' && target === 'socket') piped.add(node);
  else if (reason === 'sync') piped.delete(node);
}
