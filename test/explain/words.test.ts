/** How a check's two sides are put into words: true as they stand, whether it was passed or not. */
import { expect, it } from 'vitest';
import { compared } from '../../src/report/explain/words.ts';

it.each([
  [{ name: 'names a history', passed: false, left: '?', relation: 'is not', right: '?' }, 'no history (?)'],
  [{ name: 'names a history', passed: true, left: 'a'.repeat(40), relation: 'is not', right: '?' }, 'aaaa…aa'],
  [{ name: 'there is a backlog', passed: true, left: 1, relation: '=', right: 1 }, 'yes'],
  [{ name: 'there is a backlog', passed: false, left: 0, relation: '=', right: 1 }, 'no'],
  [{ name: 'not older than the oldest byte kept', passed: false, left: 266_226, relation: '≥', right: 551_881 }, '266 226 < 551 881'],
  [{ name: 'not older than the oldest byte kept', passed: true, left: 551_881, relation: '≥', right: 551_881 }, '551 881 ≥ 551 881'],
  [{ name: 'is our history', passed: false, left: 'a'.repeat(40), relation: '=', right: 'b'.repeat(40) }, 'aaaa…aa ≠ bbbb…bb'],
] as const)('%j reads %s', (check, words) => {
  expect(compared(check).replace(/[\u00a0\u202f]/g, ' ')).toBe(words);
});
