/**
 * The trace: everything that was told during a run, in order, and its hash.
 *
 * Owns stamping and order, the running hash, and who is listening. Knows nothing of what facts mean:
 * `resyncs.ts`, `causes.ts` and `log-lines.ts` are views of it.
 *
 * The hash is a fold of facts only (time, node, cause, content). Listeners, observed node states,
 * slices and reporters never reach it.
 */
import { assert } from '../assert.ts';
import type { NetworkDetailKind } from '../network/facts.ts';
import type { DetailKind as RedisDetailKind } from '../redis/facts.ts';
import type { Fact, FactBody, NodeState, StreamEntry } from './fact.ts';
import { createHash, foldInteger, foldSix, foldString, foldValue, foldWord, hashText } from './hash.ts';

/** Node index of the stage and the network, which have no name. */
export const STAGE = -1;

export type DetailKind = RedisDetailKind | NetworkDetailKind;

/**
 * Index of each detail kind: what `detail` is called with, and what the hash folds. In the order of
 * redis/facts.ts and network/facts.ts (a test holds it), whose types alone this room may import.
 */
export const KIND: Readonly<Record<DetailKind, number>> = {
  write: 0, applied: 1, 'ack-sent': 2, 'ack-received': 3, ping: 4, getack: 5, 'newline-sent': 6, 'newline-received': 7, expired: 8,
  segment: 9, retransmission: 10,
};

const KINDS: readonly DetailKind[] = Object.keys(KIND) as DetailKind[];

/** Hears a detail. `nodeIndex` and `kindIndex` as given to `detail`; a, b and c as the facts of the room say. */
export type DetailListener = (atUs: number, nodeIndex: number, kindIndex: number, a: number, b: number, c: number) => void;

export type FactListener = (fact: Fact) => void;

export interface Trace {
  /** Names of nodes and clients by index. */
  readonly names: readonly string[];
  /** All milestones, in order. */
  readonly facts: readonly Fact[];
  /** All observed node states, in order. */
  readonly states: readonly NodeState[];
  /** Writes down a milestone and returns its id (1, 2, 3 …), which later facts may name as their cause. */
  milestone(atUs: number, nodeIndex: number, cause: number, body: FactBody): number;
  /**
   * Writes down a detail: three integers below 2^53, cheapest as signed 32-bit ones (a digest as `low | 0`).
   * Allocates nothing.
   */
  detail(atUs: number, nodeIndex: number, kindIndex: number, a: number, b: number, c: number): void;
  /** What each observer of the stream has heard, in order. */
  readonly streams: ReadonlyMap<string, readonly StreamEntry[]>;
  /** Writes down a command that an observer of the stream heard: an observation, never part of the hash. */
  streamed(observer: string, entry: StreamEntry): void;
  /** Writes down the state of a node: an observation, never part of the hash. */
  observe(state: NodeState): void;
  /** Hears details of these kinds from now on; the returned function ends it. A listener must not tell anything. */
  subscribe(kinds: readonly DetailKind[], listener: DetailListener): () => void;
  /** Hears milestones from now on, after they were stamped; the returned function ends it. */
  onMilestone(listener: FactListener): () => void;
  /** How many details of a kind were told. */
  count(kind: DetailKind): number;
  /** The hash of everything told so far: 16 hex digits. */
  hash(): string;
}

/** Folded in front of each fact: which grade, so that no detail can look like a milestone. */
const MILESTONE = 0x4d;
const DETAIL = 0x44;
const WIDE_DETAIL = 0x57;
/** Folded when the upper half of the time of details changes, so that each detail needs only the lower half. */
const EPOCH = 0x45;
const EPOCH_US = 2 ** 32;

/** `names`: nodes, then clients, in the order of the file. */
export function createTrace(names: readonly string[]): Trace {
  const facts: Fact[] = [];
  const states: NodeState[] = [];
  const streams = new Map<string, StreamEntry[]>();
  const hash = createHash();
  const counts = new Float64Array(KINDS.length);
  const detailListeners: (readonly DetailListener[])[] = KINDS.map(() => []);
  let factListeners: readonly FactListener[] = [];
  let telling = false;
  let epochStart = 0;

  const milestone = (atUs: number, nodeIndex: number, cause: number, body: FactBody): number => {
    assert(!telling, 'a listener of facts must not tell facts');
    const id = facts.length + 1;
    assert(cause < id, `fact ${id} cannot be caused by ${cause}, which comes later`);
    const node = nodeIndex === STAGE ? '' : nameOf(nodeIndex);
    foldWord(hash, MILESTONE);
    foldInteger(hash, atUs);
    foldString(hash, node);
    foldWord(hash, cause);
    foldValue(hash, body);
    const fact: Fact = { id, atUs, node, cause, body };
    facts.push(fact);
    telling = true;
    for (const listener of factListeners) listener(fact);
    telling = false;
    return id;
  };

  const nameOf = (nodeIndex: number): string => {
    const name = names[nodeIndex];
    assert(name !== undefined, `there is no node ${nodeIndex}`);
    return name;
  };

  const detail = (atUs: number, nodeIndex: number, kindIndex: number, a: number, b: number, c: number): void => {
    if (atUs < epochStart || atUs >= epochStart + EPOCH_US) foldEpoch(atUs);
    // Six words when every number fits a signed 32-bit integer, nine when one does not; the mark says which.
    if (a === (a | 0) && b === (b | 0) && c === (c | 0)) {
      foldSix(hash, DETAIL | (kindIndex << 8), nodeIndex, atUs, a, b, c);
    } else {
      foldWide(atUs, nodeIndex, kindIndex, a, b, c);
    }
    counts[kindIndex]!++;
    const listeners = detailListeners[kindIndex]!;
    for (let i = 0; i < listeners.length; i++) listeners[i]!(atUs, nodeIndex, kindIndex, a, b, c);
  };

  const foldEpoch = (atUs: number): void => {
    const epoch = Math.floor(atUs / EPOCH_US);
    epochStart = epoch * EPOCH_US;
    foldWord(hash, EPOCH);
    foldWord(hash, epoch);
  };

  const foldWide = (atUs: number, nodeIndex: number, kindIndex: number, a: number, b: number, c: number): void => {
    assert(Number.isSafeInteger(a) && Number.isSafeInteger(b) && Number.isSafeInteger(c), 'a detail holds integers');
    foldWord(hash, WIDE_DETAIL | (kindIndex << 8));
    foldWord(hash, nodeIndex);
    foldWord(hash, atUs);
    foldInteger(hash, a);
    foldInteger(hash, b);
    foldInteger(hash, c);
  };

  return {
    names,
    facts,
    states,
    milestone,
    detail,
    streams,
    streamed: (observer, entry) => {
      const known = streams.get(observer);
      if (known === undefined) streams.set(observer, [entry]);
      else known.push(entry);
    },
    observe: (state) => {
      states.push(state);
    },
    // Lists are replaced, never changed, so that a listener may end itself while it is called.
    subscribe: (kinds, listener) => {
      for (const kind of kinds) detailListeners[KIND[kind]] = [...detailListeners[KIND[kind]]!, listener];
      return () => {
        for (const kind of kinds) {
          detailListeners[KIND[kind]] = detailListeners[KIND[kind]]!.filter((other) => other !== listener);
        }
      };
    },
    onMilestone: (listener) => {
      factListeners = [...factListeners, listener];
      return () => {
        factListeners = factListeners.filter((other) => other !== listener);
      };
    },
    count: (kind) => counts[KIND[kind]]!,
    hash: () => hashText(hash),
  };
}
