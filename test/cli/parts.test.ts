/** The small parts of the command line, one by one. */
import { describe, expect, it } from 'vitest';
import { colourLevel } from '../../src/cli/colour.ts';
import { EXIT, exitCodeOf, worst } from '../../src/cli/exit-code.ts';
import { checkTarget, identityOf, writeWhole } from '../../src/cli/output.ts';
import { createProgress } from '../../src/cli/progress.ts';
import { runInSlices } from '../../src/cli/slices.ts';
import { fakeHost } from './fake-host.ts';

describe('exit codes', () => {
  it('follow the verdict', () => {
    expect((['passed', 'failed', 'undecided', 'error'] as const).map(exitCodeOf)).toEqual([0, 1, 3, 70]);
  });

  it('of several, 70 wins over 130 over 2 over 1 over 3', () => {
    const order = [EXIT.bug, EXIT.interrupted, EXIT.badInput, EXIT.failed, EXIT.undecided, EXIT.held];
    order.forEach((code, at) => {
      expect(worst(order.slice(at).reverse())).toBe(code);
    });
    expect(worst([])).toBe(EXIT.held);
  });
});

describe('colours', () => {
  it.each([
    [true, {}, 1],
    [false, {}, 0],
    [true, { NO_COLOR: '1' }, 0],
    [true, { NO_COLOR: '' }, 1],
    [true, { TERM: 'dumb' }, 0],
    [false, { FORCE_COLOR: '1' }, 1],
    [false, { FORCE_COLOR: '' }, 1],
    [false, { FORCE_COLOR: 'true' }, 1],
    [false, { FORCE_COLOR: '3' }, 3],
    [true, { FORCE_COLOR: '0' }, 0],
    [true, { FORCE_COLOR: 'false' }, 0],
    [false, { FORCE_COLOR: '1', NO_COLOR: '1' }, 1],
  ])('terminal %s, %o: level %i', (isTTY, env, level) => {
    expect(colourLevel(isTTY, env)).toBe(level);
  });
});

describe('a file', () => {
  it('is written whole', () => {
    const host = fakeHost({ files: { 'reports/run.json': 'old' } });
    expect(writeWhole('reports/run.json', 'new text', host)).toBeNull();
    expect([...host.contents.keys()]).toEqual(['reports/run.json']);
    expect(host.textOf('reports/run.json')).toBe('new text');
  });

  it.each(['write', 'rename'])('is left as it was when %s fails, with nothing beside it', (operation) => {
    const host = fakeHost({ files: { 'reports/run.json': 'old' }, failures: { [`${operation} reports/run.json`]: 'ENOSPC' } });
    expect(writeWhole('reports/run.json', 'new text', host)).toMatchObject({ message: 'cannot write reports/run.json: the disk is full' });
    expect([...host.contents.keys()]).toEqual(['reports/run.json']);
    expect(host.textOf('reports/run.json')).toBe('old');
  });

  it('that cannot be written is refused before any work is done', () => {
    const host = fakeHost({ files: { 'reports/a': '', 'locked/b': '' }, failures: { 'writable locked': 'EACCES' } });
    const refusals = ['', 'reports', 'gone/x.json', 'reports/a/x.json', 'locked/x.json'].map((path) => checkTarget(path, host)?.message);
    expect(refusals).toEqual([
      'an output needs a file name',
      'cannot write to reports: it is a folder',
      'cannot write gone/x.json: there is no folder gone',
      'cannot write reports/a/x.json: reports/a is no folder',
      'cannot write locked/x.json: permission denied',
    ]);
    expect(['x.json', 'reports/x.json', 'reports/a'].map((path) => checkTarget(path, host))).toEqual([null, null, null]);
  });

  it('has one identity under several names', () => {
    const host = fakeHost({ files: { 'reports/a': '' } });
    expect(identityOf('./reports/../reports/a', host)).toBe(identityOf('reports/a', host));
    expect(identityOf('./new', host)).toBe(identityOf('new', host));
  });
});

/** A run of so many events, each of which takes `msPerEvent` on a clock of its own. */
function madeUpRun(total: number, msPerEvent: number): { run: { readonly events: number; advance(maxEvents: number): boolean }; sizes: number[]; nowMs: () => number } {
  const sizes: number[] = [];
  let done = 0;
  let ms = 0;
  const run = {
    get events() {
      return done;
    },
    advance: (maxEvents: number) => {
      const events = Math.min(maxEvents, total - done);
      sizes.push(maxEvents);
      done += events;
      ms += events * msPerEvent;
      return done === total;
    },
  };
  return { run, sizes, nowMs: () => ms };
}

describe('slices', () => {
  const neverStopped = { stopped: () => false, afterSlice: () => {} };

  it.each([0.001, 0.01, 0.3, 20])('come to about 50 ms each, when an event takes %d ms', async (msPerEvent) => {
    const { run, sizes, nowMs } = madeUpRun(Math.round(5_000 / msPerEvent), msPerEvent);
    expect(await runInSlices(run, { nowMs, breathe: async () => {} }, neverStopped)).toBe(true);
    const later = sizes.slice(Math.ceil(sizes.length / 3), -1).map((size) => size * msPerEvent);
    expect(Math.min(...later)).toBeGreaterThan(25);
    expect(Math.max(...later)).toBeLessThan(100);
  });

  it('end when they are stopped', async () => {
    const { run, nowMs } = madeUpRun(1_000_000, 0.01);
    let slices = 0;
    const finished = await runInSlices(run, { nowMs, breathe: async () => {} }, { stopped: () => slices === 3, afterSlice: () => slices++ });
    expect(finished).toBe(false);
    expect(run.events).toBeLessThan(1_000_000);
  });
});

describe('progress', () => {
  const run = { nowUs: 77_000_000, endUs: 180_000_000, events: 1_234_567 };

  it('is one line, once a second has passed, and leaves nothing behind', () => {
    const host = fakeHost({ isTTY: true, tickMs: 400 });
    const progress = createProgress(host);
    for (let i = 0; i < 4; i++) progress.show('backlog-overflow', run);
    const line = '\r\u001B[K  42 %  backlog-overflow  77.0s of 180.0s  1 234 567 events';
    expect(host.err()).toBe(line + line);
    progress.clear();
    progress.clear();
    expect(host.err()).toBe(`${line}${line}\r\u001B[K`);
    expect(host.out()).toBe('');
  });

  it('never breaks the line', () => {
    const host = fakeHost({ isTTY: true, tickMs: 4_000, columns: 30 });
    createProgress(host).show('backlog-overflow', run);
    expect(host.err()).toBe('\r\u001B[K  42 %  backlog-overflow');
  });

  it('is nothing for a pipe, nor for a short run', () => {
    const pipe = fakeHost({ isTTY: false, tickMs: 4_000 });
    createProgress(pipe).show('a', run);
    const quick = fakeHost({ isTTY: true, tickMs: 100 });
    createProgress(quick).show('a', run);
    expect(pipe.err() + quick.err()).toBe('');
  });
});
