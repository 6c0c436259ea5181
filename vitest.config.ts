import type { ViteUserConfig } from 'vitest/config';

/** Tests that use dist/: the package, and whatever compares the built command line with the sources. */
const NEED_BUILD = ['test/package/**/*.test.ts', 'test/**/*.built.test.ts'];

const PATIENCE_MS = 300_000;

const config: ViteUserConfig = {
  test: {
    // No module of ours has state, so test files may share a worker: what they import is loaded once.
    pool: 'threads',
    isolate: false,
    // Left alone, vitest keeps a core for itself: half of a machine with two.
    maxWorkers: '100%',
    restoreMocks: true,
    // For what hangs. No test takes a tenth of it here, but a busy machine may take ten times as long, and that is no failure.
    testTimeout: PATIENCE_MS,
    hookTimeout: PATIENCE_MS,
    projects: [
      {
        extends: true,
        test: { name: 'source', include: ['test/**/*.test.ts'], exclude: NEED_BUILD, setupFiles: ['test/setup.ts'] },
      },
      {
        extends: true,
        test: { name: 'built', include: NEED_BUILD, globalSetup: ['test/global-setup.ts'] },
      },
    ],
  },
};

export default config;
