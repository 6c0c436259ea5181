/**
 * Who waits for a wire: a binary heap of lanes by (mark, order of coming). A lane knows its place, so that it can leave.
 */

import type { Lane, Wire } from './wire.ts';

export function add(wire: Wire, lane: Lane): void {
  lane.order = wire.came++;
  wire.waiting = wire.line.push(lane);
  rise(wire.line, lane, wire.waiting - 1);
}

/** The one with the lowest mark. Somebody waits. */
export function takeFirst(wire: Wire): Lane {
  const first = wire.line[0]!;
  remove(wire, first);
  return first;
}

export function remove(wire: Wire, lane: Lane): void {
  const { line } = wire;
  const { place } = lane;
  const last = line.pop()!;
  wire.waiting = line.length;
  lane.place = -1;
  if (last === lane) return;
  if (place > 0 && goesBefore(last, line[(place - 1) >> 1]!)) rise(line, last, place);
  else sink(line, last, place);
}

function rise(line: Lane[], lane: Lane, from: number): void {
  let place = from;
  while (place > 0) {
    const above = (place - 1) >> 1;
    if (!goesBefore(lane, line[above]!)) break;
    put(line, line[above]!, place);
    place = above;
  }
  put(line, lane, place);
}

function sink(line: Lane[], lane: Lane, from: number): void {
  let place = from;
  for (let below = 2 * place + 1; below < line.length; below = 2 * place + 1) {
    if (below + 1 < line.length && goesBefore(line[below + 1]!, line[below]!)) below++;
    if (!goesBefore(line[below]!, lane)) break;
    put(line, line[below]!, place);
    place = below;
  }
  put(line, lane, place);
}

function put(line: Lane[], lane: Lane, place: number): void {
  line[place] = lane;
  lane.place = place;
}

function goesBefore(a: Lane, b: Lane): boolean {
  return a.mark < b.mark || (a.mark === b.mark && a.order < b.order);
}
