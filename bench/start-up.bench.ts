/** How long a shell waits before `sim` does anything, over a Node that does nothing. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { compare } from './harness.ts';

const SCENARIO = 'scenarios/backlog-overflow.yaml';

// It makes Node 20 load the certificate store, which would hide everything else.
const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;

const start = (...args: string[]) => ({
  name: `node ${args.join(' ')}`,
  run: (): number => {
    spawnSync(process.execPath, args, { env, stdio: 'ignore' });
    return 1;
  },
});

compare(
  'Start-up',
  [
    { ...start('-e', ''), name: "node -e ''" },
    start('bin/sim.js', '--version'),
    ...(existsSync(SCENARIO) ? [start('bin/sim.js', 'check', SCENARIO)] : []),
  ],
  // At most 2.5 times as long.
  { unit: 'starts', clock: 'wall', rounds: 21, goals: { [`node bin/sim.js check ${SCENARIO}`]: 0.4 } },
);
