/** Judges what an observer heard of the stream. */
import { unreachable } from '../../assert.ts';
import type { StreamExpectation } from '../../scenario/expectation.ts';
import { formatCount, formatInstant } from '../../units.ts';
import type { Evidence } from './evidence.ts';
import { enumerate, failed, HELD, isWithin, judgeCount, type Judgement, quote, range, tooEarly, undecided } from './judgement.ts';

export function judgeStream(expectation: StreamExpectation, evidence: Evidence): Judgement {
  const heard = evidence.streamOf(expectation.observer);
  const commands = heard.map(({ words }) => words.join(' '));
  switch (expectation.asks) {
    case 'count': {
      const found = heard.filter((_, index) => commands[index]!.includes(expectation.contains));
      const last = found.at(-1);
      const when = last === undefined ? '' : ` (the last at ${formatInstant(last.atUs)}, up to byte ${formatCount(last.offset)})`;
      return judgeCount(found.length, expectation.count, evidence) ?? failed(`expected ${range(expectation.count)}; found ${formatCount(found.length)} of ${formatCount(heard.length)} commands${when}`);
    }
    case 'order':
      return judgeOrder(expectation.contains, commands, evidence);
    case 'all': {
      if (evidence.stopped !== '') return undecided(tooEarly(evidence));
      const wanted = expectation.commands;
      const longer = Math.max(wanted.length, commands.length);
      const at = Array.from({ length: longer }, (_, index) => index).find((index) => wanted[index] !== commands[index]);
      if (at === undefined) return HELD;
      const show = (text: string | undefined): string => (text === undefined ? 'none' : quote(text));
      return failed(`expected ${show(wanted[at])} as command ${at + 1} of ${formatCount(wanted.length)}; found ${show(commands[at])}, of ${formatCount(commands.length)}`);
    }
    case 'offset': {
      const last = heard.at(-1);
      if (last !== undefined && isWithin(last.offset, expectation.offset)) return HELD;
      if (evidence.stopped !== '') return undecided(tooEarly(evidence));
      return failed(`expected ${range(expectation.offset)}; found ${last === undefined ? 'nothing heard' : formatCount(last.offset)}`);
    }
    default:
      return unreachable(expectation);
  }
}

function judgeOrder(parts: readonly string[], commands: readonly string[], evidence: Evidence): Judgement {
  let from = 0;
  for (const part of parts) {
    const index = commands.findIndex((text, at) => at >= from && text.includes(part));
    if (index < 0) {
      if (evidence.stopped !== '') return undecided(`not "${part}" yet; ${tooEarly(evidence)}`);
      const before = parts.slice(0, parts.indexOf(part)).map(quote);
      return failed(before.length === 0 ? `found no "${part}"` : `found ${enumerate(before)}, but no "${part}" after that`);
    }
    from = index + 1;
  }
  return HELD;
}
