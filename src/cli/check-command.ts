import { EXIT, type ExitCode } from './exit-code.ts';

export function checkCommand(..._given: unknown[]): ExitCode {
  return EXIT.badInput;
}
