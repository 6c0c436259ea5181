/** What conditions ask of the past: lines logged, requests made, connections opened and closed, as the trace tells it. */
import { createNodeLog } from '../trace/node-log.ts';
import type { Fact } from '../trace/fact.ts';
import type { Trace } from '../trace/trace.ts';
import type { Seen } from './conditions.ts';
import type { World } from './world.ts';

export function createSeen(world: World): Seen {
  const { trace } = world;
  const requests = new Map<string, number>();
  const opened = new Map<string, number>();
  const closed = new Map<string, number>();
  const count = (counts: Map<string, number>, key: string): void => { counts.set(key, (counts.get(key) ?? 0) + 1); };
  trace.onMilestone(({ node, body }) => {
    if (body.kind === 'psync-sent' || body.kind === 'sync-sent' || body.kind === 'sync-fallback') count(requests, node);
    else if (body.kind === 'connection-opened') count(opened, linkOf(body.from, body.to));
    else if (body.kind === 'connection-closed') count(closed, linkOf(body.from, body.to));
  });
  const open = (link: string): number => (opened.get(link) ?? 0) - (closed.get(link) ?? 0);
  const lines = createLines(trace, (node) => createNodeLog(node, world.node(node).firstVersion));
  return {
    logged: (node, patterns) => patterns.every((pattern) => lines(node).some((line) => line.includes(pattern))),
    requests: (replica) => requests.get(replica) ?? 0,
    openConnections: (replica, master) => Math.max(open(`${replica}>${master}`), open(behindRelay(replica, master))),
    closedConnections: (replica, master) => closed.get(`${replica}>${master}`) ?? 0,
  };
}

/** Of a link through a relay both parts must be closed: the relay learns of a close later than who closes, and in a hole not at all. */
const behindRelay = (replica: string, master: string): string => `${replica}>${master}>${master}`;

/** A relay is a host called `replica>master`: what opens towards it is the link, what it opens behind itself is not. */
function linkOf(from: string, to: string): string {
  return to.startsWith(`${from}>`) ? to : `${from}>${to}`;
}

/** Lines that a node has logged so far; made when asked for, each fact looked at once. */
function createLines(trace: Trace, logOf: (node: string) => (fact: Fact) => readonly string[]): (node: string) => readonly string[] {
  const perNode = new Map<string, { lines: string[]; seen: number; read: (fact: Fact) => readonly string[] }>();
  return (node) => {
    const known = perNode.get(node) ?? { lines: [], seen: 0, read: logOf(node) };
    perNode.set(node, known);
    for (; known.seen < trace.facts.length; known.seen++) known.lines.push(...known.read(trace.facts[known.seen] as Fact));
    return known.lines;
  };
}
