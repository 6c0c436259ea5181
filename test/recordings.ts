/** The recordings of real servers, read once for all who look at them. */
import { join } from 'node:path';
import type { Recording } from '../src/verify/recording/format.ts';
import { readRecordings } from '../src/verify/recording/read.ts';
import { ROOT } from './texts.ts';

export function goldenRecordings(): readonly Recording[] {
  recordings ??= readRecordings(join(ROOT, 'test/golden'));
  return recordings;
}

let recordings: readonly Recording[] | null = null;
