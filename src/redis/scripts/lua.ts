/**
 * Scripts as a tree: the small part of Lua that is read here.
 *
 *   statements    local x = …   x = …   if … then … elseif … else … end   return …   a call
 *   expressions   nil true false, numbers, strings, {a, b}, KEYS ARGV and locals, t[i] t.name #t
 *                 redis.call redis.pcall redis.error_reply redis.status_reply redis.replicate_commands tonumber tostring
 *                 or and  == ~= < <= > >=  ..  + - * / %  not -
 *
 * There are no loops and no functions, so every script ends. Whatever else Lua has is refused by name: a script that
 * cannot be run as Redis would run it is not run at all.
 */

export type Expression =
  | { readonly is: 'value'; readonly value: null | boolean | number | string }
  | { readonly is: 'name'; readonly name: string; readonly line: number }
  | { readonly is: 'table'; readonly items: readonly Expression[] }
  | { readonly is: 'index'; readonly of: Expression; readonly key: Expression; readonly line: number }
  | { readonly is: 'call'; readonly callee: Expression; readonly args: readonly Expression[]; readonly line: number }
  | { readonly is: 'unary'; readonly op: Unary; readonly of: Expression; readonly line: number }
  | { readonly is: 'binary'; readonly op: Binary; readonly left: Expression; readonly right: Expression; readonly line: number };

export type Unary = 'not' | '-' | '#';
export type Binary = 'or' | 'and' | '==' | '~=' | '<' | '<=' | '>' | '>=' | '..' | '+' | '-' | '*' | '/' | '%';

export type Statement =
  | { readonly is: 'local'; readonly name: string; readonly value: Expression | null }
  | { readonly is: 'assign'; readonly name: string; readonly value: Expression; readonly line: number }
  | { readonly is: 'if'; readonly branches: readonly { readonly when: Expression; readonly then: readonly Statement[] }[]; readonly otherwise: readonly Statement[] }
  | { readonly is: 'return'; readonly value: Expression | null }
  | { readonly is: 'call'; readonly call: Expression };

export type Parsed = { readonly ok: true; readonly body: readonly Statement[] } | { readonly ok: false; readonly line: number; /** The word that is not read. */ readonly at: string };

interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'symbol' | 'end';
  readonly text: string;
  readonly line: number;
}

/** Thrown inside, never out. */
class Unread extends Error {
  readonly token: Token;
  constructor(token: Token) {
    super(token.text);
    this.token = token;
  }
}

/** `firstLine`: what the first line is called; a `#!` line before it has been cut off. */
export function parseLua(source: string, firstLine = 1): Parsed {
  try {
    const parser = new Parser(tokensOf(source, firstLine));
    return { ok: true, body: parser.chunk() };
  } catch (error) {
    if (error instanceof Unread) return { ok: false, line: error.token.line, at: error.token.kind === 'end' ? 'the end of the script' : error.token.text };
    throw error;
  }
}

// ------------------------------------------------------------------ words

