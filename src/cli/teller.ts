/** What is said on stderr: problems, and bugs of ours. */
import type { Problem } from '../scenario/place.ts';
import { renderProblems } from '../scenario/render.ts';
import { paintFor } from './colour.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { Host } from './host.ts';

export interface Teller {
  /** Tells problems with a text (null: with none), and what they exit with. */
  tell(problems: readonly Problem[], text: string | null): ExitCode;
  say(text: string): void;
}

export function createTeller(host: Host): Teller {
  let first = true;
  const say = (text: string): void => {
    host.stderr.write(first ? text : `\n${text}`);
    first = false;
  };
  return {
    say,
    tell: (problems, text) => {
      if (problems.length === 0) return EXIT.held;
      const said = text === null ? problems.map((problem) => ({ ...problem, message: `sim: ${problem.message}` })) : problems;
      say(renderProblems(said, text ?? '', { paint: paintFor(host.stderr, host.env), columns: host.stderr.columns }));
      return EXIT.badInput;
    },
  };
}
