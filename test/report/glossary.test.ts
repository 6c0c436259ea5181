import { describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { CHAPTERS } from '../../src/report/glossary-terms.ts';
import { findTerm, glossaryNames, meaningsOf } from '../../src/report/glossary.ts';
import { columnsOf } from '../../src/text.ts';
import { fakeHost } from '../cli/fake-host.ts';

const TERMS = CHAPTERS.flatMap(({ terms }) => terms);

async function glossary(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  const host = fakeHost({ columns: 80 });
  const code = await main(['glossary', ...words], host);
  return { code, out: host.out(), err: host.err() };
}

describe('the glossary', () => {
  it('has every reason that a report can give', () => {
    const reasons = ['first-contact', 'unknown-id', 'past-second-offset', 'no-backlog', 'offset-before-backlog', 'offset-after-end', 'sync-command', 'in-backlog', 'refused:NOMASTERLINK'];
    expect(reasons.filter((reason) => findTerm(reason) === undefined)).toEqual([]);
    expect(meaningsOf(['in-backlog', 'in-backlog', 'nonsense', 'refused:LOADING']).map(({ term }) => term)).toEqual(['in-backlog', 'refused']);
  });

  it('knows a thing by its old name and its new, in any case', () => {
    for (const [old, term] of [['slave', 'replica'], ['slave-priority', 'replica-priority'], ['run ID', 'replication ID'], ['primary', 'master'], ['REPLID2', 'second replication ID'], ['+continue', 'partial resync']] as const) {
      expect(findTerm(old)?.term, old).toBe(term);
    }
  });

  it('says each word once, in a sentence or two', () => {
    const names = glossaryNames().map((name) => name.toLowerCase());
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    for (const { term, meaning, since } of TERMS) {
      expect(meaning, term).toMatch(/^[A-Z].*\.$/);
      expect(meaning.length, term).toBeLessThan(220);
      if (since !== '') expect(since, term).toMatch(/\.$/);
    }
  });
});

describe('sim glossary', () => {
  it('tells one word, also one of two', async () => {
    const { code, out } = await glossary('cached', 'master');
    expect(code).toBe(0);
    expect(out).toContain('What a replica remembers of its lost master');
    expect(out).toContain('also cached primary');
  });

  it('tells all of them, within the width of the terminal', async () => {
    const { out } = await glossary();
    for (const { term } of TERMS) expect(out).toContain(` ${term}`);
    expect(out.split('\n').filter((line) => columnsOf(line) > 80)).toEqual([]);
  });

  it('suggests the word that was meant', async () => {
    const { code, err, out } = await glossary('offset-before-backlgo');
    expect(err).toContain('sim: the glossary has no word "offset-before-backlgo"');
    expect(err).toContain('offset-before-backlog');
    expect(out).toBe('');
    expect(code).toBe(2);
    expect((await glossary('\u001B[31m')).err).not.toContain('\u001B');
  });
});
