/**
 * How fast the recorder itself was: its clients, the start of a process, an observation; and its machine.
 *
 * That is an input of the experiment, as the scripted steps are, and no answer of Redis: the same 6000 writes
 * took it 0.25 s in one run and 2.1 s in another. A recording is made of two or three runs, and says of times only which was
 * the least and which the most; what hung on the pace differs between the runs, or their logs are a mixture. So a replay is played
 * at a usual pace, moved into what this recording says the step took, and otherwise at that of the slowest and of the fastest
 * run. Steps that wait for a server (wait-until, command, psync-probe) get no pace.
 */
import { type CaseStep, type Json, type Observed, isList } from './format.ts';
import { writesOf } from './steps.ts';
import { TOLERANCE_MS, rangeOf } from './times.ts';

/** One written command, with the making of its value in the recorder's client. */
const WRITE_US = 220;
/** write-bytes went command by command. */
const SINGLE_WRITE_US = 3_000;
const START_US = 24_000;
const STOP_US = 5_000;
const OBSERVE_US = 3_000;
/** Both ends hear of it, over loopback, before the recorder's script comes to its next step. */
const CUT_US = 200;

/** From the last reply until a wait has its first answer: by then a write has passed the proxy, and such waits ended at once. */
const FIRST_LOOK_US = 1_500;

/** A master that knows no acknowledgements (2.6) was given this time instead of being asked. */
const BLIND_WAIT_US = 1_000_000;

/** In the order in which they are tried. */
export const PACES = ['usual', 'slowest', 'fastest', 'slowest, late up'] as const;
export type Pace = (typeof PACES)[number];

export interface Machine {
  readonly loadBytesPerS: number;
  /** What takes time on a recorded link is the proxy, a script that wakes up for what it reads, one direction and one read at a time. */
  readonly proxyRoundUs: number;
  /** When a server that is started comes up, as a part of the time until it has answered its first PING. */
  readonly upPart: number;
  /** What the proxy's last read before a hole caught, where its receive buffer is small. */
  readonly caught: Caught;
}

/**
 * The proxy had a read under way when the hole came. It caught what had arrived by the time it woke up: the master's first write, the
 * first segment of it (on loopback half a window long), or the write and one segment more; all else stayed with the master. In
 * hard-limit-online 16 240 bytes, 8192 (and 20 300, a write of 7.0.15 with jemalloc), or 24 432. Measured again, six runs each: 2.6.17
 * gave 16 268 four times and 24 460 twice, 7.2.6 8192 five times and 23 970 once.
 */
export type Caught = 'a segment' | 'a write' | 'a write and a segment';

/** By how much a master's first write into an empty socket is shorter than a receive buffer of 16 kB, in bytes. */
export interface FirstWrite {
  readonly spareBytes: number;
}
/** It writes at the end of each turn what one read of 16 kB held, whole commands: eight SETs of 2030 bytes (networking.c since 3.2: handleClientsWithPendingWrites). */
export const COMMANDS_OF_A_READ: FirstWrite = { spareBytes: 144 };
/** Its handler writes a turn later, and first what fills the reply buffer of 16 kB: eight SETs, and of the ninth what comes before the value. */
export const FULL_REPLY_BUFFER: FirstWrite = { spareBytes: 116 };

function caughtBytes(buffer: number, caught: Caught, { spareBytes }: FirstWrite): number {
  const [segment, write] = [Math.floor(buffer / 2), buffer - spareBytes];
  return { 'a segment': segment, 'a write': write, 'a write and a segment': write + segment }[caught];
}

/**
 * Two busy processors, on which the servers and the script that was client, proxy and observer got in each other's way: from the
 * release of a save of 12 MB until its replica was online took 0.23 to 0.75 s, and where the proxy read through a socket buffer of 16 kB
 * 0.42 to 1.37 s (30 MB: 0.85 to 2.87 s), any of it in any version. 7.2.6 alone on such a machine loads 180 MB/s, 3.2.13 beside two others 35 MB/s.
 * A refused handshake, begun again at once, came 80 to 125 times a second: with nine rounds of the proxy in it, 0.95 ms each.
 */
