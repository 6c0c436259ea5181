/** A sorted set: a score by member, and the members by score, then by their bytes. */
import { addPair, createLanes, hashBytes, mix, type Lanes } from './digest.ts';
import type { Owner } from './trie.ts';

export interface ScoredMember {
  readonly member: string;
  readonly score: number;
}

export interface ZsetValue {
  readonly owner: Owner;
  readonly scores: Map<string, number>;
  readonly order: ScoredMember[];
  readonly sum: Lanes;
}

export function createZset(owner: Owner): ZsetValue {
  return { owner, scores: new Map(), order: [], sum: createLanes() };
}

export function copyZset(zset: ZsetValue, owner: Owner): ZsetValue {
  return { owner, scores: new Map(zset.scores), order: zset.order.slice(), sum: { ...zset.sum } };
}

export function setScore(zset: ZsetValue, member: string, score: number): void {
  deleteScored(zset, member);
  add(zset, 1, member, score);
  zset.scores.set(member, score);
  zset.order.splice(rankOf(zset, score, member), 0, { member, score });
}

/** Returns whether the member was there. */
export function deleteScored(zset: ZsetValue, member: string): boolean {
  const score = zset.scores.get(member);
  if (score === undefined) return false;
  add(zset, -1, member, score);
  zset.order.splice(rankOf(zset, score, member), 1);
  return zset.scores.delete(member);
}

export function hashZset(out: Lanes, zset: ZsetValue): void {
  out.low = mix(zset.sum.low, zset.order.length);
  out.high = mix(zset.sum.high, zset.order.length);
}

/** How many members come before this one. */
function rankOf(zset: ZsetValue, score: number, member: string): number {
  let from = 0;
  let to = zset.order.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    const other = zset.order[middle]!;
    if (other.score < score || (other.score === score && other.member < member)) from = middle + 1;
    else to = middle;
  }
  return from;
}

function add(zset: ZsetValue, sign: 1 | -1, member: string, score: number): void {
  const memberHash = createLanes();
  const scoreHash = createLanes();
  hashBytes(memberHash, member);
  hashBytes(scoreHash, String(score));
  addPair(zset.sum, sign, memberHash, scoreHash);
}
