/** README shows what a newcomer will see. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { fakeHost } from '../cli/fake-host.ts';
import { SCENARIOS } from '../cli/shelf.ts';
import { ROOT } from '../texts.ts';
import { section } from './sections.ts';

const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

it('shows the real output of its first command', async () => {
  const host = fakeHost({ files: SCENARIOS, columns: 80 });
  expect(await main(['run', 'scenarios/backlog-overflow.yaml'], host)).toBe(0);
  // How long it took on a real machine stays as it was written.
  const took = TOOK.exec(README)![0];
  const output = `\`\`\`\n${host.out().replaceAll(/^\n+|\n+$/g, '').replace(TOOK, took)}\n\`\`\``;
  const { found, expected } = section('README.md', 'output of scenarios/backlog-overflow.yaml', output);
  expect(found, 'UPDATE_DOCS=1 npx vitest run test/docs').toBe(expected);
});

const TOOK = /of Redis in [\d.]+ m?s /;

it('has a line for each lesson, and for no other', () => {
  const listed = [...README.matchAll(/^\| \[([\w-]+)\]\(scenarios\/\1\.yaml\) \| \S.* \|$/gm)].map(([, name]) => `scenarios/${name!}.yaml`);
  // The myths have a line together.
  expect(listed.sort()).toEqual(Object.keys(SCENARIOS).filter((file) => file.endsWith('.yaml') && !file.startsWith('scenarios/myths/')).sort());
  expect(README).toContain('[myths](scenarios/myths)');
});
