/** What the page knows of a run, without a page: small, complete, and true. */
import { describe, expect, it } from 'vitest';
import { createWords, readColumn, writeColumn } from '../../../src/report/html/columns.ts';
import type { PageModel } from '../../../src/report/html/data.ts';
import { writeFacts } from '../../../src/report/html/fact-table.ts';
import { reportModel } from '../../../src/report/html/model.ts';
import { readCurves, readFacts } from '../../../src/report/html/read.ts';
import type { Fact } from '../../../src/trace/fact.ts';
import { sampledOverflow } from '../../run/runs.ts';

const outcome = sampledOverflow();
const model: PageModel = reportModel({ outcome, wallMs: 1, replay: 'sim run x.yaml' });
const card = model.cards[model.best]!;

it('tells the chain of causes in sentences', () => {
  const lost = card.chain.map(({ text }) => text);
  expect(lost).toContain('loses its link');
  expect(lost).toContain('tries to connect');
});

describe('columns', () => {
  it.each([[[]], [[0]], [[5, 5, 5, 5, 9]], [[-1, -1, -1, -1]], [[3, 1, 4, 1, 5]], [[2 ** 52, 0, 2 ** 52]], [[0, 0, 0, 0, 0, 0]]])('give back %j', (values) => {
    expect(readColumn(writeColumn(values))).toEqual(values);
  });

  it('give back all facts, with their fields', () => {
    const words = createWords();
    const read = readFacts(writeFacts(outcome.facts, words), words.list);
    expect(read.map(({ id, atUs, node, cause, kind, fields }) => ({ id, atUs, node, cause, body: { kind, ...Object.fromEntries(fields) } }))).toEqual(outcome.facts);
  });

  it('give back what was seen', () => {
    const curves = readCurves(model.curves!, model.words);
    const { samples, messages } = outcome.observed!;
    expect(curves.atUs).toEqual(samples.map(({ atUs }) => atUs));
    expect(curves.messages).toEqual(messages);
    const replica = curves.nodes.find(({ node }) => node === 'replica-a')!;
    for (const [place, { nodes }] of samples.entries()) {
      const seen = nodes.find(({ node }) => node === 'replica-a')!;
      expect([replica.words.link[place], replica.words.master[place], replica.numbers.offset[place], replica.numbers.first[place]])
        .toEqual([seen.link, seen.master, seen.offset, seen.backlog?.firstByte ?? -1]);
    }
    expect(curves.clients[0]!.numbers.sent.at(-1)).toBe(samples.at(-1)!.clients[0]!.sent);
  });
});

describe('the card of the resync that one asks about', () => {
  it('says why in one sentence, with both numbers', () => {
    const { askedOffset, firstByte, missedBy } = outcome.resyncs.find(({ reason }) => reason === 'offset-before-backlog')!.evidence!;
    const plain = card.why.replaceAll(/[\u00A0 ]/g, '');
    for (const number of [askedOffset, firstByte, missedBy]) expect(plain).toContain(String(number));
    expect(card.window).toMatchObject({ asked: askedOffset, first: firstByte, missedBy });
  });

  it('lists the checks in order, and the one that decided is the last', () => {
    expect(card.checks.map(({ name, passed }) => `${passed ? '✓' : '✗'} ${name}`)).toEqual([
      '✓ the replica asks with PSYNC', '✓ it names a history', '✓ it is the history of the master', '✓ the master keeps a backlog', '✗ byte asked for ≥ oldest byte kept',
    ]);
  });

  it('goes back to the fault, names a remedy, and quotes the log of both servers', () => {
    expect(card.origin).toBe('It began at 15.0s with ✂ partition master ╳ replica-a, for 90s.');
    expect(card.chain[0]!.text).toContain('partition');
    expect(card.chain.at(-1)!.text).toContain('PSYNC');
    expect(card.advice).toMatch(/^repl-backlog-size \d+kb on master \(it was 1mb\)/);
    expect(card.log.filter(({ node }) => node === 'master').map(({ text }) => text).join('\n')).toContain('for lack of backlog');
    expect(card.log.filter(({ node }) => node === 'replica-a').map(({ text }) => text).join('\n')).toContain('Full resync from master');
  });
});

it('tells when the byte fell out of the window, while everybody still thought that the link was up', () => {
  const [fall] = model.falls;
  expect(fall).toMatchObject({ replica: 'replica-a', master: 'master', byte: card.window!.asked });
  expect(fall!.atUs).toBeGreaterThan(20_000_000);
  expect(fall!.atUs).toBeLessThan(25_000_000);
  expect(fall!.atUs - fall!.afterUs).toBeLessThan(50_000);
  expect(model.story.map(({ text }) => text).join('\n')).toContain('has left the backlog of master');
});

it('is plain data: what JSON makes of it is all of it', () => {
  expect(JSON.parse(JSON.stringify(model))).toEqual(model);
});

it('stays small: a hundred thousand facts are a few megabytes', () => {
  const facts = Array.from({ length: 100_000 }, (_, index): Fact => {
    const { atUs, node, cause, body } = outcome.facts[index % outcome.facts.length]!;
    return { id: index + 1, atUs: atUs + 200_000_000 * Math.floor(index / outcome.facts.length), node, cause: cause === 0 ? 0 : index + 1 - ((index % outcome.facts.length) + 1 - cause), body };
  });
  const words = createWords();
  const table = writeFacts(facts, words);
  expect(JSON.stringify([table, words.list]).length).toBeLessThan(4_000_000);
});

describe('the words', () => {
  it('begin with the reasons that occur, and each has a meaning', () => {
    expect(model.glossary.map(({ term }) => term).slice(0, 3)).toEqual(['first-contact', 'offset-before-backlog', 'full resync']);
    expect(model.glossary.filter(({ meaning }) => meaning.length < 20)).toEqual([]);
    expect(new Set(model.glossary.map(({ term }) => term)).size).toBe(model.glossary.length);
  });
});
