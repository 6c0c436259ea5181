import { EXIT, type ExitCode } from './exit-code.ts';

export function listCommand(..._given: unknown[]): ExitCode {
  return EXIT.badInput;
}
