/**
 * The link between a replica and its master, however it is written.
 *
 * Faults of a proxy (`hold`, `reset`, `refuse`, `shape`, `arm`) and conditions on its connections concern one replica
 * and its master. The pair may be named in any order; which is the replica follows from `replicaof`.
 */
import { forms, into, leaf, list, mapping, maybe, type Report, type Schema, withMeta } from './schema.ts';
import type { Scope } from './scope.ts';
import { nodeName } from './values.ts';
import type { Path } from '../tree.ts';
import { suggestWord } from '../suggest.ts';
import type * as z from 'zod/mini';

export interface Link {
  readonly replica: string;
  readonly master: string;
}

/** Exactly two different names. */
export function pair(scope: Scope, name: Schema<string>): Schema<readonly [string, string]> {
  const expects = 'two names, such as [master, replica-a]';
  const two = withMeta(list(name, expects), { minItems: 2, maxItems: 2 });
  return into(scope, two, (names, report): readonly [string, string] => {
    const [a = '', b = ''] = names;
    if (names.length !== 2) report([], `expected ${expects}, found ${names.length}`);
    else if (a === b) report([1], `"${a}" stands on both sides`);
    return [a, b];
  });
}

/** `replica-a>master`. */
export function linkText(scope: Scope): Schema<Link> {
  const expects = 'a link such as replica-a>master';
  return scope.shared('link', () =>
    leaf<Link>({
      expects,
      json: { type: 'string', pattern: String.raw`^\S+\s*>\s*\S+$`, examples: ['replica-a>master'] },
      read: (value) => {
        const match = /^\s*([^\s>]+)\s*-?>\s*([^\s>]+)\s*$/.exec(String(value));
        if (match === null) return { ok: false, message: `expected ${expects}, found "${String(value)}"`, suggestion: null };
        const [, replica = '', master = ''] = match;
        for (const name of [replica, master]) {
          if (!scope.nodes.has(name)) return { ok: false, message: `there is no node "${name}"`, suggestion: suggestWord(name, [...scope.nodes.keys()]) };
        }
        if (replica === master) return { ok: false, message: `"${replica}" stands on both sides`, suggestion: null };
        return { ok: true, value: { replica, master } };
      },
    }),
  );
}

/** The keys that name a link, to be spread into a verb's own. */
export function linkKeys(scope: Scope): { between: z.ZodMiniOptional<Schema<readonly [string, string]>>; link: z.ZodMiniOptional<Schema<Link>> } {
  return {
    between: maybe('A replica and its master, in any order.', pair(scope, nodeName(scope))),
    link: maybe('The link as replica>master, also when neither says so by replicaof.', linkText(scope)),
  };
}

/** The link that `between` or `link` names. */
export function resolveLink(
  scope: Scope,
  written: { readonly between?: readonly [string, string] | undefined; readonly link?: Link | undefined },
  report: Report,
): Link {
  const { between, link } = written;
  if (link !== undefined) {
    if (between !== undefined) report(['link'], '"between" and "link" say the same: keep one', null, 'key');
    return link;
  }
  if (between === undefined) {
    report([], 'this does not say which link', 'add between: [master, replica-a] or link: replica-a>master');
    return { replica: '', master: '' };
  }
  return linkOfPair(scope, between, report, ['between']);
}

export function linkOfPair(scope: Scope, [a, b]: readonly [string, string], report: Report, path: Path): Link {
  const forth = scope.pairs.has(`${a}>${b}`);
  const back = scope.pairs.has(`${b}>${a}`);
  if (forth && back) report(path, `${a} and ${b} replicate from each other at different times`, `write link: ${a}>${b} (replica>master)`);
  else if (!forth && !back) report(path, `neither of ${a} and ${b} is the other's replica`, `name a replica and its master, or write link: ${b}>${a} (replica>master)`);
  return forth ? { replica: a, master: b } : { replica: b, master: a };
}

/** A verb or condition on one link: `replica-a>master`, `[master, replica-a]`, or a mapping with more to say. */
export function onLink(scope: Scope): Schema<Link> {
  return scope.shared('on-link', () => {
    const keys = mapping('between: or link:', linkKeys(scope));
    return forms<Link>(scope, 'a link such as replica-a>master or [master, replica-a]', {
      scalar: linkText(scope),
      list: into(scope, pair(scope, nodeName(scope)), (names, report) => linkOfPair(scope, names, report, [])),
      mapping: into(scope, keys, (written, report) => resolveLink(scope, written, report)),
    });
  });
}

