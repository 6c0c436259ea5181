/** The log of one node, fact by fact, in the words of the version that it has by then. */
import type { Fact } from './fact.ts';
import { logLines } from './log-lines.ts';
import { wordsOf } from './log-words.ts';

/** Facts are handed over in order, those of others too; what comes back are the lines that this one logged. `server`: its first version. */
export function createNodeLog(node: string, server: string): (fact: Fact) => readonly string[] {
  let words = wordsOf(server);
  return ({ node: by, body }) => {
    if (body.kind === 'process-started' && body.node === node && body.server !== undefined) words = wordsOf(body.server);
    return by === node ? logLines(body, words) : [];
  };
}
