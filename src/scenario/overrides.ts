/**
 * `--set PATH=VALUE`: changes to what was written, made before it is validated, so that the same rules hold and the same
 * messages appear; their place is the option.
 *
 *   repl-backlog-size=16mb              a directive of every node
 *   replica-a.repl-timeout=10           a directive of one node
 *   network.default.latency=2ms         a value of the scenario
 *   timeline[0].partition.for=10s
 */
import type { Problem } from './place.ts';
import type { Directive } from './scenario.ts';
import { placeOf, type Source, type Span } from './source.ts';
import { suggestWord } from './suggest.ts';
import { childOf, entryOf, type Written, type WrittenList, type WrittenMapping } from './tree.ts';
import { readYaml } from './yaml.ts';

/** Both texts as typed. */
export interface Override {
  readonly path: string;
  readonly value: string;
  /** What a message about it points into, when it was not typed as `--set PATH=VALUE`. */
  readonly typed?: TypedOption;
}

export interface TypedOption {
  /** `--vary` */
  readonly option: string;
  /** Its whole text: the path at its start, or no path at all. */
  readonly text: string;
  /** Where in it the value begins. */
  readonly valueFrom: number;
  /** It is a list of entries, or one entry without its dash, as it would stand in the file. */
  readonly asList?: boolean;
}

/** A change, and what then comes of the run: expectations that fail, or it passes all the same. */
export interface Change {
  readonly set: readonly Override[];
  /** Parts of the words of expectations; empty when it passes. */
  readonly fails: readonly string[];
  /** Why it passes; null when it fails. */
  readonly passes: string | null;
}

export interface AppliedOverrides {
  readonly root: Written;
  /** Sections in which something was changed. */
  readonly touched: ReadonlySet<string>;
  /** Directives of every node (`null`), or of one. */
  readonly directives: readonly { readonly node: string | null; readonly directive: Directive }[];
  readonly problems: readonly Problem[];
}

interface Step {
  readonly name: string | number;
  readonly span: Span;
}

/** Gives a changed tree; the one given stays as it is. */
export function applyOverrides(root: Written, overrides: readonly Override[], sections: readonly string[]): AppliedOverrides {
  const changed = overrides.length === 0 ? root : copyOf(root);
  const directives: { node: string | null; directive: Directive }[] = [];
  const problems: Problem[] = [];
  const touched = new Set<string>();
  const nodes = childOf(root, 'nodes');
  const nodeNames = nodes?.kind === 'mapping' ? nodes.entries.map(({ key }) => key) : [];
  for (const { path, value, typed } of overrides) {
    const text = (typed?.text ?? `${path}=${value}`).replaceAll(/[\r\n]/g, ' ');
    const source: Source = { file: typed?.option ?? '--set', text, main: false };
    const valueFrom = typed?.valueFrom ?? path.length + 1;
    const span = (from: number, to: number): Span => ({ source, from: Math.min(from, text.length), to: Math.min(to, text.length) });
    const refuse = (at: Span, message: string, suggestion: string | null = null): void => {
      problems.push({ message, suggestion, place: placeOf(at) });
    };
    const steps = stepsOf(path, span);
    if (steps === null) {
      refuse(span(0, path.length), `"${path}" is no path`, 'for instance repl-backlog-size, replica-a.repl-timeout or timeline[0].partition.for');
      continue;
    }
    const [first, second, ...more] = steps;
    const name = String(first!.name);
    if (sections.includes(name)) {
      touched.add(name);
      const within = typed === undefined ? span(valueFrom, valueFrom + value.length) : span(valueFrom, text.length);
      const parsed = typed?.asList === true ? listOf(value, within) : { value: valueOf(value, within), problems: [] };
      problems.push(...parsed.problems);
      const wrong = put(changed, steps, parsed.value);
      if (wrong !== null) refuse(wrong.at.span, wrong.message, wrong.suggestion);
    } else if (second === undefined) {
      const place = placeOf(first!.span);
      directives.push({ node: null, directive: { name, value, place, origin: 'option' } });
    } else if (nodeNames.includes(name) && more.length === 0) {
      directives.push({ node: name, directive: { name: String(second.name), value, place: placeOf(second.span), origin: 'option' } });
    } else if (nodeNames.includes(name)) {
      refuse(second.span, `a node has directives here: ${name}.repl-timeout`, `for its other keys write nodes.${path}`);
    } else {
      refuse(first!.span, `"${name}" is neither a node nor a section of the scenario`, suggestWord(name, [...nodeNames, ...sections]));
    }
  }
  return { root: changed, touched, directives, problems };
}

