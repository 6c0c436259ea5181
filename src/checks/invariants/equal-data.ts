/**
 * Equal replication id and equal offset mean equal data.
 *
 * The master's writes say which digest the data has at which offset of its history; a replica's ACKs say
 * which digest it has at the offset it acknowledges (32 bits of it, once a second). At checkpoints and at
 * the end, the full digests of all nodes that stand at the same id and offset are compared.
 *
 * A node that took writes of its own is excluded until its next full resync, and named.
 */
import { formatCount, formatInstant } from '../../units.ts';
import { KIND } from '../../trace/trace.ts';
import type { Fact, NodeState } from '../../trace/fact.ts';
import { append, createHistory, digestAt, lastOffset, prune, type History } from './history.ts';
import { createFindings, resultOf, violated, type EndOfRun, type Invariant } from './invariant.ts';

/** Equal-data keeps its promise per node; this is what it knows of one. */
interface NodeView {
  readonly name: string;
  history: History | null;
  /** Lowest offset that it may still acknowledge. */
  standsAt: number;
  localWrites: boolean;
  /** Offsets announced to replicas that load, by connection: they will acknowledge from there. */
  readonly forks: Map<number, number>;
}

const NO_ID = /^0*$/;

export function equalData(names: readonly string[]): Invariant {
  const findings = createFindings();
  const histories = new Map<string, History>();
  const nodes: readonly NodeView[] = names.map((name) => ({ name, history: null, standsAt: 0, localWrites: false, forks: new Map() }));
  const excluded = new Set<string>();

  const historyNamed = (replid: string, parent: History['parent'] = null, tainted = ''): History => {
    const known = histories.get(replid);
    // A restarted node says its id before it says which history that id continues.
    const isBlank = known?.parent === null && known.offsets.length === 0 && parent !== null;
    if (known !== undefined && !isBlank) return known;
    const history = createHistory(replid, parent, tainted);
    histories.set(replid, history);
    return history;
  };

  // -- the master's side: what the data is at which offset

  const wrote = (atUs: number, view: NodeView, offset: number, digest: number): void => {
    const history = (view.history ??= createHistory(''));
    view.standsAt = offset;
    if (offset > lastOffset(history)) {
      append(history, offset, digest);
      if (history.offsets.length > history.pruneAt) prune(history, lowestInUse(history));
      return;
    }
    // Two nodes write under one id: the same offset must be the same data, and nothing else can be said.
    const known = digestAt(history, offset);
    if (known?.offset === offset && known.digest !== digest && !isExcluded(view)) {
      findings.compared++;
      violated(findings, () => `${view.name} at ${formatInstant(atUs)}: wrote other data at offset ${formatCount(offset)} of ${short(history.replid)} than another master of that id`);
    }
  };

  const lowestInUse = (history: History): number => {
    let lowest = lastOffset(history);
    for (const view of nodes) {
      for (const fork of view.forks.values()) if (view.history === history) lowest = Math.min(lowest, fork);
      let from = view.standsAt;
      for (let one = view.history; one !== null; one = one.parent?.history ?? null) {
        if (one === history) lowest = Math.min(lowest, from);
        from = Math.min(from, one.parent?.upTo ?? from);
      }
    }
    return lowest;
  };

  // -- the replica's side: what it says it has

  const acknowledged = (atUs: number, view: NodeView, offset: number, digest: number): void => {
    view.standsAt = offset;
    const { history } = view;
    if (history === null || isExcluded(view)) return;
    const known = digestAt(history, offset);
    if (known === null) return;
    findings.compared++;
    if (known.digest === digest) return;
    violated(
      findings,
      () =>
        `${view.name} at ${formatInstant(atUs)}: has other data than its master had at offset ${formatCount(offset)} of ${short(history.replid)} ` +
        `(digest ${hex(digest)}, should be ${hex(known.digest)}, as after the write that ended at ${formatCount(known.offset)})`,
    );
  };

  const isExcluded = (view: NodeView): boolean => {
    const tainted = view.history?.tainted ?? '';
    if (tainted !== '') excluded.add(tainted);
    if (view.localWrites) excluded.add(view.name);
    return view.localWrites || tainted !== '';
  };

  const fact = ({ body }: Fact, node: number): void => {
    const view = nodes[node];
    if (view === undefined) return;
    switch (body.kind) {
      case 'server-started':
        view.history = historyNamed(body.replid);
        view.standsAt = body.offset;
        view.forks.clear();
        if (body.loaded === 'nothing') view.localWrites = false;
        break;
      case 'replid-restored': {
        const former = NO_ID.test(body.replid2) ? null : { history: historyNamed(body.replid2), upTo: body.secondOffset - 1 };
        view.history = historyNamed(body.replid, former);
        view.standsAt = body.offset;
        break;
      }
      case 'replid-changed': {
        // Up to 3.2 a process that was master before may count from lower offsets again, under the same name.
        if (body.why === 'own-process') histories.delete(body.replid);
        const goesOn = body.why === 'promotion' || body.why === 'continue';
        const former = goesOn && view.history !== null ? { history: view.history, upTo: body.offset } : null;
        // Whoever follows a promoted node inherits the writes that only that node had.
        const tainted = body.why === 'promotion' && isExcluded(view) ? view.name : (former?.history.tainted ?? '');
        view.history = historyNamed(body.replid, former, tainted);
        break;
      }
      case 'link-online':
        view.history = historyNamed(body.replid);
        view.standsAt = body.offset;
        if (body.how === 'full') view.localWrites = false;
        break;
      case 'local-writes-began':
        view.localWrites = true;
        break;
      case 'fullresync-sent':
        view.forks.set(body.fd, body.offset);
        break;
      case 'replica-lost':
        view.forks.delete(body.fd);
        break;
      default:
    }
  };

  // -- at an instant: everybody who stands at the same place

  const compareStates = (states: readonly NodeState[]): void => {
    const firstAt = new Map<string, NodeState>();
    for (const state of states) {
      if (!state.running || state.loading || state.offset < 0 || state.replid === '') continue;
      const view = nodes[names.indexOf(state.node)];
      if (state.localWrites) excluded.add(state.node);
      if (state.localWrites || (view !== undefined && isExcluded(view))) continue;
      const place = `${state.atUs} ${state.replid} ${state.offset}`;
      const other = firstAt.get(place);
      if (other === undefined) {
        firstAt.set(place, state);
        continue;
      }
      findings.compared++;
      if (other.digest === state.digest) continue;
      violated(
        findings,
        () =>
          `${state.node} and ${other.node} at ${formatInstant(state.atUs)}: both at offset ${formatCount(state.offset)} of ${short(state.replid)}, ` +
          `but with other data (${formatCount(state.keys)} and ${formatCount(other.keys)} keys, digests ${state.digest} and ${other.digest})`,
      );
    }
  };

  return {
    kinds: ['write', 'ack-sent', 'ack-received'],
    detail: (atUs, node, kind, a, b, c) => {
      const view = nodes[node];
      if (view === undefined) return;
      if (kind === KIND.write) wrote(atUs, view, b, c | 0);
      else if (kind === KIND['ack-sent']) acknowledged(atUs, view, a, b | 0);
      else if (view.forks.size > 0) view.forks.delete(a);
    },
    fact,
    result: ({ states }: EndOfRun) => {
      compareStates(states);
      const note = excluded.size === 0 ? '' : `not compared, since they took writes of their own: ${[...excluded].join(', ')}`;
      return resultOf('same id and offset, same data', findings, note === '' ? 'no two nodes ever stood at the same place' : note, note);
    },
  };
}

function short(replid: string): string {
  return replid === '' ? 'its history' : `${replid.slice(0, 8)}…`;
}

function hex(digest: number): string {
  return (digest >>> 0).toString(16).padStart(8, '0');
}
