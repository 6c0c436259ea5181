/** Which curves there are, and the numbers behind each: pure, so that a test can look at them. */
import type { PageNode } from '../report/html/read.ts';
import { bytesBehind } from '../report/html/standing.ts';
import { type PageRun, positionAt } from './run.ts';
import { count, size, span } from './words.ts';

export interface Curve {
  readonly name: string;
  /** One a look; null: there is none. */
  readonly values: readonly (number | null)[];
  /** Place of its colour; the same name has the same colour everywhere. */
  readonly colour: number;
  /** `edge`: the border of a window. `step`: it jumps. `dots`: single measurements. */
  readonly as: 'line' | 'edge' | 'step' | 'dots';
}

export interface Chart {
  readonly id: string;
  readonly title: string;
  /** What is to be seen, in a sentence. */
  readonly about: string;
  readonly curves: readonly Curve[];
  /** The area between these two curves is filled: a window. */
  readonly band: readonly [number, number] | null;
  /** Upside down: more is further down. */
  readonly downwards: boolean;
  readonly unit: 'bytes' | 'other';
  readonly format: (value: number) => string;
}

/** More than this nobody can tell apart. */
const MOST_CURVES = 8;

export function chartsOf(run: PageRun, hidden: ReadonlySet<string>): Chart[] {
  const { curves } = run;
  if (curves === null) return [];
  const colours = new Map(run.lanes.map(({ name }, index) => [name, index]));
  const colourOf = (name: string): number => colours.get(name) ?? 0;
  const nodes = curves.nodes.filter(({ node }) => !hidden.has(node));
  const masters = nodes.filter((node) => node.words.role.some((role, at) => role === 'master' && node.numbers.length[at]! > 0));
  return [
    ...masters.slice(0, 3).flatMap((master) => windowChart(master, nodes, colourOf)),
    ...offsetChart(nodes, masters[0], colourOf),
    ...bufferChart(nodes, colourOf),
    ...nodeChart(nodes, colourOf),
    ...clientCharts(run, hidden, colourOf),
  ];
}

/** How far each replica is behind its master, against how far back the master keeps its stream. */
function windowChart(master: PageNode, nodes: readonly PageNode[], colourOf: (name: string) => number): Chart[] {
  const replicas = nodes.filter((node) => node !== master && node.words.master.includes(master.node)).slice(0, MOST_CURVES - 2);
  if (replicas.length === 0) return [];
  const { length } = master.numbers;
  const isMaster = (at: number): boolean => master.words.role[at] === 'master' && length[at]! >= 0;
  return [{
    id: `window-${master.node}`, title: `The backlog window of ${master.node}`,
    about: `How many bytes each replica is behind ${master.node}; shaded: what its backlog keeps. A replica whose line leaves the shade can no longer go on where it stood.`,
    curves: [
      { name: 'newest byte', values: length.map((_, at) => (isMaster(at) ? 0 : null)), colour: colourOf(master.node), as: 'edge' },
      { name: 'oldest byte kept', values: length.map((value, at) => (isMaster(at) ? value : null)), colour: colourOf(master.node), as: 'edge' },
      ...replicas.map(({ node, numbers, words }): Curve => ({
        name: node, colour: colourOf(node), as: 'line',
        values: numbers.offset.map((_, at) => {
          if (!isMaster(at) || words.master[at] !== master.node) return null;
          return bytesBehind(positionAt({ words, numbers }, at), positionAt(master, at));
        }),
      })),
    ],
    band: [1, 0], downwards: true, unit: 'bytes', format: size,
  }];
}

