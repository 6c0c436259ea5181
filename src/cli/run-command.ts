import { EXIT, type ExitCode } from './exit-code.ts';

export function runCommand(..._given: unknown[]): ExitCode {
  return EXIT.badInput;
}