const SLOWEST: Machine = { loadBytesPerS: 35_000_000, proxyRoundUs: 1300, upPart: 2 / 3, caught: 'a write' };
export const MACHINES: Readonly<Record<Pace, Machine>> = {
  usual: { loadBytesPerS: 100_000_000, proxyRoundUs: 950, upPart: 2 / 3, caught: 'a write' },
  slowest: { ...SLOWEST, upPart: 1 / 20, caught: 'a write and a segment' },
  fastest: { loadBytesPerS: 180_000_000, proxyRoundUs: 300, upPart: 2 / 3, caught: 'a segment' },
  'slowest, late up': SLOWEST,
};

/** What the recorder decides of a step. */
export interface Tempo {
  /** How long it is at it, µs; for a wait, how long it rests after it. */
  readonly takesUs: number;
  /** Until a wait has its first answer, µs. */
  readonly lookUs: number;
  /** As `Machine.upPart`. */
  readonly upPart: number;
  /** What came to the proxy behind a hole, of a receive buffer so long. */
  readonly caughtBytes: (buffer: number) => number;
}

export function tempoOf(step: CaseStep, index: number, observed: Observed | null, blind: boolean, pace: Pace, firstWrite: FirstWrite = COMMANDS_OF_A_READ): Tempo {
  return { takesUs: paceUs(step, index, observed, blind, pace), lookUs: blind ? FIRST_LOOK_US : lookUs(index, observed, pace), upPart: MACHINES[pace].upPart,
    caughtBytes: (buffer) => caughtBytes(buffer, MACHINES[pace].caught, firstWrite),
  };
}

/**
 * A slow recorder looked slowly: up to 0.36 s at what had come to pass long since. So a wait as short as no time of a comparison
 * can tell was over with the look that it ended with.
 */
function lookUs(index: number, observed: Observed | null, pace: Pace): number {
  const took = observed === null || pace === 'usual' ? null : recordedUs(observed, index);
  const us = took === null ? 0 : pace === 'fastest' ? took.least : took.most;
  return us <= TOLERANCE_MS * 1000 ? Math.max(us, FIRST_LOOK_US) : FIRST_LOOK_US;
}

/** How long the step is to take in a replay, µs. `blind`: it waits for what this version can not tell. */
function paceUs(step: CaseStep, index: number, observed: Observed | null, blind: boolean, pace: Pace): number {
  if (step.do === 'cut') return CUT_US; // less than a recorded time can say
  const usual = blind ? BLIND_WAIT_US : usualUs(step);
  const took = observed === null ? null : recordedUs(observed, index);
  if (took === null || usual === 0) return usual;
  switch (pace) {
    case 'usual':
      return Math.min(Math.max(usual, took.least), took.most);
    case 'slowest':
    case 'slowest, late up':
      return took.most;
    case 'fastest':
      return took.least;
  }
}

function usualUs(step: CaseStep): number {
  switch (step.do) {
    case 'write-many':
    case 'populate':
      return writesOf(step) * WRITE_US;
    case 'write-bytes':
      return writesOf(step) * SINGLE_WRITE_US;
    case 'start':
    case 'restart':
      return count(step.fields['servers']) * START_US;
    case 'stop':
      return STOP_US;
    case 'sleep':
      return count0(step.fields['ms']) * 1000;
    case 'observe':
      return count(step.fields['servers']) * OBSERVE_US;
    default:
      return 0;
  }
}

function count0(number: Json | undefined): number {
  return typeof number === 'number' ? number : 0;
}

function count(list: Json | undefined): number {
  return isList(list) ? list.length : 0;
}

/** From the start of the step to that of the next one, in the fastest and the slowest run. Null where the times are unstable. */
function recordedUs(observed: Observed, index: number): { readonly least: number; readonly most: number } | null {
  const start = rangeOf(observed.step_ms[index]);
  const next = rangeOf(observed.step_ms[index + 1] ?? observed.end_ms);
  if (start === null || next === null) return null;
  const [a, b] = [next[0] - start[0], next[1] - start[1]];
  return { least: Math.max(Math.min(a, b), 0) * 1000, most: Math.max(a, b, 0) * 1000 };
}
