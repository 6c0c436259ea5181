/**
 * Resyncs: each attempt of a replica to get in step with a master, put together from what both sides told.
 *
 * The replica's facts open and end an attempt; the master's facts, found by their connection, say why it
 * was decided as it was. The two are joined by cause where the world passed it on, else by the name
 * under which the master knows the replica, else by order among those who asked for the same thing.
 */
import type { PsyncEvidence, PsyncReason } from '../redis/replication/psync.ts';
import { type BacklogBegin, createBacklogs } from './backlogs.ts';
import type { Fact, FactBody } from './fact.ts';
import { createPeers, type Peers } from './peers.ts';
import { noMarks, type Phase, phasesOf, type PhaseMarks } from './phases.ts';

/** One attempt of a replica to get in step with a master. */
export interface Resync {
  readonly replica: string;
  /** The node that answered or was meant to; '' when nothing told which. */
  readonly master: string;
  /** When the replica asked. */
  readonly askedAtUs: number;
  /** When the master decided; null if it never did. It may have decided after the replica gave up. */
  readonly decidedAtUs: number | null;
  readonly endedAtUs: number | null;
  readonly kind: 'full' | 'partial' | null;
  readonly reason: PsyncReason | `refused:${string}` | null;
  readonly outcome: 'done' | 'aborted' | 'refused' | 'unfinished';
  readonly asked: { readonly replid: string; readonly offset: number };
  readonly evidence: PsyncEvidence | null;
  /** Since when the master had the backlog that it looked into; null: it had none, or nothing told. */
  readonly backlog: BacklogBegin | null;
  /** Payload bytes: the RDB of a full resync (of an aborted one: what arrived), the backlog bytes of a partial one. */
  readonly bytes: number;
  /** Of a full one, what it spent its time on; the rewrite of the append-only file goes on after its end. */
  readonly phases: readonly Phase[];
  /** Ids of the facts: asked, decided, ended (0: none). */
  readonly facts: { readonly asked: number; readonly decided: number; readonly ended: number };
}

export interface Resyncs {
  feed(fact: Fact): void;
  /** All attempts so far, in the order in which the replicas asked. */
  list(): Resync[];
  /** The node behind a connection of this master that asked SYNC or PSYNC; null when it is not known. */
  replicaOf(master: string, fd: number): string | null;
  /** Whom this replica asked last, else whom it was told to; null when it is not known. */
  masterOf(replica: string): string | null;
}

/** The attempts in these facts. */
export function resyncsOf(facts: readonly Fact[]): Resync[] {
  const resyncs = createResyncs();
  for (const fact of facts) resyncs.feed(fact);
  return resyncs.list();
}

/** An attempt in the making. */
interface Attempt {
  replica: string;
  master: string;
  askedAtUs: number;
  asked: { replid: string; offset: number };
  askedFact: number;
  /** The replica fell back to SYNC: a second question on the same connection. */
  fellBack: boolean;
  /** The file comes over a connection of its own, on which the replica asks once more. */
  overTwo: boolean;
  decidedAtUs: number | null;
  decidedFact: number;
  kind: 'full' | 'partial' | null;
  reason: PsyncReason | null;
  evidence: PsyncEvidence | null;
  backlog: BacklogBegin | null;
  refusal: string | null;
  bytes: number;
  outcome: Resync['outcome'];
  endedAtUs: number | null;
  endedFact: number;
  readonly marks: PhaseMarks;
}

