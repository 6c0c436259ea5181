/**
 * Looks at a running world at regular virtual instants, between two events: nothing is scheduled, nothing is told, and so the
 * run is what it is without it.
 */
import type { NodeSample, Observed, Sample } from '../trace/sample.ts';
import { type Messages, watchMessages } from '../trace/messages.ts';
import { clientSample, nodeSample } from './observe.ts';
import type { World } from './world.ts';

export interface Sampler {
  /** When to look next, µs; Infinity: never. */
  readonly nextUs: number;
  /** Looks, and decides when to look again. */
  look(): void;
  observed(): Observed | null;
}

/** Looks between two regular ones while a byte that somebody will ask for is about to fall out of a backlog. */
const FINER = 16;

const BLIND: Sampler = { nextUs: Infinity, look: () => {}, observed: () => null };

/** `everyUs` null: nobody looks. */
export function createSampler(world: World, everyUs: number | null): Sampler {
  if (everyUs === null) return BLIND;
  const samples: Sample[] = [];
  const messages: Messages = watchMessages(world.trace, everyUs);
  let nextUs = 0;

  const look = (): void => {
    const atUs = world.kernel.nowUs;
    const sample = sampleOf(world);
    if (samples.at(-1)?.atUs === atUs) samples.pop();
    samples.push(sample);
    const regularUs = (Math.floor(atUs / everyUs) + 1) * everyUs;
    const before = samples.findLast((one) => one.atUs <= atUs - everyUs);
    const closer = before !== undefined && isAboutToFallOut(before, sample);
    nextUs = closer ? Math.min(regularUs, atUs + Math.max(1, Math.floor(everyUs / FINER))) : regularUs;
  };

  return {
    get nextUs() { return nextUs; },
    look,
    observed: () => ({ everyUs, samples: [...samples], messages: messages.list() }),
  };
}

function sampleOf(world: World): Sample {
  const names = new Map<number, string>();
  for (const { name, server } of world.nodes) if (server !== null) names.set(server.config['replica-announce-port'] || server.config.port, name);
  return {
    atUs: world.kernel.nowUs,
    nodes: world.nodes.map((node) => nodeSample(node, (port) => names.get(port))),
    clients: world.clients.map(clientSample),
  };
}

/** At its pace since `before`, a window will have passed the next byte of a replica that heard nothing since then by the next look. */
function isAboutToFallOut(before: Sample, { nodes }: Sample): boolean {
  const byName = new Map(nodes.map((node, index) => [node.node, index]));
  return nodes.some((replica) => {
    if (replica.role !== 'replica' || replica.offset < 0 || replica.master === null) return false;
    if (before.nodes[byName.get(replica.node)!]!.offset !== replica.offset) return false;
    const index = byName.get(replica.master);
    if (index === undefined) return false;
    const margin = marginOf(replica, nodes[index]!);
    const pace = (nodes[index]!.backlog?.firstByte ?? 0) - (before.nodes[index]!.backlog?.firstByte ?? 0);
    return margin !== null && margin >= 0 && margin <= pace;
  });
}

/** By how much the next byte that a replica wants is inside of its master's window; null: there is none. */
function marginOf({ offset }: NodeSample, { backlog }: NodeSample): number | null {
  return backlog === null ? null : offset + 1 - backlog.firstByte;
}
