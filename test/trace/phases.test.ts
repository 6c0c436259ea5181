import { describe, expect, it } from 'vitest';
import { noMarks, type Phase, type PhaseMarks, phasesOf, totalOf } from '../../src/trace/phases.ts';

/** Seconds, as one would take them down: `load 42..76`, `save 5..49 (transfer)`. */
const told = (phases: readonly Phase[]): string[] =>
  phases.map(({ phase, fromUs, untilUs, during }) => `${phase} ${fromUs / 1e6}..${untilUs === null ? '' : untilUs / 1e6}${during === null ? '' : ` (${during})`}`);

const marks = (seconds: Partial<Record<keyof PhaseMarks, number | boolean>>): PhaseMarks => {
  const given = Object.entries(seconds).map(([name, value]) => [name, typeof value === 'number' ? value * 1e6 : value]);
  return { ...noMarks(0), ...(Object.fromEntries(given) as Partial<PhaseMarks>) };
};

const S = 1e6;

describe('phases', () => {
  it.each<[string, PhaseMarks, number | null, string[], number | null]>([
    ['from disk, all five', marks({ saveUs: 0, transferUs: 34, receivedUs: 78, flushUs: 78, loadUs: 83, loadedUs: 117, rewritesAof: true, rewrittenUs: 143 }), 117 * S,
      ['wait 0..0', 'save 0..34', 'transfer 34..78', 'flush 78..83', 'load 83..117', 'aof-rewrite 117..143'], 143 * S],
    ['diskless: saved while it is sent, which counts once', marks({ saveUs: 5, transferUs: 6, receivedUs: 49, flushUs: 49, loadUs: 49, loadedUs: 83, diskless: true }), 83 * S,
      ['wait 0..5', 'transfer 5..49', 'save 5..49 (transfer)', 'flush 49..49', 'load 49..83'], 83 * S],
    ['to the parser: loaded while it comes, too', marks({ saveUs: 5, transferUs: 5, receivedUs: 49, flushUs: 5, loadUs: 5, loadedUs: 49, diskless: true, toParser: true }), 49 * S,
      ['wait 0..5', 'transfer 5..49', 'save 5..49 (transfer)', 'load 5..49 (transfer)'], 49 * S],
    ['an append-only file not written when the run ended', marks({ saveUs: 0, transferUs: 1, receivedUs: 2, flushUs: 2, loadUs: 2, loadedUs: 3, rewritesAof: true }), 3 * S,
      ['wait 0..0', 'save 0..1', 'transfer 1..2', 'flush 2..2', 'load 2..3', 'aof-rewrite 3..'], null],
    ['cut in the transfer', marks({ saveUs: 0, transferUs: 34 }), 60 * S, ['wait 0..0', 'save 0..34', 'transfer 34..60'], 60 * S],
    ['cut in a diskless one', marks({ saveUs: 5, transferUs: 6, diskless: true }), 60 * S, ['wait 0..5', 'transfer 5..60', 'save 5..60 (transfer)'], 60 * S],
    ['the run ended while it was saved', marks({ saveUs: 2 }), null, ['wait 0..2', 'save 2..'], null],
    ['never answered', marks({}), 60 * S, ['wait 0..60'], 60 * S],
    ['of a master that said nothing of its BGSAVE (SYNC)', marks({ transferUs: 4, receivedUs: 5, flushUs: 5, loadUs: 5, loadedUs: 6 }), 6 * S,
      ['wait 0..4', 'transfer 4..5', 'flush 5..5', 'load 5..6'], 6 * S],
  ])('%s', (_, given, endedUs, expected, total) => {
    const phases = phasesOf(given, endedUs);
    expect(told(phases)).toEqual(expected);
    expect(totalOf(phases)).toBe(total);
  });
});
