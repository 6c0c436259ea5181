/** Builds dist/ before tests that need it, unless it is what it should be already. */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

export default function setup(): void {
  const build = resolve(import.meta.dirname, '../scripts/build.js');
  execFileSync(process.execPath, [build], { stdio: ['ignore', 'inherit', 'inherit'] });
}
