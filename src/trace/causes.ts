/**
 * Why something happened: the chain of causes of a fact, back to the first fault, order or start.
 *
 * A fact names its parent, so most of the chain is just followed. Three kinds of fact name none, or one that only happened to
 * come first:
 *
 *   a clock tick that tries again   follows from what went wrong with that link before
 *   a command that was carried out  from the verb that said it (orders.ts)
 *   silence                         from the faults, and the commands, that were at work on that path meanwhile (silence.ts)
 */
import type { Fact, FactBody } from './fact.ts';
import { createFaults, isOnPath, overlaps, type FaultSpan } from './faults.ts';
import { createOrders, type Matter } from './orders.ts';
import { createPeers } from './peers.ts';
import { createResyncs } from './resyncs.ts';
import { createSilences } from './silence.ts';
import { createStandstills } from './standstills.ts';

export interface Causes {
  /** All that could have been the cause of something, oldest first: faults, and commands that made a server stand still. */
  readonly faults: readonly FaultSpan[];
  /** The fact itself, its cause, the cause of that … The last one has no known cause. */
  chain(id: number): Fact[];
  /** Faults to blame for a fact that is a silence or a loss of connection, oldest first; none for any other. */
  blame(id: number): FaultSpan[];
  /** The fault at the root of a fact; null when none is known. */
  root(id: number): FaultSpan | null;
  /** What it all began with. */
  origin(id: number): Origin;
}

export type Origin =
  /** Several, when silence tells not which: one of them, or all together. Oldest first. */
  | { readonly is: 'fault'; readonly faults: readonly FaultSpan[] }
  /** A verb that disturbs nothing: REPLICAOF, FAILOVER … Id of its fact. */
  | { readonly is: 'order'; readonly fact: number }
  /** No fault at all: `node` was written so much that the output buffer of a replica ran over. Id of that fact. */
  | { readonly is: 'load'; readonly fact: number; readonly node: string }
  /** The node was started, as the scenario has it. */
  | { readonly is: 'start'; readonly node: string }
  | { readonly is: 'unknown' };

type Kind = FactBody['kind'];

/** Steps of an attempt to connect: they follow from its beginning, whatever else happened at that instant. */
const OF_ATTEMPT: ReadonlySet<Kind> = new Set<Kind>(['psync-sent', 'sync-sent', 'link-connect-failed', 'link-handshake-lost', 'link-handshake-error']);

/** After these a replica tries to connect again at its next clock tick. */
const TROUBLE: ReadonlySet<Kind> = new Set<Kind>([
  'link-lost', 'link-timeout', 'link-connect-failed', 'link-handshake-error', 'link-handshake-lost', 'transfer-aborted', 'load-failed', 'dual-channel-aborted',
  'psync-reply', 'role-changed',
]);

