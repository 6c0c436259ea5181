/** Small untidiness that should never be committed. */
import ts from 'typescript';
import type { Texts } from '../texts.ts';
import type { Source } from './sources.ts';
import { walk } from './sources.ts';

/** Words that are worth parsing a file for. */
export function mayDisableTests(text: string): boolean {
  return /\b(skip|only|todo|skipIf|runIf|fails|xit|xtest|xdescribe|fit|fdescribe)\b/.test(text);
}

/** Tests that are switched off, or switch the others off: `it.skip`, `describe.only`, `test.todo`, `xit` … */
export function disabledTests(sources: readonly Source[]): string[] {
  const found: string[] = [];
  for (const source of sources) {
    walk(source.ast, (node) => {
      const chained =
        ts.isPropertyAccessExpression(node) &&
        /^(skip|only|todo|skipIf|runIf|fails)$/.test(node.name.text) &&
        /^(it|test|describe|suite|bench)\b/.test(node.expression.getText(source.ast));
      const jasmine = ts.isIdentifier(node) && /^(xit|xtest|xdescribe|fit|fdescribe)$/.test(node.text) && source.isGlobal(node);
      if (chained || jasmine) found.push(`${source.placeOf(node)}: ${node.getText(source.ast)}`);
    });
  }
  return found;
}

interface Leftover {
  readonly what: string;
  readonly pattern: RegExp;
}

// Written so that this file does not find itself.
const LEFTOVERS: readonly Leftover[] = [
  { what: 'a note to oneself', pattern: new RegExp(`\\b(${['FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'].join('|')})\\b`) },
  {
    what: 'a path of someone’s machine',
    pattern: new RegExp(`(?<![\\w.~:/-])/(${['work', 'home/[a-z]\\w*', 'Users/\\w+', 'root', 'tmp', 'private/tmp'].join('|')})/`),
  },
  { what: 'a path of someone’s machine', pattern: /\b[A-Z]:\\+Users\\/ },
  { what: 'a merge that was not finished', pattern: new RegExp(`^(${'<'.repeat(7)} |${'>'.repeat(7)} )`) },
];

/** Lines with such a leftover, as `path:line: what`. */
export function leftovers(texts: Texts): string[] {
  return Object.entries(texts).flatMap(([path, text]) =>
    text
      .split('\n')
      .flatMap((line, index) =>
        LEFTOVERS.filter(({ pattern }) => pattern.test(line)).map(({ what }) => `${path}:${index + 1}: ${what}`),
      ),
  );
}

/** Packages of a lock file that name the server they came from. */
export function lockedToServer(lockFile: string): string[] {
  const { packages } = JSON.parse(lockFile) as { packages: Record<string, { resolved?: string }> };
  return Object.entries(packages).flatMap(([name, { resolved }]) => (resolved === undefined ? [] : [`${name}: ${resolved}`]));
}
