/**
 * Who waits for a wire: a binary heap of lanes by (mark, order of coming). A lane knows its place, so that it can leave.
 */

import type { Lane } from './wire.ts';

export class Line {
  /** How many wait. */
  size: number = 0;
  private readonly lanes: Lane[] = [];
  private came: number = 0;


  add(lane: Lane): void {
    lane.order = this.came++;
    this.size = this.lanes.push(lane);
    this.rise(lane, this.lanes.length - 1);
  }

  /** The one with the lowest mark. The line is not empty. */
  takeFirst(): Lane {
    const first = this.lanes[0]!;
    this.remove(first);
    return first;
  }

  remove(lane: Lane): void {
    const { place } = lane;
    const last = this.lanes.pop()!;
    this.size = this.lanes.length;
    lane.place = -1;
    if (last === lane) return;
    if (place > 0 && goesBefore(last, this.lanes[(place - 1) >> 1]!)) this.rise(last, place);
    else this.sink(last, place);
  }

  private rise(lane: Lane, from: number): void {
    const { lanes } = this;
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (!goesBefore(lane, lanes[above]!)) break;
      this.put(lanes[above]!, place);
      place = above;
    }
    this.put(lane, place);
  }

  private sink(lane: Lane, from: number): void {
    const { lanes } = this;
    let place = from;
    for (let below = 2 * place + 1; below < lanes.length; below = 2 * place + 1) {
      if (below + 1 < lanes.length && goesBefore(lanes[below + 1]!, lanes[below]!)) below++;
      if (!goesBefore(lanes[below]!, lane)) break;
      this.put(lanes[below]!, place);
      place = below;
    }
    this.put(lane, place);
  }

  private put(lane: Lane, place: number): void {
    this.lanes[place] = lane;
    lane.place = place;
  }
}

function goesBefore(a: Lane, b: Lane): boolean {
  return a.mark < b.mark || (a.mark === b.mark && a.order < b.order);
}
