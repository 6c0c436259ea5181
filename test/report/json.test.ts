import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { reportJsonSchema } from '../../src/report/json-schema.ts';
import { jsonReport, jsonReporter } from '../../src/report/json.ts';
import { REPORTERS } from '../../src/report/registry.ts';
import { PLAIN } from '../../src/report/reporter.ts';
import { backlogOverflow, crowd, OVERFLOW, troubles } from '../fixtures/outcomes.ts';

const run = (outcome = backlogOverflow()): { outcome: typeof outcome; wallMs: number } => ({ outcome, wallMs: 212.3456789 });

const validate = new Ajv2020({ allErrors: true, strict: true, strictTypes: false }).compile(reportJsonSchema());

describe('the JSON report', () => {
  it.each([['a passed run', [run()]], ['troubles', [run(troubles())]], ['several', [run(), run(crowd(3))]], ['none', []]])('of %s keeps to its schema', (_, runs) => {
    validate(JSON.parse(jsonReporter().end(runs)));
    expect(validate.errors).toBeNull();
  });

  it('has the fields that were promised, and no other', () => {
    const [one] = jsonReport([run()]).runs;
    expect(Object.keys(one!)).toEqual([
      'scenario', 'file', 'seed', 'server', 'verdict', 'virtualUs', 'events', 'appliedWrites', 'wallMs', 'traceHash', 'range', 'generations', 'skipped',
      'resyncs', 'expectations', 'invariants', 'nodes',
    ]);
    expect(Object.keys(one!.resyncs[0]!)).toEqual(['atUs', 'replica', 'master', 'kind', 'reason', 'outcome', 'asked', 'evidence', 'bytes', 'endedAtUs', 'phases']);
    expect(Object.keys(one!.nodes['master']!)).toEqual(['role', 'replid', 'replid2', 'offset', 'secondOffset', 'backlog', 'keys', 'digest', 'sync']);
    expect(one).toMatchObject({ scenario: 'Backlog overflow', file: 'scenarios/backlog-overflow.yaml', seed: '7', verdict: 'passed', wallMs: 212.346 });
  });

  it('gives the numbers that decided: asked for, oldest kept, produced', () => {
    const [one] = jsonReport([run()]).runs;
    expect(one!.resyncs.at(-1)).toMatchObject({
      replica: 'replica-a', kind: 'full', reason: 'offset-before-backlog', outcome: 'done', bytes: 16_731_263,
      asked: { offset: OVERFLOW.asked },
      evidence: { askedOffset: OVERFLOW.asked, firstByte: OVERFLOW.firstByte, masterOffset: OVERFLOW.masterOffset, missedBy: OVERFLOW.firstByte - OVERFLOW.asked },
    });
  });

  it('calls an attempt aborted that the end of the run cut off, and gives it no end', () => {
    const [one] = jsonReport([run(troubles())]).runs;
    expect(one!.resyncs.at(-1)).toMatchObject({ outcome: 'aborted', endedAtUs: null });
    expect(one!.resyncs.map(({ outcome }) => outcome)).toContain('refused');
  });

  it('prints nothing before the end: its output is one document', () => {
    const reporter = REPORTERS.get('json')!.create({ width: 80, paint: PLAIN, unicode: true, verbosity: 'normal' });
    expect(reporter.run(run())).toBe('');
    const text = reporter.end([run()]);
    expect(text.endsWith('}\n')).toBe(true);
    expect(JSON.parse(text)).toMatchObject({ format: 'replsim-run/1' });
  });

  it('is not confused by a node with a name that means something to JavaScript', () => {
    const outcome = backlogOverflow();
    const strange = { ...outcome, nodes: outcome.nodes.map((state, index) => (index === 0 ? { ...state, node: '__proto__' } : state)) };
    expect(Object.keys(jsonReport([run(strange)]).runs[0]!.nodes)).toContain('__proto__');
  });
});

describe('the published schema', () => {
  it('is the file report.schema.json', () => {
    const file = readFileSync(new URL('../../report.schema.json', import.meta.url), 'utf8');
    expect(file, 'npx sim schema --report > report.schema.json').toBe(`${JSON.stringify(reportJsonSchema(), null, 2)}\n`);
  });

  it.each<[string, (report: ReturnType<typeof jsonReport>) => unknown]>([
    ['a field is missing', (report) => { delete (report.runs[0] as Partial<(typeof report.runs)[0]>).seed; }],
    ['a field is new', (report) => Object.assign(report.runs[0]!, { extra: 1 })],
    ['a verdict is unknown', (report) => Object.assign(report.runs[0]!, { verdict: 'ok' })],
    ['a reason is unknown', (report) => Object.assign(report.runs[0]!.resyncs[0]!, { reason: 'because' })],
    ['a time is a fraction', (report) => Object.assign(report.runs[0]!, { virtualUs: 0.5 })],
    ['the format is another', (report) => Object.assign(report, { format: 'replsim-run/2' })],
  ])('refuses a report in which %s', (_, damage) => {
    const report = jsonReport([run()]);
    expect(validate(report)).toBe(true);
    damage(report);
    expect(validate(report)).toBe(false);
  });

  it('knows the reasons of refusals', () => {
    const report = jsonReport([run()]);
    Object.assign(report.runs[0]!.resyncs[0]!, { kind: null, reason: 'refused:NOAUTH', outcome: 'refused' });
    expect(validate(report)).toBe(true);
  });
});

describe('reporters', () => {
  it('are known by name, each with a word on what it is for', () => {
    expect([...REPORTERS.keys()]).toEqual(['pretty', 'html', 'json', 'markdown', 'mermaid', 'svg']);
    for (const { describe: words } of REPORTERS.values()) expect(words).not.toBe('');
  });
});
