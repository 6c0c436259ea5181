/** `sim glossary`: the words of replication, old and new. */
import { findTerm, glossaryNames, glossaryPage, termPage } from '../report/glossary.ts';
import { suggestWord } from '../scenario/suggest.ts';
import { terminalLook } from './colour.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { Host } from './host.ts';
import { problem } from './problem.ts';
import { createTeller } from './teller.ts';

export function glossaryCommand(words: readonly string[], host: Host): ExitCode {
  const { stdout } = host;
  const options = terminalLook(host);
  // `sim glossary cached master` means one word of two.
  const name = words.join(' ');
  if (name === '') {
    stdout.write(glossaryPage(options));
    return EXIT.held;
  }
  const term = findTerm(name);
  if (term === undefined) {
    const suggestion = suggestWord(name, glossaryNames()) ?? 'sim glossary lists all words';
    return createTeller(host).tell([problem(`the glossary has no word "${name}"`, suggestion)], null);
  }
  stdout.write(termPage(term, options));
  return EXIT.held;
}
