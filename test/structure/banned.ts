/**
 * What may not be called where, so that the same scenario and seed give the same trace in every
 * Node, in a browser, in any time zone and locale.
 */
import ts from 'typescript';
import { roomOf } from './rooms.ts';
import type { Source } from './sources.ts';
import { walk } from './sources.ts';

interface Ban {
  readonly what: string;
  /** Why, and what to use instead. */
  readonly instead: string;
  readonly where: (path: string) => boolean;
  readonly matches: (node: ts.Node, source: Source) => boolean;
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
  ...globals(['Date', 'performance'], 'time is the kernel’s: ask the port or the kernel for `now`'),
  ...globals(
    ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'clearTimeout', 'clearInterval'],
    'waiting is an event of the kernel, or a timer of the ports',
  ),
  ...globals(['crypto'], 'chance comes from a named stream, hashes from our own fold'),
  ...globals(['process', 'require', 'globalThis', 'eval'], 'only cli/ and verify/ know the machine that they run on'),
  ...globals(['console'], 'tell a fact, or return text: cli/ prints'),
  ...globals(['Intl'], 'results may not depend on a locale'),
  ...globals(['WeakRef', 'FinalizationRegistry'], 'results may not depend on the garbage collector'),
  members('Math', ['random'], 'chance comes from a named stream', below),
  {
    what: 'localeCompare, toLocale…',
    instead: 'compare with `<`, write numbers with units.ts',
    where: below,
    matches: (node) =>
      ts.isPropertyAccessExpression(node) && /^(localeCompare|toLocale\w*)$/.test(node.name.text),
  },
  {
    what: 'for..in',
    instead: 'its order is nobody’s decision: iterate over an array or a Map',
    where: () => true,
    matches: (node) => ts.isForInStatement(node),
  },
  members(
    'Math',
    [
      ...['pow', 'exp', 'expm1', 'log', 'log1p', 'log2', 'log10', 'cbrt', 'hypot'],
      ...['sin', 'cos', 'tan', 'asin', 'acos', 'atan', 'atan2', 'sinh', 'cosh', 'tanh', 'asinh', 'acosh', 'atanh'],
    ],
    'may differ between engines in the last bit: see kernel/mathematics.ts',
    inCore,
  ),
  {
    what: '**',
    instead: 'may differ between engines: multiply, or write a constant as 2 ** n',
    where: inCore,
    matches: (node) => ts.isBinaryExpression(node) && isPower(node) && !isPowerOfTwo(node),
  },
  {
    what: 'async, await, Promise',
    instead: 'a promise adds an order that nobody wrote down: this room is synchronous',
    where: inCore,
    matches: (node, source) =>
      node.kind === ts.SyntaxKind.AsyncKeyword ||
      ts.isAwaitExpression(node) ||
      (ts.isForOfStatement(node) && node.awaitModifier !== undefined) ||
      (ts.isIdentifier(node) && node.text === 'Promise' && source.isGlobal(node)),
  },
  members('JSON', ['stringify'], 'nothing that is hashed or counted depends on it: encode field by field', inHashing),
  {
    what: 'constructor.name',
    instead: 'the minified bundle has other names',
    where: below,
    matches: (node) => ts.isPropertyAccessExpression(node) && node.name.text === 'constructor',
  },
];

/** Sentences about what is banned and found. */
export function bannedCalls(sources: readonly Source[]): string[] {
  const found: string[] = [];
  for (const source of sources) {
    const bans = BANS.filter((ban) => ban.where(source.path));
    walk(source.ast, (node) => {
      for (const ban of bans) {
        if (ban.matches(node, source)) found.push(`${source.placeOf(node)} uses ${ban.what}: ${ban.instead}`);
      }
    });
  }
  return found;
}

/** A name of the machine's, used as a value. A parameter called `process` is none, nor is `node.process`. */
function globals(names: readonly string[], instead: string): Ban[] {
  return names.map((name) => ({
    what: name,
    instead,
    where: below,
    matches: (node, source) =>
      ts.isIdentifier(node) && node.text === name && isValue(node) && source.isGlobal(node),
  }));
}

function members(object: string, names: readonly string[], instead: string, where: Ban['where']): Ban {
  return {
    what: `${object}.${names[0]!}${names.length > 1 ? ' and its like' : ''}`,
    instead,
    where,
    matches: (node, source) => {
      if (ts.isPropertyAccessExpression(node)) {
        return isGlobalNamed(node.expression, object, source) && names.includes(node.name.text);
      }
      if (ts.isElementAccessExpression(node)) return isGlobalNamed(node.expression, object, source);
      // `const { log } = Math`, `const m = Math`: whatever is done with it cannot be followed.
      return ts.isVariableDeclaration(node) && node.initializer !== undefined && isGlobalNamed(node.initializer, object, source);
    },
  };
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