export function createResyncs(peers: Peers = createPeers()): Resyncs {
  const backlogs = createBacklogs();
  const attempts: Attempt[] = [];
  const open = new Map<string, Attempt>();
  const last = new Map<string, Attempt>();
  const byAskFact = new Map<number, Attempt>();
  /** Connections of each master that asked, by their number. */
  const connections = new Map<string, Map<number, Attempt>>();
  /** By replica, its last question if no master has answered it yet; oldest first. Earlier ones can hardly be meant any more. */
  const unanswered = new Map<string, Attempt>();
  /** Nodes whose append-only file a sync has stopped, until a new one is written; with the attempt that began to. */
  const withoutAof = new Map<string, Attempt | null>();

  const ask = (fact: Fact, asked: { replid: string; offset: number }): void => {
    end(fact.node, fact, 'aborted');
    const attempt: Attempt = {
      replica: fact.node, master: peers.masterOf(fact.node) ?? '', askedAtUs: fact.atUs, asked, askedFact: fact.id,
      fellBack: false, overTwo: false, decidedAtUs: null, decidedFact: 0, kind: null, reason: null, evidence: null, backlog: null,
      refusal: null, bytes: 0, outcome: 'unfinished', endedAtUs: null, endedFact: 0,
      marks: noMarks(fact.atUs),
    };
    attempts.push(attempt);
    open.set(fact.node, attempt);
    last.set(fact.node, attempt);
    byAskFact.set(fact.id, attempt);
    wait(attempt);
  };

  const wait = (attempt: Attempt): void => {
    unanswered.delete(attempt.replica);
    unanswered.set(attempt.replica, attempt);
  };

  const end = (replica: string, fact: Fact, outcome: 'done' | 'aborted' | 'refused'): void => {
    const attempt = open.get(replica);
    if (attempt === undefined) return;
    open.delete(replica);
    attempt.endedAtUs = fact.atUs;
    attempt.endedFact = fact.id;
    const refused = outcome === 'aborted' && attempt.refusal !== null && attempt.kind === null;
    attempt.outcome = refused ? 'refused' : outcome;
  };

  /** The attempt behind a question that reached a master. */
  const answer = (fact: Fact, replicaName: string, fits: (attempt: Attempt) => boolean): Attempt | null => {
    const caused = byAskFact.get(fact.cause);
    if (caused !== undefined) return caused;
    if (!/:\d+$/.test(replicaName)) return null; // a bare connection that announced no port is no node's
    const named = peers.nodeAt(replicaName);
    const askedHere = (attempt: Attempt): boolean =>
      attempt.master === '' || attempt.master === fact.node;
    if (named !== null) {
      const attempt = unanswered.get(named);
      return attempt !== undefined && fits(attempt) ? attempt : null;
    }
    const possible = [...unanswered.values()].filter((attempt) => fits(attempt) && askedHere(attempt));
    return possible.find((attempt) => attempt.outcome === 'unfinished') ?? possible[0] ?? null;
  };

  const connect = (attempt: Attempt, master: string, fd: number): void => {
    attempt.master = master;
    const ofMaster = connections.get(master) ?? new Map<number, Attempt>();
    connections.set(master, ofMaster.set(fd, attempt));
    if (unanswered.get(attempt.replica) === attempt) unanswered.delete(attempt.replica);
  };

  const masterFact = (fact: Fact, body: Extract<FactBody, { fd: number }>): void => {
    const known = connections.get(fact.node)?.get(body.fd);
    switch (body.kind) {
      case 'sync-asked': {
        // SYNC comes after a PSYNC that was not understood, on the same connection.
        if (!body.psync && known?.fellBack === true) break;
        const attempt = answer(fact, body.replica, (other) =>
          body.psync ? sameQuestion(other, body.replid, body.offset) : other.fellBack,
        );
        if (attempt !== null) connect(attempt, fact.node, body.fd);
        break;
      }
      case 'sync-refused': {
        const attempt = known ?? answer(fact, body.replica, () => true);
        if (attempt === null) break;
        connect(attempt, fact.node, body.fd);
        attempt.refusal = errorCode(body.error);
        break;
      }
      case 'sync-decided':
        if (known === undefined) break;
        known.decidedAtUs = fact.atUs;
        known.decidedFact = fact.id;
        known.kind = body.verdict;
        known.reason = body.reason;
        known.evidence = body.evidence;
        known.backlog = backlogs.of(fact.node);
        if (body.verdict === 'partial') known.bytes = body.evidence.toSend;
        break;
      case 'rdb-channel-asked': {
        const attempt = answer(fact, body.replica, (other) => other.overTwo);
        if (attempt !== null) connect(attempt, fact.node, body.fd);
        break;
      }
      case 'endoff-sent':
      case 'fullresync-sent':
        if (known !== undefined) known.marks.saveUs ??= fact.atUs;
        break;
      case 'replica-lost':
        if (known !== undefined && known.outcome !== 'unfinished') connections.get(fact.node)?.delete(body.fd);
        break;
      default:
    }
  };

  const feed = (fact: Fact): void => {
    peers.feed(fact);
    backlogs.feed(fact);
    const { body, node } = fact;
    const attempt = open.get(node);
    switch (body.kind) {
      case 'psync-sent':
        ask(fact, { replid: body.replid, offset: body.offset });
        break;
      case 'sync-sent':
        ask(fact, { replid: '?', offset: -1 });
        break;
      case 'sync-fallback':
        if (attempt === undefined) break;
        attempt.fellBack = true;
        byAskFact.set(fact.id, attempt);
        wait(attempt);
        break;
      case 'psync-reply':
        if (attempt === undefined) break;
        if (body.reply === 'fullresync') attempt.kind ??= 'full';
        else if (body.reply === 'continue') attempt.kind ??= 'partial';
        else if (body.reply === 'dual-channel') {
          attempt.kind ??= 'full';
          attempt.overTwo = true;
          wait(attempt);
        }
        else attempt.refusal = errorCode(body.line);
        // A reply that is not understood is followed by SYNC; one that says "later" ends the attempt.
        if (body.reply === 'try-later') end(node, fact, 'refused');
        break;
      case 'rdb-channel-sync-sent':
        if (attempt !== undefined) byAskFact.set(fact.id, attempt);
        break;
      case 'main-channel-streams':
        if (attempt !== undefined && body.inBackground) attempt.marks.streamUs = fact.atUs;
        break;
      case 'transfer-started':
      case 'transfer-ended':
      case 'flush-started':
      case 'load-started':
      case 'load-finished':
      case 'rdb-loaded':
        if (attempt !== undefined) fileFact(attempt, fact.atUs, body);
        break;
      case 'aof-off':
        if (body.why === 'sync') withoutAof.set(node, null);
        else withoutAof.delete(node);
        break;
      case 'aof-rewrite': {
        const rewriting = withoutAof.get(node);
        if (body.phase !== 'finished' || rewriting === undefined) break;
        withoutAof.delete(node);
        if (rewriting !== null) rewriting.marks.rewrittenUs = fact.atUs;
        break;
      }
      case 'transfer-aborted':
        if (attempt === undefined) break;
        attempt.bytes = Math.max(body.received, 0);
        if (body.why === 'error-reply') attempt.refusal = errorCode(body.error);
        end(node, fact, 'aborted');
        break;
      case 'link-online':
        if (attempt === undefined) break;
        attempt.kind ??= body.how;
        if (withoutAof.has(node) && body.how === 'full') {
          attempt.marks.rewritesAof = true;
          withoutAof.set(node, attempt);
        }
        end(node, fact, 'done');
        break;
      case 'link-timeout':
        if (body.phase !== 'connected') end(node, fact, 'aborted');
        break;
      case 'link-handshake-error':
        if (body.fatal) end(node, fact, 'aborted');
        break;
      case 'load-failed':
      case 'dual-channel-aborted':
      case 'link-handshake-lost':
      case 'link-connecting':
      case 'role-changed':
        end(node, fact, 'aborted');
        break;
      case 'server-started':
        end(node, fact, 'aborted');
        connections.delete(node);
        break;
      case 'server-stopped':
        end(node, fact, 'aborted');
        break;
      case 'process-ended':
        end(body.node, fact, 'aborted');
        withoutAof.delete(body.node);
        connections.delete(body.node);
        break;
      default:
        if ('fd' in body) masterFact(fact, body);
    }
  };

  return {
    feed,
    list: () => attempts.map(toResync),
    replicaOf: (master, fd) => connections.get(master)?.get(fd)?.replica ?? null,
    masterOf: (replica) => {
      const asked = last.get(replica)?.master ?? '';
      return asked === '' ? peers.masterOf(replica) : asked;
    },
  };
}

