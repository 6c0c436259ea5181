/**
 * What stops a run that would not stop by itself. Each guard ends a run in a value that says so,
 * never in a hang or an exception; limits count events and virtual time, never memory or wall time,
 * so a run meets its guard at the same event on every machine.
 */

export interface Guards {
  /** Events of the whole run. */
  readonly events: number;
  /** The latest virtual time (µs) at which an event may fire. */
  readonly virtualUs: number;
  /**
   * Events at one instant. More than this is a livelock: machines that answer each other without
   * any time passing. Ten thousand replicas that wake up together are far below.
   */
  readonly eventsAtOneInstant: number;
}

export type GuardName = keyof Guards;

export const DEFAULT_GUARDS: Guards = {
  events: 10_000_000_000,
  virtualUs: 366 * 24 * 3600 * 1_000_000,
  eventsAtOneInstant: 1_000_000,
};
