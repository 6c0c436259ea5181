import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { RecordingError, parseRecording, readRecordings } from '../../../src/verify/recording/read.ts';

const minimal = {
  format: 1,
  case: { id: 'x', area: 'a', level: 'easy', what: 'w', why: 'y', min_version: '2.6', servers: { m: {}, r1: { replica_of: 'm' } }, steps: [{ do: 'sleep', ms: 1 }] },
  observed: { '7.2.6': { runs: 2, stable: true, step_ms: [[0, 0]], end_ms: [1, 2], results: [], links: {}, log: {} } },
};

type Change = (recording: typeof minimal & Record<string, unknown>) => void;

function problem(change: Change): string {
  const copy = structuredClone(minimal) as typeof minimal & Record<string, unknown>;
  change(copy);
  try {
    parseRecording('x.json', JSON.stringify(copy));
    return 'none';
  } catch (error) {
    expect(error).toBeInstanceOf(RecordingError);
    return (error as Error).message;
  }
}

describe('reading recordings', () => {
  it('reads the corpus: 65 cases, every one recorded in several versions', () => {
    const recordings = readRecordings('test/golden');
    expect(recordings).toHaveLength(65);
    expect(Math.min(...recordings.map(({ observed }) => observed.size))).toBeGreaterThanOrEqual(4);
  });

  it('resolves same_as, in the order of the file', () => {
    const text = JSON.stringify({ ...minimal, observed: { '7.4.1': { same_as: '7.2.6' }, ...minimal.observed } });
    const { observed } = parseRecording('x.json', text);
    expect([...observed.keys()]).toEqual(['7.4.1', '7.2.6']);
    expect(observed.get('7.4.1')).toBe(observed.get('7.2.6'));
  });

  it.each<[string, Change]>([
    ['x.json: format is not 1, the only format known', (r) => { r.format = 2; }],
    ['x.json: has no "observed"', (r) => { Reflect.deleteProperty(r, 'observed'); }],
    ['x.json: case has no "steps"', (r) => { Reflect.deleteProperty(r.case, 'steps'); }],
    ['x.json: case.steps[0].do is not a text', (r) => { (r.case.steps[0] as { do: unknown }).do = 7; }],
    ['x.json: case.servers is empty', (r) => { (r.case as { servers: unknown }).servers = {}; }],
    ['x.json: case.servers.r1.replica_of names no server of the case: "q"', (r) => { r.case.servers.r1.replica_of = 'q'; }],
    ['x.json: observed.7.2.6.step_ms has 2 entries for 1 steps', (r) => { r.observed['7.2.6'].step_ms.push([1, 1]); }],
    ['x.json: observed.7.2.6.step_ms[0] is not [least, most]', (r) => { r.observed['7.2.6'].step_ms = [[1]]; }],
    ['x.json: observed.7.2.6.end_ms has its least above its most: 3, 2', (r) => { r.observed['7.2.6'].end_ms = [3, 2]; }],
    ['x.json: observed.7.2.6.results[0].step is no step of the case: 5', (r) => { (r.observed['7.2.6'].results as unknown[]).push({ step: 5, do: 'x' }); }],
    ['x.json: observed.7.2.6.links.r1 is not named replica>master', (r) => { r.observed['7.2.6'].links = { r1: { psync: '', connections: [] } }; }],
    ['x.json: observed.7.2.6.links.r1>m.connections[0] has no "open_ms"', (r) => { r.observed['7.2.6'].links = { 'r1>m': { psync: '', connections: [{}] } }; }],
    ['x.json: observed.7.4.1.same_as names no recording of its own: "7.0"', (r) => { (r.observed as Record<string, unknown>)['7.4.1'] = { same_as: '7.0' }; }],
  ])('says %s', (message, change) => {
    expect(problem(change)).toBe(message);
  });

  it('says what is wrong with a file, a folder or a text', () => {
    const folder = mkdtempSync(join(tmpdir(), 'replsim-recordings-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    expect(() => readRecordings(folder)).toThrow('has no recordings (*.json) in it');
    expect(() => readRecordings(join(folder, 'none'))).toThrow('no such file or folder');
    writeFileSync(join(folder, 'bad.json'), '{"format": 1,');
    expect(() => readRecordings(folder)).toThrow(/bad\.json: is not JSON/);
  });
});
