/** The run as the page uses it: columns read back, and how everything stood at an instant. */
import { lastAtOrBefore } from '../sorted.ts';
import type { PageModel } from '../report/html/data.ts';
import { type PageCurves, type PageFact, type PageMessage, type PageNode, readCurves, readFacts } from '../report/html/read.ts';

export interface PageRun extends Omit<PageModel, 'facts' | 'curves' | 'words'> {
  readonly facts: readonly PageFact[];
  readonly curves: PageCurves | null;
  /** Facts that follow from a fact of another node: what went between them. */
  readonly arrows: readonly Arrow[];
}

export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly sentUs: number;
  readonly arrivedUs: number;
  readonly text: string;
}

export function readRun(model: PageModel): PageRun {
  const facts = readFacts(model.facts, model.words);
  return { ...model, facts, curves: model.curves === null ? null : readCurves(model.curves, model.words), arrows: arrowsOf(facts) };
}

function arrowsOf(facts: readonly PageFact[]): Arrow[] {
  return facts.flatMap((fact): Arrow[] => {
    const cause = facts[fact.cause - 1];
    if (cause === undefined || cause.node === '' || fact.node === '' || cause.node === fact.node || cause.atUs >= fact.atUs) return [];
    return [{ from: cause.node, to: fact.node, sentUs: cause.atUs, arrivedUs: fact.atUs, text: `${plain(cause.kind)} → ${plain(fact.kind)}` }];
  });
}

export function plain(kind: string): string {
  return kind.replaceAll('-', ' ');
}

/** How a node stood when it was looked at last. */
export interface NodeNow {
  readonly node: string;
  readonly state: string;
  readonly role: string;
  readonly master: string | null;
  readonly link: string;
  readonly replid: string;
  readonly offset: number;
  readonly keys: number;
  readonly memory: number;
  readonly backlog: { readonly first: number; readonly end: number; readonly size: number } | null;
  readonly transfer: { readonly received: number; readonly expected: number } | null;
  readonly replicas: readonly { readonly replica: string; readonly state: string; readonly acked: number; readonly buffer: number }[];
}

export function nodesAt({ curves }: PageRun, atUs: number): NodeNow[] {
  if (curves === null) return [];
  const place = Math.max(0, lastAtOrBefore(curves.atUs, atUs));
  return curves.nodes.map((node) => nodeAt(node, place));
}

export function nodeAt({ node, words, numbers, replicas }: PageNode, place: number): NodeNow {
  const [first, length] = [numbers.first[place]!, numbers.length[place]!];
  return {
    node, state: words.state[place] ?? '', role: words.role[place] ?? '', master: words.master[place]!, link: words.link[place] ?? '',
    replid: words.replid[place] ?? '', offset: numbers.offset[place]!, keys: numbers.keys[place]!, memory: numbers.memory[place]!,
    backlog: first < 0 ? null : { first, end: first + length, size: numbers.size[place]! },
    transfer: numbers.received[place]! < 0 ? null : { received: numbers.received[place]!, expected: numbers.expected[place]! },
    replicas: replicas.flatMap(({ replica, state, acked, buffer }) => {
      const shown = state[place] ?? null;
      return shown === null ? [] : [{ replica, state: shown, acked: acked[place]!, buffer: buffer[place]! }];
    }),
  };
}

/** What the next byte that a replica wants is to the window of its master. */
export type Standing = 'in' | 'out' | 'other' | 'none';

/** `other`: it follows another history, in which numbers mean other bytes. */
export function standing(replica: NodeNow, master: NodeNow | undefined): Standing {
  if (master === undefined || master.backlog === null || replica.offset < 0) return 'none';
  if (replica.replid !== master.replid) return 'other';
  return replica.offset + 1 >= master.backlog.first ? 'in' : 'out';
}

/** Those of a list, sorted by their first instant, that lie in a span, at most so many, evenly chosen. */
export function within<Item>(items: readonly Item[], spanOf: (item: Item) => readonly [number, number], fromUs: number, toUs: number, most: number): Item[] {
  const inside = items.filter((item) => {
    const [begin, end] = spanOf(item);
    return begin <= toUs && end >= fromUs;
  });
  if (inside.length <= most) return inside;
  const step = inside.length / most;
  return Array.from({ length: most }, (_, index) => inside[Math.floor(index * step)]!);
}

export const messageSpan = ({ sentUs, arrivedUs }: PageMessage): [number, number] => [sentUs, arrivedUs ?? sentUs];
