/**
 * A stamped fact: what a machine, the network or the stage told, with time, node and cause.
 */
import type { RedisFact } from '../redis/facts.ts';
import type { NetworkFact } from '../network/facts.ts';

/** Facts of the stage: what the scenario did, and clients. */
export type StageFact =
  /**
   * A verb of the timeline was carried out; `words` says it for people. `nodes`: whom it concerns. `fault`: it
   * disturbs until a later verb names this fact in `heals` (0: none), or the process that it ended is started
   * again; a `reset` is over at once.
   */
  | { kind: 'verb'; verb: string; words: string; nodes: string[]; fault: boolean; heals: number }
  | { kind: 'wait-timed-out'; words: string }
  /** A load began or ended (`load-started` is a server that reads an RDB). */
  | { kind: 'client-started'; client: string; to: string }
  | { kind: 'client-stopped'; client: string; to: string; sent: number; acknowledged: number; errors: number }
  /** An observer of the stream was told where it goes on: the next byte is `offset` + 1 of this history. */
  | { kind: 'observer-attached'; observer: string; to: string; how: 'full' | 'partial'; replid: string; offset: number }
  | { kind: 'observer-lost'; observer: string; why: string }
  /** Replies to a command of the timeline, or to several, that it gave a name; as redis-cli would show them, errors with their `-`. */
  | { kind: 'command-reply'; node: string; client: string; as: string; replies: string[]; tookUs: number }
  /** `server`: it is another version than its process before. */
  | { kind: 'process-started'; node: string; address: string; server?: string }
  | { kind: 'process-ended'; node: string; how: 'exit' | 'kill' | 'crash' }
  /** Its child outlives it, and with it so many connections, which nobody reads. */
  | { kind: 'child-orphaned'; node: string; connections: number }
  | { kind: 'orphan-ended'; node: string };

export type FactBody = RedisFact | NetworkFact | StageFact;

export interface Fact {
  /** Counted from 1 in the order in which facts were told. */
  readonly id: number;
  readonly atUs: number;
  /** Name of the node or client that told it; '' for the stage and the network. */
  readonly node: string;
  /** Id of the fact that caused it; 0: none (time, or the author). */
  readonly cause: number;
  readonly body: FactBody;
}

/**
 * State of a node at an instant, an observation: never part of the hash.
 * Offsets, ids and sync counters as INFO names them.
 */
export interface NodeState {
  readonly node: string;
  readonly atUs: number;
  readonly running: boolean;
  readonly role: 'master' | 'replica';
  readonly master: string | null;
  readonly linkState: 'none' | 'connect' | 'connecting' | 'handshake' | 'transfer' | 'connected';
  readonly replid: string;
  readonly replid2: string;
  /** master_repl_offset of a master; slave_repl_offset of a replica (-1: none). */
  readonly offset: number;
  readonly secondOffset: number;
  readonly backlog: { readonly active: boolean; readonly size: number; readonly firstByte: number; readonly length: number };
  readonly keys: number;
  readonly digest: string;
  /** Writes of its own that its master does not have: excluded from digest comparisons. */
  readonly localWrites: boolean;
  readonly sync: { readonly full: number; readonly partialOk: number; readonly partialErr: number };
  readonly loading: boolean;
  readonly info: ReadonlyMap<string, string>;
  /** Keys that an expectation asks for, by `keyId` (null: no such key); absent when none does. */
  readonly values?: ReadonlyMap<string, KeyState | null>;
}

/** What a load was answered up to an instant, an observation. */
export interface ClientState {
  readonly client: string;
  readonly sent: number;
  readonly acknowledged: number;
  /** Error replies by their first word. */
  readonly errors: ReadonlyMap<string, number>;
}

/** A key as it lies in memory. */
export interface KeyState {
  /** The value of a string; of anything else its type, `(list)`. */
  readonly value: string;
  /** What is left of its life by the node's own clock, µs; 0 or less: its time has passed; null: it has no time to live. */
  readonly ttlUs: number | null;
}

/** The name of a key among those of all databases. */
export function keyId(db: number, key: string): string {
  return `${db}/${key}`;
}

/** A command of the stream as an observer heard it: an observation, never part of the hash. */
export interface StreamEntry {
  readonly atUs: number;
  /** Of its last byte, in the history that the observer follows. */
  readonly offset: number;
  /** On the wire. */
  readonly bytes: number;
  /** Its words, one byte a character; of long ones the length: `(5000 bytes)`. */
  readonly words: readonly string[];
}
