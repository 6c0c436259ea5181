/**
 * Why something happened: the chain of causes of a fact, back to the first fault.
 *
 * A fact names its parent, so most of the chain is just followed. Silence has no parent: nothing that
 * happened made a time-out happen. There the blame lies with the faults on that path which overlap the
 * time between the last sign of life and the time-out.
 */
import type { Fact } from './fact.ts';
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
  readonly a: string;
  readonly b: string;
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
  const faults = createFaults();
  const peers = createPeers();
  const resyncs = createResyncs(peers);
  for (const fact of facts) {
    byId.set(fact.id, fact);
    const silence = silenceOf(fact, peers.masterOf, resyncs.replicaOf, peers.nodeAt);
    if (silence !== null) silences.set(fact.id, silence);
    faults.feed(fact);
    resyncs.feed(fact); // feeds peers, too
  }

  const blame = (id: number): FaultSpan[] => {
    const silence = silences.get(id);
    if (silence === undefined) return [];
    const { a, b, fromUs, toUs } = silence;
    return faults.spans.filter((span) => isOnPath(span, a, b) && overlaps(span, fromUs, toUs) && span.fromUs <= toUs);
  };

  const parentOf = (fact: Fact): Fact | undefined => {
    const parent = byId.get(fact.cause) ?? byId.get(blame(fact.id)[0]?.fact ?? 0);
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
        const span = faults.spans.find((one) => one.fact === link.id);
        if (span !== undefined) return span;
      }
      return null;
    },
  };
}

function silenceOf(
  { node, atUs, body }: Fact,
  masterOf: (replica: string) => string | null,
  replicaOf: (master: string, fd: number) => string | null,
  nodeAt: (address: string) => string | null,
): Silence | null {
  const before = (us: number): number => Math.max(0, atUs - us);
  switch (body.kind) {
    case 'link-timeout':
      return { a: node, b: masterOf(node) ?? '', fromUs: before((body.silentSeconds + 1) * SECOND_US), toUs: atUs };
    case 'link-lost':
      return { a: node, b: masterOf(node) ?? '', fromUs: before(Math.max(body.silentUs, CLOSE_TRAVELS_US)), toUs: atUs };
    case 'link-connect-failed':
    case 'link-handshake-lost':
    case 'transfer-aborted':
      return { a: node, b: masterOf(node) ?? '', fromUs: before(CLOSE_TRAVELS_US), toUs: atUs };
    case 'replica-timeout': {
      const replica = replicaOf(node, body.fd) ?? nodeAt(body.replica) ?? '';
      return { a: node, b: replica, fromUs: before((body.silentSeconds + 1) * SECOND_US), toUs: atUs };
    }
    case 'replica-lost': {
      const replica = replicaOf(node, body.fd) ?? nodeAt(body.replica) ?? '';
      return { a: node, b: replica, fromUs: before(CLOSE_TRAVELS_US), toUs: atUs };
    }
    default:
      return null;
  }
}
