/**
 * A run for people: what happened and when, why each resync was full or partial and what would have
 * changed it, which expectations held, and what it came to.
 */
import { formatCount, formatSpan } from '../../units.ts';
import type { Outcome, Verdict } from '../../checks/outcome.ts';
import { worthPointingAt } from '../../trace/interest.ts';
import { clean, clip, columnsOf, padEnd } from '../../text.ts';
import type { ReportedRun, Reporter, ReporterOptions } from '../reporter.ts';
import { createPage, type Page } from './page.ts';
import { columns, rich, together, toned, type Tone } from './rich.ts';
import { MARKS, TONES } from './marks.ts';
import { matrixLines } from './matrix.ts';
import { decidingSettings } from './settings.ts';
import { countsOf, rangeLines } from './range.ts';
import { timeline, type Entry } from './timeline.ts';
import { instant } from './words.ts';

export function prettyReporter(options: ReporterOptions): Reporter {
  return {
    run: (run) => (options.verbosity === 'quiet' ? quietRun(run, options) : fullRun(run, options)),
    end: (runs) => (runs.length > 1 ? summary(runs, options) : ''),
  };
}

/** One block a run. */
export function fullRun(run: ReportedRun, options: ReporterOptions): string {
  const { outcome } = run;
  const page = createPage(options);
  page.blank();
  const generations = run.range?.generations ?? null;
  header(page, outcome, generations === null ? null : run.range!.runs.length);
  page.blank();
  if (generations === null || options.verbosity === 'verbose') {
    story(page, timeline(outcome, options.verbosity === 'verbose'));
    const settings = decidingSettings(outcome);
    page.blank();
    if (settings.length > 0) {
      page.hanging(rich(toned('dim', ' decided by ')), rich(toned('dim', settings.join(' · '))));
    }
    whyInFull(page, run);
    page.blank();
  }
  // What holds in one version says little of the others; what does not hold is worth its place.
  expectations(page, outcome, generations === null ? () => true : ({ verdict }) => verdict === 'failed' || verdict === 'undecided');
  invariants(page, outcome, options.verbosity === 'verbose');
  page.blank();
  if (run.range !== undefined) {
    for (const { lead, text } of generations === null ? rangeLines(run.range) : matrixLines(run.range, generations)) {
      if (text.length === 0) page.blank();
      else page.hanging(lead, text);
    }
    page.blank();
  }
  verdict(page, run);
  page.blank();
  return page.text();
}

/** One line a run, and the reasons of one that did not pass. */
export function quietRun(run: ReportedRun, options: ReporterOptions): string {
  const { outcome } = run;
  const page = createPage(options);
  const many = run.range === undefined ? '' : `${countsOf(run.range.runs)} of ${formatCount(run.range.runs.length)} runs · `;
  const right = together(`${many}${formatSpan(outcome.virtualUs)}${wall(run.wallMs)} · trace ${outcome.traceHash.slice(0, 12)}`);
  const room = page.width - 4 - columnsOf(right);
  page.line(rich(mark(outcome.verdict), ' ', toned('bold', padEnd(clip(clean(outcome.scenario.name), room), room)), '  ', toned('dim', right)));
  if (outcome.verdict !== 'passed') {
    expectations(page, outcome, ({ verdict }) => verdict === 'failed' || verdict === 'undecided');
    invariants(page, outcome, false);
    if (outcome.verdict !== 'failed' && outcome.verdictDetail !== '') page.hanging(rich('     '), rich(clean(outcome.verdictDetail)));
  }
  return page.text();
}

