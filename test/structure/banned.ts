/**
 * What may not be called where, so that the same scenario and seed give the same trace in every
 * Node, in a browser, in any time zone and locale.
 */
import ts from 'typescript';
import { roomOf } from './rooms.ts';
import type { Source } from './sources.ts';
import { walk } from './sources.ts';

interface Ban {
  /** Why, and what to use instead. */
  readonly instead: string;
  readonly where: (path: string) => boolean;
  /** The kinds of nodes that it can be. */
  readonly kinds: readonly ts.SyntaxKind[];
  /** What of it this node is, in words; null: it is none. */
  readonly finds: (node: ts.Node, source: Source) => string | null;
}

/** The rooms that meet the real machine. */
const OUTSIDE = ['cli', 'verify'];
/** The rooms where a number or an order decides what is in the trace. */
const CORE = ['kernel', 'network', 'redis', 'clients', 'trace', 'scenario', 'checks', 'simulation', 'run.ts', 'assert.ts', 'units.ts', 'text.ts', 'sorted.ts'];

const below = (path: string): boolean => !OUTSIDE.includes(roomOf(path));
const inCore = (path: string): boolean => CORE.includes(roomOf(path));
const inHashing = (path: string): boolean =>
  ['kernel', 'network', 'redis', 'simulation'].includes(roomOf(path)) ||
  (inCore(path) && /(hash|digest|fold)[^/]*\.ts$/i.test(path));

export const BANS: readonly Ban[] = [
  globals(['Date', 'performance'], 'time is the kernel’s: ask the port or the kernel for `now`'),
  globals(
    ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'clearTimeout', 'clearInterval'],
    'waiting is an event of the kernel, or a timer of the ports',
  ),
  globals(['crypto'], 'chance comes from a named stream, hashes from our own fold'),
  globals(['process', 'require', 'globalThis', 'eval'], 'only cli/ and verify/ know the machine that they run on'),
  globals(['console'], 'tell a fact, or return text: cli/ prints'),
  globals(['Intl'], 'results may not depend on a locale'),
  globals(['WeakRef', 'FinalizationRegistry'], 'results may not depend on the garbage collector'),
  members('Math', ['random'], 'chance comes from a named stream', below),
  one('localeCompare, toLocale…', 'compare with `<`, write numbers with units.ts', below, [ts.SyntaxKind.PropertyAccessExpression],
    (node) => ts.isPropertyAccessExpression(node) && /^(localeCompare|toLocale\w*)$/.test(node.name.text)),
  one('for..in', 'its order is nobody’s decision: iterate over an array or a Map', () => true, [ts.SyntaxKind.ForInStatement], () => true),
  members(
    'Math',
    [
      ...['pow', 'exp', 'expm1', 'log', 'log1p', 'log2', 'log10', 'cbrt', 'hypot'],
      ...['sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'atan2', 'sinh', 'cosh', 'tanh', 'asinh', 'acosh', 'atanh'],
    ],
    'may differ between engines in the last bit: see kernel/mathematics.ts',
    inCore,
  ),
  one('**', 'may differ between engines: multiply, or write a constant as 2 ** n', inCore, [ts.SyntaxKind.BinaryExpression],
    (node) => ts.isBinaryExpression(node) && isPower(node) && !isPowerOfTwo(node)),
  one('async, await, Promise', 'a promise adds an order that nobody wrote down: this room is synchronous', inCore,
    [ts.SyntaxKind.AsyncKeyword, ts.SyntaxKind.AwaitExpression, ts.SyntaxKind.ForOfStatement, ts.SyntaxKind.Identifier],
    (node, source) =>
      node.kind === ts.SyntaxKind.AsyncKeyword ||
      ts.isAwaitExpression(node) ||
      (ts.isForOfStatement(node) && node.awaitModifier !== undefined) ||
      isGlobalNamed(node, 'Promise', source)),
  members('JSON', ['stringify'], 'nothing that is hashed or counted depends on it: encode field by field', inHashing),
  one('constructor.name', 'the minified bundle has other names', below, [ts.SyntaxKind.PropertyAccessExpression],
    (node) => ts.isPropertyAccessExpression(node) && node.name.text === 'constructor'),
];

/** Sentences about what is banned and found. */
export function bannedCalls(sources: readonly Source[]): string[] {
  const found: string[] = [];
  for (const source of sources) {
    // Of the many nodes few are of a kind that can be banned.
    const bans = new Map<ts.SyntaxKind, Ban[]>();
    for (const ban of BANS.filter(({ where }) => where(source.path))) {
      for (const kind of ban.kinds) bans.set(kind, [...(bans.get(kind) ?? []), ban]);
    }
    walk(source.ast, (node) => {
      for (const { finds, instead } of bans.get(node.kind) ?? []) {
        const what = finds(node, source);
        if (what !== null) found.push(`${source.placeOf(node)} uses ${what}: ${instead}`);
      }
    });
  }
  return found;
}

function one(what: string, instead: string, where: Ban['where'], kinds: Ban['kinds'], matches: (node: ts.Node, source: Source) => boolean): Ban {
  return { instead, where, kinds, finds: (node, source) => (matches(node, source) ? what : null) };
}

/** A name of the machine's, used as a value. A parameter called `process` is none, nor is `node.process`. */
function globals(names: readonly string[], instead: string): Ban {
  const banned = new Set(names);
  return {
    instead,
    where: below,
    kinds: [ts.SyntaxKind.Identifier],
    finds: (node, source) => (ts.isIdentifier(node) && banned.has(node.text) && isValue(node) && source.isGlobal(node) ? node.text : null),
  };
}

function members(object: string, names: readonly string[], instead: string, where: Ban['where']): Ban {
  return one(`${object}.${names[0]!}${names.length > 1 ? ' and its like' : ''}`, instead, where,
    [ts.SyntaxKind.PropertyAccessExpression, ts.SyntaxKind.ElementAccessExpression, ts.SyntaxKind.VariableDeclaration],
    (node, source) => {
      if (ts.isPropertyAccessExpression(node)) return names.includes(node.name.text) && isGlobalNamed(node.expression, object, source);
      if (ts.isElementAccessExpression(node)) return isGlobalNamed(node.expression, object, source);
      // `const { log } = Math`, `const m = Math`: whatever is done with it cannot be followed.
      return ts.isVariableDeclaration(node) && node.initializer !== undefined && isGlobalNamed(node.initializer, object, source);
    });
}

function isGlobalNamed(node: ts.Node, name: string, source: Source): boolean {
  return ts.isIdentifier(node) && node.text === name && source.isGlobal(node);
}

/** Neither the name of a member, nor part of a type. */
function isValue(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  return !(ts.isPropertyAssignment(parent) && parent.name === node) && !ts.isTypeReferenceNode(parent);
}

function isPower(node: ts.BinaryExpression): boolean {
  const operator = node.operatorToken.kind;
  return operator === ts.SyntaxKind.AsteriskAsteriskToken || operator === ts.SyntaxKind.AsteriskAsteriskEqualsToken;
}

/** `2 ** 53`: a constant that every engine has exactly. */
function isPowerOfTwo({ left, right }: ts.BinaryExpression): boolean {
  const exponent = ts.isPrefixUnaryExpression(right) && right.operator === ts.SyntaxKind.MinusToken ? right.operand : right;
  return ts.isNumericLiteral(left) && left.text === '2' && ts.isNumericLiteral(exponent) && /^\d+$/.test(exponent.text);
}
