/**
 * When the next byte that a replica wants left the backlog of its master: from then on it cannot go on where it stood. Seen by whoever
 * looked at the run, so known as exactly as they looked.
 */
import type { Sample } from '../../trace/sample.ts';
import type { Fall } from './data.ts';

export function fallsOf(samples: readonly Sample[]): Fall[] {
  const falls: Fall[] = [];
  /** When its next byte was last there, by replica; absent: it is not. */
  const there = new Map<string, number>();
  for (const { atUs, nodes } of samples) {
    const byName = new Map(nodes.map((node) => [node.node, node]));
    for (const { node, role, master, offset, replid } of nodes) {
      const above = role === 'replica' && master !== null ? byName.get(master) : undefined;
      const firstByte = above?.backlog?.firstByte;
      if (above === undefined || firstByte === undefined || offset < 0 || above.replid !== replid) {
        there.delete(node);
        continue;
      }
      const afterUs = there.get(node);
      if (offset + 1 >= firstByte) there.set(node, atUs);
      else if (afterUs !== undefined) {
        falls.push({ atUs, afterUs, replica: node, master: above.node, byte: offset + 1, first: firstByte });
        there.delete(node);
      }
    }
  }
  return falls;
}
