/** What verbs are made of: steps, nodes, links, and times that may be left to chance. */
import type * as z from 'zod/mini';
import { findSetting } from '../../../redis/config.ts';
import type { Chance, Directive, IntRange, Step, Verb } from '../../scenario.ts';
import { suggestWord } from '../../suggest.ts';
import { checkDirective } from '../directives.ts';
import { type Link, linkKeys, onLink, resolveLink } from '../links.ts';
import { doc, forms, into, kindOf, leaf, list, mapping, oneOrMore, type Report, type Schema, withMeta } from '../schema.ts';
import type { Scope } from '../scope.ts';
import { hostName, isSpan, nodeName, type Span } from '../values.ts';

export type Steps = readonly Step[];

/** A verb in which times may be ranges. */
export type Loose<V> = V extends unknown ? { readonly [Key in keyof V]: number extends V[Key] ? V[Key] | Span : V[Key] } : never;

/** A step; what is a range in it is left to chance. Its place is the entry's to say, the names of its streams `assemble.ts`'s. */
export function step(verb: Loose<Verb>, afterUs: number | Span = 0): Step {
  const chances: Chance[] = [];
  const least = (field: string, value: unknown): unknown => {
    if (!isSpan(value)) return value;
    chances.push({ field, among: value.chance, stream: '' });
    return value.chance.from;
  };
  const plain = Object.fromEntries(Object.entries(verb).map(([field, value]) => [field, least(field, value)])) as unknown as Verb;
  const after = least('afterUs', afterUs) as number;
  return { afterUs: after, verb: plain, place: null, ...(chances.length === 0 ? {} : { chances }) };
}

export function one(verb: Loose<Verb>): Steps {
  return [step(verb)];
}

// ------------------------------------------------------------------ nodes and hosts

/** One of these nodes, by chance. */
interface OneOf {
  readonly oneOf: readonly string[];
}

export type Which = readonly string[] | OneOf;

export function nodes(scope: Scope): Schema<readonly string[]> {
  return scope.shared('nodes', () => oneOrMore(scope, nodeName(scope), 'a node, or a list of nodes'));
}

export function hosts(scope: Scope): Schema<readonly string[]> {
  return scope.shared('hosts', () => oneOrMore(scope, hostName(scope), 'a host, or a list of hosts'));
}

export function oneOf(scope: Scope): Schema<Which> {
  return into(scope, list(nodeName(scope), 'a list of nodes', { minItems: 1 }), (names): Which => ({ oneOf: names }));
}

/** Nodes, or one of some by chance. */
export function whichNodes(scope: Scope): Schema<Which> {
  return scope.shared('which', () => {
    const some: Schema<Which> = nodes(scope);
    const chosen = into(scope, mapping('one-of: and some nodes', { 'one-of': doc('Chance picks one of these.', oneOf(scope)) }), (written) => written['one-of']);
    return forms<Which>(scope, 'a node, a list of nodes, or { one-of: [a, b] }', { scalar: some, list: some, mapping: chosen });
  });
}

/** Steps for these nodes; for one of them, as many alternatives. */
export function forWhich(which: Which, make: (nodes: readonly string[]) => Steps): Steps {
  if (!('oneOf' in which)) return make(which);
  return one({ do: 'choose', stream: '', among: which.oneOf.map((name) => ({ weight: 1, steps: make([name]) })) });
}

/** A verb that needs nothing but nodes: one step for each. */
export function eachNode(scope: Scope, make: (node: string) => Verb): Schema<Steps> {
  return into(scope, whichNodes(scope), (which) => forWhich(which, (names) => names.map((node) => step(make(node)))));
}

/** `stop: master`, `stop: [a, b]` or `stop: { node: master, how: save }`. */
export function onNodes<S extends z.core.$ZodShape>(
  scope: Scope, keys: S, make: (nodes: readonly string[], written: Partial<z.output<z.ZodMiniObject<S>>>, report: Report) => Steps,
): Schema<Steps> {
  const full = mapping('node: and what to do', { node: doc('The node, or several.', whichNodes(scope)), ...keys }) as unknown as Schema<{ node: Which } & Partial<z.output<z.ZodMiniObject<S>>>>;
  const short = into(scope, nodes(scope), (names, report) => make(names, {}, report));
  return forms(scope, 'a node, a list of nodes, or a mapping with node:', {
    scalar: short,
    list: short,
    mapping: into(scope, full, (written, report) => forWhich(written.node, (names) => make(names, written, report))),
  });
}