const TOKEN = /(\s+|--[^\n]*)|([A-Za-z_]\w*)|(0[xX][0-9a-fA-F]+|\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)|("(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*')|(\.\.\.|\.\.|==|~=|<=|>=|[-+*/%^#<>=(){}[\];:,.])|([^])/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', a: '\x07', b: '\b', f: '\f', v: '\v' };

function tokensOf(source: string, firstLine: number): Token[] {
  const tokens: Token[] = [];
  let line = firstLine;
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(source); match !== null && match[0] !== ''; match = TOKEN.exec(source)) {
    const [text, blank, name, number, string, symbol] = match;
    const long = text === '[' && /^\[=*\[/.test(source.slice(match.index)); // [[ … ]] strings
    if (blank !== undefined && !/^--\[=*\[/.test(text)) line += text.split('\n').length - 1;
    else if (name !== undefined) tokens.push({ kind: 'name', text, line });
    else if (number !== undefined) tokens.push({ kind: 'number', text, line });
    else if (string !== undefined) {
      tokens.push({ kind: 'string', text: text.slice(1, -1).replaceAll(/\\(\d{1,3}|[^])/g, (_, escape: string) => unescaped(escape)), line });
      line += text.split('\n').length - 1;
    } else if (symbol !== undefined && !long) tokens.push({ kind: 'symbol', text, line });
    else throw new Unread({ kind: 'symbol', text, line });
  }
  tokens.push({ kind: 'end', text: '', line });
  return tokens;
}

function unescaped(escape: string): string {
  return /^\d/.test(escape) ? String.fromCharCode(Number(escape) & 0xff) : (ESCAPES[escape] ?? escape);
}

// ------------------------------------------------------------------ sentences

const KEYWORDS = new Set([
  'and', 'break', 'do', 'else', 'elseif', 'end', 'false', 'for', 'function', 'if', 'in', 'local', 'nil', 'not', 'or', 'repeat', 'return', 'then', 'true', 'until', 'while',
]);
const LEVELS: readonly (readonly Binary[])[] = [['or'], ['and'], ['==', '~=', '<', '<=', '>', '>='], ['..'], ['+', '-'], ['*', '/', '%']];
/** `KEYS` and `ARGV` are tables; the rest is called, or asked whether it is there. */
export const GLOBALS: ReadonlySet<string> = new Set(['KEYS', 'ARGV', 'redis', 'tonumber', 'tostring']);
export const REDIS_API: ReadonlySet<string> = new Set(['call', 'pcall', 'error_reply', 'status_reply', 'replicate_commands']);

class Parser {
  private readonly tokens: readonly Token[];
  private at = 0;
  private readonly scopes: string[][] = [[]];

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  chunk(): readonly Statement[] {
    const body = this.block();
    if (this.next.kind !== 'end') throw new Unread(this.next);
    return body;
  }

  private get next(): Token {
    return this.tokens[this.at]!;
  }

  private take(): Token {
    return this.tokens[this.at++]!;
  }

  private accept(text: string): boolean {
    const { kind } = this.next;
    if ((kind !== 'symbol' && kind !== 'name') || this.next.text !== text) return false;
    this.at += 1;
    return true;
  }

  private expect(text: string): void {
    if (!this.accept(text)) throw new Unread(this.next);
  }

  private name(): Token {
    const token = this.take();
    if (token.kind !== 'name' || KEYWORDS.has(token.text)) throw new Unread(token);
    return token;
  }

  private block(): readonly Statement[] {
    const statements: Statement[] = [];
    this.scopes.push([]);
    while (this.next.kind !== 'end' && !['end', 'else', 'elseif'].includes(this.next.text)) {
      const statement = this.statement();
      this.accept(';');
      statements.push(statement);
      if (statement.is === 'return') break; // nothing may follow it
    }
    this.scopes.pop();
    return statements;
  }

  private statement(): Statement {
    if (this.accept('return')) {
      const { kind, text } = this.next;
      const bare = kind === 'end' || ['end', 'else', 'elseif', ';'].includes(text);
      return { is: 'return', value: bare ? null : this.expression(0) };
    }
    if (this.accept('local')) {
      const { text } = this.name();
      const value = this.accept('=') ? this.expression(0) : null;
      this.scopes.at(-1)!.push(text); // known from the next statement on
      return { is: 'local', name: text, value };
    }
    if (this.accept('if')) return this.conditional();
    const start = this.next;
    const target = this.suffixed();
    if (target.is === 'call') return { is: 'call', call: target };
    if (target.is !== 'name' || GLOBALS.has(target.name)) throw new Unread(start);
    this.expect('=');
    return { is: 'assign', name: target.name, value: this.expression(0), line: target.line };
  }

  private conditional(): Statement {
    const branches: { when: Expression; then: readonly Statement[] }[] = [];
    do {
      const when = this.expression(0);
      this.expect('then');
      branches.push({ when, then: this.block() });
    } while (this.accept('elseif'));
    const otherwise = this.accept('else') ? this.block() : [];
    this.expect('end');
    return { is: 'if', branches, otherwise };
  }

  private expression(level: number): Expression {
    const ops = LEVELS[level];
    if (ops === undefined) return this.unary();
    let left = this.expression(level + 1);
    for (;;) {
      const { text, line, kind } = this.next;
      const op = kind === 'string' ? undefined : ops.find((one) => one === text);
      if (op === undefined) return left;
      this.take();
      // `..` joins from the right.
      left = { is: 'binary', op, left, right: this.expression(op === '..' ? level : level + 1), line };
    }
  }

  private unary(): Expression {
    const { text, line, kind } = this.next;
    if (kind !== 'string' && (text === 'not' || text === '-' || text === '#')) {
      this.take();
      return { is: 'unary', op: text, of: this.unary(), line };
    }
    return this.suffixed();
  }

  /** A name or a value with the calls and indexes behind it. */
  private suffixed(): Expression {
    let expression = this.primary();
    for (;;) {
      const { line } = this.next;
      if (this.accept('(')) expression = { is: 'call', callee: expression, args: this.list(')'), line };
      else if (this.accept('[')) {
        expression = { is: 'index', of: expression, key: this.expression(0), line };
        this.expect(']');
      } else if (this.accept('.')) expression = { is: 'index', of: expression, key: { is: 'value', value: this.name().text }, line };
      else return expression;
    }
  }

  private list(closing: string): readonly Expression[] {
    const items: Expression[] = [];
    while (!this.accept(closing)) {
      if (items.length > 0) this.expect(',');
      items.push(this.expression(0));
    }
    return items;
  }

  private primary(): Expression {
    const token = this.take();
    const { kind, text, line } = token;
    if (kind === 'number') return { is: 'value', value: Number(text) };
    if (kind === 'string') return { is: 'value', value: text };
    if (text === '(' && kind === 'symbol') {
      const inner = this.expression(0);
      this.expect(')');
      return inner;
    }
    if (text === '{' && kind === 'symbol') return { is: 'table', items: this.list('}') };
    if (text === 'nil' || text === 'true' || text === 'false') return { is: 'value', value: text === 'nil' ? null : text === 'true' };
    if (kind !== 'name' || KEYWORDS.has(text)) throw new Unread(token);
    if (text === 'redis' && !this.isLocal(text)) return this.api(token);
    if (!this.isLocal(text) && !GLOBALS.has(text)) throw new Unread(token);
    return { is: 'name', name: text, line };
  }

  private isLocal(name: string): boolean {
    return this.scopes.some((scope) => scope.includes(name));
  }

  /** `redis.…`: a function of ours, or one that is not read. */
  private api({ line }: Token): Expression {
    this.expect('.');
    const member = this.name();
    if (!REDIS_API.has(member.text)) throw new Unread({ ...member, text: `redis.${member.text}` });
    return { is: 'name', name: `redis.${member.text}`, line };
  }
}
