/** The simulated world as an engine for replays. */
import { type RunOptions, start } from '../../run.ts';
import type { Piece } from '../../redis/protocol/payload.ts';
import type { Engine } from './engine.ts';
import { type ClosedBy, linkName, type RelayTap } from './tap.ts';

type NetworkTap = NonNullable<ReturnType<NonNullable<RunOptions['tap']>>>;

const CLOSED_BY = { from: 'replica', to: 'master', relay: 'recorder', refused: 'master refused' } as const satisfies Record<string, ClosedBy>;

export const simulated: Engine = (scenario, tap) => {
  const run = start(scenario, { tap: (replica, master) => adapt(tap, linkName(replica, master)) });
  while (!run.advance(100_000));
  return { steps: run.steps, facts: run.trace.facts, addresses: run.addresses, stopped: run.stopped };
};

/** One relay of the network, as the recorder knows it: by its link. */
function adapt(tap: RelayTap, link: string): NetworkTap {
  return {
    opened: (connection, atUs) => tap.opened(link, connection, atUs),
    forwarded: (connection, direction, piece, atUs) => tap.forwarded(link, connection, direction, piece as Piece, atUs),
    closed: (connection, by, atUs) => tap.closed(link, connection, CLOSED_BY[by], atUs),
  };
}
