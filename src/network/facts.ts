/** What the network tells. `a` and `b` are host names. */
export type NetworkFact =
  | { kind: 'link-changed'; from: string; to: string; state: 'up' | 'partitioned' | 'shaped'; latency: string; bytesPerS: number }
  | { kind: 'connection-opened'; from: string; to: string; connection: number }
  | { kind: 'connection-closed'; from: string; to: string; connection: number; by: string; why: 'close' | 'reset' | 'kill' | 'timeout' };
