/**
 * What somebody saw who looked at the run at regular instants: plain data beside the facts, for curves and for "how did
 * it stand at 71 s". Never part of the hash; a run without an onlooker is the same run.
 */
import type { NodeState } from './fact.ts';

/** What was seen of one run. */
export interface Observed {
  /** µs between two looks; now and then there are more. */
  readonly everyUs: number;
  readonly samples: readonly Sample[];
  /** In the order in which they were sent. */
  readonly messages: readonly StreamMessage[];
}

/** All that was looked at in one instant, after everything that happened at it. */
export interface Sample {
  readonly atUs: number;
  /** In the order of the scenario. */
  readonly nodes: readonly NodeSample[];
  readonly clients: readonly ClientSample[];
}

export interface NodeSample {
  readonly node: string;
  /** `silent`: the process lives and answers nobody: it is frozen, or busy for long. */
  readonly state: 'down' | 'silent' | 'loading' | 'up';
  readonly role: 'master' | 'replica';
  readonly master: string | null;
  readonly link: NodeState['linkState'];
  readonly replid: string;
  readonly replid2: string;
  readonly secondOffset: number;
  /** As NodeState has it: produced by a master, applied by a replica; -1: none. */
  readonly offset: number;
  /** The window of bytes that it could send again; null: it keeps none. */
  readonly backlog: { readonly firstByte: number; readonly length: number; readonly size: number } | null;
  readonly keys: number;
  /** As maxmemory counts (redis/memory.ts), bytes. */
  readonly memory: number;
  /** Bytes received and to come of the RDB that is on its way here; null: none is. */
  readonly transfer: { readonly received: number; readonly size: number } | null;
  /** Those who follow it, as it knows them. */
  readonly replicas: readonly ReplicaSample[];
}

export interface ReplicaSample {
  /** Name of the node; its announced port when none in the scenario has it. */
  readonly replica: string;
  readonly state: string;
  readonly acked: number;
  /** What waits for it, as client-output-buffer-limit counts, bytes. */
  readonly buffer: number;
}

export interface ClientSample {
  readonly client: string;
  readonly sent: number;
  readonly acknowledged: number;
  /** Error replies, and commands that will never be answered. */
  readonly errors: number;
  /** From a request to its reply, µs, of one request since the look before; null: none was answered. */
  readonly latencyUs: number | null;
  /** For how long that request waits by now, µs; 0: it does not. */
  readonly waitingUs: number;
}

/** Some of what went between nodes: one of many of its kind, with its true instants. */
export interface StreamMessage {
  readonly kind: 'stream' | 'ping' | 'ack';
  readonly from: string;
  readonly to: string;
  readonly sentUs: number;
  /** null: nobody ever heard it. */
  readonly arrivedUs: number | null;
  /** Of the last byte; of an acknowledgement: up to where. */
  readonly offset: number;
}

/** Between two looks of a run that lasts so long, µs: a round figure, so that there are about 500. */
export function sampleStepUs(durationUs: number): number {
  let step = 1_000;
  for (const factor of STEPS) {
    for (let unit = factor * 1_000; unit <= durationUs; unit *= 10) if (unit * LOOKS <= durationUs) step = Math.max(step, unit);
  }
  return step;
}

const LOOKS = 450;
const STEPS = [1, 2, 5];
