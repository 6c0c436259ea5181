/**
 * What the page knows of a run: plain data, and nothing but their shape. `model.ts` makes them, the page in the browser (src/page)
 * reads them; it needs no other word of ours.
 */
import type { Term } from '../glossary-terms.ts';
import type { Column } from './columns.ts';

export type { Term };

export const PAGE_FORMAT = 'replsim-page/1';

export interface PageModel {
  readonly format: typeof PAGE_FORMAT;
  readonly run: RunHead;
  /** In the order of the scenario: nodes, then clients. */
  readonly lanes: readonly Lane[];
  /** One a resync, in the order in which the replicas asked. */
  readonly cards: readonly Card[];
  /** Which card is open at first; -1: there is none. */
  readonly best: number;
  readonly faults: readonly Fault[];
  /** When the next byte of a replica left its master's backlog. */
  readonly falls: readonly Fall[];
  readonly story: readonly StoryLine[];
  readonly expectations: readonly Check[];
  readonly invariants: readonly Check[];
  /** Words of the page that a newcomer may not know, the reasons first (docs/glossary.md has all). */
  readonly glossary: readonly Term[];
  /** Texts that the tables name by their place. */
  readonly words: readonly string[];
  readonly facts: FactTable;
  /** null: nobody looked at the run. */
  readonly curves: Curves | null;
}

export interface RunHead {
  readonly name: string;
  /** Paragraphs. */
  readonly teaches: readonly string[];
  readonly file: string;
  readonly seed: string;
  /** All versions that take part. */
  readonly servers: readonly string[];
  readonly verdict: 'passed' | 'failed' | 'undecided' | 'error';
  readonly verdictDetail: string;
  readonly durationUs: number;
  readonly events: number;
  readonly writes: number;
  readonly hash: string;
  /** The command that does the same again; '' when nobody knows it. */
  readonly replay: string;
  /** The command that explains its resyncs, all but which; '' when nobody knows it. */
  readonly explain: string;
  /** Settings that decided something. */
  readonly settings: readonly string[];
  /** Nodes of the scenario; lanes may be fewer. */
  readonly nodes: number;
}

export interface Lane {
  readonly name: string;
  readonly is: 'node' | 'client';
  /** Of a node its version, of a client whom it writes to. */
  readonly detail: string;
}

/** A resync: the verdict, why, the checks with the numbers that each compared, what it began with. */
export interface Card {
  readonly atUs: number;
  readonly decidedUs: number | null;
  readonly endedUs: number | null;
  readonly replica: string;
  readonly master: string;
  readonly kind: 'full' | 'partial' | null;
  readonly reason: string | null;
  readonly outcome: 'done' | 'aborted' | 'refused' | 'unfinished';
  /** Why it was decided so, in one sentence. */
  readonly why: string;
  /** How it went on: durations, waits; each a clause. */
  readonly lines: readonly string[];
  readonly checks: readonly Compared[];
  /** What the master still had, and what was asked for; null: nothing of the kind was compared. */
  readonly window: Window | null;
  /** What it all began with, in one sentence; '' when nobody knows. */
  readonly origin: string;
  /** From the beginning to the question. */
  readonly chain: readonly Link[];
  /** What would have kept it partial, as far as its own numbers tell; '' when they do not. */
  readonly advice: string;
  /** What both servers logged meanwhile. */
  readonly log: readonly Link[];
}

/** A check of the master: two values, and how they had to stand to each other. */
export interface Compared {
  readonly name: string;
  readonly passed: boolean;
  readonly left: string | number;
  readonly relation: string;
  readonly right: string | number;
  /** How they stood to each other, in words. */
  readonly numbers: string;
}

export interface Window {
  /** The byte asked for, the oldest kept, and the next one to come. */
  readonly asked: number;
  readonly first: number;
  readonly end: number;
  readonly size: number;
  readonly missedBy: number;
  /** How the backlog began, if it did so only after the byte asked for: it never held it; '' else. */
  readonly began: string;
}

export interface Link {
  readonly atUs: number;
  readonly node: string;
  readonly text: string;
}

export interface Fault {
  readonly words: string;
  readonly verb: string;
  readonly nodes: readonly string[];
  readonly fromUs: number;
  readonly toUs: number | null;
}

export interface Fall {
  /** When it was seen to be gone, and when it was last seen to be there, µs. */
  readonly atUs: number;
  readonly afterUs: number;
  readonly replica: string;
  readonly master: string;
  /** The byte that it will ask for, and the oldest that was left. */
  readonly byte: number;
  readonly first: number;
}

export interface StoryLine {
  readonly atUs: number;
  readonly sign: string;
  readonly who: string;
  readonly text: string;
  readonly more: readonly string[];
}

export interface Check {
  readonly text: string;
  readonly verdict: 'held' | 'failed' | 'violated' | 'undecided' | 'not-applicable';
  readonly detail: string;
}

/** All milestones as columns: what is common to all, and for each kind a table of its fields. */
export interface FactTable {
  /** One entry a fact, in order; their ids count from 1. */
  readonly atUs: Column;
  /** Places in the list of words; '' is the stage. */
  readonly node: Column;
  /** How many facts before this one its cause is; 0: it has none. */
  readonly causeBack: Column;
  readonly kind: Column;
  readonly kinds: readonly KindTable[];
}

export interface KindTable {
  readonly kind: string;
  readonly fields: readonly FieldColumn[];
}

/** `number`: values; `text`: places in the list of words; `json`: places of JSON texts, -1: the field is absent. */
export interface FieldColumn {
  readonly name: string;
  readonly is: 'number' | 'text' | 'json';
  readonly values: Column;
}

/** What was seen at regular instants, as columns; and what went between the nodes. */
export interface Curves {
  readonly everyUs: number;
  readonly atUs: Column;
  readonly nodes: readonly NodeCurves[];
  readonly clients: readonly ClientCurves[];
  readonly messages: MessageTable;
}

/** Words are places in the list of words; -1: none. */
export const NODE_WORDS = ['state', 'role', 'master', 'link', 'replid', 'replid2'] as const;
/** `first`, `length`, `size`: of the backlog; -1: it keeps none. `received`, `expected`: of an RDB on its way here; -1: none is. */
export const NODE_NUMBERS = ['offset', 'secondOffset', 'first', 'length', 'size', 'keys', 'memory', 'received', 'expected'] as const;
export const CLIENT_NUMBERS = ['sent', 'acknowledged', 'errors', 'latencyUs', 'waitingUs'] as const;

export type NodeWord = (typeof NODE_WORDS)[number];
export type NodeNumber = (typeof NODE_NUMBERS)[number];
export type ClientNumber = (typeof CLIENT_NUMBERS)[number];

export interface NodeCurves {
  readonly node: string;
  readonly words: Readonly<Record<NodeWord, Column>>;
  readonly numbers: Readonly<Record<NodeNumber, Column>>;
  /** Of each replica that it ever had: -1 while it has it not. */
  readonly replicas: readonly { readonly replica: string; readonly state: Column; readonly acked: Column; readonly buffer: Column }[];
}

export interface ClientCurves {
  readonly client: string;
  readonly numbers: Readonly<Record<ClientNumber, Column>>;
}

/** `flightUs` -1: nobody heard it. */
export interface MessageTable {
  readonly kind: Column;
  readonly from: Column;
  readonly to: Column;
  readonly sentUs: Column;
  readonly flightUs: Column;
  readonly offset: Column;
}
