/**
 * THE decision: full or partial? One pure function, an ordered table of checks, each returning the numbers it
 * compared. The master acts on it, `explain` prints it, its tests are its rows. Before it stands another one: whether
 * a replica is taken on at all.
 * replication.c: syncCommand, masterTryPartialResynchronization
 */

/** The closed vocabulary of reasons, used in reports, JSON, scenarios and tests. */
export type PsyncReason =
  | 'first-contact'
  | 'unknown-id'
  | 'past-second-offset'
  | 'no-backlog'
  | 'offset-before-backlog'
  | 'offset-after-end'
  | 'sync-command'
  | 'in-backlog';

export interface PsyncRequest {
  /** 40 hex digits, or `?`. */
  readonly replid: string;
  /** The first byte wanted: last applied offset + 1; -1 with `?`. */
  readonly offset: number;
}

/** What the master compares with: its two histories and the window of bytes it still holds. */
export interface PsyncState {
  readonly replid: string;
  /** '' in versions that know no such thing (before 4.0). */
  readonly replid2: string;
  /** First offset that is NOT shared with replid2; -1 when there is none. */
  readonly secondOffset: number;
  readonly backlogActive: boolean;
  /** Offset of the oldest byte kept. */
  readonly firstByte: number;
  /** Bytes kept. */
  readonly histlen: number;
  /** master_repl_offset: bytes produced so far. */
  readonly masterOffset: number;
  /** The configured repl-backlog-size, bytes. */
  readonly backlogSize: number;
}

/** The numbers that decided, all of them, whatever the verdict. */
export interface PsyncEvidence extends PsyncState {
  readonly askedReplid: string;
  readonly askedOffset: number;
  /** Bytes by which the request missed the window: before its start, or beyond its end; 0 when inside or not compared. */
  readonly missedBy: number;
  /** Bytes to send for a partial resync; 0 for a full one. */
  readonly toSend: number;
}

export interface PsyncDecision {
  readonly verdict: 'full' | 'partial';
  readonly reason: PsyncReason;
  readonly evidence: PsyncEvidence;
  /** The checks in the order they were made, up to the one that decided. */
  readonly checks: readonly PsyncCheck[];
}

export interface PsyncCheck {
  readonly name: string;
  readonly passed: boolean;
  readonly left: string | number;
  readonly relation: string;
  readonly right: string | number;
}

/** What a server looks at before it takes on a replica. */
export interface AdmissionState {
  /** master_failover_state */
  readonly failover: string;
  /** The state of its link to its own master; null: it has none, and is a master. */
  readonly masterLink: string | null;
  /** It has not written all its replies to this client yet. */
  readonly pendingReplies: boolean;
}

export interface Admission {
  /** null: it takes the replica on. */
  readonly refusal: 'failing-over' | 'no-master-link' | 'pending-replies' | null;
  /** In the order in which they were made, up to the one that decided. */
  readonly checks: readonly PsyncCheck[];
}

/** Decides whether a server answers SYNC or PSYNC at all. replication.c: syncCommand, before "Replica %s asks for synchronization". */
export function admitReplica({ failover, masterLink, pendingReplies }: AdmissionState): Admission {
  const { checks, check } = checklist();
  if (!check('is not failing over', failover === 'no-failover', failover, '=', 'no-failover')) return { refusal: 'failing-over', checks };
  if (masterLink !== null && !check('is in step with its own master', masterLink === 'connected', masterLink, '=', 'connected')) return { refusal: 'no-master-link', checks };
  if (!check('owes this client no reply', !pendingReplies, pendingReplies ? 1 : 0, '=', 0)) return { refusal: 'pending-replies', checks };
  return { refusal: null, checks };
}

/** The checks behind a decision that was made, with what was compared: made once more, on its own evidence. */
export function checksBehind(reason: PsyncReason, evidence: PsyncEvidence): readonly PsyncCheck[] {
  const { checks, check } = checklist();
  // SYNC names no history and no offset: nothing is compared.
  if (!check('asks with PSYNC', reason !== 'sync-command', reason === 'sync-command' ? 'SYNC' : 'PSYNC', '=', 'PSYNC')) return checks;
  return [...checks, ...decidePsync({ replid: evidence.askedReplid, offset: evidence.askedOffset }, evidence).checks];
}

type Check = (name: string, passed: boolean, left: string | number, relation: string, right: string | number) => boolean;

function checklist(): { readonly checks: readonly PsyncCheck[]; readonly check: Check } {
  const checks: PsyncCheck[] = [];
  return {
    checks,
    check: (name, passed, left, relation, right) => {
      checks.push({ name, passed, left, relation, right });
      return passed;
    },
  };
}

/** Decides a PSYNC request. Pure: the same arguments, the same verdict. */
export function decidePsync(request: PsyncRequest, state: PsyncState): PsyncDecision {
  const { checks, check } = checklist();
  const end = state.firstByte + state.histlen;
  const decide = (reason: PsyncReason, missedBy = 0): PsyncDecision => ({
    verdict: reason === 'in-backlog' ? 'partial' : 'full',
    reason,
    checks,
    evidence: {
      ...state,
      askedReplid: request.replid,
      askedOffset: request.offset,
      missedBy,
      toSend: reason === 'in-backlog' ? end - request.offset : 0,
    },
  });

  if (!check('names a history', !request.replid.startsWith('?'), request.replid, 'is not', '?')) return decide('first-contact');
  const asked = request.replid.toLowerCase();
  if (!check('is our history', asked === state.replid, asked, '=', state.replid)) {
    if (state.replid2 === '') return decide('unknown-id');
    if (!check('is our previous history', asked === state.replid2, asked, '=', state.replid2)) return decide('unknown-id');
    if (!check('within what both histories share', request.offset <= state.secondOffset, request.offset, '≤', state.secondOffset)) {
      return decide('past-second-offset', request.offset - state.secondOffset);
    }
  }
  if (!check('there is a backlog', state.backlogActive, state.backlogActive ? 1 : 0, '=', 1)) return decide('no-backlog');
  if (!check('not older than the oldest byte kept', request.offset >= state.firstByte, request.offset, '≥', state.firstByte)) {
    return decide('offset-before-backlog', state.firstByte - request.offset);
  }
  // The byte after the last one is a valid request: nothing was missed (replication.c, "psync_offset > offset + histlen").
  if (!check('not beyond the next byte to come', request.offset <= end, request.offset, '≤', end)) {
    return decide('offset-after-end', request.offset - end);
  }
  return decide('in-backlog');
}
