/**
 * Disconnections: each time a replica lost its link, or the transfer of a full resync, and why.
 *
 * Who is closed upon knows nothing but that: "peer closed". The reason is with the other end, or with the
 * network in between. So a bare close is followed to whoever closed, by the fact of the connection.
 */
import type { Fact, FactBody } from './fact.ts';

export interface Disconnection {
  readonly replica: string;
  readonly atUs: number;
  /** `repl-timeout`, `output-buffer-limit`, `reset`, `killed` … (scenario/expectation.ts: LOSS_CAUSES). */
  readonly cause: string;
  /** Id of the fact by which the replica told it, or of the end of its process. */
  readonly fact: number;
}

type ConnectionClosed = Extract<FactBody, { kind: 'connection-closed' }>;

/** Of one replica, since its link came to be. */
interface Link {
  /** Its connection was closed by somebody: how, and what the closer said. */
  closed: { readonly body: ConnectionClosed; readonly fact: Fact } | null;
  /** Why the master dropped it, when it said so. */
  dropped: string | null;
}

export function disconnectionsOf(facts: readonly Fact[]): Disconnection[] {
  const found: Disconnection[] = [];
  const byId = new Map<number, Fact>();
  const links = new Map<string, Link>();
  /** Nodes that have a link or a transfer to lose. */
  const up = new Set<string>();
  /** The last connection that each node closed: what it says next about a replica is about this one. */
  const closing = new Map<string, string>();

  const linkOf = (replica: string): Link => {
    const known = links.get(replica) ?? { closed: null, dropped: null };
    links.set(replica, known);
    return known;
  };

  const lost = (replica: string, fact: Fact, cause: string): void => {
    up.delete(replica);
    links.delete(replica);
    found.push({ replica, atUs: fact.atUs, cause, fact: fact.id });
  };

  for (const fact of facts) {
    byId.set(fact.id, fact);
    const { body, node } = fact;
    switch (body.kind) {
      case 'link-online':
        // Of two connections the one that brought the file was closed when it was there: no loss.
        links.delete(node);
        up.add(node);
        break;
      case 'transfer-started':
        up.add(node);
        break;
      case 'psync-sent':
      case 'sync-sent':
        links.delete(node);
        break;
      case 'connection-closed': {
        // A link through a proxy has two connections; who closed the first one made the proxy close the other.
        const replica = body.from.split('>')[0]!;
        if (body.from === body.to) break;
        linkOf(replica).closed ??= { body, fact };
        closing.set(body.by, replica);
        break;
      }
      case 'replica-lost': {
        const replica = closing.get(node);
        if (replica !== undefined && body.cause !== 'peer-closed') linkOf(replica).dropped = body.cause;
        break;
      }
      case 'link-lost':
        lost(node, fact, body.cause === 'peer-closed' ? whyClosed(linkOf(node), fact, byId) : body.cause);
        break;
      case 'link-timeout':
        // In a transfer it is the only word about it; of a link that was up, link-lost follows.
        if (body.phase === 'transfer') lost(node, fact, 'repl-timeout');
        break;
      case 'transfer-aborted':
        if (body.why === 'superseded' || !up.has(node)) break;
        lost(node, fact, body.why === 'connection-lost' ? whyClosed(linkOf(node), fact, byId) : body.why === 'bad-protocol' ? 'protocol-error' : body.why);
        break;
      case 'dual-channel-aborted':
        if (!up.has(node) || body.why === 'given-up') break;
        lost(node, fact, body.why === 'main-channel-lost' ? whyClosed(linkOf(node), fact, byId) : 'error-reply');
        break;
      case 'process-ended':
        if (up.has(body.node)) lost(body.node, fact, ENDS[body.how]);
        break;
      default:
    }
  }
  return found;
}

const ENDS = { exit: 'shutdown', kill: 'killed', crash: 'crashed' } as const;

/** What stands behind a connection that was closed upon the replica. */
function whyClosed({ closed, dropped }: Link, fact: Fact, byId: ReadonlyMap<number, Fact>): string {
  const ended = endOfProcess(closed?.fact ?? fact, byId) ?? endOfProcess(fact, byId);
  if (ended !== null) return ended;
  if (closed === null) return 'peer-closed';
  const { by, why, to } = closed.body;
  if (why === 'timeout') return 'tcp-timeout';
  // A proxy has no reasons of its own: somebody made it reset.
  if (by.includes('>')) return 'reset';
  if (dropped !== null) return dropped;
  return why === 'reset' && by === to ? 'reset' : 'peer-closed';
}

function endOfProcess(fact: Fact, byId: ReadonlyMap<number, Fact>): string | null {
  const cause = byId.get(fact.cause)?.body;
  return cause?.kind === 'process-ended' ? ENDS[cause.how] : null;
}
