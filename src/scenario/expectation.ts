/**
 * What must hold, at the end of a run or at an instant of its timeline: an author's expectations as complete values.
 *
 * An expectation says something of the nodes at the instant at which it is judged (`role`, `info`, `lag` …), of what
 * happened up to then (`resyncs`, `log`, `order` …), or of how something held over time (`eventually`, `never` …).
 */
import type { PsyncReason } from '../redis/replication/psync.ts';
import type { Place } from './place.ts';
import type { Condition, IntRange } from './scenario.ts';

export type Expectation = ExpectationBody & {
  readonly place: Place | null;
  /** As the author wrote it, in words. */
  readonly text: string;
  /** Profiles for which it is meant; absent: all. */
  readonly servers?: readonly string[];
};

export type ResyncKind = 'full' | 'partial';

export type ExpectationBody = OfNodes | OfThePast | OverTime;

// ------------------------------------------------------------------ how nodes are at the instant

type OfNodes =
  | { readonly expect: 'role'; readonly node: string; readonly role: 'master' | 'replica' }
  | { readonly expect: 'link-state'; readonly replica: string; readonly state: string }
  | { readonly expect: 'offsets-equal'; readonly nodes: readonly string[] }
  | { readonly expect: 'same-data'; readonly nodes: readonly string[] }
  | { readonly expect: 'keys'; readonly node: string; readonly count: IntRange }
  | KeyExpectation
  | ({ readonly expect: 'info'; readonly node: string; readonly field: string } & Comparison)
  /** What a replica has not processed yet, bytes; and the age of its last ACK as its master's INFO says it, s. */
  | { readonly expect: 'lag'; readonly replica: string; readonly bytes: IntRange | null; readonly seconds: IntRange | null }
  /** All of these have one value. */
  | { readonly expect: 'equal'; readonly values: readonly Observable[] }
  /** The value of an observable now, less what `note:` wrote down under this name. */
  | { readonly expect: 'delta'; readonly note: string; readonly count: IntRange };

export interface KeyExpectation {
  readonly expect: 'key';
  readonly node: string;
  readonly db: number;
  readonly key: string;
  /** null: not asked. */
  readonly value: string | null;
  readonly exists: boolean;
  /** What is left of its life, µs; `none`: it has no time to live; null: not asked. */
  readonly ttl: { readonly fromUs: number; readonly toUs: number } | 'none' | null;
  /** As it lies in memory, though its time may have passed, rather than as a client would be told. */
  readonly physical: boolean;
}

export interface Comparison {
  readonly op: '=' | '>=' | '<=' | '!=';
  readonly value: string | number;
}

/** `master.master_repl_offset`: a field of INFO, or one of `OBSERVABLES`. */
export interface Observable {
  readonly node: string;
  readonly field: string;
}

/** What can be said of a node beside the fields of INFO: `offset` is its place in its own history, whatever its role. */
export const OBSERVABLES = ['offset', 'keys', 'digest'] as const;

// ------------------------------------------------------------------ what happened

type OfThePast =
  /** Completed resyncs of this replica, in order. */
  | { readonly expect: 'resyncs'; readonly replica: string; readonly list: readonly { readonly kind: ResyncKind; readonly reason: PsyncReason | null }[] }
  | { readonly expect: 'resync-count'; readonly replica: string; readonly kind: ResyncKind | 'any'; readonly attempts: boolean; readonly count: IntRange }
  /** The fault at the root of each completed resync, in order: the name of its verb, or `none`. */
  | { readonly expect: 'resync-causes'; readonly replica: string; readonly list: readonly string[] }
  /** How each link of this replica, or transfer to it, was lost, in order. */
  | { readonly expect: 'disconnections'; readonly replica: string; readonly list: readonly LossCause[] }
  | { readonly expect: 'disconnection-count'; readonly replica: string; readonly cause: LossCause | 'any'; readonly count: IntRange }
  | { readonly expect: 'log'; readonly node: string; readonly pattern: TextPattern; readonly count: IntRange; readonly during: Interval }
  /** The last reply by this name, as redis-cli shows it: its values, how its error begins, how long it took (µs). */
  | { readonly expect: 'reply'; readonly name: string; readonly is: readonly string[] | null; readonly error: string | null; readonly took: IntRange | null; readonly came: boolean }
  /** Error replies to a load that begin so; null: all. */
  | { readonly expect: 'client-errors'; readonly client: string; readonly prefix: string | null; readonly count: IntRange }
  /** What an observer heard of the stream. */
  | StreamExpectation
  /** Each comes when the one before has come, or later. */
  | { readonly expect: 'order'; readonly moments: readonly Moment[] }
  /** Writes that a master took and that are in no data set any more. */
  | { readonly expect: 'writes-lost'; readonly count: IntRange };

export type StreamExpectation = { readonly expect: 'stream'; readonly observer: string } & (
  /** Commands with this text. */
  | { readonly asks: 'count'; readonly contains: string; readonly count: IntRange }
  /** Commands with these texts, one after another, others between them. */
  | { readonly asks: 'order'; readonly contains: readonly string[] }
  /** All commands: their words, with a space between. */
  | { readonly asks: 'all'; readonly commands: readonly string[] }
  /** The offset of the last byte that it has. */
  | { readonly asks: 'offset'; readonly offset: IntRange }
);

/** Why a replica lost a link or a transfer, found from what both ends and the network told. */
export const LOSS_CAUSES = [
  'repl-timeout', 'output-buffer-limit', 'reset', 'killed', 'crashed', 'shutdown', 'client-kill', 'replicaof', 'replid-changed', 'full-resync',
  'bgsave-failed', 'protocol-error', 'error-reply', 'io-error', 'tcp-timeout', 'peer-closed',
] as const;
export type LossCause = (typeof LOSS_CAUSES)[number];

/** A part of a text, or a regular expression. */
export type TextPattern = { readonly contains: string } | { readonly matches: string };

/** From one moment on, up to but without another. */
export interface Interval {
  readonly from: Moment;
  readonly until: Moment;
}

/** A point in time that only the run can tell. */
export type Moment =
  | { readonly at: 'start' | 'end' }
  | { readonly at: 'time'; readonly us: number }
  /** The last load stopped; the last fault was healed. */
  | { readonly at: 'load-stopped' | 'healed' }
  /** The first instant at which it holds. */
  | { readonly at: 'condition'; readonly condition: Condition }
  | ({ readonly at: 'event' } & EventPattern);

export type EventPattern =
  | { readonly event: 'log'; readonly node: string; readonly pattern: TextPattern }
  /** A resync that was completed: when it ended. */
  | { readonly event: 'resync'; readonly replica: string; readonly kind: ResyncKind | 'any'; readonly reason: PsyncReason | null }
  | { readonly event: 'disconnection'; readonly replica: string; readonly cause: LossCause | 'any' }
  | { readonly event: 'fault'; readonly verb: string }
  | { readonly event: 'fault-healed'; readonly verb: string }
  | { readonly event: 'started' | 'ended'; readonly node: string };

// ------------------------------------------------------------------ over time

type OverTime =
  | { readonly expect: 'converged'; readonly withinUs: number; readonly after: 'load-stopped' | 'end' | 'healed' | { readonly us: number } }
  | { readonly expect: 'eventually'; readonly condition: Condition; readonly withinUs: number | null; readonly after: Moment }
  | { readonly expect: 'never' | 'always'; readonly condition: Condition; readonly during: Interval }
  /** It comes true, and not before this moment. */
  | { readonly expect: 'not-before'; readonly condition: Condition; readonly moment: Moment; readonly from: Moment };
