/** What holds where a scenario says nothing. Published: `sim check --resolved` prints them. */
import type { LinkSpec, Resources } from './scenario.ts';

/** What 1 Gbit/s carries after Ethernet's and TCP's headers: 117.7 MB/s. */
const GIGABIT = 117_685_305;

/** A quiet local network: 0.2 ms one way, and a gigabit. */
export const DEFAULT_LINK: LinkSpec = {
  latency: { kind: 'constant', us: 200 },
  bytesPerS: GIGABIT,
  lossPpm: 0,
  socketBufferBytes: 4 * 2 ** 20,
};

/** Rates are decimal, as disks and networks are sold: 150 MB/s. */
export const DEFAULT_RESOURCES: Resources = {
  forkUsPerGb: 10_000,
  saveBytesPerS: 150_000_000,
  loadBytesPerS: 150_000_000,
  flushBytesPerS: 1_000_000_000,
  diskBytesPerS: 200_000_000,
  commandUs: 10,
  timersLateUs: 0,
  nicBytesPerS: GIGABIT,
  allocator: 'jemalloc',
  clockPhaseUs: null,
};

/** A scenario without `duration:` ends when everything is done, and after this at the latest. */
export const DEFAULT_LIMIT_US: number = 3_600_000_000;

export const DEFAULT_SEED = '1';

/** `fromUs` of a load that begins only when the timeline starts it. */
export const NEVER_US: number = Number.MAX_SAFE_INTEGER;
