/** README shows what a newcomer will see. */
import { expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { fakeHost } from '../cli/fake-host.ts';
import { SCENARIOS } from '../cli/shelf.ts';
import { section } from './sections.ts';

it('shows the real output of its first command', async () => {
  const host = fakeHost({ files: SCENARIOS, columns: 80 });
  expect(await main(['run', 'scenarios/backlog-overflow.yaml'], host)).toBe(0);
  const output = `\`\`\`\n${host.out().replaceAll(/^\n+|\n+$/g, '')}\n\`\`\``;
  const { found, expected } = section('README.md', 'output of scenarios/backlog-overflow.yaml', output);
  expect(timeless(found), 'UPDATE_DOCS=1 npx vitest run test/docs').toBe(timeless(expected));
}, 60_000);

/** How long it took is another matter each time. */
function timeless(text: string): string {
  return text.replaceAll(/of Redis in [\d.]+ m?s /g, 'of Redis in … ');
}
