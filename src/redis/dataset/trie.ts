/**
 * A set of entries by key that can be shared: a tree over the bits of the keys' hashes.
 *
 * Whoever changes it does so in branches that carry its own mark and copies all others on the way (path copying),
 * so a snapshot is a reference to a root, and any number of nodes can go on from it. Entries come in the order
 * of their hashes (unsigned, then by key), which depends on the keys alone, not on how they got there. Branches
 * count what is below them, so the n-th entry and the first to expire are found on the way down.
 */
import type { Entry } from './entry.ts';

/** Whoever may change a branch in place; only its identity matters. */
export interface Owner {
  /** What the last `put` or `remove` found in the place of the entry. */
  replaced: Entry | null;
}

/** Up to `BUCKET` entries whose hashes begin alike, by hash and key. Never changed. */
type Bucket = readonly Entry[];

export interface Branch {
  owner: Owner;
  entries: number;
  /** Entries with an expiry, and the earliest of their times; Infinity: none. */
  volatileEntries: number;
  firstExpiryMs: number;
  /** By slot, one bit each: it is a branch, or a bucket; otherwise it is an entry or null. */
  branchSlots: number;
  bucketSlots: number;
  readonly slots: (Branch | Bucket | Entry | null)[];
}

const BITS = 5;
const WIDTH = 1 << BITS;
/** Shift of the root's slot number, and of the lowest level, below which buckets grow without limit. */
const TOP_SHIFT = 32 - BITS;
const LAST_SHIFT = TOP_SHIFT % BITS;
const BUCKET = 4;

const NO_SLOTS: readonly null[] = Array.from({ length: WIDTH }, () => null);

export function createOwner(): Owner {
  return { replaced: null };
}

export function findIn(root: Branch | null, hash: number, key: string): Entry | undefined {
  let branch = root;
  if (branch === null) return undefined;
  for (let shift = TOP_SHIFT; ; shift -= BITS) {
    const i: number = (hash >>> shift) & (WIDTH - 1);
    const slot: Branch | Bucket | Entry | null = branch.slots[i]!;
    if (slot === null) return undefined;
    if (((branch.branchSlots >>> i) & 1) !== 0) {
      branch = slot as Branch;
      continue;
    }
    if (((branch.bucketSlots >>> i) & 1) !== 0) return findInBucket(slot as Bucket, hash, key);
    const entry = slot as Entry;
    return entry.hash === hash && entry.key === key ? entry : undefined;
  }
}

/** Puts the entry in the place of its key; `owner.replaced` is what was there. Returns the new root. */
export function putInto(root: Branch | null, entry: Entry, owner: Owner): Branch {
  return putAt(root ?? createBranch(owner), TOP_SHIFT, entry, owner);
}

/** Removes a key; `owner.replaced` is what was there. Returns the new root, null when nothing is left. */
export function removeFrom(root: Branch | null, hash: number, key: string, owner: Owner): Branch | null {
  owner.replaced = null;
  if (root === null || findIn(root, hash, key) === undefined) return root;
  const rest = removeAt(root, TOP_SHIFT, hash, key, owner);
  return rest.entries === 0 ? null : rest;
}

/** Visits all entries in order. The visitor may not change the tree. */
export function forEachIn(root: Branch | null, visit: (entry: Entry) => void): void {
  if (root === null) return;
  for (let i = 0; i < WIDTH; i++) {
    const slot = root.slots[i]!;
    if (slot === null) continue;
    if (isBranch(root, i)) forEachIn(slot as Branch, visit);
    else if (isBucket(root, i)) for (const entry of slot as Bucket) visit(entry);
    else visit(slot as Entry);
  }
}

/** Visits the entries with hashes from `hash` (unsigned) up, in order, as long as the visitor returns true. */
export function forEachFrom(root: Branch | null, hash: number, visit: (entry: Entry) => boolean): void {
  if (root !== null) visitFrom(root, TOP_SHIFT, hash >>> 0, visit);
}

/** The n-th entry in order, from 0; or the n-th of those with an expiry. */
export function nthIn(root: Branch, n: number, onlyVolatile = false): Entry {
  let left = n;
  let branch = root;
  for (;;) {
    let below: Branch | null = null;
    for (let i = 0; i < WIDTH && below === null; i++) {
      const slot = branch.slots[i]!;
      if (slot === null) continue;
      if (isBranch(branch, i)) {
        const inner = slot as Branch;
        const count = onlyVolatile ? inner.volatileEntries : inner.entries;
        if (left < count) below = inner;
        else left -= count;
        continue;
      }
      for (const entry of isBucket(branch, i) ? (slot as Bucket) : [slot as Entry]) {
        if (onlyVolatile && entry.expireMs === null) continue;
        if (left === 0) return entry;
        left--;
      }
    }
    if (below === null) throw new RangeError(`there is no entry number ${n}`);
    branch = below;
  }
}

function putAt(from: Branch, shift: number, entry: Entry, owner: Owner): Branch {
  const branch = from.owner === owner ? from : copyBranch(from, owner);
  const i = (entry.hash >>> shift) & (WIDTH - 1);
  const slot = branch.slots[i]!;
  if (slot === null) {
    branch.slots[i] = entry;
    owner.replaced = null;
  } else if (isBranch(branch, i)) {
    branch.slots[i] = putAt(slot as Branch, shift - BITS, entry, owner);
  } else if (isBucket(branch, i)) {
    const bucket = putIntoBucket(slot as Bucket, entry, owner);
    if (bucket.length > BUCKET && shift > LAST_SHIFT) {
      branch.slots[i] = branchOf(bucket, shift - BITS, owner);
      branch.bucketSlots &= ~(1 << i);
      branch.branchSlots |= 1 << i;
    } else {
      branch.slots[i] = bucket;
    }
  } else {
    const other = slot as Entry;
    if (other.hash === entry.hash && other.key === entry.key) {
      branch.slots[i] = entry;
      owner.replaced = other;
    } else {
      branch.slots[i] = precedes(entry, other) ? [entry, other] : [other, entry];
      branch.bucketSlots |= 1 << i;
      owner.replaced = null;
    }
  }
  const { replaced } = owner;
  if (replaced === null) branch.entries++;
  if (entry.expireMs !== null || (replaced !== null && replaced.expireMs !== null)) {
    expiryChanged(branch, replaced === null ? null : replaced.expireMs, entry.expireMs);
  }
  return branch;
}

