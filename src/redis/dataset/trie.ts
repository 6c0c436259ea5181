/**
 * A set of entries by key that can be shared: a tree over the bits of the keys' hashes, with small open hash
 * tables (pages) as its leaves.
 *
 * Whoever changes it does so in nodes that carry its own mark and copies all others on the way (path copying),
 * so a snapshot is a reference to a root, and any number of owners can go on from it. Entries come in the order
 * of their hashes (unsigned, then by key), which depends on the keys alone, not on how they got there. Nodes
 * count what is below them, so the n-th entry and the first to expire are found on the way down. Nodes that
 * nobody changes any more remember what `sumOver` found below them.
 */
import type { Entry } from './entry.ts';

/** Whoever may change a node in place; only its identity matters. */
export interface Owner {
  /** What the last put found in the place of the entry. */
  replaced: Entry | null;
}

/** What each entry counts. Measures of one name give every entry the same number. */
export interface Measure {
  readonly name: string;
  readonly of: (entry: Entry) => number;
}

export interface Node {
  owner: Owner;
  entries: number;
  /** Entries with an expiry, and the earliest of their times. */
  volatileEntries: number;
  firstExpiryMs: number | null;
  /** What `sumOver` found here, and by which measure; '': it was not asked yet. */
  sum: number;
  sumName: string;
  /** Of a branch: the shift that makes a slot number of a hash. Of a page: -1. */
  readonly shift: number;
  /** A branch has a node, or null, in each of its 16 slots. A page has room for a power of two of entries. */
  slots: (Node | Entry | null)[];
}

const BITS = 4;
const WIDTH = 1 << BITS;
const TOP_SHIFT = 32 - BITS;
const PAGE = -1;
const SMALLEST_PAGE = 4;
/** A page that would have to grow beyond this becomes a branch, unless the bits of the hashes are used up. */
const LARGEST_PAGE = 64;

/** Empty slots by their number, to be copied. */
const NO_SLOTS: readonly (readonly null[])[] = Array.from({ length: 8 }, (_, bits) => Array.from({ length: 1 << bits }, () => null));

export function createOwner(): Owner {
  return { replaced: null };
}

export function findIn(root: Node | null, hash: number, key: string): Entry | undefined {
  const page = root === null ? null : pageFor(root, hash);
  return page === null ? undefined : (entryAt(page, placeOf(page, hash, key)) ?? undefined);
}

/** Puts an entry in the place of its key; `owner.replaced` is what was there. Returns the new root. */
export function putInto(root: Node | null, entry: Entry, owner: Owner): Node {
  owner.replaced = null;
  if (root === null) return putAt(null, TOP_SHIFT, entry, owner);
  // Mostly the key is there, has no expiry, and its page is ours (then so is all above it): nothing else changes.
  const page = pageFor(root, entry.hash);
  if (page !== null && page.owner === owner && entry.expireMs === null) {
    const place = placeOf(page, entry.hash, entry.key);
    const before = entryAt(page, place);
    if (before !== null && before.expireMs === null) {
      page.slots[place] = entry;
      owner.replaced = before;
      return root;
    }
  }
  return putAt(root, TOP_SHIFT, entry, owner);
}

/** Removes an entry that is there. Returns the new root. */
export function removeFrom(root: Node | null, entry: Entry, owner: Owner): Node | null {
  return root === null ? null : removeAt(root, entry, owner);
}

/** Visits all entries in order. The visitor may not change the tree. */
export function forEachIn(root: Node | null, visit: (entry: Entry) => void): void {
  if (root === null) return;
  if (isPage(root)) for (const entry of inOrder(root)) visit(entry);
  else for (const below of root.slots) forEachIn(below as Node | null, visit);
}

/**
 * The sum of a measure over all entries of a tree that nobody changes any more (a snapshot's). Only nodes that are new
 * since the last sum by this measure are looked into.
 */