/** What several runs came to. */
export function summary(runs: readonly ReportedRun[], options: ReporterOptions): string {
  const page = createPage(options);
  const of = (verdict: Verdict): ReportedRun[] => runs.filter(({ outcome }) => outcome.verdict === verdict);
  const counts = VERDICTS.flatMap((verdict) => {
    const number = of(verdict).length;
    return number === 0 ? [] : [toned(TONES[verdict], `${formatCount(number)} ${verdict}`)];
  });
  const virtualUs = runs.reduce((sum, { outcome }) => sum + outcome.virtualUs, 0);
  const wallMs = runs.reduce<number | null>((sum, run) => (sum === null || run.wallMs === null ? null : sum + run.wallMs), 0);
  const list = counts.flatMap((one, index) => (index === 0 ? [one] : [', ', one]));
  page.hanging(rich(' '), rich(toned('bold', `${formatCount(runs.length)} scenarios: `), ...list, toned('dim', ` · ${ofRedis(virtualUs)}${wall(wallMs)}`)));
  for (const verdict of VERDICTS) {
    if (verdict === 'passed') continue;
    for (const { outcome } of of(verdict)) {
      const first = outcome.expectations.find((one) => one.verdict === 'failed' || one.verdict === 'undecided')?.text ?? '';
      const why = outcome.verdictDetail === '' ? first : outcome.verdictDetail;
      page.hanging(rich('   ', mark(verdict), ' '), rich(toned('bold', outcome.scenario.name), `: ${clean(why)}`));
    }
  }
  page.blank();
  return page.text();
}

const VERDICTS: readonly Verdict[] = ['passed', 'failed', 'undecided', 'error'];
const SIGNS: Readonly<Record<Outcome['expectations'][number]['verdict'], string>> = { held: '✓', failed: '✗', undecided: '?', 'not-applicable': '–' };

function mark(verdict: Verdict): ReturnType<typeof toned> {
  return toned(TONES[verdict], MARKS[verdict]);
}

// -- parts of a block

/** `versions`: in how many it was run, when it was more than one. */
export function header(page: Page, { scenario, seed, server }: Outcome, versions: number | null): void {
  const others = new Set(scenario.nodes.map((node) => node.server).filter((other) => other !== server));
  const servers = [versions === null ? server : `${versions} versions`, ...others].join(', ');
  const nodes = `${formatCount(scenario.nodes.length)} ${scenario.nodes.length === 1 ? 'node' : 'nodes'}`;
  const right = together(`seed ${seed} · ${servers} · ${nodes}`);
  const name = clean(scenario.name);
  const room = page.width - 1 - columnsOf(right) - 2;
  // A name is never cut: it says what the run is about, and nothing else on the page does.
  if (columnsOf(name) > room) {
    page.hanging(rich(' '), rich(toned('bold', name)));
    page.hanging(rich(' '), rich(toned('dim', right)));
    return;
  }
  page.line(rich(' ', toned('bold', padEnd(name, room)), '  ', toned('dim', right)));
}

/** Time, sign, who, what; further lines under the what. */
export function story(page: Page, entries: readonly Entry[]): void {
  const seconds = entries.reduce((widest, { atUs }) => Math.max(widest, wholeSeconds(atUs).length), 3);
  const longest = entries.reduce((widest, { who }) => Math.max(widest, columnsOf(who)), 0);
  // Long names share the line with their text rather than push it out of sight.
  const whoWidth = Math.min(longest, page.width >= 100 ? 24 : 14);
  for (const { atUs, sign, who, text, more } of entries) {
    const name = padEnd(clip(who, whoWidth), whoWidth);
    const lead = rich(toned('dim', ` ${time(atUs, seconds)} `), toned(SIGN_TONES[sign], sign === '' ? ' ' : sign), ` `, toned('cyan', name), whoWidth === 0 ? '' : '  ');
    page.hanging(lead, text);
    for (const further of more) page.hanging(rich(' '.repeat(columns(lead) + further.indent)), further.text);
  }
}

const SIGN_TONES: Readonly<Record<Entry['sign'], Tone>> = { '': 'plain', '✂': 'red', '✚': 'green', '›': 'plain', '!': 'yellow' };

function expectations(page: Page, { expectations: all, virtualUs }: Outcome, shown: (one: Outcome['expectations'][number]) => boolean = () => true): void {
  for (const { text, verdict, detail, place, atUs } of all.filter(shown)) {
    if (verdict === 'not-applicable') continue;
    const tone: Tone = verdict === 'held' ? 'green' : verdict === 'failed' ? 'red' : 'yellow';
    // What the timeline asked holds for an instant.
    const when = atUs < virtualUs ? toned('dim', together(` (at ${instant(atUs)})`)) : '';
    page.hanging(rich('   ', toned(tone, SIGNS[verdict]), ' '), rich(clean(text), when));
    for (const [label, words] of parted(detail)) page.hanging(rich('     ', toned('dim', label)), rich(toned(tone, words)));
    if (detail !== '' && place !== null) page.hanging(rich('     '), rich(toned('dim', `${place.file}:${place.line}:${place.column}`)));
  }
  const others = all.filter((one) => one.verdict === 'not-applicable' && shown(one)).length;
  if (others > 0) page.hanging(rich('   ', toned('dim', `${SIGNS['not-applicable']} `)), rich(toned('dim', `${others} more ${others === 1 ? 'speaks' : 'speak'} of other versions: --server all`)));
}

