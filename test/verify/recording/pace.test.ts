import { describe, expect, it } from 'vitest';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import type { Engine } from '../../../src/verify/recording/engine.ts';
import { COMMANDS_OF_A_READ, type FirstWrite, FULL_REPLY_BUFFER, type Pace, tempoOf } from '../../../src/verify/recording/pace.ts';
import { parseRecording } from '../../../src/verify/recording/read.ts';
import { replay } from '../../../src/verify/recording/replay.ts';

const steps = [{ do: 'write-many', server: 'm', prefix: 'k', count: 1000, size: 10 }, { do: 'sleep', ms: 100 }];

/** Written in 0.3 s by one run and in 2 s by another. */
const recording = parseRecording('x.json', JSON.stringify({
  format: 1,
  case: { id: 'x', area: 'a', level: 'easy', what: 'w', why: 'y', min_version: '2.6', servers: { m: {} }, steps },
  observed: { '7.2.6': { runs: 2, stable: true, step_ms: [[0, 0], [300, 2000]], end_ms: [400, 2103], results: [], links: {}, log: {} } },
}));

describe('the pace of the recorder', () => {
  const step = recording.case.steps[0]!;
  const observed = recording.observed.get('7.2.6')!;

  it.each<[Pace, number]>([['usual', 300_000], ['slowest', 2_000_000], ['fastest', 300_000], ['slowest, late up', 2_000_000]])('%s: 1000 writes take %i µs', (pace, us) => {
    expect(tempoOf(step, 0, observed, false, pace).takesUs).toBe(us);
  });

  it('is the usual one where nothing was recorded; a sleep is as long as it took', () => {
    expect(tempoOf(step, 0, null, false, 'slowest').takesUs).toBe(220_000);
    expect(tempoOf(recording.case.steps[1]!, 1, observed, false, 'slowest').takesUs).toBe(103_000);
  });
});

describe('a look of a wait', () => {
  const wait = parseRecording('x.json', JSON.stringify({
    format: 1,
    case: { id: 'x', area: 'a', level: 'easy', what: 'w', why: 'y', min_version: '2.6', servers: { m: {} }, steps: [{ do: 'wait-until', until: 'acked', server: 'm' }, { do: 'wait-until', until: 'acked', server: 'm' }] },
    observed: { '7.2.6': { runs: 2, stable: true, step_ms: [[0, 0], [80, 358]], end_ms: [9000, 9400], results: [], links: {}, log: {} } },
  }));
  const lookAt = (index: number, pace: Pace): number => tempoOf(wait.case.steps[index]!, index, wait.observed.get('7.2.6')!, false, pace).lookUs;

  it.each<[Pace, number, number]>([['usual', 1_500, 1_500], ['slowest', 358_000, 1_500], ['fastest', 80_000, 1_500]])(
    '%s: of a short one as late as it ended, of a long one at once', (pace, short, long) => {
      expect([lookAt(0, pace), lookAt(1, pace)]).toEqual([short, long]);
    });
});

describe('what the proxy caught behind a hole, with a receive buffer of 16 kB', () => {
  const step = recording.case.steps[0]!;

  // The recordings of hard-limit-online: 373 bytes before the hole, and 8192 (7.0.15), 16 240, 24 432 or 24 460 (2.8.24) behind it.
  it.each<[Pace, FirstWrite, number]>([
    ['fastest', COMMANDS_OF_A_READ, 8_192], ['usual', COMMANDS_OF_A_READ, 16_240], ['slowest', COMMANDS_OF_A_READ, 24_432], ['slowest', FULL_REPLY_BUFFER, 24_460],
  ])('at the pace %s', (pace, firstWrite, bytes) => {
    expect(tempoOf(step, 0, null, false, pace, firstWrite).caughtBytes(16_384)).toBe(bytes);
  });
});

describe('a replay', () => {
  /** A world whose run ends well only if the writes take as long as this; else it says so. What takes longer than 0.53 ms each comes after them. */
  const worldThatTakes = (wantedUs: number, tried: number[]): Engine => (scenario) => {
    const [track] = (scenario satisfies Scenario).timeline;
    const us = track!.steps.reduce((sum, { verb, afterUs }) => (verb.do === 'write-many' ? sum + afterUs : sum), 0);
    tried.push(us);
    let now = 0;
    const done = track!.steps.map((one, index) => ({
      track: 0, index, step: one, startedUs: now, endedUs: (now += one.afterUs + (one.verb.do === 'sleep' ? one.verb.us : 0)), result: { type: 'none' } as const,
    }));
    return { steps: done, facts: [], addresses: [], stopped: us === wantedUs ? '' : `took ${us} µs` };
  };

  it.each([[300_000, [300_000]], [530_000, [300_000, 530_000]]])('agrees if it does at one pace: at %i µs', (wanted, attempts) => {
    const tried: number[] = [];
    expect(replay(recording, '7.2.6', worldThatTakes(wanted, tried)).verdict).toBe('agree');
    expect(tried).toEqual(attempts);
  });

  it('differs if it does at every pace', () => {
    const tried: number[] = [];
    expect(replay(recording, '7.2.6', worldThatTakes(1, tried))).toMatchObject({ verdict: 'differ', differences: [{ path: 'run', got: '6: took 300000 µs' }] });
    expect(tried).toEqual([300_000, 530_000, 300_000, 530_000]);
  });
});