export function sumOver(root: Node | null, measure: Measure): number {
  if (root === null) return 0;
  if (root.sumName === measure.name) return root.sum;
  const page = isPage(root);
  let sum = 0;
  for (const slot of root.slots) {
    if (slot !== null) sum += page ? measure.of(slot as Entry) : sumOver(slot as Node, measure);
  }
  root.sum = sum;
  root.sumName = measure.name;
  return sum;
}

/**
 * Visits the entries with hashes from `hash` (unsigned) up, in order, as long as the visitor returns true;
 * of those with an expiry only, others cost nothing.
 */
export function forEachFrom(root: Node | null, hash: number, onlyVolatile: boolean, visit: (entry: Entry) => boolean): boolean {
  if (root === null || (onlyVolatile && root.volatileEntries === 0)) return true;
  if (isPage(root)) {
    return inOrder(root).every((entry) => entry.hash >>> 0 < hash || (onlyVolatile && entry.expireMs === null) || visit(entry));
  }
  const start = slotOf(root, hash);
  for (let i = start; i < WIDTH; i++) {
    // Beyond the first slot every hash is larger than the one asked for.
    if (!forEachFrom(root.slots[i] as Node | null, i === start ? hash : 0, onlyVolatile, visit)) return false;
  }
  return true;
}

/** The n-th entry in order, from 0. */
export function nthIn(root: Node, n: number): Entry {
  let left = n;
  let node = root;
  while (!isPage(node)) {
    for (const below of node.slots as (Node | null)[]) {
      if (below === null) continue;
      node = below;
      if (left < below.entries) break;
      left -= below.entries;
    }
  }
  return inOrder(node)[left]!;
}

/** The n-th of the entries with an expiry, which are more than n. */
export function nthVolatileIn(root: Node, n: number): Entry {
  let left = n;
  let node = root;
  while (!isPage(node)) {
    for (const below of node.slots as (Node | null)[]) {
      if (below === null || below.volatileEntries === 0) continue;
      node = below;
      if (left < below.volatileEntries) break;
      left -= below.volatileEntries;
    }
  }
  return inOrder(node).filter(({ expireMs }) => expireMs !== null)[left]!;
}

// -- the way down

function isPage(node: Node): boolean {
  return node.shift === PAGE;
}

function slotOf(branch: Node, hash: number): number {
  return (hash >>> branch.shift) & (WIDTH - 1);
}

function pageFor(root: Node, hash: number): Node | null {
  let node: Node | null = root;
  while (node !== null && node.shift !== PAGE) node = node.slots[(hash >>> node.shift) & (WIDTH - 1)] as Node | null;
  return node;
}

function putAt(from: Node | null, shift: number, entry: Entry, owner: Owner): Node {
  if (from === null) return putIntoPage(createNode(PAGE, emptySlots(SMALLEST_PAGE), owner), entry, owner);
  if (isPage(from)) {
    const full = (from.entries + 1) * 4 > from.slots.length * 3;
    if (!full) return putIntoPage(ownNode(from, owner), entry, owner);
    if (from.slots.length < LARGEST_PAGE || shift < 0) return putIntoPage(rebuilt(from, 2 * from.slots.length, owner), entry, owner);
    return putAt(branchOf(from, shift, owner), shift, entry, owner);
  }
  const branch = ownNode(from, owner);
  const i = slotOf(branch, entry.hash);
  branch.slots[i] = putAt(branch.slots[i] as Node | null, shift - BITS, entry, owner);
  account(branch, owner.replaced, entry);
  return branch;
}

/** The entry is known to be there. */
function removeAt(from: Node, entry: Entry, owner: Owner): Node | null {
  if (from.entries === 1) return null;
  const node = ownNode(from, owner);
  if (isPage(node)) {
    removeFromPage(node, entry);
  } else {
    const i = slotOf(node, entry.hash);
    node.slots[i] = removeAt(node.slots[i] as Node, entry, owner);
  }
  account(node, entry, null);
  return node;
}

function createNode(shift: number, slots: Node['slots'] | readonly null[], owner: Owner): Node {
  return { owner, entries: 0, volatileEntries: 0, firstExpiryMs: null, sum: 0, sumName: '', shift, slots: slots.slice() };
}

