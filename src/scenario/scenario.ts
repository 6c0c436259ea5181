/**
 * A scenario as a complete value: validated, defaults applied, every unit resolved (µs, bytes, bytes per second).
 * Past this point nothing is optional that the engine must decide: the loader (`load.ts`) makes it from YAML,
 * recordings of real servers make it too (`verify/recording/`), tests make it by hand.
 *
 * Where a node, link or client is named, order in the file is kept: it decides ties.
 */
import type { Bytes } from '../redis/protocol/payload.ts';
import type { Distribution } from '../kernel/index.ts';
import type { Expectation, Observable } from './expectation.ts';
import type { Place } from './place.ts';

export type { Expectation, ExpectationBody, ResyncKind } from './expectation.ts';

export interface Scenario {
  readonly name: string;
  readonly teaches: string;
  /** Where the text came from, for messages only: never part of the trace. */
  readonly file: string;
  /** Decimal text of an unsigned integer below 2^53. */
  readonly seed: string;
  /** Run over all of these instead, unless somebody asks for one. */
  readonly seeds?: IntRange;
  /** Default profile of all nodes, e.g. `redis-7.2`. */
  readonly server: string;
  /** Virtual time at which the run ends; it may end sooner when `endsWhenDone` and the timeline and all conditions are done. */
  readonly durationUs: number;
  readonly endsWhenDone: boolean;
  readonly nodes: readonly NodeSpec[];
  readonly network: NetworkSpec;
  readonly clients: readonly LoadSpec[];
  /** Who attaches to a node as a replica would, and writes down the stream. Absent: nobody. */
  readonly observers?: readonly ObserverSpec[];
  /** Tracks run side by side; the steps of one track run one after another. */
  readonly timeline: readonly Track[];
  readonly expect: readonly Expectation[];
}

export interface NodeSpec {
  readonly name: string;
  readonly server: string;
  /** Directives by their redis.conf name and value as text, as a conf file would say them; validated against the profile. */
  readonly config: readonly Directive[];
  /** Node it replicates from when it starts, or null. */
  readonly replicaOf: string | null;
  /** Goes through a recording relay (a proxy): `relay` in NetworkSpec lists those links. */
  readonly data: DataSpec | null;
  /** When false, the node is not started at time 0: the timeline starts it. */
  readonly startsAtZero: boolean;
  readonly resources: Resources;
  readonly place: Place | null;
}

export interface Directive {
  readonly name: string;
  readonly value: string;
  readonly place: Place | null;
  /** Which layer said so; absent when no author did (recordings, tests). */
  readonly origin?: DirectiveOrigin;
}

/** From the lowest layer to the highest. */
export type DirectiveOrigin = 'scenario' | 'conf file' | 'node' | 'option' | 'timeline';

/** Published defaults: fork 10 ms per GB, save and load 150 MB/s, flush 1 GB/s, disk 200 MB/s, 10 µs a command, NIC 1 Gbit/s. */
export interface Resources {
  readonly forkUsPerGb: number;
  readonly saveBytesPerS: number;
  readonly loadBytesPerS: number;
  readonly flushBytesPerS: number;
  readonly diskBytesPerS: number;
  readonly commandUs: number;
  /** How late each timer of its processes goes off, µs; serverCron sets its timer anew each time, so it adds up. */
  readonly timersLateUs: number;
  /** Payload bytes per second each way that its NIC carries for all of its connections; 0 = unlimited. */
  readonly nicBytesPerS: number;
  /** Payload bytes of one shared replication-buffer block: 20440 with jemalloc, 16384 with libc malloc (7.0+). */
  readonly allocator: 'jemalloc' | 'libc';
  /** Sub-second phase of this node's wall clock in µs, 0 … 999 999; null: drawn from the seed. */
  readonly clockPhaseUs: number | null;
}

/** Data present on a node before time 0, written without replication: a key range with values of one size or a range of sizes. */
export interface DataSpec {
  readonly keys: number;
  readonly keyPrefix: string;
  readonly db: number;
  readonly valueBytes: IntRange;
}

export interface IntRange {
  readonly from: number;
  readonly to: number;
}

export interface NetworkSpec {
  readonly default: LinkSpec;
  /** Overrides for a pair of nodes, both directions. */
  readonly links: readonly { readonly between: readonly [string, string]; readonly link: LinkSpec }[];
  /** Links that pass through a relay (a proxy in between, as `sim verify` and the recordings use): replica > master. */
  readonly relays: readonly { readonly replica: string; readonly master: string; /** What a round of its loop takes, µs; absent: no time. */ readonly roundUs?: number }[];
}

