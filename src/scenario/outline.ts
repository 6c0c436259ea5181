/**
 * The names of a scenario, taken from the tree before anything is validated: nodes with their versions, clients, and who
 * may be whose replica. Whatever is malformed is passed over in silence; validation will speak of it.
 */
import { DEFAULT_PROFILE, findProfile, type Profile } from '../redis/profiles/index.ts';
import { childOf, entriesOf, type Written } from './tree.ts';

export interface Outline {
  readonly nodes: ReadonlyMap<string, Profile | null>;
  readonly clients: readonly string[];
  readonly observers: readonly string[];
  readonly pairs: ReadonlySet<string>;
}

export function outlineOf(root: Written): Outline {
  const common = profileOf(childOf(root, 'server'), DEFAULT_PROFILE);
  const nodes = new Map<string, Profile | null>();
  const pairs = new Set<string>();
  for (const { key, value } of entriesOf(childOf(root, 'nodes'))) {
    nodes.set(key, profileOf(childOf(value, 'server'), common));
    addPair(pairs, key, childOf(value, 'replicaof'));
  }
  const keysOf = (section: string): string[] => entriesOf(childOf(root, section)).map(({ key }) => key);
  for (const section of ['timeline', 'actors']) addPairsBelow(pairs, childOf(root, section));
  return { nodes, clients: keysOf('clients'), observers: keysOf('observers'), pairs };
}

/** Whether the same may be said of both: the same names, in the same order, of the same versions. */
export function sameOutline(a: Outline, b: Outline): boolean {
  return words(a) === words(b);
}

function words({ nodes, clients, observers, pairs }: Outline): string {
  return JSON.stringify([[...nodes].map(([name, profile]) => [name, profile?.name ?? null]), clients, observers, [...pairs]]);
}

function profileOf(server: Written | undefined, otherwise: Profile | null): Profile | null {
  if (server === undefined) return otherwise;
  const found = server.kind === 'scalar' ? findProfile(server.text) : null;
  return found?.ok === true ? found.profile : null;
}

function addPair(pairs: Set<string>, replica: string, master: Written | undefined): void {
  if (master?.kind === 'scalar') pairs.add(`${replica}>${master.text}`);
}

/** Pairs that verbs make, wherever they stand: within repeats and choices, too. */
function addPairsBelow(pairs: Set<string>, written: Written | undefined): void {
  if (written?.kind === 'list') for (const item of written.items) addPairsBelow(pairs, item);
  for (const { key, value } of entriesOf(written)) {
    const node = key === 'replicaof' || key === 'set-replicaof' ? childOf(value, 'node') : undefined;
    if (node?.kind === 'scalar') addPair(pairs, node.text, childOf(value, 'master'));
    addPairsBelow(pairs, value);
  }
}
