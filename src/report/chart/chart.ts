/**
 * A run as something to draw: lanes, what went between them, and what happened on them. Shared by all pictures.
 *
 * Chosen is what the story on a terminal tells: what repeats itself is drawn a few times, and counted.
 */
import type { Outcome, Resync } from '../../checks/outcome.ts';
import { faultsOf } from '../../trace/faults.ts';
import { clean } from '../../text.ts';
import { plain } from '../pretty/rich.ts';
import { type Entry, timeline } from '../pretty/timeline.ts';
import { request, size } from '../pretty/words.ts';

export interface Chart {
  /** Names of nodes, in the order of the scenario: those to whom something happens, before all others. */
  readonly lanes: readonly string[];
  /** Nodes that have no lane. */
  readonly lanesLeftOut: number;
  readonly endUs: number;
  readonly faults: readonly ChartFault[];
  readonly resyncs: readonly ChartResync[];
  readonly notes: readonly ChartNote[];
  /** Attempts and notes that are counted only. */
  readonly leftOut: number;
}

export interface ChartFault {
  readonly fromUs: number;
  /** null: nobody healed it. */
  readonly toUs: number | null;
  /** Lanes that it concerns; all, when it names none. */
  readonly lanes: readonly string[];
  readonly text: string;
}

export interface ChartResync {
  readonly replica: string;
  /** null: nothing told, or it has no lane. */
  readonly master: string | null;
  readonly askedAtUs: number;
  /** null: no answer came. */
  readonly answeredAtUs: number | null;
  /** null: it did not end. */
  readonly endedAtUs: number | null;
  readonly kind: 'full' | 'partial' | 'refused' | 'unanswered';
  readonly outcome: Resync['outcome'];
  /** `PSYNC ? -1` */
  readonly asks: string;
  /** `FULL offset-before-backlog`, `PARTIAL in-backlog`, `refused NOMASTERLINK`, `no answer` */
  readonly answer: string;
  /** When the file was on its way; null: there was none. */
  readonly file: { readonly fromUs: number; readonly toUs: number | null; readonly size: string } | null;
}

export interface ChartNote {
  readonly atUs: number;
  /** null: of nobody in particular. */
  readonly lane: string | null;
  readonly text: string;
}

/** `most`: lanes, and things of each sort, that there is room for. */
export function chartOf(outcome: Outcome, most: { readonly lanes: number; readonly resyncs: number; readonly notes: number }): Chart {
  const told = timeline(outcome, false);
  const names = outcome.scenario.nodes.map(({ name }) => name);
  const shown = new Set(told.map(({ fact }) => fact));
  const attempts = outcome.resyncs.filter(({ facts }) => shown.has(facts.asked));
  const lanes = lanesOf(names, attempts, told, most.lanes);
  const inLanes = (name: string): boolean => lanes.includes(name);

  const resyncs = attempts.filter(({ replica }) => inLanes(replica));
  const notes = told.filter(({ key, who }) => !/^(?:resync|fault|heal) /.test(key) && (who === '' || !names.includes(who) || inLanes(who)));
  const chosen = { resyncs: resyncs.slice(0, most.resyncs), notes: notes.slice(0, most.notes) };
  return {
    lanes, lanesLeftOut: names.length - lanes.length, endUs: outcome.virtualUs,
    faults: faultsOf(outcome.facts).map(({ fromUs, toUs, nodes, words }) => ({ fromUs, toUs, text: clean(words), lanes: nodes.length === 0 ? lanes : nodes.filter(inLanes) })),
    resyncs: chosen.resyncs.map((resync) => resyncOf(resync, inLanes)),
    notes: chosen.notes.map(({ atUs, who, text }) => ({ atUs, lane: inLanes(who) ? who : null, text: inLanes(who) || who === '' ? plain(text) : `${who} ${plain(text)}` })),
    leftOut: outcome.resyncs.length - chosen.resyncs.length + notes.length - chosen.notes.length,
  };
}

/** In the order of the file; when there are too many, those who resync or say something, and their masters. */
function lanesOf(names: readonly string[], attempts: readonly Resync[], told: readonly Entry[], most: number): string[] {
  if (names.length <= most) return [...names];
  const active = new Set([...attempts.flatMap(({ replica, master }) => [master, replica]), ...told.map(({ who }) => who)]);
  const first = new Set([...names.filter((name) => active.has(name)), ...names].slice(0, most));
  return names.filter((name) => first.has(name));
}

function resyncOf(resync: Resync, inLanes: (name: string) => boolean): ChartResync {
  const { replica, master, askedAtUs, decidedAtUs, endedAtUs, kind, reason, outcome, bytes, phases } = resync;
  const refused = kind === null && reason !== null;
  const transfer = phases.find(({ phase }) => phase === 'transfer');
  return {
    replica, master: inLanes(master) ? master : null, askedAtUs, endedAtUs, outcome,
    answeredAtUs: decidedAtUs ?? (refused ? endedAtUs : null),
    kind: kind ?? (refused ? 'refused' : 'unanswered'),
    asks: plain([{ text: request(resync), tone: 'plain' }]).replace(/^asks .*?: (?=PSYNC )/, ''),
    answer: kind === null ? (refused ? `refused ${clean(reason.replace('refused:', ''))}` : 'no answer') : `${kind.toUpperCase()}${reason === null ? '' : ` ${reason}`}`,
    file: kind === 'full' && transfer !== undefined && bytes > 0 ? { fromUs: transfer.fromUs, toUs: transfer.untilUs, size: plain([{ text: size(bytes), tone: 'plain' }]) } : null,
  };
}