type FileFact = Extract<FactBody, { kind: 'transfer-started' | 'transfer-ended' | 'flush-started' | 'load-started' | 'load-finished' | 'rdb-loaded' }>;

/** What the replica told of the file, on its way and in its hands. */
function fileFact(attempt: Attempt, atUs: number, body: FileFact): void {
  const { marks } = attempt;
  if (body.kind !== 'flush-started' && body.bytes > 0) attempt.bytes = body.bytes;
  switch (body.kind) {
    case 'transfer-started':
      marks.transferUs = atUs;
      marks.diskless = body.framing === 'eof';
      marks.toParser = body.to === 'parser';
      break;
    case 'transfer-ended':
      marks.receivedUs = atUs;
      break;
    case 'flush-started':
      marks.flushUs = atUs;
      break;
    case 'load-started':
      marks.loadUs = atUs;
      break;
    case 'load-finished':
    case 'rdb-loaded':
      marks.loadedUs = atUs;
  }
}

function toResync(attempt: Attempt): Resync {
  const { replica, master, askedAtUs, decidedAtUs, endedAtUs, kind, outcome, evidence, backlog, bytes } = attempt;
  return {
    replica, master, askedAtUs, decidedAtUs, endedAtUs, kind,
    reason: attempt.reason ?? (attempt.refusal === null ? null : `refused:${attempt.refusal}`),
    outcome, asked: { ...attempt.asked }, evidence, backlog, bytes,
    phases: kind === 'full' ? phasesOf(attempt.marks, endedAtUs) : [],
    facts: { asked: attempt.askedFact, decided: attempt.decidedFact, ended: attempt.endedFact },
  };
}

function sameQuestion(attempt: Attempt, replid: string, offset: number): boolean {
  return attempt.asked.replid.toLowerCase() === replid.toLowerCase() && attempt.asked.offset === offset;
}

/** `-NOMASTERLINK Can't SYNC …` is `NOMASTERLINK`. */
function errorCode(line: string): string {
  return /^-?(\S+)/.exec(line)?.[1] ?? 'ERR';
}
