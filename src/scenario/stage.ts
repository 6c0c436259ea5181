/**
 * The port below the player: a world in which a scenario can be played. Two implementations: the simulated
 * world (`simulation/`) and real servers behind a fault-injecting proxy (`verify/`).
 */
import type { Reply } from '../redis/protocol/payload.ts';
import type { Observable } from './expectation.ts';
import type { Condition, Expectation, Verb } from './scenario.ts';

/** What a verb gave, where it gives something. */
export type VerbResult =
  | { readonly type: 'none' }
  | { readonly type: 'replies'; readonly replies: readonly Reply[] }
  | { readonly type: 'observations'; readonly nodes: readonly NodeObservation[] }
  /** `request` as sent (`PSYNC <id> <offset>`), the reply line, and how many bytes of stream followed +CONTINUE (0 after anything else). */
  | { readonly type: 'probe'; readonly request: string; readonly reply: string; readonly bytesAfter: number }
  | { readonly type: 'timed-out' };

/** What INFO, ROLE, DBSIZE and DEBUG DIGEST say of a node, or that it does not answer. */
export interface NodeObservation {
  readonly node: string;
  readonly state: 'ok' | 'down' | 'no-answer';
  /** INFO fields under their own names, in INFO's order: replication and stats sections, as text. */
  readonly info: ReadonlyMap<string, string>;
  /** ROLE's raw reply. */
  readonly role: Reply | null;
  readonly dbsize: number;
  readonly digest: string;
}

/** A verb in hand; a Stage calls `done` exactly once, now or later. */
export type Done = (result: VerbResult) => void;

/** What the timeline asks at an instant: expectations to judge, values to note. */
export interface Asked {
  readonly expectations: readonly Expectation[];
  readonly notes: readonly { readonly name: string; readonly observable: Observable }[];
}

export interface Stage {
  nowUs(): number;
  /** Calls `then` at `timeUs` (at once, as a new event, when that has passed). */
  at(timeUs: number, then: () => void): void;
  /** Calls `then` once, at the instant (pollUs = 0) or first poll at which the condition holds; the returned function withdraws it. */
  when(condition: Condition, pollUs: number, then: () => void): () => void;
  /** A whole number of [from, to], from the random stream of this name: the same seed and name give the same numbers in any world. */
  draw(stream: string, from: number, to: number): number;
  /** Does one thing. Never throws for what a server may answer; impossible verbs were refused by the loader. */
  perform(verb: Verb, done: Done): void;
  /** Observes the state of every node, and hands over what the timeline asks of it at this instant. */
  checkpoint(asked: Asked): void;
  /** Something for people that no verb says, and that should not have come to pass: a wait ran out, a loop runs away. */
  note(text: string): void;
}
