/** A sorted set: scores by member, and members by (score, member). */
export interface ZsetValue {
  readonly scores: ReadonlyMap<string, number>;
}
