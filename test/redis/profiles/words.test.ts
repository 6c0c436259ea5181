/** The words of the profiles: none is missing, none is left over, and a reader can tell values apart. */
import { describe, expect, it } from 'vitest';
import { profiles } from '../../../src/redis/profiles/index.ts';
import { describeProfile } from '../../../src/redis/profiles/words/index.ts';
import { WORDS } from '../../../src/redis/profiles/words/table.ts';

const described = [...profiles.values()].map((profile) => describeProfile(profile));
const all = described.flat().filter(({ path }) => !path.startsWith('directives.'));

describe('the words of a profile', () => {
  it('are of fields that exist', () => {
    const paths = new Set(all.map(({ path }) => path));
    const worded = Object.entries(WORDS).flatMap(([group, { fields }]) => Object.keys(fields).map((field) => `${group}.${field}`));
    expect(worded.filter((path) => !paths.has(path))).toEqual([]);
  });

  it('tell the values of a field apart', () => {
    const sentences = new Map<string, Set<string>>();
    for (const { path, value, says } of all) sentences.set(`${path} · ${says}`, (sentences.get(`${path} · ${says}`) ?? new Set()).add(value));
    expect([...sentences].filter(([, values]) => values.size > 1).map(([sentence]) => sentence)).toEqual([]);
  });

  it('are sentences without their full stop, and labels of a few words, each once in its group', () => {
    expect([...new Set(all.filter(({ says }) => !/^[A-Z].*[^.\s]$/s.test(says)).map(({ path }) => path))]).toEqual([]);
    expect([...new Set(all.filter(({ label }) => label.length > 40).map(({ path }) => path))]).toEqual([]);
    const labels = [...new Map(all.map((field) => [field.path, `${field.group}: ${field.label}`])).values()];
    expect(labels.filter((label, index) => labels.indexOf(label) !== index)).toEqual([]);
  });
});

describe('a field of a profile', () => {
  it('differs between two versions at least: what all do alike is no field', () => {
    const values = new Map<string, Set<string>>();
    for (const { path, value } of all) values.set(path, (values.get(path) ?? new Set()).add(value));
    expect([...values].filter(([, own]) => own.size === 1).map(([path]) => path)).toEqual([]);
  });
});
