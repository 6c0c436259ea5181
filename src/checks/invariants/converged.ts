/**
 * Once nothing disturbs any more, all replicas come to have their master's offset and data.
 *
 * Judged at the end, and only where it applies: no fault is active, the loads have stopped, everybody
 * runs. A replica that keeps trying and is refused (a wrong password, a full-sync loop) is a finding
 * about its settings, not about us, and one that still catches up has not had its time: both are
 * "not applicable", with the reason. What is violated is a replica that stands still, or that is where
 * its master is and has other data.
 */
import { formatCount, formatSpan } from '../../units.ts';
import type { Fact, NodeState } from '../../trace/fact.ts';
import { createFaults } from '../../trace/faults.ts';
import type { InvariantResult } from '../outcome.ts';
import type { EndOfRun, Invariant } from './invariant.ts';

const NAME = 'converged';

/** Retransmissions back off up to 120 s: so long may nothing happen after the last fault was healed. */
const SETTLES_US = 130_000_000;

export function converged(names: readonly string[]): Invariant {
  const faults = createFaults();
  const runningLoads = new Map<string, number>();
  /** By node, when it last applied something, and when it last tried to get a link. */
  const appliedAt = new Float64Array(names.length).fill(-SETTLES_US);
  const triedAt = new Float64Array(names.length).fill(-SETTLES_US);
  let disturbedAt = -SETTLES_US;

  const fact = (told: Fact, node: number): void => {
    const { body, atUs } = told;
    const before = faults.active().length;
    faults.feed(told);
    if (before !== faults.active().length) disturbedAt = atUs;
    switch (body.kind) {
      case 'verb':
      case 'wait-timed-out':
      case 'process-started':
      case 'process-ended':
      case 'role-changed':
        disturbedAt = atUs;
        break;
      case 'client-started':
        runningLoads.set(body.client, atUs);
        break;
      case 'client-stopped':
        runningLoads.delete(body.client);
        disturbedAt = atUs;
        break;
      case 'link-connecting':
      case 'link-connect-failed':
      case 'link-handshake-error':
      case 'link-handshake-lost':
      case 'dual-channel-aborted':
      case 'psync-sent':
      case 'psync-reply':
      case 'transfer-started':
      case 'transfer-aborted':
      case 'load-started':
      case 'load-failed':
      case 'link-online':
        if (node >= 0) triedAt[node] = atUs;
        break;
      default:
    }
  };

  const result = (end: EndOfRun): InvariantResult => {
    const notApplicable = (detail: string): InvariantResult => ({ name: NAME, verdict: 'not-applicable', detail, compared: 0 });
    const replicas = end.nodes.filter((state) => state.role === 'replica');
    const uneven = replicas.flatMap((replica) => difference(replica, end.nodes) ?? []);
    // Other data at the same offset is wrong at any time.
    const wrong = uneven.find(({ kind }) => kind === 'data');
    if (wrong !== undefined) return { name: NAME, verdict: 'violated', detail: wrong.words, compared: replicas.length };

    if (end.stopped !== '') return notApplicable(`the run was stopped: ${end.stopped}`);
    const fault = faults.active().find(({ verb }) => verb !== 'shape');
    if (fault !== undefined) return notApplicable(`${fault.words} was not healed`);
    const [load] = runningLoads.keys();
    if (load !== undefined) return notApplicable(`the load of ${load} still ran`);
    const down = end.nodes.find((state) => !state.running);
    if (down !== undefined) return notApplicable(`${down.node} was down`);
    if (replicas.length === 0) return notApplicable('there is no replica');
    const [first] = uneven;
    if (first === undefined) return { name: NAME, verdict: 'held', detail: '', compared: replicas.length };

    const ago = end.atUs - disturbedAt;
    if (ago < SETTLES_US) return notApplicable(`${first.words}; the last disturbance was only ${formatSpan(ago)} ago`);
    const node = names.indexOf(first.node);
    if (end.atUs - triedAt[node]! < SETTLES_US) return notApplicable(`${first.words}; it keeps trying`);
    if (end.atUs - appliedAt[node]! < SETTLES_US) return notApplicable(`${first.words}; it is still catching up`);
    return { name: NAME, verdict: 'violated', detail: `${first.words}, and nothing happens any more`, compared: replicas.length };
  };

  return {
    kinds: ['applied'],
    detail: (atUs, node) => {
      appliedAt[node] = atUs;
    },
    fact,
    result,
  };
}

export interface Difference {
  readonly node: string;
  readonly kind: 'link' | 'offset' | 'data';
  readonly words: string;
}

/** In what a replica differs from its master; null when it does not. */
export function difference(replica: NodeState, nodes: readonly NodeState[]): Difference | null {
  const { node } = replica;
  const differs = (kind: Difference['kind'], words: string): Difference => ({ node, kind, words: `${node} ${words}` });
  const master = nodes.find((state) => state.node === replica.master);
  if (!replica.running) return differs('link', 'is down');
  if (master === undefined) return differs('link', replica.master === null ? 'has no master' : `replicates from ${replica.master}, which is no node here`);
  if (!master.running) return differs('link', `has lost its master ${master.node}, which is down`);
  if (replica.linkState !== 'connected') return differs('link', `has no link to ${master.node} (${replica.linkState})`);
  if (replica.offset !== master.offset) {
    const behind = master.offset - replica.offset;
    return differs('offset', `is ${formatCount(Math.abs(behind))} bytes ${behind > 0 ? 'behind' : 'ahead of'} ${master.node} (${formatCount(replica.offset)} of ${formatCount(master.offset)})`);
  }
  if (replica.digest !== master.digest && !replica.localWrites && replica.replid === master.replid) {
    return differs('data', `has other data than ${master.node} at the same offset ${formatCount(replica.offset)}: ${formatCount(replica.keys)} keys against ${formatCount(master.keys)}`);
  }
  return null;
}
