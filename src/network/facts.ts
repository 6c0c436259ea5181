/**
 * What the network tells: milestones as objects, details as integers. Hosts go by their names.
 */

/** Which way bytes go through a relay: `up` from the opener (a replica) to the listener (its master), `down` back. */
export type RelayDirection = 'both' | 'up' | 'down';

/** Why a connection ended, seen from the side that ended it. */
export type CloseReason =
  /** The owner closed it. */
  | 'close'
  /** The owner closed it with unread bytes, or bytes came for a socket that was closed: the kernel sent RST. */
  | 'reset'
  /** The process ended. */
  | 'kill'
  /** Its host lost power; nobody was told. */
  | 'crash'
  /** Retransmission was given up. */
  | 'timeout';

export type NetworkFact =
  // -- links
  | { kind: 'link-changed'; from: string; to: string; latency: string; bytesPerS: number; lossPpm: number }
  /** Packets between hosts of `a` and hosts of `b` vanish, in the direction given. */
  | { kind: 'partition-began'; fault: number; a: string[]; b: string[]; direction: 'both' | 'a-to-b' | 'b-to-a' }
  | { kind: 'partition-healed'; fault: number }
  // -- hosts
  | { kind: 'nic-changed'; host: string; bytesPerS: number }
  | { kind: 'host-down'; host: string }
  | { kind: 'host-up'; host: string }
  // -- connections; `by` is the host that ended it
  | { kind: 'connection-opened'; from: string; to: string; port: number; connection: number }
  | { kind: 'connection-failed'; from: string; to: string; port: number; connection: number; why: 'refused' | 'unreachable' | 'timeout' }
  | { kind: 'connection-closed'; from: string; to: string; connection: number; by: string; why: CloseReason }
  // -- relays; `from` is the opener's host, `to` the listener's
  | { kind: 'relay-held'; from: string; to: string; direction: RelayDirection; armed: boolean }
  | { kind: 'relay-reset'; from: string; to: string; refuses: boolean; armed: boolean }
  | { kind: 'relay-healed'; from: string; to: string }
  | { kind: 'relay-shaped'; from: string; to: string; upDelayUs: number; upBytesPerS: number; downDelayUs: number; downBytesPerS: number; receiveBufferBytes: number }
  | { kind: 'relay-armed'; from: string; to: string; bytes: number };

/**
 * Details: three integers each, the first the number of the connection, the second its direction (0: sent by
 * the opener, 1: sent by the acceptor).
 * - `segment`: bytes reached the other host: c = how many.
 * - `retransmission`: c = the attempt, counted from 1.
 */
export const NETWORK_DETAIL_KINDS = ['segment', 'retransmission'] as const;
export type NetworkDetailKind = (typeof NETWORK_DETAIL_KINDS)[number];
