import type { ViteUserConfig } from 'vitest/config';

/** Tests that use dist/: the package, and whatever compares the built command line with the sources. */
const NEED_BUILD = ['test/package/**/*.test.ts', 'test/**/*.built.test.ts'];

const config: ViteUserConfig = {
  test: {
    // No module of ours has state, so test files may share a worker: what they import is loaded once.
    pool: 'threads',
    isolate: false,
    // Left alone, vitest keeps a core for itself: half of a machine with two.
    maxWorkers: '100%',
    restoreMocks: true,
    testTimeout: 20_000,
    projects: [
      {
        extends: true,
        test: { name: 'source', include: ['test/**/*.test.ts'], exclude: NEED_BUILD },
      },
      {
        extends: true,
        test: { name: 'built', include: NEED_BUILD, globalSetup: ['test/global-setup.ts'] },
      },
    ],
  },
};

export default config;
