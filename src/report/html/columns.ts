/**
 * Many numbers and words in little room: columns of differences, and every word once. What is written here is read by the page
 * (`read…`), so both directions stand together. Whole numbers below 2^53 only.
 */

/** Differences to the number before, the first one to 0. `"z12"`: twelve times no difference. */
export type Column = readonly (number | string)[];

export function writeColumn(values: readonly number[]): Column {
  const column: (number | string)[] = [];
  let before = 0;
  let zeros = 0;
  const flush = (): void => {
    if (zeros > 2) column.push(`z${zeros}`);
    else for (let count = 0; count < zeros; count++) column.push(0);
    zeros = 0;
  };
  for (const value of values) {
    const difference = value - before;
    before = value;
    if (difference === 0) {
      zeros++;
      continue;
    }
    flush();
    column.push(difference);
  }
  flush();
  return column;
}

export function readColumn(column: Column): number[] {
  const values: number[] = [];
  let value = 0;
  for (const part of column) {
    if (typeof part === 'number') {
      value += part;
      values.push(value);
    } else {
      for (let left = Number(part.slice(1)); left > 0; left--) values.push(value);
    }
  }
  return values;
}

/** Each word once, by its place. */
export interface Words {
  readonly list: string[];
  index(word: string): number;
}

export function createWords(): Words {
  const list: string[] = [];
  const places = new Map<string, number>();
  return {
    list,
    index: (word) => {
      let place = places.get(word);
      if (place === undefined) {
        place = list.push(word) - 1;
        places.set(word, place);
      }
      return place;
    },
  };
}