/** What was expected and what was found, one below the other, so that the eye can compare. */
function parted(detail: string): [label: string, words: string][] {
  const parts = /^expected (.*?); found:? (.*)$/.exec(detail);
  if (parts !== null) return [['expected ', parts[1]!], ['found    ', parts[2]!]];
  return detail === '' ? [] : [['', detail]];
}

/** Where all of it is told of the resync that is worth most, and what its reason means. */
function whyInFull(page: Page, { outcome: { resyncs }, explain, range }: ReportedRun): void {
  if (explain === undefined || range !== undefined) return;
  const index = worthPointingAt(resyncs);
  if (index === null) return;
  page.hanging(rich(toned('dim', ' why        ')), rich(toned('dim', `${explain} ${together(`--resync ${index + 1}`)}`)));
  const reason = resyncs[index]?.reason ?? null;
  if (reason !== null) page.hanging(rich(toned('dim', ' words      ')), rich(toned('dim', `sim glossary ${reason.replace(/^refused:.*/, 'refused')}`)));
}

/** What always holds is worth a line only when it does not, or when all is asked for. */
function invariants(page: Page, { invariants: all }: Outcome, verbose: boolean): void {
  for (const { name, verdict, detail, compared } of all) {
    if (verdict === 'violated') {
      page.hanging(rich('   ', toned('red', '✗'), ' '), rich(`invariant violated: ${name}`));
      page.hanging(rich('     '), rich(toned('red', detail)));
    } else if (verdict === 'held' && detail !== '') {
      page.hanging(rich('   ', toned('yellow', '!'), ' '), rich(clean(detail)));
    } else if (verbose) {
      const words = verdict === 'held' ? `${together(formatCount(compared))} compared` : `not applicable: ${detail}`;
      const sign = verdict === 'held' ? toned('green', '✓') : toned('dim', '–');
      page.hanging(rich('   ', sign, ' '), rich(toned('dim', `invariant: ${name} (${words})`)));
    }
  }
}

/** The verdict, and the command that shows it again. */
function verdict(page: Page, run: ReportedRun): void {
  const { verdict: word, verdictDetail } = run.outcome;
  const lead = rich(' ', toned(TONES[word], word), '   ');
  page.hanging(lead, rich(verdictDetail === '' ? '' : `${clean(verdictDetail)} · `, took(run)));
  if (word === 'passed' || run.replay === undefined) return;
  page.hanging(rich(' ', toned('dim', padEnd('replay', columns(lead) - 1))), rich(toned('dim', run.replay)));
}

/** `180 s of Redis in 0.2 s · 60 012 writes · trace 9f8e7d6c5b4a` */
function took({ outcome, wallMs, range }: ReportedRun): string {
  const writes = together(`${formatCount(outcome.appliedWrites)} ${outcome.appliedWrites === 1 ? 'write' : 'writes'}`);
  const runs = range === undefined ? '' : `${formatCount(range.runs.length)} × `;
  return `${runs}${ofRedis(outcome.virtualUs)}${wall(wallMs)} · ${writes} · ${together(`trace ${outcome.traceHash.slice(0, 12)}`)}`;
}

function ofRedis(us: number): string {
  return together(`${formatSpan(us)} of Redis`);
}

/** ` in 2.4 s`; '' when nobody measured. */
function wall(ms: number | null): string {
  return ms === null ? '' : ` in ${together(formatSpan(Math.round(ms) * 1_000))}`;
}

/** Aligned at the decimal point: two decimals below a second, where they matter, one above. Rounded as everywhere else. */
function time(us: number, wholeWidth: number): string {
  const [whole = '', decimals = ''] = instant(us).split('.');
  return `${whole.padStart(wholeWidth)}.${decimals.padEnd(3)}`;
}

function wholeSeconds(us: number): string {
  return String(Math.floor(us / 1_000_000));
}
