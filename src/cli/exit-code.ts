/** What a command's result is to a shell. */
import type { Verdict } from '../checks/outcome.ts';

export const EXIT = {
  held: 0,
  /** An expectation or an invariant failed. */
  failed: 1,
  badInput: 2,
  /** The run ended before a condition could be judged. */
  undecided: 3,
  bug: 70,
  /** Ctrl-C: 128 + SIGINT, as shells have it. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Of several, the first of these that occurred. */
const PRECEDENCE: readonly ExitCode[] = [EXIT.bug, EXIT.interrupted, EXIT.badInput, EXIT.failed, EXIT.undecided, EXIT.held];

export function worst(codes: Iterable<ExitCode>): ExitCode {
  const occurred = new Set(codes);
  return PRECEDENCE.find((code) => occurred.has(code)) ?? EXIT.held;
}

export function exitCodeOf(verdict: Verdict): ExitCode {
  switch (verdict) {
    case 'passed':
      return EXIT.held;
    case 'failed':
      return EXIT.failed;
    case 'undecided':
      return EXIT.undecided;
    case 'error':
      return EXIT.bug;
  }
}
