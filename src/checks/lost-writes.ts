/**
 * Writes that masters took and that no data set holds any more, and why.
 *
 * A write has a place: an offset of a history. A data set holds everything up to one offset of its history, and of the
 * histories that this one continues, up to where it left them. What lies beyond what all running nodes hold is lost;
 * the reason is what became of the data set of the node that took it. Only writes that entered a stream have a place:
 * what a master takes before it ever had a replica is not counted.
 */
import { formatCount, formatInstant } from '../units.ts';
import type { Fact, NodeState } from '../trace/fact.ts';
import type { Trace } from '../trace/trace.ts';

export interface LostRange {
  readonly node: string;
  readonly writes: number;
  /** First and last byte of the history in question. */
  readonly from: number;
  readonly to: number;
  /** Why; '' when nothing that was told explains it. */
  readonly why: string;
  /** `writes of master (bytes 1 234 to 5 678): …` */
  readonly words: string;
}

export interface LostWrites {
  readonly total: number;
  readonly ranges: readonly LostRange[];
  /** Writes whose place is known. */
  readonly counted: number;
}

export interface WatchedWrites {
  /** Compared with how nodes stand now. */
  lost(nodes: readonly NodeState[]): LostWrites;
}

const CAME_BACK = { nothing: 'without data', rdb: 'with its RDB', aof: 'with its AOF' } as const;

interface History {
  /** What it continues, and up to which offset. */
  parent: Data | null;
  /** Offsets after each write, ascending, and who took it. */
  readonly writes: { readonly node: number; readonly offsets: number[] }[];
}

/** Everything up to an offset of a history. */
interface Data {
  readonly history: History;
  readonly upTo: number;
}

/** What is known of one node. */
interface Holder {
  /** Up to `upTo[node]`; null: nothing. */
  history: History | null;
  /** What its RDB file holds; a child that is at work writes `saving`. */
  disk: Data | null;
  saving: Data | null;
  receivesFile: boolean;
  /** Why it holds less than it did; '' when it does not. */
  why: string;
}

export function watchWrites(trace: Trace): WatchedWrites {
  const histories = new Map<string, History>();
  const indexByName = new Map(trace.names.map((name, index) => [name, index]));
  const holders: readonly Holder[] = trace.names.map(() => ({ history: null, disk: null, saving: null, receivesFile: false, why: '' }));

  const historyNamed = (replid: string, parent: Data | null = null): History => {
    const known = histories.get(replid);
    if (known !== undefined) {
      known.parent ??= parent?.history === known ? null : parent;
      return known;
    }
    const history: History = { parent, writes: [] };
    histories.set(replid, history);
    return history;
  };

  /** By node, up to which offset of its history it has everything. */
  const upTo = new Float64Array(trace.names.length);

  const dataOf = (node: number): Data | null => {
    const history = holders[node]?.history ?? null;
    return history === null ? null : { history, upTo: upTo[node]! };
  };

  const hold = (node: number, history: History | null, offset: number): void => {
    holders[node]!.history = history;
    upTo[node] = offset;
  };

  trace.subscribe(['applied'], (_, node, _kind, _a, offset) => {
    upTo[node] = offset;
  });
  trace.subscribe(['write'], (_, node, _kind, _a, offset) => {
    upTo[node] = offset;
    const history = holders[node]?.history;
    if (history === null || history === undefined) return;
    const last = history.writes.at(-1);
    if (last?.node === node) last.offsets.push(offset);
    else history.writes.push({ node, offsets: [offset] });
  });

  trace.onMilestone(({ atUs, node: name, body }: Fact) => {
    const node = indexByName.get(body.kind === 'process-ended' ? body.node : name) ?? -1;
    const holder = holders[node];
    if (holder === undefined) return;
    const when = formatInstant(atUs);
    switch (body.kind) {
      case 'process-ended':
        holder.saving = null;
        holder.why = body.how === 'exit' ? `it ended at ${when}` : `it ${body.how === 'kill' ? 'was killed' : 'lost its power'} at ${when}`;
        break;
      case 'server-started': {
        const before = body.loaded === 'rdb' ? holder.disk : body.loaded === 'aof' ? dataOf(node) : null;
        hold(node, historyNamed(body.replid, before), body.offset);
        if (holder.why !== '') holder.why += ` and came back at ${when} ${CAME_BACK[body.loaded]}`;
        break;
      }
      case 'replid-restored': {
        const former = /^0*$/.test(body.replid2) ? holder.disk : { history: historyNamed(body.replid2), upTo: body.secondOffset - 1 };
        hold(node, historyNamed(body.replid, former), body.offset);
        break;
      }
      case 'replid-changed':
        // Whatever its name, the data go on; those of a full resync come later.
        if (body.why !== 'full-resync') hold(node, historyNamed(body.replid, dataOf(node)), body.offset);
        break;
      case 'bgsave-started':
        holder.saving = body.target === 'disk' ? dataOf(node) : null;
        break;
      case 'bgsave-ended':
        if (body.outcome === 'ok' && body.target === 'disk') holder.disk = holder.saving;
        holder.saving = null;
        break;
      case 'final-save':
      case 'rdb-saved':
        holder.disk = dataOf(node);
        break;
      case 'transfer-started':
        holder.receivesFile = body.to === 'disk';
        break;
      case 'flush-started':
        hold(node, null, 0);
        holder.why = `it flushed its data for a full resync at ${when}`;
        break;
      case 'link-online':
        hold(node, historyNamed(body.replid), body.offset);
        if (body.how !== 'full') break;
        if (holder.receivesFile) holder.disk = dataOf(node);
        holder.why = `it took over other data in a full resync at ${when}`;
        break;
      default:
    }
  });

  const lost = (nodes: readonly NodeState[]): LostWrites => {
    const held = new Map<History, number>();
    for (const { running, replid, offset } of nodes) {
      if (!running) continue;
      const history = histories.get(replid);
      for (let data: Data | null = history === undefined ? null : { history, upTo: offset }; data !== null; data = data.history.parent) {
        if ((held.get(data.history) ?? -1) >= data.upTo) break;
        held.set(data.history, data.upTo);
      }
    }
    let counted = 0;
    const ranges: LostRange[] = [];
    for (const history of histories.values()) {
      const kept = held.get(history) ?? -1;
      for (const { node, offsets } of history.writes) {
        counted += offsets.length;
        const first = firstAbove(offsets, kept);
        const writes = offsets.length - first;
        if (writes === 0) continue;
        const from = Math.max(kept, 0) + 1;
        const to = offsets.at(-1)!;
        const why = holders[node]!.why;
        const name = trace.names[node]!;
        ranges.push({ node: name, writes, from, to, why, words: `of ${name} (up to byte ${formatCount(to)}, of which ${kept < 0 ? 'nothing' : formatCount(kept)} is left): ${why === '' ? 'nothing tells why' : why}` });
      }
    }
    return { total: ranges.reduce((sum, { writes }) => sum + writes, 0), ranges, counted };
  };
  return { lost };
}

/** Index of the first element above a value. */
function firstAbove(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
