/** The language for editors: JSON Schema (draft 2020-12), made from the very definitions that read scenarios. */
import * as z from 'zod/mini';
import { doc, jsonSchemaOf, maybe, type Schema } from './language/schema.ts';
import { createEditorsScope } from './language/scope.ts';
import { type SectionName, SECTIONS } from './language/sections.ts';

/** The content of `scenario.schema.json`. */
export function scenarioJsonSchema(): Record<string, unknown> {
  const scope = createEditorsScope();
  const shape = (Object.keys(SECTIONS) as SectionName[]).map((name) => {
    const { says, required, schema } = SECTIONS[name];
    const made = (schema as (in_: typeof scope) => Schema<unknown>)(scope);
    return [name, required ? doc(says, made) : maybe(says, made)] as const;
  });
  const { $schema, ...schema } = jsonSchemaOf(z.strictObject(Object.fromEntries(shape)));
  return { $schema, title: 'A replsim scenario', description: 'What happens to some Redis servers, and what must come of it.', ...schema };
}
