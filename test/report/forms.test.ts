/** Markdown, Mermaid and SVG: what they show of a run, and that no name in it means anything to those who read them. */
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/checks/outcome.ts';
import { REPORTERS } from '../../src/report/registry.ts';
import { PLAIN, type ReportedRun } from '../../src/report/reporter.ts';
import { scenarioOf } from '../fixtures/scenarios.ts';
import { begin, fullSync, tell } from '../fixtures/outcomes.ts';
import { ask, FIRST_CONTACT, psyncState } from '../fixtures/story.ts';

function told(name: string, ...outcomes: readonly Outcome[]): string {
  const reporter = REPORTERS.get(name)!.create({ width: 100, paint: PLAIN, unicode: true, verbosity: 'normal' });
  const runs: ReportedRun[] = outcomes.map((outcome) => ({ outcome, wallMs: null, replay: `sim run '${outcome.scenario.name}'` }));
  return runs.map((run) => reporter.run(run)).join('') + reporter.end(runs);
}

/** Two replicas get everything; then the first is cut off by a partition that is healed. */
function aRun({ name = 'A lesson', master = 'master', replicas = ['replica-a', 'replica-b'], words = 'partition master ╳ replica-a, for 90s' } = {}): Outcome {
  const story = tell(scenarioOf([master, ...replicas], { name }));
  const { tale } = story;
  begin(story);
  for (const [index, replica] of replicas.entries()) {
    ask(tale.at(tale.nowUs / 1e6 + 0.01), replica, master, FIRST_CONTACT, psyncState());
    fullSync(tale, replica, master, 14, 14_000_000, 7 + index);
  }
  tale.at(15).tell('', { kind: 'verb', verb: 'partition', words, nodes: [master, replicas[0]!], fault: true, heals: 0 });
  const fault = tale.trace.facts.length;
  tale.at(105).tell('', { kind: 'verb', verb: 'heal', words: `healed: ${words}`, nodes: [master, replicas[0]!], fault: false, heals: fault });
  tale.at(180);
  return story.outcome();
}

/** Names that mean something to YAML, Markdown, Mermaid, HTML or XML, or to a terminal. */
const HOSTILE = [
  '-->', 'end', '# heading', 'a;b', '<script>alert(1)</script>', ']]>', '"quoted" \'twice\'', 'two\nlines', 'a | b', '@everyone #1', '[x](javascript:alert(1))', '%%{init: {}}%%', '```', '`x`',
  'wrap: x', ': x', '&amp;', '\u202Eright', '\u0000zero\u001B[31m', '\uD800', '<!--', 'participant n9 as x', 'https://example.com', '*b* _i_ ~~s~~ $x$', '{{x}}', 'as', '#lt;',
];

