/**
 * What if: changes to a scenario, each with what then comes of it. They say on which numbers a lesson hangs, and
 * `npm run decisive` holds them to it.
 */
import type { Change, Override } from '../overrides.ts';
import { isScalar, kindOf, leaf, list, mapping, maybe, doc, into, named, oneOrMore, type Schema } from './schema.ts';
import type { Scope } from './scope.ts';
import { text } from './values.ts';

export function whatIf(scope: Scope): Schema<readonly Change[]> {
  const shape = {
    set: doc('What is changed, as with --set: directives, of all or as node.directive, and values of the scenario.', overrides(scope)),
    fails: maybe('Words of the expectation that then fails, or of several.', oneOrMore(scope, text('words of an expectation'), 'words of an expectation')),
    passes: maybe('The scenario passes all the same: why, in a few words.', text('a few words')),
  };
  const change = into(scope, mapping('set: and fails: or passes:', shape), ({ set, fails, passes }, report): Change => {
    if (set.length === 0) report(['set'], 'nothing is changed', 'for instance set: { repl-backlog-size: 16mb }');
    if (fails === undefined && passes === undefined) report([], 'this does not say what then comes of it', 'add fails: and words of the expectation that does, or passes: and why');
    if (fails !== undefined && passes !== undefined) report(['passes'], 'a run fails or passes', 'keep one of them', 'key');
    return { set, fails: fails ?? [], passes: passes ?? null };
  });
  return list(change, 'a list of changes');
}

function overrides(scope: Scope): Schema<readonly Override[]> {
  const value = leaf<string>({
    expects: 'a value',
    json: { type: ['string', 'number', 'boolean'] },
    read: (given) => (isScalar(given) ? { ok: true, value: String(given) } : { ok: false, message: `expected a value, found ${kindOf(given)}`, suggestion: 'name what is inside: { network.default.latency: 2ms }' }),
  });
  const written = named(() => null, value, 'changes such as { repl-backlog-size: 16mb }');
  return into(scope, written, (entries, _, whole) => entries.map(([path, given]) => ({ path, value: scope.textOf(whole, path) ?? given })));
}
