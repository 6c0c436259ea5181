/**
 * No write that a master took and acknowledged is lost without a reason.
 *
 * Replication is asynchronous: a write may well be lost, but only where something that was told explains it, such as a
 * node that was killed, or that took over other data in a full resync. What was lost is said, with its reason. A write
 * that is gone while its node did nothing but go on is a bug.
 */
import { formatCount } from '../../units.ts';
import type { LostRange, WatchedWrites } from '../lost-writes.ts';
import type { InvariantResult } from '../outcome.ts';
import type { EndOfRun } from './invariant.ts';

const NAME = 'no write is lost without a reason';

export function writesKept(writes: WatchedWrites, { nodes, stopped }: EndOfRun): InvariantResult {
  const { ranges, total, counted } = writes.lost(nodes);
  const result = (verdict: InvariantResult['verdict'], detail: string): InvariantResult => ({ name: NAME, verdict, detail, compared: verdict === 'not-applicable' ? 0 : counted });
  const unexplained = ranges.find(({ why }) => why === '');
  if (unexplained !== undefined) return result('violated', lossWords(unexplained));
  if (counted === 0) return result('not-applicable', 'no write entered a stream');
  if (stopped !== '') return result('not-applicable', `the run was stopped: ${stopped}`);
  return result('held', total === 0 ? '' : `lost: ${ranges.map(lossWords).join('; ')}`);
}

function lossWords({ writes, words }: LostRange): string {
  return `${formatCount(writes)} ${writes === 1 ? 'write' : 'writes'} ${words}`;
}