export interface LinkSpec {
  /** One way. */
  readonly latency: Distribution;
  /** Payload bytes per second each way; 0 = unlimited. */
  readonly bytesPerS: number;
  /** Packets lost, in parts per million. */
  readonly lossPpm: number;
  /** Bytes in flight per direction of a connection (socket buffers of both ends). */
  readonly socketBufferBytes: number;
}

/** A load: a client machine that says commands to a node, or to several in turn. */
export interface LoadSpec {
  readonly name: string;
  readonly to: readonly string[];
  readonly operations: readonly OperationSpec[];
  /** `count` operations per `perUs`; null: unpaced, as quickly as replies come. */
  readonly rate: RateSpec | null;
  readonly pacing: 'even' | 'poisson' | 'bursty';
  /** Operations that come together when bursty. */
  readonly burst: number;
  /** Unpaced: operations said in one write on one connection; the next follow when all are answered. */
  readonly pipeline: number;
  /** To each node. */
  readonly connections: number;
  /** NEVER_US (`defaults.ts`): only when the timeline starts it. */
  readonly fromUs: number;
  /** null: until the end. */
  readonly untilUs: number | null;
  /** `user:{1..10k}`: literal text with one range, drawn uniformly; or a plain key. */
  readonly key: KeyPattern;
  readonly valueBytes: IntRange;
  readonly db: number;
}

/** An observer of the stream. A real one is a real replica, and so is this: it does change the run. */
export interface ObserverSpec {
  readonly name: string;
  readonly to: string;
  readonly fromUs: number;
  /** null: until the end. */
  readonly untilUs: number | null;
}

export interface RateSpec {
  readonly count: number;
  readonly perUs: number;
}

/** What is said in one write: one command or several, with gaps. */
export interface OperationSpec {
  readonly weight: number;
  readonly commands: readonly (readonly TemplateWord[])[];
  /** As written. */
  readonly text: string;
}

/** The parts of a word: text as it is, a number of a range, a key of `key`, a value of `valueBytes` (alone in its word). */
export type TemplateWord = readonly ({ readonly text: string } | { readonly range: IntRange } | { readonly gap: 'key' } | { readonly gap: 'value' })[];

export interface KeyPattern {
  readonly before: string;
  readonly range: IntRange | null;
  readonly after: string;
}

// ------------------------------------------------------------------ timeline

export interface Track {
  readonly start: TrackStart;
  readonly steps: readonly Step[];
  /** Whose doing it is, when it is not the timeline's own: an actor's name. Nobody waits for an actor's end. */
  readonly actor?: string;
}

export type TrackStart =
  /** `chance`: drawn when the run begins; `us` is then the earliest. */
  | { readonly type: 'at'; readonly us: number; readonly chance?: Chance }
  /** Once, as soon as it holds. */
  | { readonly type: 'when'; readonly condition: Condition }
  /** Each time it begins to hold, and the track is not under way. Never ends by itself, so nobody waits for it. */
  | { readonly type: 'whenever'; readonly condition: Condition }
  /** Each time one of these is about to be stopped in order; the stop waits for the end of the track. */
  | { readonly type: 'before-stop'; readonly nodes: readonly string[] };

export interface Step {
  /** Waited before the step, µs after the previous one was done (0: at once). */
  readonly afterUs: number;
  readonly verb: Verb;
  readonly place: Place | null;
  /** What of it is left to chance: drawn anew each time when the step is taken. Absent: nothing. */
  readonly chances?: readonly Chance[];
}

/** A time left to chance, µs. Each has a stream of its own, so that no other choice disturbs it. */
export interface Chance {
  /** `afterUs`, or the field of the verb that it stands for; until it is drawn the field holds the least. */
  readonly field: string;
  readonly among: IntRange;
  /** Named after what is written, not where: a new entry above changes nothing below. */
  readonly stream: string;
}