function offsetChart(nodes: readonly PageNode[], master: PageNode | undefined, colourOf: (name: string) => number): Chart[] {
  const shown = nodes.filter(({ numbers }) => numbers.offset.some((offset) => offset >= 0)).slice(0, MOST_CURVES);
  if (shown.length === 0) return [];
  const kept = master === undefined ? [] : [
    { name: `oldest byte kept by ${master.node}`, values: master.numbers.first.map((first) => (first < 0 ? null : first)), colour: colourOf(master.node), as: 'edge' as const },
    { name: `next byte of ${master.node}`, values: master.numbers.first.map((first, at) => (first < 0 ? null : first + master.numbers.length[at]!)), colour: colourOf(master.node), as: 'edge' as const },
  ];
  return [{
    id: 'offsets', title: 'Offsets',
    about: `How many bytes of the stream each node has produced or applied${master === undefined ? '' : `; the shade that slides along is what the backlog of ${master.node} keeps`}.`,
    curves: [...kept, ...shown.map(({ node, numbers }): Curve => ({ name: node, values: numbers.offset.map(present), colour: colourOf(node), as: 'line' }))],
    band: kept.length === 0 ? null : [1, 0], downwards: false, unit: 'other', format: (value) => count(Math.round(value)),
  }];
}

function bufferChart(nodes: readonly PageNode[], colourOf: (name: string) => number): Chart[] {
  const several = nodes.filter(({ replicas }) => replicas.length > 0).length > 1;
  const curves = nodes.flatMap(({ node, replicas }) => replicas.map(({ replica, buffer }): Curve => (
    { name: several ? `${replica} at ${node}` : replica, values: buffer.map(present), colour: colourOf(replica), as: 'step' })));
  const used = curves.filter(({ values }) => values.some((value) => value !== null && value > 0)).slice(0, MOST_CURVES);
  if (used.length === 0) return [];
  return [{ id: 'buffers', title: 'Output buffers', about: 'What waits at the master for each replica, as client-output-buffer-limit counts it.', curves: used, band: null, downwards: false, unit: 'bytes', format: size }];
}

function nodeChart(nodes: readonly PageNode[], colourOf: (name: string) => number): Chart[] {
  const curves = nodes.slice(0, MOST_CURVES).map(({ node, numbers, words }): Curve => (
    { name: node, values: numbers.memory.map((memory, at) => (words.state[at] === 'down' ? null : memory)), colour: colourOf(node), as: 'step' }));
  return curves.length === 0 ? [] : [{ id: 'memory', title: 'Memory', about: 'What each node uses, as maxmemory counts it: data and backlog.', curves, band: null, downwards: false, unit: 'bytes', format: size }];
}

function clientCharts(run: PageRun, hidden: ReadonlySet<string>, colourOf: (name: string) => number): Chart[] {
  const curves = run.curves!;
  const clients = curves.clients.filter(({ client }) => !hidden.has(client)).slice(0, MOST_CURVES);
  if (clients.length === 0) return [];
  const latency = clients.map(({ client, numbers }): Curve => ({
    name: client, colour: colourOf(client), as: 'dots',
    values: numbers.latencyUs.map((us, at) => (us >= 0 ? us : numbers.waitingUs[at]! > 0 ? numbers.waitingUs[at]! : null)),
  }));
  const failed = clients.map(({ client, numbers }): Curve => ({ name: client, values: perSecond(numbers.errors, curves.atUs), colour: colourOf(client), as: 'step' }));
  const done = clients.map(({ client, numbers }): Curve => ({ name: client, values: perSecond(numbers.acknowledged, curves.atUs), colour: colourOf(client), as: 'step' }));
  const erred = failed.some(({ values }) => values.some((value) => value !== null && value > 0));
  const errors = erred ? failed.map((curve) => ({ ...curve, name: `${curve.name}: errors` })) : [];
  return [
    { id: 'latency', title: 'Client latency', about: 'From a request to its reply, one request a look; of one that waits, for how long by now.', curves: latency, band: null, downwards: false, unit: 'other', format: (value) => span(Math.round(value)) },
    {
      id: 'commands', title: erred ? 'Client commands and errors' : 'Client commands', about: erred ? 'Replies a second, and error replies or commands that were never answered.' : 'Replies a second. No command failed.',
      curves: [...done, ...errors], band: null, downwards: false, unit: 'other', format: (value) => `${count(Math.round(value))}/s`,
    },
  ];
}

function perSecond(counts: readonly number[], atUs: readonly number[]): (number | null)[] {
  return counts.map((value, at) => (at === 0 || atUs[at] === atUs[at - 1] ? null : ((value - counts[at - 1]!) * 1_000_000) / (atUs[at]! - atUs[at - 1]!)));
}

function present(value: number): number | null {
  return value < 0 ? null : value;
}
