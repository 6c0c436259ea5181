import { describe, expect, it } from 'vitest';
import { forbiddenImports } from './rooms.ts';
import { parse, sourceTree } from './sources.ts';

const check = (path: string, text: string): string[] => forbiddenImports(parse({ [path]: text }));

describe('the import table', () => {
  it('holds for every file of src/', () => {
    expect(forbiddenImports(sourceTree())).toEqual([]);
  });

  it.each([
    ['src/redis/cron.ts', `import { createKernel } from '../kernel/index.ts';`],
    ['src/redis/cron.ts', `import type { Kernel } from '../kernel/index.ts';`],
    ['src/redis/cron.ts', `export * from '../network/link.ts';`],
    ['src/kernel/queue.ts', `let x: import('../redis/ports.ts').Ports;`],
    ['src/kernel/queue.ts', `const later = () => import('../simulation/world.ts');`],
    ['src/clients/load.ts', `import { cron } from '../redis/cron.ts';`],
    ['src/clients/load.ts', `import { x } from '../redis/protocolx.ts';`],
    ['src/report/html/page.ts', `import { sweep } from '../../explore/sweep.ts';`],
    ['src/trace/fact.ts', `import { type RedisFact } from '../redis/facts.ts';`],
    ['src/checks/verdict.ts', `import { createWorld } from '../simulation/world.ts';`],
    ['src/run.ts', `import { run } from './cli/main.ts';`],
    ['src/explore/seeds.ts', `import { createWorld } from '../simulation/world.ts';`],
    ['src/assert.ts', `import { kernel } from './kernel/index.ts';`],
    ['src/index.ts', `export { main } from './cli/main.ts';`],
    ['src/simulation/world.ts', `import { readFileSync } from 'node:fs';`],
    ['src/network/flow.ts', `import { readFileSync } from 'fs';`],
    ['src/checks/verdict.ts', `import chalk from 'chalk';`],
    ['src/kernel/streams.ts', `import seedrandom from 'seedrandom';`],
    ['src/scenario/schema.ts', `import { z } from 'zod';`],
    ['src/redis/x.ts', `import pkg from '../../package.json' with { type: 'json' };`],
    ['src/utils/strings.ts', ``],
  ])('catches %s: %s', (path, text) => {
    expect(check(path, text)).toHaveLength(1);
  });

  it.each([
    ['src/network/link.ts', `import { createKernel } from '../kernel/index.ts';`],
    ['src/redis/replication/cron.ts', `import { assert } from '../../assert.ts'; import { x } from '../state.ts';`],
    ['src/clients/load.ts', `import { encode } from '../redis/protocol/resp.ts'; import type { Ports } from '../redis/ports.ts';`],
    ['src/trace/fact.ts', `import type { RedisFact } from '../redis/facts.ts';`],
    ['src/report/html/page.ts', `import type { Sweep } from '../../explore/sweep.ts';`],
    ['src/kernel/queue.ts', `// import { x } from '../redis/x.ts';\nconst s = "import x from '../redis/x.ts'";`],
    ['src/cli/run.ts', `import { readFileSync } from 'node:fs'; import { x } from '../redis/x.ts';`],
  ])('allows %s: %s', (path, text) => {
    expect(check(path, text)).toEqual([]);
  });
});