/** One thing done to the world. Adding a verb means one entry here, one in the language, one in each Stage. */
export type Verb =
  // network: between two nodes (or a node and everything), with healing after `forUs` when given
  | { readonly do: 'partition'; readonly a: readonly string[]; readonly b: readonly string[]; readonly direction: 'both' | 'a-to-b' | 'b-to-a'; readonly forUs: number | null }
  | { readonly do: 'hold'; readonly replica: string; readonly master: string; readonly direction: 'both' | 'up' | 'down'; readonly forUs: number | null }
  | { readonly do: 'reset'; readonly replica: string; readonly master: string }
  | { readonly do: 'refuse'; readonly replica: string; readonly master: string; readonly forUs: number | null }
  | { readonly do: 'heal'; readonly between: readonly [readonly string[], readonly string[]] | null }
  /** Undoes hold, refuse and an armed fault that struck, on this one relayed link: what was held back flows on, then a close that was held back. */
  | { readonly do: 'heal-link'; readonly replica: string; readonly master: string }
  | { readonly do: 'shape'; readonly replica: string; readonly master: string; readonly up: Shape | null; readonly down: Shape | null; readonly receiveBuffer: number | null }
  | { readonly do: 'arm'; readonly replica: string; readonly master: string; readonly after: { readonly rdbBytes: number } | { readonly streamBytes: number }; readonly then: 'reset' | 'refuse' | 'hold' | 'hold-down' | 'hold-up' }
  /** The link of two hosts differs from what it is in what is named, both ways; until healed, or for good. */
  | { readonly do: 'link'; readonly between: readonly [string, string]; readonly change: Partial<Omit<LinkSpec, 'socketBufferBytes'>>; readonly forUs: number | null }
  /** The NIC of a host carries so many payload bytes per second each way; 0 = unlimited. */
  | { readonly do: 'nic'; readonly host: string; readonly bytesPerS: number; readonly forUs: number | null }
  /** One side closes its connection of a link, as CLIENT KILL does: the other reads the end of it. */
  | { readonly do: 'close'; readonly replica: string; readonly master: string; readonly side: 'replica' | 'master' }
  // processes and hosts
  | { readonly do: 'start'; readonly nodes: readonly string[] }
  | { readonly do: 'stop'; readonly node: string; readonly how: 'default' | 'save' | 'nosave' | 'sigterm' }
  /** `server`: its version from now on; null: as before. */
  | { readonly do: 'restart'; readonly nodes: readonly string[]; readonly server: string | null; readonly files: 'keep' | 'wipe'; readonly config: readonly Directive[]; readonly awaitLoad: boolean }
  | { readonly do: 'kill'; readonly node: string }
  | { readonly do: 'crash'; readonly node: string }
  | { readonly do: 'freeze'; readonly node: string; readonly forUs: number | null }
  | { readonly do: 'resume'; readonly node: string }
  | { readonly do: 'block'; readonly node: string; readonly forUs: number }
  | { readonly do: 'set-replicaof'; readonly node: string; readonly master: string | null }
  | { readonly do: 'hold-save'; readonly node: string }
  | { readonly do: 'release-save'; readonly node: string }
  /** SIGKILL to the forked child: of a save, a transfer or a rewrite. Nothing, when there is none. */
  | { readonly do: 'kill-child'; readonly node: string }
  /** The next `times` files of full resyncs cannot be put in place (rename fails); null: all, as long as the fault lasts. */
  | { readonly do: 'failing-rename'; readonly node: string; readonly times: number | null; readonly forUs: number | null }
  /** The next `times` commands of this name are not carried out: this line answers them. */
  | { readonly do: 'answer'; readonly node: string; readonly to: string; readonly line: string; readonly times: number }
  // words said to a server
  /** `as`: a name for the reply, for expectations to refer to, whenever it comes; absent: none. */
  | { readonly do: 'command'; readonly node: string; readonly client: string; readonly argv: readonly Bytes[]; readonly background: boolean; readonly as?: string }
  /** `together`: all in one write, so that the server reads them in one turn; else each after the reply to the one before. */
  | { readonly do: 'commands'; readonly node: string; readonly client: string; readonly list: readonly (readonly Bytes[])[]; readonly together?: boolean; readonly background?: boolean; readonly as?: string }
  /** SET prefix+i value, i from `first`; value is the digits of i, then `x` up to `size`; pipelined in batches. */
  | { readonly do: 'write-many'; readonly node: string; readonly prefix: string; readonly first: number; readonly count: number; readonly size: number; readonly batch: number }
  | { readonly do: 'config'; readonly node: string; readonly set: readonly Directive[] }
  | { readonly do: 'replicaof'; readonly node: string; readonly master: string | null }
  | { readonly do: 'failover'; readonly node: string; readonly to: string | null; readonly force: boolean; /** 0: for ever. */ readonly timeoutUs: number }
  /** REPLICAOF to an address at which nobody may be. */
  | { readonly do: 'replicaof-address'; readonly node: string; readonly host: string; readonly port: number }
  | { readonly do: 'load'; readonly client: string; readonly set: 'start' | 'stop' }
  /** What is said of a load from now on; null: as it was. */
  | { readonly do: 'change-load'; readonly client: string; readonly rate: RateSpec | 'unpaced' | null; readonly pipeline: number | null; readonly key: KeyPattern | null; readonly valueBytes: IntRange | null }
  /** A bare connection that asks PSYNC, for golden cases and lessons on the edges of the window. */
  | { readonly do: 'psync-probe'; readonly node: string; readonly id: 'current' | 'second' | 'run_id' | { readonly literal: string }; readonly at: 'first' | 'last' | 'second' | 'zero'; readonly delta: number; readonly capa: readonly string[] }
  // steps within steps
  /**
   * Rounds of steps: so many, for so long, or until something holds (looked at between rounds; once it has held, it has). A round
   * begins `every` after the beginning of the one before, and not before that is over. Drawn from `stream` when it is a range.
   */
  | { readonly do: 'repeat'; readonly times: number | null; readonly forUs: number | null; readonly until: Condition | null; readonly every: IntRange; readonly stream: string; readonly steps: readonly Step[] }
  /** One of these, by their weights. */
  | { readonly do: 'choose'; readonly stream: string; readonly among: readonly Choice[] }
  // watching and waiting
  | { readonly do: 'sleep'; readonly us: number }
  | { readonly do: 'wait-until'; readonly condition: Condition; readonly timeoutUs: number | null; readonly pollUs: number }
  | { readonly do: 'observe'; readonly nodes: readonly string[] }
  /** Remembers what values are now, for expectations of how much they have grown. */
  | { readonly do: 'note'; readonly notes: readonly { readonly name: string; readonly observable: Observable }[] }
  | { readonly do: 'expect'; readonly expectations: readonly Expectation[] };

