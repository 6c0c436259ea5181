/** Resyncs and losses of a link, as expectations and moments name them. */
import type { PsyncReason } from '../../redis/replication/psync.ts';
import { LOSS_CAUSES, type LossCause, type ResyncKind } from '../expectation.ts';
import { suggestWord } from '../suggest.ts';
import { choice, forms, into, kindOf, leaf, type LeafResult, oneKeyOf, type Schema } from './schema.ts';
import type { Scope } from './scope.ts';

/** Why a resync was what it was, and which kind each reason makes it. */
const REASONS: Readonly<Record<PsyncReason, ResyncKind>> = {
  'first-contact': 'full',
  'unknown-id': 'full',
  'past-second-offset': 'full',
  'no-backlog': 'full',
  'offset-before-backlog': 'full',
  'offset-after-end': 'full',
  'sync-command': 'full',
  'in-backlog': 'partial',
};

export function lossCause(): Schema<LossCause> {
  return choice(LOSS_CAUSES, { timeout: 'repl-timeout', 'time-out': 'repl-timeout', 'timed-out': 'repl-timeout', 'buffer-limit': 'output-buffer-limit', kill: 'killed', crash: 'crashed', closed: 'peer-closed' }, 'a cause such as repl-timeout or reset');
}

/** `full`, `partial`, or either with a reason. */
export function resync(scope: Scope): Schema<{ kind: ResyncKind; reason: PsyncReason | null }> {
  const table = {
    full: { says: 'Everything is copied; the reason why.', schema: () => reasonOf(scope, 'full') },
    partial: { says: 'Only what was missed is sent; the reason why.', schema: () => reasonOf(scope, 'partial') },
  };
  const kind = choice(['full', 'partial'], { fullresync: 'full', continue: 'partial' });
  return forms<{ kind: ResyncKind; reason: PsyncReason | null }>(scope, 'full or partial, with or without a reason: full: first-contact', {
    scalar: into(scope, kind, (word) => ({ kind: word, reason: null })),
    mapping: oneKeyOf(scope, table, { noun: 'resync', expects: 'full: or partial: and a reason' }),
  });
}

function reasonOf(scope: Scope, kind: ResyncKind): Schema<{ kind: ResyncKind; reason: PsyncReason | null }> {
  const all = Object.keys(REASONS) as PsyncReason[];
  const fitting = all.filter((reason) => REASONS[reason] === kind);
  const reason = leaf<PsyncReason>({
    expects: `a reason: ${fitting.join(', ')}`,
    json: { type: 'string', enum: fitting },
    read: (value): LeafResult<PsyncReason> => {
      const word = fitting.find((one) => one === value);
      if (word !== undefined) return { ok: true, value: word };
      const other = all.find((one) => one === value);
      if (other !== undefined) {
        return { ok: false, message: `${other} is the reason of a ${REASONS[other]} resync`, suggestion: `did you mean ${REASONS[other]}: ${other}?` };
      }
      return { ok: false, message: `unknown reason ${kindOf(value)}`, suggestion: suggestWord(String(value), fitting) };
    },
  });
  return into(scope, reason, (word) => ({ kind, reason: word }));
}
