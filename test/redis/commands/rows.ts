/** Tables of command lines: each row is run in turn on one node, and says what it answers and what it sends on. */
import { expect, test } from 'vitest';
import { createNode, streamLine, words, type Node } from './node.ts';

/**
 * `reply` as `show` writes it (`+OK`, `:1`, `"bulk"`, `nil`); `stream` the commands sent on: none when left out,
 * `same` for the line as it was given.
 */
export type Row = readonly [line: string, reply: string, ...stream: string[]];

/** One test: the rows in order on a fresh node. */
export function story(name: string, rows: readonly Row[], prepare: () => Node = createNode): void {
  test(name, () => {
    const node = prepare();
    for (const [line, reply, ...stream] of rows) {
      const result = node.run(line);
      expect({ line, reply: result.reply, stream: result.stream }).toEqual({
        line,
        reply,
        stream: expected(line, stream),
      });
    }
  });
}

function expected(line: string, stream: readonly string[]): string[] {
  return stream.map((sent) => (sent === 'same' ? streamLine(words(line)) : sent));
}

/** One test a row, each on a node of its own after the lines of `given`. */
export function cases(given: readonly string[], rows: readonly Row[], prepare: () => Node = createNode): void {
  test.each(rows)('%s → %s', (line, reply, ...stream) => {
    const node = prepare();
    node.given(...given);
    const result = node.run(line);
    expect({ reply: result.reply, stream: result.stream }).toEqual({
      reply,
      stream: expected(line, stream),
    });
  });
}