function ownNode(node: Node, owner: Owner): Node {
  if (node.owner === owner) return node;
  const { entries, volatileEntries, firstExpiryMs, shift, slots } = node;
  return { owner, entries, volatileEntries, firstExpiryMs, sum: 0, sumName: '', shift, slots: slots.slice() };
}

function branchOf(page: Node, shift: number, owner: Owner): Node {
  const branch = createNode(shift, emptySlots(WIDTH), owner);
  for (const entry of page.slots as (Entry | null)[]) if (entry !== null) putAt(branch, shift, entry, owner);
  return branch;
}

/** Keeps a node's sums: below it `after` took the place of `before`. Its slots are already up to date. */
function account(node: Node, before: Entry | null, after: Entry | null): void {
  node.entries += (after === null ? 0 : 1) - (before === null ? 0 : 1);
  const old = before === null ? null : before.expireMs;
  const now = after === null ? null : after.expireMs;
  if (old === null && now === null) return;
  node.volatileEntries += (now === null ? 0 : 1) - (old === null ? 0 : 1);
  if (now !== null && (node.firstExpiryMs === null || now <= node.firstExpiryMs)) node.firstExpiryMs = now;
  else if (old !== null && old === node.firstExpiryMs) node.firstExpiryMs = firstExpiryOf(node);
}

function firstExpiryOf(node: Node): number | null {
  let first: number | null = null;
  for (const slot of node.slots) {
    const time = slot === null ? null : isPage(node) ? (slot as Entry).expireMs : (slot as Node).firstExpiryMs;
    if (time !== null && (first === null || time < first)) first = time;
  }
  return first;
}

// -- pages: linear probing from the low bits of the hash, which the branches above use last

function entryAt(page: Node, place: number): Entry | null {
  return page.slots[place] as Entry | null;
}

/** Where the key is, or would be put. A page always has an empty slot. */
function placeOf(page: Node, hash: number, key: string): number {
  const { slots } = page;
  const last = slots.length - 1;
  for (let i = hash & last; ; i = (i + 1) & last) {
    const entry = slots[i] as Entry | null;
    if (entry === null || (entry.hash === hash && entry.key === key)) return i;
  }
}

function putIntoPage(page: Node, entry: Entry, owner: Owner): Node {
  const place = placeOf(page, entry.hash, entry.key);
  owner.replaced = entryAt(page, place);
  page.slots[place] = entry;
  account(page, owner.replaced, entry);
  return page;
}

/** Closes the gap: what was put further on because this place was taken moves up. */
function removeFromPage(page: Node, entry: Entry): void {
  const { slots } = page;
  const last = slots.length - 1;
  let gap = placeOf(page, entry.hash, entry.key);
  slots[gap] = null;
  for (let i = (gap + 1) & last; slots[i] !== null; i = (i + 1) & last) {
    const next = slots[i] as Entry;
    const distance = (i - (next.hash & last)) & last;
    if (distance < ((i - gap) & last)) continue;
    slots[gap] = next;
    slots[i] = null;
    gap = i;
  }
}

/** The same entries with room for `capacity`. */
function rebuilt(page: Node, capacity: number, owner: Owner): Node {
  const larger = createNode(PAGE, emptySlots(capacity), owner);
  for (const entry of page.slots as (Entry | null)[]) if (entry !== null) putIntoPage(larger, entry, owner);
  return larger;
}

function emptySlots(capacity: number): readonly null[] {
  return NO_SLOTS[31 - Math.clz32(capacity)] ?? Array.from({ length: capacity }, () => null);
}

function inOrder(page: Node): Entry[] {
  return (page.slots.filter((slot) => slot !== null) as Entry[]).sort(byHash);
}

/** The order of entries: by hash, unsigned, then by key. */
function byHash(a: Entry, b: Entry): number {
  if (a.hash !== b.hash) return a.hash >>> 0 < b.hash >>> 0 ? -1 : 1;
  return a.key < b.key ? -1 : 1;
}
