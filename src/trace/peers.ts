/**
 * Who is behind an address: which node listens where, and whom a replica calls its master.
 *
 * Fed with facts in order. A proxy may stand between two nodes, so that an address is not the peer's
 * own; then the port alone may still tell, and if not, nobody is named rather than somebody wrong.
 */
import type { Fact } from './fact.ts';

export interface Peers {
  feed(fact: Fact): void;
  /** The node that listens at `ip:port`; null when it is not known. */
  nodeAt(address: string): string | null;
  /** The node that this replica replicates from, as far as facts told. */
  masterOf(replica: string): string | null;
  /** `ip:port` of the master this node was told or last tried; null when there was none. */
  masterAddressOf(replica: string): string | null;
}

export function createPeers(): Peers {
  const nodeByAddress = new Map<string, string>();
  /** null: several nodes listen at this port. */
  const nodeByPort = new Map<string, string | null>();
  const masterAddress = new Map<string, string>();

  const started = (node: string, address: string): void => {
    nodeByAddress.set(address, node);
    const port = portOf(address);
    if (port === null) return;
    const other = nodeByPort.get(port);
    nodeByPort.set(port, other === undefined || other === node ? node : null);
  };

  const nodeAt = (address: string): string | null =>
    nodeByAddress.get(address) ?? nodeByPort.get(portOf(address) ?? '') ?? null;

  const masterAddressOf = (replica: string): string | null => masterAddress.get(replica) ?? null;

  return {
    feed: (fact) => {
      const { body } = fact;
      switch (body.kind) {
        case 'process-started':
          started(body.node, body.address);
          break;
        case 'link-connecting':
          masterAddress.set(fact.node, `${body.masterHost}:${body.masterPort}`);
          break;
        case 'role-changed':
          if (body.role === 'replica') masterAddress.set(fact.node, `${body.masterHost}:${body.masterPort}`);
          else masterAddress.delete(fact.node);
          break;
        case 'server-started':
          if (body.role === 'master') masterAddress.delete(fact.node);
          break;
        default:
      }
    },
    nodeAt,
    masterAddressOf,
    masterOf: (replica) => {
      const address = masterAddressOf(replica);
      return address === null ? null : nodeAt(address);
    },
  };
}

/** `<unknown-replica-port>` and the like are no ports. */
function portOf(address: string): string | null {
  return /:(\d+)$/.exec(address)?.[1] ?? null;
}
