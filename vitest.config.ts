import type { ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = {
  test: {
    include: ['test/**/*.test.ts'],
    // Worker threads start faster than processes; tests share nothing, and nothing is global.
    pool: 'threads',
    restoreMocks: true,
    testTimeout: 20_000,
  },
};

export default config;