/** The key is known to be there. */
function removeAt(from: Branch, shift: number, hash: number, key: string, owner: Owner): Branch {
  const branch = from.owner === owner ? from : copyBranch(from, owner);
  const i = (hash >>> shift) & (WIDTH - 1);
  const slot = branch.slots[i]!;
  if (isBranch(branch, i)) {
    const rest = removeAt(slot as Branch, shift - BITS, hash, key, owner);
    branch.slots[i] = rest;
    if (rest.entries <= 1) {
      branch.slots[i] = rest.entries === 0 ? null : nthIn(rest, 0);
      branch.branchSlots &= ~(1 << i);
    }
  } else if (isBucket(branch, i)) {
    const rest: Entry[] = [];
    for (const entry of slot as Bucket) {
      if (entry.hash === hash && entry.key === key) owner.replaced = entry;
      else rest.push(entry);
    }
    branch.slots[i] = rest;
    if (rest.length === 1) {
      branch.slots[i] = rest[0]!;
      branch.bucketSlots &= ~(1 << i);
    }
  } else {
    owner.replaced = slot as Entry;
    branch.slots[i] = null;
  }
  branch.entries--;
  const removed = owner.replaced!;
  if (removed.expireMs !== null) expiryChanged(branch, removed.expireMs, null);
  return branch;
}

function createBranch(owner: Owner): Branch {
  return {
    owner,
    entries: 0,
    volatileEntries: 0,
    firstExpiryMs: Infinity,
    branchSlots: 0,
    bucketSlots: 0,
    slots: NO_SLOTS.slice(),
  };
}

function copyBranch(branch: Branch, owner: Owner): Branch {
  return { ...branch, owner, slots: branch.slots.slice() };
}

function branchOf(bucket: Bucket, shift: number, owner: Owner): Branch {
  const { replaced } = owner;
  let branch = createBranch(owner);
  for (const entry of bucket) branch = putAt(branch, shift, entry, owner);
  owner.replaced = replaced;
  return branch;
}

/** An entry below the branch came, went, or changed its expiry. Its slot is already up to date. */
function expiryChanged(branch: Branch, before: number | null, after: number | null): void {
  if (before !== null) branch.volatileEntries--;
  if (after !== null) branch.volatileEntries++;
  if (after !== null && after <= branch.firstExpiryMs) branch.firstExpiryMs = after;
  else if (before === branch.firstExpiryMs) branch.firstExpiryMs = firstExpiryOf(branch);
}

function firstExpiryOf(branch: Branch): number {
  let first = Infinity;
  for (let i = 0; i < WIDTH; i++) {
    const slot = branch.slots[i]!;
    if (slot === null) continue;
    if (isBranch(branch, i)) first = Math.min(first, (slot as Branch).firstExpiryMs);
    else if (isBucket(branch, i)) for (const entry of slot as Bucket) first = Math.min(first, entry.expireMs ?? Infinity);
    else first = Math.min(first, (slot as Entry).expireMs ?? Infinity);
  }
  return first;
}

function visitFrom(branch: Branch, shift: number, hash: number, visit: (entry: Entry) => boolean): boolean {
  const start = (hash >>> shift) & (WIDTH - 1);
  for (let i = start; i < WIDTH; i++) {
    const slot = branch.slots[i]!;
    if (slot === null) continue;
    // Beyond the first slot every hash is larger than the one asked for.
    const from = i === start ? hash : 0;
    if (isBranch(branch, i)) {
      if (!visitFrom(slot as Branch, shift - BITS, from, visit)) return false;
      continue;
    }
    for (const entry of isBucket(branch, i) ? (slot as Bucket) : [slot as Entry]) {
      if (entry.hash >>> 0 >= from && !visit(entry)) return false;
    }
  }
  return true;
}

function isBranch(branch: Branch, slot: number): boolean {
  return ((branch.branchSlots >>> slot) & 1) !== 0;
}

function isBucket(branch: Branch, slot: number): boolean {
  return ((branch.bucketSlots >>> slot) & 1) !== 0;
}

/** The order of entries: by hash, unsigned, then by key. */
function precedes(a: Entry, b: Entry): boolean {
  return a.hash === b.hash ? a.key < b.key : a.hash >>> 0 < b.hash >>> 0;
}

function findInBucket(bucket: Bucket, hash: number, key: string): Entry | undefined {
  for (const entry of bucket) if (entry.hash === hash && entry.key === key) return entry;
  return undefined;
}

function putIntoBucket(bucket: Bucket, entry: Entry, owner: Owner): Bucket {
  const at = bucket.findIndex((other) => !precedes(other, entry));
  const other = at < 0 ? undefined : bucket[at]!;
  const same = other !== undefined && other.hash === entry.hash && other.key === entry.key;
  owner.replaced = same ? other : null;
  return at < 0 ? [...bucket, entry] : [...bucket.slice(0, at), entry, ...bucket.slice(same ? at + 1 : at)];
}
