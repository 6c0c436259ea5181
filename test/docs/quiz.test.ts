/** Each answer of docs/quiz stands in what is printed now, and the pages are made of the questions. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../texts.ts';
import { flat, quizMarkdown, readQuiz, texts } from './quiz.ts';

describe.each(readQuiz().map((quiz) => [quiz.scenario, quiz] as const))('the quiz of %s', (scenario, quiz) => {
  it('has ten questions, each once', () => {
    expect(new Set(quiz.questions.map(({ ask }) => ask)).size).toBe(10);
    expect(quiz.questions.filter(({ terminal, page }) => terminal.length === 0 || page.length === 0)).toEqual([]);
  });

  it('is answered by the words of the terminal, and by those of the page alone', () => {
    const read = texts(scenario);
    const missing = quiz.questions.flatMap(({ ask, terminal, page }) => [
      ...terminal.filter((words) => !read.terminal.includes(flat(words))).map((words) => `terminal: ${words} (${ask})`),
      ...page.filter((words) => !read.page.includes(flat(words))).map((words) => `page: ${words} (${ask})`),
    ]);
    expect(missing).toEqual([]);
  });

  it('is a page of docs/quiz, with its key', () => {
    const file = join(ROOT, `docs/quiz/${scenario}.md`);
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(file, quizMarkdown(quiz));
    expect(readFileSync(file, 'utf8'), 'UPDATE_DOCS=1 npx vitest run test/docs').toBe(quizMarkdown(quiz));
  });
});