export function causesOf(facts: readonly Fact[]): Causes {
  const byId = new Map<number, Fact>();
  /** By fact, what it follows from better than from the cause it names; and if it names none. */
  const better = new Map<number, number>();
  const otherwise = new Map<number, number>();
  /** By node: what went wrong with its link last, its last attempt to connect, the last start and end of its process. */
  const trouble = new Map<string, number>();
  const attempt = new Map<string, number>();
  const started = new Map<string, number>();
  const ended = new Map<string, number>();
  /** By replica, the connection on which it asked last, and with what its master began to drop that: the end of it may arrive long after. */
  const connection = new Map<string, string>();
  const dropped = new Map<string, number>();
  const faults = createFaults();
  const standstills = createStandstills();
  const orders = createOrders();
  const peers = createPeers();
  const resyncs = createResyncs(peers);
  const silences = createSilences(peers, resyncs);

  const follow = (from: Map<number, number>, fact: Fact, parent: number | undefined): void => {
    if (parent !== undefined && parent !== 0) from.set(fact.id, parent);
  };

  /** The end of a link may name what led to its beginning: what was said or done since then knows better. */
  const followLatest = (fact: Fact, parent: number | undefined): void => {
    follow(parent !== undefined && parent > fact.cause ? better : otherwise, fact, parent);
  };

  for (const fact of facts) {
    const { id, node, body } = fact;
    byId.set(id, fact);
    silences.feed(fact);
    orders.feed(fact);
    const matter = matterOf(body);
    if (matter !== null) followLatest(fact, orders.last(matter, node));
    if (OF_ATTEMPT.has(body.kind)) follow(better, fact, attempt.get(node));
    switch (body.kind) {
      case 'link-connecting':
        if (body.why === 'start') follow(better, fact, started.get(node));
        // Said to a node that had no link: whatever it was busy with has no part in it.
        else if (body.why === 'replicaof' && hadNoLink(node, byId.get(fact.cause))) follow(better, fact, orders.last('role', node));
        else follow(otherwise, fact, trouble.get(node));
        attempt.set(node, id);
        break;
      case 'process-started':
        follow(better, fact, ended.get(body.node));
        started.set(body.node, id);
        trouble.delete(body.node);
        break;
      case 'process-ended':
        ended.set(body.node, id);
        break;
      case 'sync-refused':
        follow(better, fact, trouble.get(node));
        break;
      case 'replica-over-limit':
      case 'replica-timeout':
      case 'replica-lost': {
        const replica = resyncs.replicaOf(node, body.fd);
        if (replica !== null && connection.get(replica) === `${node} ${body.fd}` && !dropped.has(replica)) dropped.set(replica, id);
        break;
      }
      case 'link-lost':
      case 'transfer-aborted':
        if (matter === null) followLatest(fact, dropped.get(node));
        dropped.delete(node);
        break;
      case 'link-online':
        trouble.delete(node);
        break;
      default:
    }
    if (TROUBLE.has(body.kind) && (body.kind !== 'psync-reply' || body.reply === 'try-later')) trouble.set(node, id);
    faults.feed(fact);
    standstills.feed(fact);
    resyncs.feed(fact); // feeds peers, too
    const asking = body.kind === 'sync-asked' ? resyncs.replicaOf(node, body.fd) : null;
    if (asking !== null && body.kind === 'sync-asked') {
      connection.set(asking, `${node} ${body.fd}`);
      dropped.delete(asking);
    }
  }
  const spans = [...faults.spans, ...standstills.spans].sort((one, other) => one.fact - other.fact);
  const spanByFact = new Map(spans.map((span) => [span.fact, span]));

  const blame = (id: number): FaultSpan[] => {
    const silence = silences.of(id);
    if (silence === undefined) return [];
    const { hops, fromUs, toUs } = silence;
    return spans.filter((span) => overlaps(span, fromUs, toUs) && hops.some(([a, b]) => isOnPath(span, a, b)));
  };

  /** What it follows from for certain; silence is not asked. */
  const knownParentOf = (fact: Fact): Fact | undefined => byId.get(better.get(fact.id) ?? 0) ?? byId.get(fact.cause) ?? byId.get(otherwise.get(fact.id) ?? 0);
  const parentOf = (fact: Fact): Fact | undefined => {
    const parent = knownParentOf(fact) ?? byId.get(blame(fact.id)[0]?.fact ?? 0);
    return parent !== undefined && parent.id < fact.id ? parent : undefined;
  };

  const chain = (id: number): Fact[] => {
    const links: Fact[] = [];
    for (let fact = byId.get(id); fact !== undefined; fact = parentOf(fact)) links.push(fact);
    return links;
  };

  return {
    faults: spans,
    chain,
    blame,
    root: (id) => {
      for (const link of chain(id)) {
        const span = spanByFact.get(link.id);
        if (span !== undefined) return span;
      }
      return null;
    },
    origin: (id) => {
      const links = chain(id);
      for (const [index, link] of links.entries()) {
        const span = spanByFact.get(link.id);
        if (span === undefined) continue;
        const silent = links[index - 1];
        return { is: 'fault', faults: silent === undefined || knownParentOf(silent) !== undefined ? [span] : blame(silent.id) };
      }
      return withoutFault(links.at(-1));
    },
  };
}

/** It was told to follow somebody when nobody was its master: that it keeps what it was itself is where this began. */
function hadNoLink(node: string, before: Fact | undefined): boolean {
  return before?.node !== node || (before.body.kind === 'cached-master-made' && before.body.from === 'own-history');
}

/** What a server was told to do, when it does this. */
function matterOf(body: FactBody): Matter | null {
  switch (body.kind) {
    case 'link-lost':
    case 'replica-lost':
      return body.cause === 'replicaof' ? 'role' : body.cause === 'client-kill' ? 'clients' : null;
    case 'role-changed':
    case 'failover':
      return 'role';
    case 'shutdown-started':
    case 'server-stopped':
      return 'end';
    default:
      return null;
  }
}

function withoutFault(first: Fact | undefined): Origin {
  switch (first?.body.kind) {
    case 'verb':
      return { is: 'order', fact: first.id };
    case 'replica-over-limit':
      return { is: 'load', fact: first.id, node: first.node };
    case 'process-started':
      return { is: 'start', node: first.body.node };
    default:
      return { is: 'unknown' };
  }
}
