import { EXIT, type ExitCode } from './exit-code.ts';

export function schemaCommand(..._given: unknown[]): ExitCode {
  return EXIT.badInput;
}
