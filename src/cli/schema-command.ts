/** `sim schema`: what may be written in a scenario, for editors; or what stands in a report, for other programs. */
import type { SchemaArguments } from './arguments.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { Host } from './host.ts';

export async function schemaCommand({ report, explain }: SchemaArguments, host: Host): Promise<ExitCode> {
  const schema = explain
    ? (await import('../report/explain/json-schema.ts')).explainJsonSchema()
    : report ? (await import('../report/json-schema.ts')).reportJsonSchema() : (await import('../scenario/json-schema.ts')).scenarioJsonSchema();
  host.stdout.write(`${JSON.stringify(schema, null, 2)}\n`);
  return EXIT.held;
}
