/** The run as the page uses it: columns read back, and how everything stood at an instant. */
import { lastAtOrBefore } from '../sorted.ts';
import type { PageModel } from '../report/html/data.ts';
import type { Position } from '../report/html/standing.ts';
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
export interface NodeNow extends Position {
  readonly node: string;
  readonly state: string;
  readonly role: string;
  readonly master: string | null;
  readonly link: string;
  readonly keys: number;
  readonly memory: number;
  readonly transfer: { readonly received: number; readonly expected: number } | null;
  readonly replicas: readonly { readonly replica: string; readonly state: string; readonly acked: number; readonly buffer: number }[];
}

export function nodesAt({ curves }: PageRun, atUs: number): NodeNow[] {
  if (curves === null) return [];
  const place = Math.max(0, lastAtOrBefore(curves.atUs, atUs));
  return curves.nodes.map((node) => nodeAt(node, place));
}

export function nodeAt({ node, words, numbers, replicas }: PageNode, place: number): NodeNow {
  return {
    ...positionAt({ words, numbers }, place), node, state: words.state[place] ?? '', role: words.role[place] ?? '', master: words.master[place]!, link: words.link[place] ?? '',
    keys: numbers.keys[place]!, memory: numbers.memory[place]!,
    transfer: numbers.received[place]! < 0 ? null : { received: numbers.received[place]!, expected: numbers.expected[place]! },
    replicas: replicas.flatMap(({ replica, state, acked, buffer }) => {
      const shown = state[place] ?? null;
      return shown === null ? [] : [{ replica, state: shown, acked: acked[place]!, buffer: buffer[place]! }];
    }),
  };
}

export function positionAt({ words, numbers }: Pick<PageNode, 'words' | 'numbers'>, place: number): Position {
  const firstByte = numbers.first[place]!;
  return {
    replid: words.replid[place] ?? '', replid2: words.replid2[place] ?? '', secondOffset: numbers.secondOffset[place]!, offset: numbers.offset[place]!,
    backlog: firstByte < 0 ? null : { firstByte, length: numbers.length[place]!, size: numbers.size[place]! },
  };
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
