import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../texts.ts';
import { orphans } from './orphans.ts';
import { parse, sourceTree } from './sources.ts';

/** Where things start: the package, the command line, and what package.json runs directly. */
const roots = [
  'src/index.ts',
  'src/cli/main.ts',
  'src/page/main.tsx',
  ...(readFileSync(join(ROOT, 'package.json'), 'utf8').match(/\bsrc\/[\w/-]+\.ts/g) ?? []),
];

describe('orphans', () => {
  it('do not exist in src/', () => {
    expect(orphans(sourceTree(), roots)).toEqual([]);
  });

  it('are caught: a file that nobody imports, and what only it imports', () => {
    const tree = parse({
      'src/index.ts': `export { run } from './run.ts';`,
      'src/run.ts': `import type { A } from './trace/a.ts';`,
      'src/trace/a.ts': '',
      'src/trace/alone.ts': `import { b } from './below-alone.ts';`,
      'src/trace/below-alone.ts': '',
      'src/report/pair-1.ts': `import { x } from './pair-2.ts';`,
      'src/report/pair-2.ts': `import { y } from './pair-1.ts';`,
      'src/kernel/ambient.d.ts': '',
    });
    expect(orphans(tree, ['src/index.ts'])).toEqual([
      'src/trace/alone.ts',
      'src/trace/below-alone.ts',
      'src/report/pair-1.ts',
      'src/report/pair-2.ts',
    ]);
  });
});
