/** Expectations that could never be judged: a mistake of their author, not a verdict. */
import { formatDuration } from '../units.ts';
import type { Expectation, Moment } from './expectation.ts';
import type { Problem } from './place.ts';
import type { LoadSpec, Track } from './scenario.ts';
import { allVerbs } from './steps.ts';
import { suggestWord } from './suggest.ts';

export function impossibleExpectations(expect: readonly Expectation[], clients: readonly LoadSpec[], timeline: readonly Track[], endUs: number): Problem[] {
  const verbs = allVerbs(timeline);
  const stops = new Set(verbs.flatMap((verb) => (verb.do === 'load' && verb.set === 'stop' ? [verb.client] : [])));
  const endless = clients.find(({ name, untilUs }) => untilUs === null && !stops.has(name));
  const notes = verbs.flatMap((verb) => (verb.do === 'note' ? verb.notes.map(({ name }) => name) : []));
  const replies = verbs.flatMap((verb) => ('as' in verb ? [verb.as] : []));
  const problems: Problem[] = [];
  for (const expectation of [...expect, ...verbs.flatMap((verb) => (verb.do === 'expect' ? verb.expectations : []))]) {
    const at = (message: string, suggestion: string | null): void => {
      problems.push({ message, suggestion, place: expectation.place });
    };
    for (const moment of momentsOf(expectation)) {
      if (moment.at === 'load-stopped' && endless !== undefined) {
        at(`the load of ${endless.name} never stops`, `give ${endless.name} an until:, or stop it: load: { stop: ${endless.name} }`);
      } else if (moment.at === 'time' && moment.us > endUs) {
        at(`the run ends before ${formatDuration(moment.us)}, at ${formatDuration(endUs)}`, 'a later end is duration:');
      }
    }
    if (expectation.expect === 'reply' && !replies.includes(expectation.name)) {
      at(`no command of the timeline is named "${expectation.name}"`, replies.length === 0 ? `name it: command: { node: …, run: …, as: ${expectation.name} }` : suggestWord(expectation.name, replies));
    }
    if (expectation.expect === 'delta' && !notes.includes(expectation.note)) {
      at(`the timeline notes no "${expectation.note}"`, notes.length === 0 ? `for instance note: { ${expectation.note}: master.master_repl_offset }` : suggestWord(expectation.note, notes));
    }
  }
  return problems;
}

function momentsOf(expectation: Expectation): Moment[] {
  switch (expectation.expect) {
    case 'converged': {
      const { after } = expectation;
      return [typeof after === 'object' ? { at: 'time', us: after.us } : { at: after }];
    }
    case 'eventually':
      return [expectation.after];
    case 'never':
    case 'always':
    case 'log':
      return [expectation.during.from, expectation.during.until];
    case 'not-before':
      return [expectation.from, expectation.moment];
    case 'order':
      return [...expectation.moments];
    default:
      return [];
  }
}
