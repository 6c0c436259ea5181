/** Examples in the documentation must load. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { load } from '../../src/scenario/load.ts';
import { ScenarioError } from '../../src/scenario/place.ts';
import { renderProblems } from '../../src/scenario/render.ts';
import { ROOT } from '../texts.ts';

/** What an example that shows a section stands in. */
const AROUND: Readonly<Record<string, string>> = {
  name: 'name: An example\n',
  nodes: 'nodes: { master: {}, replica-a: { replicaof: master }, replica-b: { replicaof: master } }\n',
  clients: 'clients: { app: { to: master, writes: 10/s, until: 60s } }\n',
  duration: 'duration: 200s\n',
};

const examples = ['README.md', 'docs/language.md'].flatMap((page) => {
  const text = readFileSync(join(ROOT, page), 'utf8');
  return [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map((match) => ({
    place: `${page}:${text.slice(0, match.index).split('\n').length}`,
    yaml: match[1]!,
  }));
});

it.each(examples)('$place', ({ yaml }) => {
  const sections = [...yaml.matchAll(/^(\w[\w-]*):/gm)].map(([, name]) => name!);
  const whole = sections.includes('name') ? yaml : yaml + Object.entries(AROUND).map(([name, text]) => (sections.includes(name) ? '' : text)).join('');
  try {
    load(whole, 'example.yaml');
  } catch (error) {
    expect(error).toBeInstanceOf(ScenarioError);
    expect(renderProblems((error as ScenarioError).problems, whole)).toBe('');
  }
});

it('there are some', () => {
  expect(examples.length).toBeGreaterThan(8);
});
