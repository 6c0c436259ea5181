/** A set: members in the order in which they were added. */
import { addPair, createLanes, hashBytes, mix, type Lanes } from './digest.ts';
import type { Owner } from './trie.ts';

export interface SetValue {
  readonly owner: Owner;
  readonly members: Set<string>;
  readonly sum: Lanes;
}

export function createSet(owner: Owner): SetValue {
  return { owner, members: new Set(), sum: createLanes() };
}

export function copySet(set: SetValue, owner: Owner): SetValue {
  return { owner, members: new Set(set.members), sum: { ...set.sum } };
}

/** Returns whether the member is new. */
export function addMember(set: SetValue, member: string): boolean {
  if (set.members.has(member)) return false;
  add(set, 1, member);
  set.members.add(member);
  return true;
}

/** Returns whether the member was there. */
export function deleteMember(set: SetValue, member: string): boolean {
  if (!set.members.delete(member)) return false;
  add(set, -1, member);
  return true;
}

export function hashSet(out: Lanes, set: SetValue): void {
  out.low = mix(set.sum.low, set.members.size);
  out.high = mix(set.sum.high, set.members.size);
}

const NOTHING: Readonly<Lanes> = createLanes();

function add(set: SetValue, sign: 1 | -1, member: string): void {
  const hash = createLanes();
  hashBytes(hash, member);
  addPair(set.sum, sign, hash, NOTHING);
}