describe('a page of Markdown', () => {
  it('has the resyncs with their reasons, the story, what should hold, and the words that it used', () => {
    const page = told('markdown', aRun());
    expect(page.split('\n')[0]).toBe('## ✅ A lesson: passed');
    expect(page).toMatch(/\| 0\.01s \| replica-a \| master \| \? -1 \| full \| first-contact \| 13\.4 MiB \|/);
    expect(page).toContain('partition master ╳ replica-a, for 90s');
    expect(page).toContain('- **first-contact**: The replica has no past with this master');
    expect(page).toContain("```sh\nsim run 'A lesson'\n```");
  });

  it.each(HOSTILE)('is not broken by a scenario and nodes named %j', (name) => {
    const page = told('markdown', aRun({ name, master: `m${name}`, replicas: [`r${name}`, 'b'], words: name }));
    const rows = page.split('\n').filter((line) => line.startsWith('|'));
    // No cell began or ended where none should: each row of a table is as long as its head.
    const cells = rows.map((row) => row.replaceAll(/\\./g, '').split('|').length);
    expect([...new Set(cells)].sort((a, b) => a - b)).toEqual([6, 11]);
    const outside = page.replaceAll(/^(`{3,})sh\n[^]*?\n\1$/gm, '');
    expect(outside.replaceAll(/<\/?(?:sub|details|summary|br)>/g, '')).not.toMatch(/[<>]/);
    expect(outside.replaceAll(/\\./g, '')).not.toMatch(/@|`|\]\(|:\/\/|\$|~|(?<!\*)\*(?!\*)/);
    // eslint-disable-next-line no-control-regex -- these are what it must not hold
    expect(page).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u202E]/);
    // The block that shows the command ends where it should.
    const fence = /^(`{3,})sh$/m.exec(page)![1]!;
    expect(page.trimEnd().endsWith(`\n${fence}`)).toBe(true);
  });
});

/** The part of Mermaid's grammar that we use, as strictly as can be. */
const MERMAID_TEXT = String.raw`(?:[\p{L}\p{N} .,:?!()/'=+✂✚╳…·→×–-]|#\d+;)+`;
const MERMAID_LINES = [
  /^sequenceDiagram$/u, new RegExp(`^  title ${MERMAID_TEXT}$`, 'u'), new RegExp(`^  participant n\\d+ as ${MERMAID_TEXT}$`, 'u'),
  new RegExp(`^  n\\d+(?:->>|-->>|-x)n\\d+: ${MERMAID_TEXT}$`, 'u'), new RegExp(`^  Note over n\\d+(?:,n\\d+)?: ${MERMAID_TEXT}$`, 'u'),
];

const strange = (diagram: string): string[] => diagram.trimEnd().split('\n').filter((line) => !MERMAID_LINES.some((one) => one.test(line)));

describe('a Mermaid diagram', () => {
  it('is a sequence: who asks, what is answered, what breaks', () => {
    const diagram = told('mermaid', aRun());
    expect(strange(diagram)).toEqual([]);
    expect(diagram).toContain('  n1->>n0: 0.01s PSYNC ? -1\n');
    expect(diagram).toContain('  n0-->>n1: 0.01s FULL first-contact\n');
    expect(diagram).toContain('  Note over n0,n1: 15.0s ✂ partition master ╳ replica-a, for 90s\n');
    expect(diagram).toContain('  Note over n0,n1: 105.0s ✚ over: partition master ╳ replica-a\n');
  });

  it.each(HOSTILE)('is not broken by a scenario and nodes named %j', (name) => {
    const diagram = told('mermaid', aRun({ name, master: name, replicas: [`r${name}`, 'b'], words: name }));
    expect(strange(diagram)).toEqual([]);
    expect(diagram).not.toMatch(/^[^:]*: *(?:no)?wrap:|\bend\b/im);
  });

  it('is bounded, and says what it left out', () => {
    const diagram = told('mermaid', aRun({ replicas: Array.from({ length: 200 }, (_, index) => `r${index}`) }));
    expect(diagram.split('\n').length).toBeLessThan(160);
    expect(strange(diagram)).toEqual([]);
    expect(diagram).toContain('193 more nodes are left out');
    expect(diagram).toMatch(/\d+ more of their like are left out/);
  });

  it('stands in a block of its own when there are several runs', () => {
    const page = told('mermaid', aRun(), aRun({ name: 'Another' }));
    const blocks = [...page.matchAll(/^```mermaid\n([^]*?)```$/gm)].map(([, inner]) => inner!);
    expect(blocks).toHaveLength(2);
    expect(blocks.flatMap(strange)).toEqual([]);
  });
});

interface Tag {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Reads as strictly as XML wants; the tags, and the text between. */
function parsed(svg: string): { tags: Tag[]; texts: string[] } {
  const [tags, texts]: [Tag[], string[]] = [[], []];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => tags.push({ name, attributes }));
  parser.on('text', (text) => texts.push(text));
  parser.write(svg).close();
  return { tags, texts };
}

const WORKING = new Set(['script', 'foreignObject', 'image', 'use', 'a', 'animate', 'set', 'iframe']);

describe('a picture', () => {
  it('is 1280 wide, says in words what it shows, and needs nothing from elsewhere', () => {
    const svg = told('svg', aRun());
    const { tags, texts } = parsed(svg);
    expect(tags[0]).toMatchObject({ name: 'svg', attributes: { width: '1280', role: 'img', 'aria-labelledby': 'title desc' } });
    expect(tags.slice(1, 3).map(({ name }) => name)).toEqual(['title', 'desc']);
    expect(texts).toContain('A lesson: passed');
    expect(texts.find((text) => text.includes('15.0s partition master'))).toContain('replica-a asks master: PSYNC ? -1 ⇐ FULL first-contact');
    expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|url\((?!#)|@import|href/);
    expect(svg).toContain('prefers-color-scheme:dark');
  });

  it('keeps everything within its frame, and no two numbers on one place', () => {
    const { tags } = parsed(told('svg', aRun({ replicas: Array.from({ length: 30 }, (_, index) => `r${index}`) })));
    const height = Number(tags[0]!.attributes['height']);
    const circles = tags.filter(({ name }) => name === 'circle').map(({ attributes }) => [Number(attributes['cx']), Number(attributes['cy'])] as const);
    expect(circles.length).toBeGreaterThan(6);
    for (const [index, [x, y]] of circles.entries()) {
      expect(x).toBeGreaterThan(180);
      expect(x).toBeLessThan(1250);
      expect(y).toBeGreaterThan(80);
      expect(y).toBeLessThan(height);
      expect(circles.slice(index + 1).filter(([otherX, otherY]) => Math.hypot(otherX - x, otherY - y) < 18)).toEqual([]);
    }
  });

  it.each(HOSTILE)('is not broken by a scenario and nodes named %j', (name) => {
    const { tags, texts } = parsed(told('svg', aRun({ name, master: name, replicas: [`r${name}`, 'b'], words: name })));
    expect(tags.filter((tag) => WORKING.has(tag.name) || Object.keys(tag.attributes).some((attribute) => /^on|href/i.test(attribute)))).toEqual([]);
    // What can be shown is shown as it is.
    // eslint-disable-next-line no-control-regex -- these cannot be shown
    if (!/[\u0000-\u001F\u202E\uD800]/.test(name)) expect(texts.some((text) => text === `${name}: passed`)).toBe(true);
  });

  it('stacks several runs', () => {
    const [one, two] = [told('svg', aRun()), told('svg', aRun(), aRun())];
    expect(Number(parsed(two).tags[0]!.attributes['height'])).toBe(2 * Number(parsed(one).tags[0]!.attributes['height']));
  });
});
