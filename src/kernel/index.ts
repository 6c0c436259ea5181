/** The kernel's entrance: time, order and chance. */

export { type Advance, createKernel, type Handler, type HandlerId, type Kernel } from './kernel.ts';
export { DEFAULT_GUARDS, type GuardName, type Guards } from './guards.ts';
export { type EventId, NO_EVENT } from './queue.ts';
export { createStreams, type Stream, type Streams } from './streams.ts';
export { type Distribution, draw, MAX_DRAW_US } from './distributions.ts';
