/** Changes that cannot be made, or that name no expectation, are mistakes of the author: found when the scenario is read. */
import type { Change, Override } from './overrides.ts';
import type { Problem } from './place.ts';
import type { Scenario } from './scenario.ts';
import { placeOf } from './source.ts';
import { allVerbs } from './steps.ts';
import { suggestWord } from './suggest.ts';
import { type Path, spanAt, type Written } from './tree.ts';

/** `attempt` reads the same text with overrides, and gives what is wrong with it then. */
export function whatIfProblems(whatIf: readonly Change[], { expect, timeline }: Scenario, root: Written, attempt: (set: readonly Override[]) => readonly Problem[]): Problem[] {
  const words = [...allVerbs(timeline).flatMap((verb) => (verb.do === 'expect' ? verb.expectations : [])), ...expect].map(({ text }) => text);
  return whatIf.flatMap(({ set, fails }, index) => {
    const path = ['what-if', index];
    const nameless = fails.filter((part) => !words.some((text) => text.includes(part)));
    return [
      ...attempt(set).map((problem) => inPlace(problem, set, root, [...path, 'set'])),
      ...nameless.map((part): Problem => ({
        message: `no expectation has the words "${part}"`,
        suggestion: suggestWord(part, words) ?? (words[0] === undefined ? 'write an expect: first' : `for instance "${words[0]}"`),
        place: placeOf(spanAt(root, [...path, 'fails'])),
      })),
    ];
  });
}

/** A mistake in an option is one in the entry that the option was made of. */
function inPlace({ message, suggestion, place }: Problem, set: readonly Override[], root: Written, path: Path): Problem {
  const option = place?.file === '--set' ? set.find(({ path: key, value }) => place.excerpt === `${key}=${value}`) : undefined;
  if (option === undefined || place === null) {
    const where = place === null ? '' : ` (line ${place.line})`;
    return { message: `with this change: ${message}${where}`, suggestion, place: placeOf(spanAt(root, path, 'key')) };
  }
  const part = place.column <= option.path.length ? 'key' : 'value';
  return { message, suggestion, place: placeOf(spanAt(root, [...path, option.path], part)) };
}
