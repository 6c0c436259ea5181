/**
 * When the log of a replayed server agrees with the recorded one: the recorded lines in order, among any others of ours.
 *
 * What the order or the words of lines owe to chance is told here, each with how one knows.
 */
import { type Identities, sameText } from './identities.ts';

/** A recorded line that is not there, or not where it should be. */
export interface LostLine {
  readonly index: number;
  readonly line: string;
  /** What our log has instead. */
  readonly got: string;
}

/** `comparable`: by index of the recorded line; false: there is no view that prints it, or it means nothing here. */
export function lostLines(recorded: readonly string[], ours: readonly string[], ids: Identities, comparable: (line: string) => boolean): readonly LostLine[] {
  const lost: LostLine[] = [];
  const waiting = new Set<string>();
  const found = new Set<number>();
  /** Ours from here on are behind all that was found; and behind all that was found but for the lines whose order is chance. */
  let [behind, behindOrdered] = [0, 0];
  for (const [index, line] of recorded.entries()) {
    const sent = SENT_AND_WAITS.exec(line)?.[1];
    if (sent !== undefined) waiting.add(sent);
    if (!comparable(line)) continue;
    const byTimer = waiting.has(IS_ONLINE.exec(line)?.[1] ?? '');
    if (!byTimer) behindOrdered = behind;
    const at = ours.findIndex((one, i) => i >= behindOrdered && !found.has(i) && sameLine(ids, line, one));
    if (at >= 0) {
      found.add(at);
      behind = Math.max(behind, at + 1);
      if (!byTimer) behindOrdered = behind;
    } else lost.push({ index, line, got: ours[behind] === undefined ? 'no further line' : `not after "${ours[behind - 1] ?? ''}", where "${ours[behind]}" comes next` });
  }
  return lost;
}

/**
 * The other way round: lines of ours that a recording would hold and does not, each text once. What a recording holds are lines that
 * were there in every run, of equal ones in a row one, and of one text at most two.
 */
export function moreLines(recorded: readonly string[], ours: readonly string[], ids: Identities): readonly string[] {
  const once = ours.filter((line, i) => line !== ours[i - 1]);
  return [...new Set(once)].filter((line) => {
    const wanted = Math.min(once.filter((one) => one === line).length, KEPT_OF_ONE_TEXT);
    return recorded.filter((one) => sameLine(ids, one, line)).length < wanted;
  });
}

const KEPT_OF_ONE_TEXT = 2;

/**
 * After a diskless transfer a replica is online with its first ACK, which comes by the replica's own timer up to 6.0, and else when
 * it has loaded: lines about several replicas, with nothing between, are in any order. 30 runs of diskless-delay-two, with five versions, gave five of the six orders.
 */
const IS_ONLINE = /^Synchronization with \w+ (\S+) succeeded$/;
const SENT_AND_WAITS = /^Streamed RDB transfer with \w+ (\S+) succeeded \(socket\)\. Waiting for REPLCONF ACK/;

/** Where a cut struck in a loop of refusals: in the middle of an attempt, or between two. */
export const CUT_IN_HANDSHAKE = 'Master did not respond to command during SYNC handshake';

/**
 * A replica is named by its number where the kernel no longer knew whom a connection had led to (replication.c:
 * replicationGetSlaveName). After a cut that is chance: runs of one version disagree about it.
 */
const NAMED_BY_NUMBER = /^(Connection with \w+ )client id #\d+ lost\.$/;

/**
 * A read of nothing sets no error number, so Redis prints what some other call left behind (syncio.c: syncRead). The recordings
 * hold three of these words for the same event, also in one run.
 */
const STALE_ERROR = /^(Error reply to PING from master: '-Reading from master|I\/O error reading bulk count from MASTER): (?:Success|Operation now in progress|Resource temporarily unavailable)('?)$/;

/**
 * What CLIENT LIST says of a client: file descriptors, buffers and the like are nothing to compare. What it says of the output
 * buffer, when that grew too large, is.
 */
const A_CLIENT = /'id=\d+ [^']*'/;
const CLIENT_OVER_LIMIT = /^Client .*?\b(omem=\d+) .* (scheduled to be closed ASAP)/;
const CLIENT_OF_MASTER = /^(Protocol error \(Master .*\) from client: ).*(\. Query buffer )/;

function sameLine(ids: Identities, expected: string, got: string): boolean {
  const start = NAMED_BY_NUMBER.exec(expected)?.[1];
  if (start !== undefined) return got.startsWith(start) && got.endsWith(' lost.');
  const comparable = (line: string): string => 
    line.replace(A_CLIENT, "'…'").replace(CLIENT_OVER_LIMIT, 'Client … $1 … $2').replace(CLIENT_OF_MASTER, '$1…$2').replace(STALE_ERROR, '$1: …$2');
  return sameText(ids, comparable(expected), comparable(got));
}
