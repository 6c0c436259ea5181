/** What would have spared a full resync, a line each: what to set, what it was, what comes of it, and what one step beyond. */
import type { Answer, Counterfactual, Counterfactuals, Edge, NotTried, Probe } from '../../explore/counterfactual/answer.ts';
import { formatDuration, formatSize } from '../../units.ts';
import { clean } from '../../text.ts';
import { together } from '../pretty/rich.ts';

export interface WhyNotRow {
  /** `repl-backlog-size=12813kb or more`; what was turned in vain. */
  readonly change: string;
  readonly spares: boolean;
  /** What comes of it, what of one step beyond, and what it was. */
  readonly then: string;
}

export interface WhyNotWords {
  readonly rows: readonly WhyNotRow[];
  /** What was not tried, and why; that more is not always better. */
  readonly notes: readonly string[];
}

/** `server`: the version of the run asked about. */
export function whyNotWords({ asked, knobs }: Counterfactuals, server: string): WhyNotWords {
  if (asked === 'not-full') return { rows: [], notes: ['it was no full resync: there is nothing to spare'] };
  if (asked === 'first-contact') return { rows: [], notes: ['nothing: who has no history yet is sent everything'] };
  const rows = knobs.flatMap((knob) => rowsOf(knob, knob.knob === 'version' ? server : wasOf(knob)));
  return { rows, notes: [...knobs.filter(({ answer }) => answer.is === 'several').map(notMonotone), ...untried(knobs)] };
}

function rowsOf(knob: Counterfactual, was: string): WhyNotRow[] {
  const { answer } = knob;
  switch (answer.is) {
    case 'edge':
      return [rowOf(answer.edge, was)];
    case 'several':
      return answer.edges.map((edge) => rowOf(edge, was));
    case 'none':
      return [{ change: knob.knob === 'version' ? 'another version' : knob.paths.map(clean).join(', '), spares: false, then: `in vain: ${triedWords(knob)} · was ${was}` }];
    case 'not-tried':
      return [];
  }
}

/** `5 versions tried; 7 cannot run this scenario` */
function triedWords({ knob, probes }: Counterfactual): string {
  const refused = probes.filter(({ fate }) => fate === 'not-runnable').length;
  const tried = probes.length - refused;
  const [one, many] = knob === 'version' ? ['version', 'versions'] : ['value', 'values'];
  return `${tried} ${tried === 1 ? one : many} tried${refused === 0 ? '' : `; ${refused} cannot run this scenario`}`;
}

function rowOf({ holds, fails }: Edge, was: string): WhyNotRow {
  const more = holds.value > fails.value;
  const change = holds.set.map(({ path, value }) => `${clean(path)}=${/\s/.test(value) ? `'${clean(value)}'` : clean(value)}`).join(' ');
  const which = holds.set[0]?.path === 'server' ? (more ? 'or newer' : 'or older') : more ? 'or more' : 'or less';
  const beyond = together(`${clean(fails.set[0]?.value ?? was)}: ${fateWords(fails)}`);
  return { change: `${change === '' ? was : change} ${which}`, spares: true, then: `${together(fateWords(holds))} · ${beyond} · ${together(`was ${was}`)}` };
}

function fateWords({ fate }: Probe): string {
  switch (fate) {
    case 'partial':
      return 'partial';
    case 'not-needed':
      return 'no resync';
    case 'full':
      return 'FULL';
    case 'loop':
      return 'partial, in a loop';
    case 'undecided':
      return 'undecided';
    case 'not-runnable':
      return 'cannot be run';
  }
}

function wasOf({ unit, was }: Counterfactual): string {
  if (was === null) return '';
  switch (unit) {
    case 'bytes':
      return formatSize(was);
    case 'us':
      return formatDuration(was);
    case 'rate-s':
      return `${was}/s`;
    case 'rate-min':
      return `${was}/min`;
    case 'rate-h':
      return `${was}/h`;
    case 's':
    case 'index':
      return String(was);
  }
}

function notMonotone({ paths, answer }: Counterfactual): string {
  return `${paths.map(clean).join(', ')}: more is not always better: ${(answer as Extract<Answer, { is: 'several' }>).edges.length} changes of mind were found`;
}

const NOT_TRIED: Readonly<Record<NotTried, string>> = {
  'does-not-apply': 'no part in it', 'out-of-reach': 'no --set reaches it', budget: 'too many runs', interrupted: 'interrupted',
};

function untried(knobs: readonly Counterfactual[]): string[] {
  const reasons = new Map<string, string[]>();
  for (const { knob, answer } of knobs) {
    if (answer.is !== 'not-tried') continue;
    const why = NOT_TRIED[answer.why];
    reasons.set(why, [...(reasons.get(why) ?? []), knob]);
  }
  return [...reasons].map(([why, names]) => `not tried: ${names.join(', ')} (${why})`);
}
