/** The sign and the colour of a verdict. */
import type { Verdict } from '../../checks/outcome.ts';
import type { Tone } from './rich.ts';

export const TONES: Readonly<Record<Verdict, Tone>> = { passed: 'green', failed: 'red', undecided: 'yellow', error: 'red' };
export const MARKS: Readonly<Record<Verdict, string>> = { passed: '✓', failed: '✗', undecided: '?', error: '✗' };
