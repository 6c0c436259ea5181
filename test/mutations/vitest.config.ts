/** The tests of the servers, with a bug planted before each. */
import type { ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = {
  test: {
    pool: 'threads', isolate: false, include: ['test/redis/**/*.test.ts', 'test/run/**/*.test.ts', 'test/catalogue/**/*.test.ts'],
    exclude: ['test/**/*.built.test.ts', 'test/redis/profiles/words.test.ts', 'test/redis/profiles/find.test.ts'],
    setupFiles: ['test/mutations/plant.setup.ts'], testTimeout: 60_000,
  },
};

export default config;
