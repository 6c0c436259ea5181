/** Contract sketch; the room's owner completes it. */
export interface Snapshot {
  readonly keys: number;
}
