/** Of INFO, the fields that a decision hangs on: those of both sides, as a server of that version prints them. */
import type { Explanation } from '../../trace/explanation.ts';
import type { NodeState } from '../../trace/fact.ts';
import type { Resync } from '../../trace/resyncs.ts';

export interface InfoLine {
  readonly name: string;
  readonly value: string;
  /** It is one of the numbers that were compared. */
  readonly decisive: boolean;
}

const NO_ID = /^0*$/;

const OF_MASTER = [
  'role', 'master_link_status', 'master_failover_state', 'loading', 'master_replid', 'master_replid2', 'master_repl_offset', 'second_repl_offset',
  'repl_backlog_active', 'repl_backlog_size', 'repl_backlog_first_byte_offset', 'repl_backlog_histlen',
] as const;

const OF_REPLICA = ['role', 'master_link_status', 'master_link_down_since_seconds', 'slave_repl_offset', 'master_replid', 'master_replid2', 'second_repl_offset'] as const;

type Field = (typeof OF_MASTER)[number] | (typeof OF_REPLICA)[number];

/** What they say where nothing is the matter: not worth a line. */
const USUAL: Readonly<Partial<Record<Field, RegExp>>> = {
  master_failover_state: /^no-failover$/, loading: /^0$/, repl_backlog_active: /^1$/, master_replid2: NO_ID, second_repl_offset: /^-1$/,
};

const WINDOW: readonly Field[] = ['repl_backlog_first_byte_offset'];
const END: readonly Field[] = ['master_repl_offset'];

/** By reason, what decided on the side of the master, and on that of the replica. */
const DECISIVE: Readonly<Record<string, readonly Field[]>> = {
  'unknown-id': ['master_replid', 'master_replid2'], 'past-second-offset': ['master_replid2', 'second_repl_offset'], 'no-backlog': ['repl_backlog_active'],
  'offset-before-backlog': WINDOW, 'offset-after-end': END, 'in-backlog': [...WINDOW, ...END],
};
const OFFSET: readonly Field[] = ['slave_repl_offset'];
const DECISIVE_OF_REPLICA: typeof DECISIVE = {
  'unknown-id': ['master_replid'], 'past-second-offset': OFFSET, 'offset-before-backlog': OFFSET, 'offset-after-end': OFFSET, 'in-backlog': OFFSET,
};

/** By the check that failed, what a refusal hangs on. */
const REFUSING: Readonly<Record<string, readonly Field[]>> = {
  'is not failing over': ['master_failover_state'], 'is in step with its own master': ['master_link_status'], 'has its data loaded': ['loading'],
};

export function masterInfo({ resync: { reason }, checks }: Pick<Explanation, 'resync' | 'checks'>, state: NodeState): InfoLine[] {
  return lines(state, OF_MASTER, DECISIVE[reason ?? ''] ?? REFUSING[checks.at(-1)?.name ?? ''] ?? []);
}

export function replicaInfo({ reason }: Resync, state: NodeState): InfoLine[] {
  return lines(state, OF_REPLICA, DECISIVE_OF_REPLICA[reason ?? ''] ?? []);
}

function lines({ info, running }: NodeState, fields: readonly Field[], decisive: readonly Field[]): InfoLine[] {
  if (!running) return [];
  return fields.flatMap((name): InfoLine[] => {
    const value = info.get(name);
    if (value === undefined || (USUAL[name]?.test(value) === true && !decisive.includes(name))) return [];
    return [{ name, value, decisive: decisive.includes(name) }];
  });
}
