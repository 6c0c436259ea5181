/**
 * When the next byte that a replica wants left the backlog of its master: from then on it cannot go on where it stood. Seen by whoever
 * looked at the run, so known as exactly as they looked.
 */
import type { Sample } from '../../trace/sample.ts';
import type { Fall } from './data.ts';
import { standingOf } from './standing.ts';

export function fallsOf(samples: readonly Sample[]): Fall[] {
  const falls: Fall[] = [];
  /** When its next byte was last there, by replica; absent: it is not. */
  const there = new Map<string, number>();
  for (const { atUs, nodes } of samples) {
    const byName = new Map(nodes.map((node) => [node.node, node]));
    for (const look of nodes) {
      const { node, role, master, offset } = look;
      const above = role === 'replica' && master !== null ? byName.get(master) : undefined;
      const standing = above === undefined ? 'none' : standingOf(look, above);
      if (standing === 'kept') {
        there.set(node, atUs);
        continue;
      }
      const afterUs = there.get(node);
      if (standing === 'gone' && afterUs !== undefined) {
        falls.push({ atUs, afterUs, replica: node, master: above!.node, byte: offset + 1, first: above!.backlog!.firstByte });
      }
      there.delete(node);
    }
  }
  return falls;
}
