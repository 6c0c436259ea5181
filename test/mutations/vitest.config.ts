/**
 * The tests that may witness a planted bug (`tests.ts`): those that say what a server does. Left out is what would notice
 * any change without saying what is wrong with it: hashes of our own, lists of the profiles' values, tests of the text.
 */
import type { ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = {
  test: {
    pool: 'threads', isolate: false, maxWorkers: '100%',
    include: ['test/{redis,run,catalogue,scenario,checks,clients,trace,report}/**/*.test.ts'],
    exclude: [
      'test/**/*.built.test.ts', 'test/run/determinism.test.ts', 'test/redis/profiles/words.test.ts', 'test/redis/profiles/find.test.ts', 'test/report/versions.test.ts',
      'test/scenario/json-schema.test.ts',
    ],
    setupFiles: ['test/setup.ts'],
    testTimeout: 60_000,
  },
};

export default config;
