/** `sim schema`: what may be written in a scenario, for editors; or what stands in a report, for other programs. */
import type { SchemaArguments } from './arguments.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { Host } from './host.ts';

export async function schemaCommand(of: SchemaArguments, host: Host): Promise<ExitCode> {
  const schema = await schemaOf(of);
  host.stdout.write(`${JSON.stringify(schema, null, 2)}\n`);
  return EXIT.held;
}

async function schemaOf({ report, explain, solve }: SchemaArguments): Promise<Record<string, unknown>> {
  if (report) return (await import('../report/json-schema.ts')).reportJsonSchema();
  if (explain) return (await import('../report/explain/json-schema.ts')).explainJsonSchema();
  if (solve) return (await import('../report/solve/json-schema.ts')).solveJsonSchema();
  return (await import('../scenario/json-schema.ts')).scenarioJsonSchema();
}
