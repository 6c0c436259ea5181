/** Searching in what is sorted. */

/** Index of the last number that is not greater than `value`; -1: all are. `sorted`: from the least to the greatest. */
export function lastAtOrBefore(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
