/**
 * Judges an expectation of the author: held, failed, or undecided, with what was found instead.
 *
 * Everything is judged from facts and observed states, so the same function serves a simulated run, a
 * run on real servers and a saved trace. A run that ended before its time leaves undecided what more
 * time could have changed; what no time can mend has failed.
 */
import type { Expectation } from '../../scenario/expectation.ts';
import type { ExpectationResult } from '../outcome.ts';
import { judgeConverged } from './converged.ts';
import type { Evidence } from './evidence.ts';
import type { Judgement } from './judgement.ts';
import { judgeNodes } from './nodes.ts';
import { judgeOverTime } from './over-time.ts';
import { judgePast } from './past.ts';
import { judgeStream } from './stream.ts';

export function judgeExpectation(expectation: Expectation, evidence: Evidence): ExpectationResult {
  const { verdict, detail } = judge(expectation, evidence);
  const { text, place } = expectation;
  return { text, verdict, detail, atUs: evidence.atUs, place: place === null ? null : { file: place.file, line: place.line, column: place.column } };
}

function judge(expectation: Expectation, evidence: Evidence): Judgement {
  const { servers } = expectation;
  if (servers !== undefined && !servers.includes(evidence.server)) return { verdict: 'not-applicable', detail: `meant for ${servers.join(' and ')}` };
  switch (expectation.expect) {
    case 'converged':
      return judgeConverged(expectation, evidence);
    case 'eventually':
    case 'never':
    case 'always':
    case 'not-before':
    case 'order':
      return judgeOverTime(expectation, evidence);
    case 'resyncs':
    case 'resync-count':
    case 'resync-causes':
    case 'disconnections':
    case 'disconnection-count':
    case 'log':
    case 'writes-lost':
    case 'reply':
    case 'client-errors':
      return judgePast(expectation, evidence);
    case 'stream':
      return judgeStream(expectation, evidence);
    default:
      return judgeNodes(expectation, evidence);
  }
}