export interface Choice {
  readonly weight: number;
  readonly steps: readonly Step[];
}

export interface Shape {
  readonly delayUs: number;
  /** Bytes per second; 0 = unlimited. */
  readonly bytesPerS: number;
}

export type Condition =
  /** The replica's link is up and its master lists it as online. */
  | { readonly is: 'online'; readonly replicas: readonly string[] }
  | { readonly is: 'link-down'; readonly replica: string }
  /** master_repl_offset of the first = slave_repl_offset of the rest. */
  | { readonly is: 'offset-equal'; readonly nodes: readonly string[] }
  /** Every replica's acknowledged offset = master_repl_offset. */
  | { readonly is: 'acked'; readonly master: string }
  | { readonly is: 'role'; readonly node: string; readonly role: 'master' | 'replica' }
  /** An INFO field compared with a value. */
  | { readonly is: 'info'; readonly node: string; readonly field: string; readonly op: '=' | '>=' | '<=' | '!='; readonly value: string | number }
  /** A state of the replica's link: connect, connecting, handshake, transfer, connected (ROLE's `sync` is `transfer`). */
  | { readonly is: 'link-state'; readonly replica: string; readonly state: string }
  | { readonly is: 'log'; readonly node: string; readonly patterns: readonly string[] }
  | { readonly is: 'save-held'; readonly node: string }
  /** PSYNC/SYNC requests seen on the link. */
  | { readonly is: 'requests'; readonly replica: string; readonly master: string; readonly count: number }
  /** All connections of the link closed. */
  | { readonly is: 'closed'; readonly replica: string; readonly master: string }
  /** So many connections of the link closed, or the master has no replica. */
  | { readonly is: 'dropped'; readonly replica: string; readonly master: string; readonly count: number }
  | { readonly is: 'keys'; readonly node: string; readonly count: number }
  /** A forked child of this node writes an RDB: a BGSAVE, a save point, a full sync. */
  | { readonly is: 'bgsave'; readonly node: string }
  /** The node reads a data set: its own file, or its master's. */
  | { readonly is: 'loading'; readonly node: string }
  /** At least so many replicas are online at this node. */
  | { readonly is: 'replicas'; readonly node: string; readonly count: number }
  /** The node has produced, or as a replica processed, its stream at least as far as this. */
  | { readonly is: 'offset'; readonly node: string; readonly atLeast: number }
  /** In database 0; `value` null: any. */
  | { readonly is: 'key'; readonly node: string; readonly key: string; readonly exists: boolean; readonly value: string | null }
  /** Client output buffer of this replica at its master, in bytes as the limits count it: at least so much. */
  | { readonly is: 'output-buffer'; readonly replica: string; readonly master: string; readonly atLeast: number }
  | { readonly is: 'load-stopped'; readonly clients: readonly string[] }
  /** All replicas up, offsets and digests equal to their masters'. */
  | { readonly is: 'converged'; /** Looked at only where a server has no offsets by which one could tell (2.6). */ readonly withoutOffsets?: true }
  | { readonly is: 'all'; readonly of: readonly Condition[] }
  | { readonly is: 'any'; readonly of: readonly Condition[] }
  | { readonly is: 'not'; readonly of: Condition };
