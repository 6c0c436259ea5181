/**
 * Why something happened: the chain of causes of a fact, back to the first fault.
 *
 * A fact names its parent, so most of the chain is just followed. Silence has no parent: nothing that
 * happened made a time-out happen. There the blame lies with the faults on that path which overlap the
 * time between the last sign of life and the time-out; the path of a sub-replica goes on to the top. A
 * clock tick that tries again has no parent either: it follows from what went wrong before.
 */
import type { Fact, FactBody } from './fact.ts';
import { createFaults, isOnPath, overlaps, type FaultSpan } from './faults.ts';
import { createPeers } from './peers.ts';
import { createResyncs } from './resyncs.ts';

export interface Causes {
  /** The fact itself, its cause, the cause of that … The last one has no known cause. */
  chain(id: number): Fact[];
  /** Faults to blame for a fact that is a silence or a loss of connection, oldest first; none for any other. */
  blame(id: number): FaultSpan[];
  /** The fault at the root of a fact; null when none is known. */
  root(id: number): FaultSpan | null;
}

/** A loss, as a path and the time during which its cause must have been at work. */
interface Silence {
  /** The two ends of each link, from the one that was lost upwards. */
  readonly hops: readonly (readonly [string, string])[];
  readonly fromUs: number;
  readonly toUs: number;
}

/** Servers count whole seconds, so the last sign of life may lie up to one more second back. */
const SECOND_US = 1_000_000;

/** How far back the fault behind a closed connection may lie: it had to travel. */
const CLOSE_TRAVELS_US = 5 * SECOND_US;

export function causesOf(facts: readonly Fact[]): Causes {
  const byId = new Map<number, Fact>();
  const silences = new Map<number, Silence>();
  /** By node, what went wrong with its link last; and by fact, what an attempt to connect follows from. */
  const trouble = new Map<string, number>();
  const follows = new Map<number, number>();
  const faults = createFaults();
  const peers = createPeers();
  const resyncs = createResyncs(peers);
  const upwards = createUpwards(peers.masterOf, resyncs.masterOf);
  for (const fact of facts) {
    byId.set(fact.id, fact);
    const silence = silenceOf(fact, upwards, ({ master, replica, fd }) => resyncs.replicaOf(master, fd) ?? peers.nodeAt(replica) ?? '');
    if (silence !== null) silences.set(fact.id, silence);
    if (fact.body.kind === 'link-connecting' && fact.cause === 0) follows.set(fact.id, trouble.get(fact.node) ?? 0);
    if (TROUBLE.has(fact.body.kind)) trouble.set(fact.node, fact.id);
    faults.feed(fact);
    resyncs.feed(fact); // feeds peers, too
  }
  const spanByFact = new Map(faults.spans.map((span) => [span.fact, span]));

  const blame = (id: number): FaultSpan[] => {
    const silence = silences.get(id);
    if (silence === undefined) return [];
    const { hops, fromUs, toUs } = silence;
    return faults.spans.filter((span) => overlaps(span, fromUs, toUs) && hops.some(([a, b]) => isOnPath(span, a, b)));
  };

  const parentOf = (fact: Fact): Fact | undefined => {
    const parent = byId.get(fact.cause) ?? byId.get(follows.get(fact.id) ?? 0) ?? byId.get(blame(fact.id)[0]?.fact ?? 0);
    return parent !== undefined && parent.id < fact.id ? parent : undefined;
  };

  const chain = (id: number): Fact[] => {
    const links: Fact[] = [];
    for (let fact = byId.get(id); fact !== undefined; fact = parentOf(fact)) links.push(fact);
    return links;
  };

  return {
    chain,
    blame,
    root: (id) => {
      for (const link of chain(id)) {
        const span = spanByFact.get(link.id);
        if (span !== undefined) return span;
      }
      return null;
    },
  };
}

/** After these a replica tries to connect again at its next clock tick. */
const TROUBLE: ReadonlySet<FactBody['kind']> = new Set<FactBody['kind']>([
  'link-lost', 'link-timeout', 'link-connect-failed', 'link-handshake-error', 'link-handshake-lost', 'transfer-aborted', 'load-failed', 'dual-channel-aborted',
  'psync-reply', 'role-changed',
]);

/** More links of a chain than anybody builds; two nodes that call each other master end there, too. */
const LONGEST_CHAIN = 64;

type Upwards = (node: string) => (readonly [string, string])[];

/** The links from a replica up to the top of its chain. */
function createUpwards(told: (node: string) => string | null, asked: (node: string) => string | null): Upwards {
  return (node) => {
    const hops: [string, string][] = [];
    for (let below = node; hops.length < LONGEST_CHAIN; ) {
      const above = told(below) ?? asked(below);
      if (above === null) break;
      hops.push([below, above]);
      below = above;
    }
    return hops;
  };
}

/** A connection as its master names it. */
interface Connection {
  readonly master: string;
  readonly replica: string;
  readonly fd: number;
}

function silenceOf({ node, atUs, body }: Fact, upwards: Upwards, replicaOf: (connection: Connection) => string): Silence | null {
  const since = (us: number): number => Math.max(0, atUs - us);
  switch (body.kind) {
    case 'link-timeout':
      return { hops: upwards(node), fromUs: since((body.silentSeconds + 1) * SECOND_US), toUs: atUs };
    case 'link-lost':
      return { hops: upwards(node).slice(0, 1), fromUs: since(Math.max(body.silentUs, CLOSE_TRAVELS_US)), toUs: atUs };
    case 'link-connect-failed':
    case 'link-handshake-lost':
    case 'transfer-aborted':
      return { hops: upwards(node).slice(0, 1), fromUs: since(CLOSE_TRAVELS_US), toUs: atUs };
    case 'replica-timeout':
      return { hops: [[node, replicaOf({ master: node, replica: body.replica, fd: body.fd })]], fromUs: since((body.silentSeconds + 1) * SECOND_US), toUs: atUs };
    case 'replica-lost':
      return { hops: [[node, replicaOf({ master: node, replica: body.replica, fd: body.fd })]], fromUs: since(CLOSE_TRAVELS_US), toUs: atUs };
    default:
      return null;
  }
}