/** Two sides, each a host or several, with nobody on both. */
export function sides(scope: Scope): Schema<readonly [readonly string[], readonly string[]]> {
  const expects = 'two sides, such as [master, replica-a] or [[master, replica-a], [replica-b]]';
  return scope.shared('sides', () =>
    into(scope, withMeta(list(hosts(scope), expects), { minItems: 2, maxItems: 2 }), (written, report): readonly [readonly string[], readonly string[]] => {
      const [a = [], b = []] = written;
      if (written.length !== 2) report([], `expected ${expects}, found ${written.length}`);
      const both = b.find((name) => a.includes(name));
      if (both !== undefined) report([1], `"${both}" stands on both sides`);
      return [a, b];
    }),
  );
}

export function othersThan(scope: Scope, side: readonly string[], report: Report): readonly string[] {
  const others = [...scope.nodes.keys(), ...scope.clients, ...scope.observers].filter((name) => !side.includes(name));
  if (others.length === 0) report(['node'], 'nobody is left on the other side');
  return others;
}

/** `master->replica-a` */
export function oneWay(scope: Scope): Schema<readonly [string, string]> {
  const expects = 'a direction such as master->replica-a';
  const known = [...scope.nodes.keys(), ...scope.clients, ...scope.observers];
  return leaf<readonly [string, string]>({
    expects,
    json: { type: 'string', pattern: String.raw`^\S+\s*->\s*\S+$`, examples: ['master->replica-a'] },
    read: (value) => {
      const match = /^\s*([^\s>]+?)\s*(?:->|→|>)\s*([^\s>]+)\s*$/.exec(String(value));
      if (match === null) return { ok: false, message: `expected ${expects}, found ${kindOf(value)}`, suggestion: null };
      const [, from = '', to = ''] = match;
      const stranger = [from, to].find((name) => !known.includes(name));
      if (stranger !== undefined) return { ok: false, message: `there is no node or client "${stranger}"`, suggestion: suggestWord(stranger, known) };
      if (from === to) return { ok: false, message: `"${from}" stands on both sides`, suggestion: null };
      return { ok: true, value: [from, to] };
    },
  });
}

// ------------------------------------------------------------------ relayed links

/** The link passes through a relay from the start: only a proxy can do this to it. */
export function needsRelay(scope: Scope, link: Link): Link {
  scope.relays.add(`${link.replica}>${link.master}`);
  return link;
}

/** A verb on a relayed link: `replica-a>master`, a pair, or a mapping with more to say. */
export function relayed<S extends z.core.$ZodShape>(scope: Scope, keys: S, make: (link: Link, written: z.output<z.ZodMiniObject<S>>) => Loose<Verb>): Schema<Steps> {
  type Written = z.output<z.ZodMiniObject<S>>;
  const full = mapping('a link and what to do with it', { ...linkKeys(scope), ...keys }) as unknown as Schema<
    { between?: readonly [string, string] | undefined; link?: Link | undefined } & Written
  >;
  const long = into(scope, full, (written, report) => one(make(needsRelay(scope, resolveLink(scope, written, report)), written)));
  const allOptional = Object.values(keys).every((key) => (key)._zod.optin === 'optional');
  if (!allOptional) return long;
  const short = into(scope, onLink(scope), (link) => one(make(needsRelay(scope, link), {} as Written)));
  return forms(scope, 'a link such as replica-a>master, or a mapping with between: or link:', { scalar: short, list: short, mapping: long });
}

// ------------------------------------------------------------------ settings

/** Holds settings against the version that a node has by now. */
export function checkAll(scope: Scope, node: string, set: readonly Directive[], runtime: boolean, path: readonly string[], report: Report): void {
  const profile = scope.versions.get(node) ?? scope.nodes.get(node);
  if (profile === undefined || profile === null) return;
  for (const directive of set) {
    // Whether protected settings may change is the server's to say: its own settings decide.
    if (runtime && findSetting(profile, directive.name)?.runtime === 'protected') continue;
    const wrong = checkDirective(profile, directive, runtime);
    if (wrong !== null) report([...path, directive.name], wrong.message, wrong.suggestion, wrong.part);
  }
}

/** The far end of a range, or the one value. */
export function most(value: number | Span): number {
  return isSpan(value) ? value.chance.to : value;
}

export function rangeOf(value: number | Span): IntRange {
  return isSpan(value) ? value.chance : { from: value, to: value };
}
