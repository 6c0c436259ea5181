/** Where things are on the diagram and the curves: what all of them share. */
import type { View } from './axis.ts';

/** Left of the axis stand names and figures; right of it a little room. */
export function gutterOf(width: number): number {
  return width < 640 ? 76 : 136;
}
export const RIGHT = 14;

export function xOf(atUs: number, { fromUs, toUs }: View, width: number): number {
  const gutter = gutterOf(width);
  return gutter + ((atUs - fromUs) / (toUs - fromUs)) * (width - gutter - RIGHT);
}

export function timeAt(x: number, { fromUs, toUs }: View, width: number): number {
  const gutter = gutterOf(width);
  return Math.round(fromUs + ((x - gutter) / (width - gutter - RIGHT)) * (toUs - fromUs));
}
