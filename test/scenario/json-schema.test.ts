import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CONDITIONS } from '../../src/scenario/language/conditions.ts';
import { VERBS } from '../../src/scenario/language/verbs.ts';
import { scenarioJsonSchema } from '../../src/scenario/json-schema.ts';
import { goodScenarios, ROOT, scenariosIn } from './files.ts';

const schema = scenarioJsonSchema();
const validate = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(schema);

/** What only names and meaning make wrong: a schema cannot know. */
const BEYOND_A_SCHEMA = [
  'config-names-of-javascript', 'commands-not-simulated', 'nodes-cycle-long', 'timeline-repeat-runaway', 'what-if-wrong', 'actors-without-end', 'timeline-repeat-for-ever',
  'aliases-keep-their-place', 'clients-beyond-the-end', 'clients-key-ranges', 'config-octal', 'config-refused', 'config-replicaof', 'config-unknown',
  'duration-too-long', 'duration-zero', 'expect-no-load', 'expect-keys', 'expect-impossible', 'expect-reply-unknown', 'seeds-backwards', 'seeds-many', 'file-name-two-lines', 'network-link-twice', 'nodes-conf-unreadable', 'nodes-cycle',
  'nodes-data-twice', 'nodes-empty', 'nodes-unknown-master', 'seed-hex', 'server-unknown', 'timeline-at-and-after', 'timeline-beyond-the-end', 'timeline-config',
  'timeline-two-verbs', 'timeline-unknown-node', 'actors-without-end', 'timeline-repeat-for-ever',
];

describe('scenario.schema.json', () => {
  it('is what the code defines (vitest -u writes it)', async () => {
    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(join(ROOT, 'scenario.schema.json'));
  });
  it.each(goodScenarios().map(({ name, text }) => [name, text]))('accepts %s', (_, text) => {
    validate(parse(text));
    expect(validate.errors).toBeNull();
  });
  it.each(
    scenariosIn('test/scenario/bad')
      .filter(({ name }) => !name.includes('/yaml-') && !BEYOND_A_SCHEMA.includes(name.replace(/^.*\/|\.yaml$/g, '')))
      .map(({ name, text }) => [name, text]),
  )('refuses %s', (_, text) => {
    expect(validate(parse(text))).toBe(false);
  });
  it('explains every verb, condition and key', () => {
    const silent: string[] = [];
    const look = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null) return;
      for (const [key, value] of Object.entries(node)) {
        look(value, `${path}/${key}`);
        if (path.endsWith('/properties') && !('description' in (value as object))) silent.push(`${path}/${key}`);
      }
    };
    look(schema, '');
    expect(silent).toEqual([]);
  });
});

describe('test/scenario/good', () => {
  it('says every verb and every condition', () => {
    const text = readFileSync(join(ROOT, 'test/scenario/good/everything.yaml'), 'utf8');
    const unsaid = [...Object.keys(VERBS), ...Object.keys(CONDITIONS)].filter((word) => !new RegExp(`\\b${word}\\b`).test(text));
    expect(unsaid).toEqual([]);
  });
});
