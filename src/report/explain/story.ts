/** How it came to a resync: what happened to its two nodes, from its origin to the question. */
import type { Explanation } from '../../trace/explanation.ts';
import type { Fact } from '../../trace/fact.ts';
import { createResyncs, type Resync } from '../../trace/resyncs.ts';
import { clean } from '../../text.ts';
import { formatSize } from '../../units.ts';
import { type Entry, timeline } from '../pretty/timeline.ts';
import { rich } from '../pretty/rich.ts';
import { count, request, whyAborted } from '../pretty/words.ts';
import type { ToldRun } from './told.ts';

/** Lines of the timeline, the oldest first; the last is the question itself. */
export function storyBefore(explanation: Explanation, { outcome }: Pick<ToldRun, 'outcome'>): Entry[] {
  const { resync, chain, goneAtUs, lostAtUs } = explanation;
  const { facts } = outcome;
  const { replica, master, evidence, facts: { asked } } = resync;
  const first = chain[0]?.id ?? asked;
  const linked = new Set(chain.map(({ id }) => id));
  const about = concernedWith(facts, replica, master);
  const attempts = new Set(outcome.resyncs.map(({ facts: ids }) => ids.asked));
  // How an attempt before ended is a line of its own; what it was answered is told with it.
  const entries = timeline(outcome, false, (id) => id >= first && id < asked && (linked.has(id) || about.has(id)))
    .map((entry) => (attempts.has(entry.fact) ? { ...entry, more: entry.who === clean(replica) ? [] : entry.more.slice(0, 1) } : entry));
  for (const fact of chain) {
    const ended = endedBy(fact, outcome.resyncs, asked);
    if (ended !== null) insert(entries, { atUs: fact.atUs, fact: fact.id, sign: '', who: clean(replica), text: rich(`${ended}${heldUp(fact, explanation)}`), more: [], key: 'ended', tell: 1 });
  }
  const question = facts[asked - 1]!;
  if (goneAtUs !== null && evidence !== null) {
    const text = `lets go of byte ${count(evidence.askedOffset)}: its backlog of ${formatSize(evidence.backlogSize)} is full`;
    insert(entries, { atUs: goneAtUs, fact: asked, sign: '', who: clean(master), text: rich(text), more: [], key: 'gone', tell: 1 });
  }
  if (lostAtUs !== null && resync.backlog !== null && evidence !== null) {
    const text = `loses its backlog${resync.backlog.how === 'process' ? ' with its process' : ''}, and byte ${count(evidence.askedOffset)} with it`;
    insert(entries, { atUs: lostAtUs, fact: asked, sign: '', who: clean(master), text: rich(text), more: [], key: 'lost', tell: 1 });
  }
  entries.push({ atUs: question.atUs, fact: asked, sign: '', who: clean(replica), text: rich(request(resync)), more: [], key: 'asked', tell: 1 });
  return entries;
}

/** In the order of time, and of facts at one instant. */
function insert(entries: Entry[], entry: Entry): void {
  const at = entries.findIndex(({ atUs, fact }) => atUs > entry.atUs || (atUs === entry.atUs && fact > entry.fact));
  entries.splice(at < 0 ? entries.length : at, 0, entry);
}

/** The timeline tells with an attempt how it ended; here its end is a link of the chain. null: this fact ended none. */
function endedBy({ id, body }: Fact, resyncs: readonly Resync[], asked: number): string | null {
  const index = resyncs.findIndex(({ facts, outcome }) => facts.ended === id && facts.asked !== asked && (outcome === 'aborted' || outcome === 'refused'));
  const resync = resyncs[index];
  if (resync === undefined || body.kind === 'process-ended' || body.kind === 'role-changed') return null;
  return resync.outcome === 'refused' ? `is refused (resync ${index + 1}), and tries again` : `gives up resync ${index + 1}: ${whyAborted(body, resync)}`;
}

/** A diskless transfer that stands still for a reason that lies with neither of the two. */
function heldUp({ body }: Fact, { origin, resync: { replica, master } }: Explanation): string {
  if (body.kind !== 'link-timeout' || body.phase !== 'transfer' || origin.is !== 'fault') return '';
  const nodes = new Set(origin.faults.flatMap((fault) => fault.nodes).filter((node) => node !== replica && node !== master));
  return nodes.size === 0 || origin.faults.some((fault) => fault.nodes.includes(replica)) ? '' : `; ${clean([...nodes].join(', '))} held up the pipe that feeds both`;
}

/** Facts that these two told of themselves or of each other, and what was done to them. */
function concernedWith(facts: readonly Fact[], replica: string, master: string): ReadonlySet<number> {
  const resyncs = createResyncs();
  const found = new Set<number>();
  for (const fact of facts) {
    const { id, node, body } = fact;
    const other = 'fd' in body ? resyncs.replicaOf(node, body.fd) : null;
    resyncs.feed(fact);
    if ('fd' in body ? node === master && other === replica : node === replica || node === master) found.add(id);
    if (body.kind === 'verb' && body.nodes.some((one) => one === replica || one === master) && body.nodes.every((one) => one === replica || one === master)) found.add(id);
  }
  return found;
}
