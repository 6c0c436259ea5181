/**
 * Offsets only go back through a full resync.
 *
 * Exempt are a process that started anew, and a node that took another replication id: both count from
 * what they then say.
 */
import { formatCount, formatInstant } from '../../units.ts';
import { KIND } from '../../trace/trace.ts';
import { createFindings, resultOf, violated, type Invariant } from './invariant.ts';

const UNKNOWN = -1;

export function offsetsForward(names: readonly string[]): Invariant {
  const findings = createFindings();
  // What a node applied of its master's stream, and what it produced itself: up to 3.2 these are two counts.
  const last = new Float64Array(names.length).fill(UNKNOWN);
  const own = new Float64Array(names.length).fill(UNKNOWN);
  const write = KIND.write;
  const applied = KIND.applied;

  const wentBack = (atUs: number, node: number, before: number, offset: number): void => {
    violated(findings, () => `${names[node]!} at ${formatInstant(atUs)}: offset went back from ${formatCount(before)} to ${formatCount(offset)} without a full resync`);
  };

  return {
    kinds: ['write', 'ping', 'getack', 'applied'],
    detail: (atUs, node, kind, a, b) => {
      const offset = kind === write || kind === applied ? b : a;
      const counts = kind === applied ? last : own;
      const before = counts[node]!;
      findings.compared++;
      if (offset < before) wentBack(atUs, node, before, offset);
      counts[node] = offset;
    },
    fact: ({ atUs, body }, node) => {
      if (node < 0) return;
      switch (body.kind) {
        case 'server-started':
        case 'replid-changed':
        case 'replid-restored':
        case 'final-pings-forgotten':
          last[node] = own[node] = body.offset;
          break;
        case 'link-online':
          if (body.how === 'partial' && body.offset < last[node]!) {
            violated(findings, () => `${names[node]!} at ${formatInstant(atUs)}: a partial resync took it back from ${formatCount(last[node]!)} to ${formatCount(body.offset)}`);
          }
          last[node] = own[node] = body.offset;
          break;
        default:
      }
    },
    result: () => resultOf('offsets only go back through a full resync', findings, 'no offset moved'),
  };
}
