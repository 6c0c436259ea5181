/** Since when each server has the backlog that it has: what it sent before is in none, however large this one is. A view of facts. */
import type { Fact } from './fact.ts';

export interface BacklogBegin {
  /** The first byte that it could ever hold. */
  readonly byte: number;
  /** What it began with: a process, a first replica, a copy of another master's data, or the end of one that repl-backlog-ttl had freed. */
  readonly how: 'process' | 'first-replica' | 'copy' | 'freed';
  /** When the one before was lost, µs; null: there was none. */
  readonly lostAtUs: number | null;
}

export interface Backlogs {
  feed(fact: Fact): void;
  /** null: it has none, as far as was told. */
  of(node: string): BacklogBegin | null;
}

export function createBacklogs(): Backlogs {
  const begun = new Map<string, BacklogBegin>();
  /** What became of the last one, of nodes that have none now. */
  const lost = new Map<string, { readonly how: 'process' | 'freed'; readonly atUs: number }>();
  const lose = (node: string, how: 'process' | 'freed', atUs: number): void => {
    begun.delete(node);
    lost.set(node, { how, atUs });
  };
  const begin = (node: string, byte: number, how: BacklogBegin['how']): void => {
    const before = lost.get(node);
    begun.set(node, { byte, how: how === 'first-replica' ? (before?.how ?? how) : how, lostAtUs: before?.atUs ?? null });
  };
  return {
    feed: ({ atUs, node, body }) => {
      switch (body.kind) {
        case 'process-ended':
          lose(body.node, 'process', atUs);
          break;
        case 'backlog-freed':
          lose(node, 'freed', atUs);
          break;
        // It may make one of what its file says (7.0 and later): of bytes to come, all the same.
        case 'server-started':
          begin(node, body.offset + 1, 'process');
          break;
        case 'backlog-created':
          begin(node, body.firstByte, 'first-replica');
          break;
        case 'replid-changed':
          if (body.why === 'full-resync') begin(node, body.offset + 1, 'copy');
          break;
        default:
      }
    },
    of: (node) => begun.get(node) ?? null,
  };
}
