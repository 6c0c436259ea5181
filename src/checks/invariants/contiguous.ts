/**
 * The bytes that a replica applies are contiguous: none is skipped, none is applied twice.
 *
 * Each step must begin where the last one ended, over any number of partial resyncs. A full resync, a
 * restart and a history of its own begin anew, at the offset that they say.
 */
import { formatCount, formatInstant } from '../../units.ts';
import type { Fact } from '../../trace/fact.ts';
import { createFindings, resultOf, violated, type Invariant } from './invariant.ts';

/** No offset to compare with yet. */
const UNKNOWN = -1;

export function contiguous(names: readonly string[]): Invariant {
  const findings = createFindings();
  /** By node: the offset at which the next byte must be applied. */
  const next = new Float64Array(names.length).fill(UNKNOWN);

  const wrong = (atUs: number, node: number, found: number): void => {
    const expected = next[node]!;
    violated(findings, () => {
      const what = found > expected ? `${formatCount(found - expected)} bytes were skipped` : `${formatCount(expected - found)} bytes were applied twice`;
      return `${names[node]!} at ${formatInstant(atUs)}: goes on at offset ${formatCount(found)}, though it had applied up to ${formatCount(expected)}: ${what}`;
    });
  };

  return {
    kinds: ['applied'],
    detail: (atUs, node, _kind, before, after) => {
      const expected = next[node]!;
      findings.compared++;
      if (before !== expected && expected !== UNKNOWN) wrong(atUs, node, before);
      if (after < before) wrong(atUs, node, after);
      next[node] = after;
    },
    fact: ({ atUs, body }: Fact, node) => {
      if (node < 0) return;
      switch (body.kind) {
        case 'link-online':
          if (body.how === 'partial' && next[node] !== UNKNOWN && next[node] !== body.offset) wrong(atUs, node, body.offset);
          next[node] = body.offset;
          break;
        case 'cached-master-made':
          if (body.from === 'own-history') next[node] = body.offset;
          break;
        case 'final-pings-forgotten':
          // They come a second time, if the new master had them; a PING changes nothing.
          if (next[node] !== UNKNOWN) next[node] = body.offset;
          break;
        case 'server-started':
          next[node] = UNKNOWN;
          break;
        case 'role-changed':
          if (body.role === 'master') next[node] = UNKNOWN;
          break;
        default:
      }
    },
    result: () => resultOf('applied bytes are contiguous', findings, 'no replica applied anything'),
  };
}
