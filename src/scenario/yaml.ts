/**
 * YAML text to the tree of what was written. The only file that knows the package `yaml`.
 *
 * Of YAML 1.2 what a scenario needs: mappings, lists, scalars, and anchors within reason. Refused, each with its
 * place: several documents, tags, merge keys, keys that are no words, a key twice, `__proto__`, control characters,
 * and whatever would make a small text explode. Never throws; problems are values.
 */
import { Composer, type Document, isAlias, isMap, isScalar, isSeq, type Node, Parser, type Scalar } from 'yaml';
import type { Problem } from './place.ts';
import { placeOf, type Source, type Span } from './source.ts';
import type { Written, WrittenEntry } from './tree.ts';

export const MAX_TEXT_LENGTH: number = 512 * 1024;
const MAX_DEPTH = 64;
/** A scenario written out in full stays far below; aliases of aliases do not. */
const MAX_VALUES = 200_000;
/** One slip in YAML makes many errors: the first few say it. */
const MAX_SYNTAX_PROBLEMS = 3;

export type YamlResult = { readonly ok: true; readonly root: Written } | { readonly ok: false; readonly problems: readonly Problem[] };

export function readYaml(source: Source): YamlResult {
  const { text } = source;
  const refuse = (from: number, to: number, message: string, suggestion: string | null = null): YamlResult => ({
    ok: false,
    problems: [{ message, suggestion, place: placeOf({ source, from, to }) }],
  });
  if (text.length > MAX_TEXT_LENGTH) {
    return refuse(0, 0, `the text is too large: ${text.length} characters, at most ${MAX_TEXT_LENGTH} are read`);
  }
  const control = UNPRINTABLE.exec(text);
  if (control !== null) {
    const code = control[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
    return refuse(control.index, control.index + 1, `YAML allows no control character (U+${code}) here`, 'in double quotes it can be written as an escape, such as "\\t"');
  }
  const tokens = [...new Parser().parse(text)];
  const deep = tooDeep(tokens);
  if (deep !== null) return refuse(deep, deep + 1, `nested too deep: more than ${MAX_DEPTH} levels`);

  const composer = new Composer({ schema: 'failsafe', uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
  const documents = [...composer.compose(tokens, true, text.length)];
  const document = documents[0]!;
  if (document.errors.length > 0) return { ok: false, problems: syntaxProblems(document, source, tokens) };
  if (documents.length > 1) {
    const start = documents[1]!.range[0];
    return refuse(start, start + 3, 'a second document begins here; a scenario is one document', 'put each scenario into a file of its own');
  }
  const version = document.directives.yaml;
  if (version.explicit === true && version.version !== '1.2') {
    return refuse(0, lineLength(text, 0), `YAML ${version.version} is not read here`, 'leave the %YAML line out: scenarios are YAML 1.2');
  }
  const reader = createReader(source);
  const root = document.contents === null ? null : reader.read(document.contents, 0);
  if (reader.problems.length > 0) return { ok: false, problems: reader.problems };
  const empty = root === null || (root.kind === 'scalar' && root.text === '' && !root.quoted);
  if (empty) return refuse(0, 0, 'the file says nothing', 'begin with name: and nodes:');
  return { ok: true, root };
}

// eslint-disable-next-line no-control-regex -- these are what it looks for
const UNPRINTABLE = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u0084\u0086-\u009F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

type Token = ReturnType<Parser['parse']> extends Generator<infer T> ? T : never;

/** All tokens with their depth, without recursion: the text may nest deeper than the stack. */
function* walk(tokens: readonly Token[]): Generator<{ readonly token: Token; readonly depth: number }> {
  const rest = tokens.map((token) => ({ token, depth: 0 })).reverse();
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    yield next;
    const { token, depth } = next;
    if (token.type === 'document' && token.value !== undefined) rest.push({ token: token.value, depth });
    if (!('items' in token)) continue;
    for (const item of token.items) {
      if (item.key !== undefined && item.key !== null) rest.push({ token: item.key, depth: depth + 1 });
      if (item.value !== undefined) rest.push({ token: item.value, depth: depth + 1 });
    }
  }
}

/** Where the nesting passes the limit. Composing is recursive, so this is asked before. */
function tooDeep(tokens: readonly Token[]): number | null {
  for (const { token, depth } of walk(tokens)) if (depth > MAX_DEPTH) return token.offset;
  return null;
}

/** Where a bracket or quote was opened that is never closed; YAML notices only at the end. */
function unclosed(tokens: readonly Token[], kind: 'quote' | 'bracket'): number | null {
  let found: number | null = null;
  for (const { token } of walk(tokens)) {
    const quote = token.type === 'double-quoted-scalar' || token.type === 'single-quoted-scalar';
    const open =
      kind === 'quote'
        ? quote && (token.source.length === 1 || token.source.at(-1) !== token.source[0])
        : token.type === 'flow-collection' && !token.end.some(({ type }) => type === 'flow-map-end' || type === 'flow-seq-end');
    if (open && (found === null || token.offset > found)) found = token.offset;
  }
  return found;
}

/** Our words for the errors that people meet; the package's own for the rest. */
function syntaxProblems(document: Document.Parsed, source: Source, tokens: readonly Token[]): Problem[] {
  const { text } = source;
  const last = Math.max(0, text.length - 1);
  return document.errors.slice(0, MAX_SYNTAX_PROBLEMS).map(({ code, pos: [from, to], message }) => {
    const line = text.slice(text.lastIndexOf('\n', from - 1) + 1).split('\n', 1)[0]!;
    const { words, suggestion, open } = explain(code, message, line, text.slice(from, to));
    const start = open === null ? null : unclosed(tokens, open);
    const span = start === null ? { source, from: Math.min(from, last), to } : { source, from: start, to: start + 1 };
    return { message: words, suggestion, place: placeOf(span) };
  });
}

interface Explained {
  readonly words: string;
  readonly suggestion: string | null;
  /** What was left open, when that is the trouble: it is shown rather than the end. */
  readonly open: 'quote' | 'bracket' | null;
}

function explain(code: string, message: string, line: string, found: string): Explained {
  const say = (words: string, suggestion: string | null, open: Explained['open'] = null): Explained => ({ words, suggestion, open });
  const range = /(?:^|[\s,[{:])([^\s"'{,]*\{\d[^{}]*\}[^\s"',}\]]*)/.exec(line)?.[1];
  if (range !== undefined && (code === 'BLOCK_IN_FLOW' || code === 'UNEXPECTED_TOKEN' || code === 'MISSING_CHAR')) {
    return say('braces inside { … } need quotes', `write "${range}" in double quotes`);
  }
  switch (code) {
    case 'TAB_AS_INDENT':
      return say('a tab cannot indent in YAML', 'indent with spaces');
    case 'BLOCK_AS_IMPLICIT_KEY':
      return say('a second "key: value" on one line, or a line that is indented too far', 'indent keys of one mapping alike; put text that contains ": " in quotes');
    case 'MULTILINE_IMPLICIT_KEY':
      return say('this line does not fit its indentation', 'indent keys of one mapping alike');
    case 'BAD_SCALAR_START':
      return say(`text cannot begin with ${found.slice(0, 1)}`, 'put it in double quotes');
    case 'BAD_DQ_ESCAPE':
      return say('double quotes do not know this escape', 'write \\\\ for a backslash, or use single quotes');
    case 'MISSING_CHAR':
    case 'BAD_INDENT':
      if (message.includes('end with a ]')) return say('a list that begins with [ is not closed', 'add a ]', 'bracket');
      if (message.includes('end with a }')) return say('a mapping that begins with { is not closed', 'add a }', 'bracket');
      if (message.includes('quote')) return say('a text in quotes is not closed', 'add the closing quote', 'quote');
      if (message.includes('followed by map values')) return say('a key needs a colon', 'write "key: value"');
      if (message.includes('same column')) return say('this key does not stand under the ones above', 'indent keys of one mapping alike');
      break;
    case 'UNEXPECTED_TOKEN':
      if (message.includes('block-seq-ind')) return say('a list item cannot begin on the line of its key', 'put "- …" on the next line, or write [ … ]');
      break;
    default:
  }
  return say(`YAML: ${lowerFirst(message.split('\n', 1)[0]!)}`, null);
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

function lineLength(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return (end === -1 ? text.length : end) - from;
}

/** The package's nodes to ours. */
function createReader(source: Source): { read: (node: Node, depth: number) => Written | null; problems: Problem[] } {
  const problems: Problem[] = [];
  const anchors = new Map<string, Node>();
  /** Anchored nodes being read: an alias to one of them is a circle. */
  const open = new Set<Node>();
  let values = 0;
  let exhausted = false;

  const spanOf = (node: Node): Span => {
    const [from, to] = node.range ?? [0, 0, 0];
    return { source, from, to: Math.max(to, from) };
  };
  const refuse = (span: Span, message: string, suggestion: string | null = null): null => {
    problems.push({ message, suggestion, place: placeOf(span) });
    return null;
  };

  const read = (node: Node, depth: number): Written | null => {
    if (exhausted) return null;
    const span = spanOf(node);
    values++;
    if (values > MAX_VALUES || depth > MAX_DEPTH) {
      exhausted = true;
      return refuse(span, 'aliases make this larger than a scenario may be', 'write it out, with fewer aliases');
    }
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target === undefined) return refuse(span, `there is no anchor &${node.source} before this alias`);
      if (open.has(target)) return refuse(span, `*${node.source} contains itself`);
      return read(target, depth + 1);
    }
    if (node.tag !== undefined) return refuse(tagBefore(span), 'tags are not read here', 'leave the "!…" out: types follow from the place');
    if ('anchor' in node && typeof node.anchor === 'string') anchors.set(node.anchor, node);
    if (isScalar(node)) return readScalar(node, span);
    open.add(node);
    const written = readCollection(node, span, depth);
    open.delete(node);
    return written;
  };

  /** The tag stands before the value that it belongs to. */
  const tagBefore = (span: Span): Span => {
    const mark = source.text.lastIndexOf('!', span.from);
    const space = Math.max(source.text.lastIndexOf(' ', mark), source.text.lastIndexOf('\n', mark));
    return mark === -1 ? span : { source, from: space + 1, to: mark + /^!\S*/.exec(source.text.slice(mark))![0].length };
  };

  const readCollection = (node: Node, span: Span, depth: number): Written | null => {
    if (isSeq<Node>(node)) {
      const items = node.items.map((item) => read(item, depth + 1));
      return { kind: 'list', items: items.filter((item) => item !== null), span };
    }
    if (isMap<Node, Node | null>(node)) {
      const entries: WrittenEntry[] = [];
      const seen = new Map<string, Span>();
      for (const { key, value } of node.items) {
        const entry = readEntry(key, value, depth, seen);
        if (entry !== null) entries.push(entry);
      }
      return { kind: 'mapping', entries, span };
    }
    return refuse(span, 'this is neither a value, nor a list, nor a mapping');
  };

  const readEntry = (key: Node, value: Node | null, depth: number, seen: Map<string, Span>): WrittenEntry | null => {
    const keySpan = spanOf(key);
    if (!isScalar<string>(key) || key.tag !== undefined) return refuse(keySpan, 'a key is a single word', 'write "key: value"');
    const name = key.value;
    if (name === '') return refuse(keySpan, 'a key is missing before the colon');
    if (name === '<<') return refuse(keySpan, 'merge keys (<<) are not part of YAML 1.2', 'write the keys out');
    if (name === '__proto__') return refuse(keySpan, '"__proto__" cannot be a key');
    const first = seen.get(name);
    if (first !== undefined) return refuse(keySpan, `"${name}" stands here twice: first on line ${placeOf(first).line}`, 'keep one of them');
    seen.set(name, keySpan);
    const end = { source, from: keySpan.to, to: keySpan.to };
    const written = value === null ? ({ kind: 'scalar', text: '', quoted: false, span: end } as const) : read(value, depth + 1);
    return written === null ? null : { key: name, keySpan, value: written };
  };

  return { read, problems };
}

function readScalar(node: Scalar, span: Span): Written {
  return { kind: 'scalar', text: String(node.value), quoted: node.type !== 'PLAIN', span };
}
