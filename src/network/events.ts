/**
 * The events that sockets have in the kernel: an array of ids for each kind, by endpoint. Not fields of the socket, since an id is a
 * number so large that it would be an object of its own.
 */

import { type EventId, NO_EVENT } from '../kernel/index.ts';
import type { Socket } from './connection.ts';
import type { NetworkState } from './state.ts';

export function eventsOf({ arrivalEvents, drainEvents, synEvents, timers }: NetworkState): EventId[][] {
  return [arrivalEvents, drainEvents, synEvents, timers];
}

/** Takes back the one of `socket`, if there is one. */
export function cancelEvent({ kernel }: NetworkState, events: EventId[], { id }: Socket): void {
  const event = events[id]!;
  if (event !== NO_EVENT) kernel.cancel(event);
  events[id] = NO_EVENT;
}
