/** `sim schema`: what may be written in a scenario, or stands in a report, for editors and other programs. */
import type { SchemaArguments } from './arguments.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { Host } from './host.ts';

export function schemaCommand(_options: SchemaArguments, _host: Host): ExitCode {
  return EXIT.badInput;
}