/** `timeline[0].partition.for` as steps, each with its place; null when it is no path. */
function stepsOf(path: string, span: (from: number, to: number) => Span): Step[] | null {
  if (path.startsWith('.')) return null;
  const steps: Step[] = [];
  const pattern = /(?:^|\.)([^.[\]=]+)|\[(\d{1,6})\]/gy;
  while (pattern.lastIndex < path.length) {
    const match = pattern.exec(path);
    if (match === null) return null;
    const [whole, name, index] = match;
    const from = pattern.lastIndex - (name ?? whole).length;
    steps.push({ name: name ?? Number(index), span: span(from, pattern.lastIndex) });
  }
  return steps.length === 0 || typeof steps[0]!.name === 'number' ? null : steps;
}

/** Brackets and quotes as in YAML; anything else is a scalar, whatever it contains. */
function valueOf(value: string, span: Span): Written {
  if (/^\s*[[{"']/.test(value)) {
    const { source, from } = span;
    // Spaces in front keep the offsets those of the option.
    const read = readYaml({ ...source, text: ' '.repeat(from) + value.replaceAll(/[\r\n]/g, ' ') });
    if (read.ok) return withSource(read.root, source);
  }
  return { kind: 'scalar', text: value.trim(), quoted: false, span };
}

/** Entries of a list as YAML, on one line; one alone needs no dash. */
function listOf(value: string, span: Span): { readonly value: Written; readonly problems: readonly Problem[] } {
  const nothing: WrittenList = { kind: 'list', items: [], span };
  const read = readYaml({ ...span.source, text: ' '.repeat(span.from) + value.replaceAll(/[\r\n]/g, ' ') });
  if (!read.ok) return { value: nothing, problems: read.problems };
  const root = withSource(read.root, span.source);
  return { value: root.kind === 'list' ? root : { ...nothing, items: [root] }, problems: [] };
}

interface Wrong {
  readonly at: Step;
  readonly message: string;
  readonly suggestion: string | null;
}

/** Puts a value where the path leads; mappings on the way are made, list entries are not. */
function put(root: Written, steps: readonly Step[], value: Written): Wrong | null {
  let node = root;
  for (const [depth, step] of steps.entries()) {
    const last = depth === steps.length - 1;
    if (typeof step.name === 'number') {
      if (node.kind !== 'list') return wrong(step, `${shown(steps, depth)} is no list`);
      const item = node.items[step.name];
      if (item === undefined) return wrong(step, `${shown(steps, depth)} has ${node.items.length} entries`, node.items.length === 0 ? null : `the first is [0], the last [${node.items.length - 1}]`);
      if (last) node.items[step.name] = value;
      node = item;
      continue;
    }
    if (node.kind !== 'mapping') return wrong(step, `${shown(steps, depth)} is no mapping`, node.kind === 'list' ? `write ${shown(steps, depth)}[0]` : null);
    const child = last ? value : (childOf(node, step.name) ?? emptyMapping(step.span));
    const made = child.kind === 'scalar' && child.text === '' && !last ? emptyMapping(step.span) : child;
    const entry = entryOf(node, step.name);
    if (entry === undefined) node.entries.push({ key: step.name, keySpan: step.span, value: made });
    else if (last || made !== entry.value) node.entries[node.entries.indexOf(entry)] = { ...entry, ...(last ? { keySpan: step.span } : {}), value: made };
    node = made;
  }
  return null;
}

function wrong(at: Step, message: string, suggestion: string | null = null): Wrong {
  return { at, message, suggestion };
}

function shown(steps: readonly Step[], length: number): string {
  return steps.slice(0, length).map(({ name }, index) => (typeof name === 'number' ? `[${name}]` : index === 0 ? name : `.${name}`)).join('');
}

function emptyMapping(span: Span): WrittenMapping {
  return { kind: 'mapping', entries: [], span };
}

function copyOf(node: Written): Written {
  if (node.kind === 'scalar') return node;
  if (node.kind === 'list') return { ...node, items: node.items.map(copyOf) } satisfies WrittenList;
  return { ...node, entries: node.entries.map((entry) => ({ ...entry, value: copyOf(entry.value) })) };
}

/** The same tree, with its spans in another source. */
function withSource(node: Written, source: Source): Written {
  const span = { ...node.span, source };
  if (node.kind === 'scalar') return { ...node, span };
  if (node.kind === 'list') return { ...node, span, items: node.items.map((item) => withSource(item, source)) };
  const entries = node.entries.map((entry) => ({ ...entry, keySpan: { ...entry.keySpan, source }, value: withSource(entry.value, source) }));
  return { ...node, span, entries };
}
