/** The network's entrance: what a socket feels. */

export type * from './api.ts';
export { createNetwork } from './network.ts';
export { type CloseReason, NETWORK_DETAIL_KINDS, type NetworkDetailKind, type NetworkFact, type RelayDirection } from './facts.ts';
