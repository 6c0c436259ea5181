/** docs/quiz: questions about a run whose answers are words that its output holds. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { watchForExplanation } from '../../src/explore/explain.ts';
import type { Proof } from '../../src/explore/proof.ts';
import { explainPage } from '../../src/report/explain/pretty.ts';
import { reportModel } from '../../src/report/html/model.ts';
import { fullRun } from '../../src/report/pretty/pretty.ts';
import { PLAIN, type ReporterOptions } from '../../src/report/reporter.ts';
import { start } from '../../src/run.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { sampleStepUs } from '../../src/trace/sample.ts';
import { explain } from '../../src/trace/explanation.ts';
import { formatInstant } from '../../src/units.ts';
import { ROOT } from '../texts.ts';

export interface Quiz {
  /** Of a scenario: `backlog-overflow`. */
  readonly scenario: string;
  readonly questions: readonly Question[];
}

export interface Question {
  readonly ask: string;
  readonly answer: string;
  /** Words of `sim run` or `sim explain` (of any resync) that say so. */
  readonly terminal: readonly string[];
  /** Words of the page that say so. */
  readonly page: readonly string[];
}

export function readQuiz(): readonly Quiz[] {
  return parse(readFileSync(join(ROOT, 'docs/quiz/questions.yaml'), 'utf8')) as Quiz[];
}

/** What there is to read: the output of `sim run` and of `sim explain` for each resync, and all words on the page. */
export function texts(scenario: string): { readonly terminal: string; readonly page: string } {
  const file = `scenarios/${scenario}.yaml`;
  const loaded = loadScenario(readFileSync(join(ROOT, file), 'utf8'), file);
  const run = start(loaded, { sampleEveryUs: sampleStepUs(loaded.durationUs) });
  const view = watchForExplanation(run);
  while (!run.advance(1_000_000));
  const outcome = run.outcome();
  const explained = view(outcome);
  const options: ReporterOptions = { width: 110, paint: PLAIN, unicode: true, verbosity: 'normal' };
  // The proof, which takes runs of its own, answers none of our questions.
  const told = outcome.resyncs.map((_, index) => ({ explanation: explain(index, explained), proof: NO_PROOF, whyNot: null }));
  const pages = told.map((one) => explainPage({ outcome, causes: explained.causes, told: [one] }, options));
  return {
    terminal: flat([fullRun({ outcome, wallMs: null }, options), ...pages].join('\n')),
    page: flat(wordsIn(reportModel({ outcome, wallMs: null })).join('\n')),
  };
}

const NO_PROOF: Proof = { is: 'not-tried', parts: [], runs: [] };

/** Every text of a value, numbers beside the words that they belong to. */
function wordsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  if (typeof value !== 'object' || value === null) return [];
  const { atUs, who, node, text } = value as { readonly atUs?: unknown; readonly who?: string; readonly node?: string; readonly text?: unknown };
  // What happens has its instant in front, and who it happened to.
  const dated = typeof atUs === 'number' && typeof text === 'string' ? [[formatInstant(atUs), who ?? node ?? '', text].join(' ')] : [];
  return [...dated, ...Object.values(value).flatMap(wordsIn)];
}

/** As one reads it: lines and columns are nothing. */
export function flat(text: string): string {
  return text.replaceAll(/[\s\u00A0]+/g, ' ');
}

export function quizMarkdown({ scenario, questions }: Quiz): string {
  const name = scenario;
  return [
    `# Ten questions about ${name}`, '',
    `Read \`sim run scenarios/${name}.yaml\`, \`sim explain scenarios/${name}.yaml\` (\`--resync N\` for the others), or the page that \`--reporter html=FILE\``,
    'writes, and nothing else. The key is below; each answer names the words that say it.', '',
    ...questions.map(({ ask }, index) => `${index + 1}. ${ask}`), '',
    '## Key', '',
    ...questions.map(({ answer, terminal, page }, index) => `${index + 1}. ${answer}  \n   Terminal: ${terminal.map(quoted).join(', ')}. Page: ${page.map(quoted).join(', ')}.`), '',
  ].join('\n');
}

function quoted(words: string): string {
  return `\`${words}\``;
}
