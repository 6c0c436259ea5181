/** What conditions and expectations both look at: nodes by name, roles, INFO. */
import type * as z from 'zod/mini';
import { type Comparison, type Observable, OBSERVABLES } from '../expectation.ts';
import { suggestWord } from '../suggest.ts';
import { choice, into, kindOf, leaf, maybe, relay, type Report, type Schema, validate } from './schema.ts';
import type { Scope } from './scope.ts';

/** A key that must be the name of a node. */
export function nodeKey(scope: Scope): (key: string) => { message: string; suggestion: string | null } | null {
  return (key) => {
    if (scope.nodes.has(key) || scope.nodes.size === 0) return null;
    return { message: `there is no node "${key}"`, suggestion: suggestWord(key, [...scope.nodes.keys()]) };
  };
}

export function role(): Schema<'master' | 'replica'> {
  return choice(['master', 'replica'], { slave: 'replica', primary: 'master' });
}

export function infoField(): Schema<string> {
  const expects = 'a field of INFO, such as master_link_status';
  return leaf({
    expects,
    json: { type: 'string', pattern: '^[a-z0-9_]+$' },
    read: (value) => {
      const field = String(value);
      if (/^[a-z0-9_]+$/.test(field)) return { ok: true, value: field };
      const plain = field.toLowerCase().replaceAll('-', '_');
      return { ok: false, message: `expected ${expects}, found "${field}"`, suggestion: /^[a-z0-9_]+$/.test(plain) ? `did you mean ${plain}?` : null };
    },
  });
}

/** What INFO prints: text, or a number. */
export function infoValue(): Schema<string | number> {
  return leaf<string | number>({
    expects: 'a value as INFO prints it',
    json: { type: ['string', 'number'] },
    read: (value) => ({ ok: true, value: typeof value === 'boolean' ? String(value) : value }),
  });
}

export function infoNumber(): Schema<number> {
  const expects = 'a number';
  return leaf({
    expects,
    json: { type: 'number' },
    read: (value) => {
      if (typeof value === 'number') return { ok: true, value };
      return { ok: false, message: `expected ${expects} as INFO prints it, found "${value}"`, suggestion: 'INFO counts bytes and seconds, without units' };
    },
  });
}

type ComparisonKeys = {
  is: z.ZodMiniOptional<Schema<string | number>>;
  'is-not': z.ZodMiniOptional<Schema<string | number>>;
  'at-least': z.ZodMiniOptional<Schema<number>>;
  'at-most': z.ZodMiniOptional<Schema<number>>;
};

/** Keys to be spread into a mapping; exactly one of them must be written. */
export function comparisonKeys(): ComparisonKeys {
  return {
    is: maybe('The value, exactly.', infoValue()),
    'is-not': maybe('Any other value.', infoValue()),
    'at-least': maybe('This number, or more.', infoNumber()),
    'at-most': maybe('This number, or less.', infoNumber()),
  };
}

interface WrittenComparison {
  readonly is?: string | number | undefined;
  readonly 'is-not'?: string | number | undefined;
  readonly 'at-least'?: number | undefined;
  readonly 'at-most'?: number | undefined;
}

export function readComparison(written: WrittenComparison, report: Report): Comparison {
  const found: Comparison[] = [];
  if (written.is !== undefined) found.push({ op: '=', value: written.is });
  if (written['is-not'] !== undefined) found.push({ op: '!=', value: written['is-not'] });
  if (written['at-least'] !== undefined) found.push({ op: '>=', value: written['at-least'] });
  if (written['at-most'] !== undefined) found.push({ op: '<=', value: written['at-most'] });
  if (found.length !== 1) report([], found.length === 0 ? 'this does not say which value' : 'one comparison at a time', 'write one of is, is-not, at-least, at-most');
  return found[0] ?? { op: '=', value: '' };
}

/** `master.master_repl_offset`, `replica-a.digest` */
export function observable(scope: Scope): Schema<Observable> {
  const expects = 'a value of a node, such as master.master_repl_offset or replica-a.keys';
  const field = infoField();
  return scope.shared('observable', () =>
    into(
      scope,
      leaf<readonly [node: string, field: string]>({
        expects,
        json: { type: 'string', pattern: String.raw`^[A-Za-z][A-Za-z0-9_-]*\.[a-z0-9_]+$`, examples: ['master.master_repl_offset', 'replica-a.digest'] },
        read: (value) => {
          const at = String(value).indexOf('.');
          if (at > 0) return { ok: true, value: [String(value).slice(0, at), String(value).slice(at + 1)] };
          return { ok: false, message: `expected ${expects}, found ${kindOf(value)}`, suggestion: scope.nodes.has(String(value)) ? `${String(value)}.offset, ${String(value)}.digest or a field of INFO` : null };
        },
      }),
      ([node, name], report): Observable => {
        const wrong = nodeKey(scope)(node);
        if (wrong !== null) report([], wrong.message, wrong.suggestion);
        if (!(OBSERVABLES as readonly string[]).includes(name)) {
          const read = validate(field, name);
          if (!read.ok) relay(report, [], read.findings);
        }
        return { node, field: name };
      },
    ),
  );
}
