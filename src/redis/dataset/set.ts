/** A set: members in the order they were added. */
export interface SetValue {
  readonly members: ReadonlySet<string>;
}
