import type { ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = {
  test: {
    include: ['test/**/*.test.ts'],
    // No module of ours has state, so test files may share a worker: what they import is loaded once.
    pool: 'threads',
    isolate: false,
    restoreMocks: true,
    testTimeout: 20_000,
  },
};

export default config;
