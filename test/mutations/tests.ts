/** The tests as witnesses. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createVitest, type InlineConfig, type TestModule } from 'vitest/node';
import { type Mutation, mutated, pathOf } from './by-hand.ts';
import { ORDERS, type Orders, WITNESSES, type Witness } from './orders.ts';

const ROOT = process.cwd();
/** Tests of one server, which take milliseconds; then those of whole worlds. */
const STAGES = [['test/redis/'], ['test/run/', 'test/catalogue/', 'test/scenario/', 'test/checks/', 'test/clients/', 'test/trace/', 'test/report/']];

/** Who notices these values of fields, in one run of the tests (`runner.ts`). */
export async function witnessesOf(names: readonly string[]): Promise<readonly Witness[]> {
  const found: Witness[] = [];
  for (const stage of STAGES) {
    const waiting = names.filter((name) => !found.some((witness) => witness.name === name));
    if (waiting.length === 0) break;
    writeFileSync(ORDERS, JSON.stringify({ names: waiting } satisfies Orders));
    writeFileSync(WITNESSES, '');
    const failed = await run(stage, { runner: join(ROOT, 'test/mutations/runner.ts'), testTimeout: 0 }, null);
    if (failed !== '') throw new Error(`without any bug there fails already ${failed}`);
    for (const line of readFileSync(WITNESSES, 'utf8').split('\n').filter((each) => each !== '')) {
      const witness = JSON.parse(line) as Witness;
      if (!found.some(({ name }) => name === witness.name)) found.push(witness);
    }
  }
  return found;
}

/** The first test that fails with this bug in the sources: `file: name`; '' when none does. */
export async function noticedByTest(mutation: Mutation): Promise<string> {
  for (const stage of STAGES) {
    const failed = await run(stage, { bail: 1 }, mutation);
    if (failed !== '') return failed;
  }
  return '';
}

async function run(folders: readonly string[], options: InlineConfig, mutation: Mutation | null): Promise<string> {
  const vitest = await createVitest('test', { root: ROOT, config: join(ROOT, 'test/mutations/vitest.config.ts'), watch: false, reporters: [{}], silent: true, ...options }, {
    plugins: [{
      name: 'plant', enforce: 'pre',
      transform: (text, id) => (mutation !== null && id === pathOf(mutation) ? { code: mutated(mutation, text), map: null } : null),
    }],
  });
  try {
    const { testModules } = await vitest.start([...folders]);
    return testModules.map(failureOf).find((failure) => failure !== '') ?? '';
  } finally {
    await vitest.close();
  }
}

function failureOf(module: TestModule): string {
  const file = relative(ROOT, module.moduleId);
  for (const test of module.children.allTests('failed')) return `${file}: ${test.fullName}`;
  return module.state() === 'failed' ? `${file}: ${module.errors()[0]?.message.split('\n')[0] ?? 'its setup'}` : '';
}
