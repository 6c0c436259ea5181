/**
 * The log of one node, fact by fact, in the words of the version that it has by then.
 *
 * Most lines are of one fact each (`log-lines.ts`). What takes several to know stands here.
 */
import type { Fact, FactBody } from './fact.ts';
import { logLines, streamedLine } from './log-lines.ts';
import { wordsOf } from './log-words.ts';

/** Facts are handed over in order, those of others too; what comes back are the lines that this one logged. `server`: its first version. */
export function createNodeLog(node: string, server: string): (fact: Fact) => readonly string[] {
  let words = wordsOf(server);
  const fed = createFed();
  return ({ node: by, body }) => {
    if (body.kind === 'process-started' && body.node === node && body.server !== undefined) words = wordsOf(body.server);
    if (by !== node) return [];
    const reached = fed(body);
    return words.saysFileStreamed ? [...logLines(body, words), ...reached.map(streamedLine)] : logLines(body, words);
  };
}

/** Whom a diskless BGSAVE reached when it ended well, by their names: all that it was promised to, without those that were lost. */
function createFed(): (body: FactBody) => readonly string[] {
  const promised = new Map<number, string>();
  return (body) => {
    switch (body.kind) {
      case 'fullresync-sent':
        promised.set(body.fd, body.replica);
        return [];
      case 'replica-lost':
        promised.delete(body.fd);
        return [];
      case 'server-started':
        promised.clear();
        return [];
      case 'bgsave-ended': {
        const names = body.target === 'socket' && body.outcome === 'ok' ? [...promised.values()] : [];
        promised.clear();
        return names;
      }
      default:
        return [];
    }
  };
}
