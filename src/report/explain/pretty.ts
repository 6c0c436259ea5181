/** Resyncs explained to people: for one of them a screen, for the others a line. */
import type { Counterfactuals } from '../../explore/counterfactual/answer.ts';
import type { Explanation } from '../../trace/explanation.ts';
import type { NodeState } from '../../trace/fact.ts';
import type { Resync } from '../../trace/resyncs.ts';
import { clean, columnsOf, padEnd } from '../../text.ts';
import { formatCount } from '../../units.ts';
import { header, story } from '../pretty/pretty.ts';
import { createPage, type Page } from '../pretty/page.ts';
import { columns, rich, together, toned, type Rich } from '../pretty/rich.ts';
import { storyOf } from '../pretty/timeline.ts';
import { decisiveWords, instant, verdict, type Story } from '../pretty/words.ts';
import type { ReporterOptions } from '../reporter.ts';
import { type InfoLine, masterInfo, replicaInfo } from './info.ts';
import { foldLog, shortIds } from './log.ts';
import { storyBefore } from './story.ts';
import type { ToldResync, ToldRun } from './told.ts';
import { whyNotWords } from './why-not.ts';
import { compared, originWords, proofWords, shownOrigin, statement } from './words.ts';

/** So many of the others have a line; more are only counted. */
const MOST_OTHERS = 8;

export function explainPage(run: ToldRun, options: ReporterOptions): string {
  const { outcome, told } = run;
  const page = createPage(options);
  const facts = storyOf(outcome.facts);
  header(page, outcome, null);
  told.forEach((one) => {
    page.blank();
    whole(page, one, run, { facts, verbose: options.verbosity === 'verbose' });
  });
  page.blank();
  others(page, run);
  return page.text();
}

interface Telling {
  readonly facts: Story;
  readonly verbose: boolean;
}

function whole(page: Page, { explanation, proof, whyNot }: ToldResync, run: ToldRun, { facts, verbose }: Telling): void {
  const { resync, number } = explanation;
  const { replica, master, askedAtUs } = resync;
  page.hanging(
    rich(' ', toned('bold', `Resync ${number} of ${run.outcome.resyncs.length}`), '  '),
    rich(toned('cyan', clean(replica)), ` asks ${clean(master === '' ? 'its master' : master)} at ${instant(askedAtUs)}`),
  );
  page.hanging(rich('   '), verdict(resync, facts));
  for (const line of decisiveWords(resync, facts)) page.hanging(rich('     '), rich(line));
  checks(page, explanation);
  cause(page, explanation, proof, run);
  if (whyNot !== null) {
    // Who asks what would have helped has seen what happened.
    spared(page, whyNot, run);
    return;
  }
  log(page, explanation, verbose);
  info(page, explanation);
}

function title(page: Page, text: string, rest = ''): void {
  page.blank();
  const lead = rich(' ', toned('bold', text));
  if (rest === '') page.line(lead);
  else page.hanging(rich(...lead, '   '), rich(toned('dim', rest)));
}

function checks(page: Page, { checks: made, servers }: Explanation): void {
  title(page, 'What the master checked, in this order', servers.master);
  if (made.length === 0) page.line(rich('   ', toned('dim', 'nothing: no master answered')));
  const widest = Math.max(0, ...made.map((check) => columnsOf(statement(check))));
  for (const check of made) {
    const mark = check.passed ? toned('green', '✓') : toned('red', '✗');
    page.hanging(rich('   ', mark, ' ', padEnd(statement(check), widest), '   '), rich(compared(check)));
  }
}

function cause(page: Page, explanation: Explanation, proof: ToldResync['proof'], run: ToldRun): void {
  const firstCause = originWords(shownOrigin(explanation.origin, proof), run.outcome.facts);
  title(page, 'How it came to that', `first cause: ${firstCause}`);
  story(page, storyBefore(explanation, run));
  const proved = proofWords(proof, firstCause);
  if (proved !== '') page.hanging(rich('   ', toned(proof.is === 'not-shown' ? 'yellow' : 'green', proof.is === 'not-shown' ? '!' : '✓'), ' '), rich(proved));
}

function log(page: Page, { log: lines, resync }: Explanation, verbose: boolean): void {
  const { kind, decidedAtUs, master, replica } = resync;
  if (lines.length === 0) return;
  // A full resync is told up to the decision: what follows is the copy.
  const told = verbose || kind !== 'full' || decidedAtUs === null ? lines : lines.filter(({ atUs }) => atUs <= decidedAtUs);
  const shown = verbose ? told.map((one) => ({ ...one, times: 1, lastUs: one.atUs })) : foldLog(told);
  title(page, 'What the servers logged', `M ${clean(master)}, R ${clean(replica)}`);
  const seconds = Math.max(...shown.map(({ atUs }) => instant(atUs).length));
  for (const { atUs, node, line, times, lastUs } of shown) {
    const again = times === 1 ? '' : toned('dim', together(` (${times}×, until ${instant(lastUs)})`));
    page.hanging(rich(toned('dim', `   ${instant(atUs).padStart(seconds)} `), toned('cyan', node === replica ? 'R' : 'M'), ' '), rich(clean(shortIds(line)), again));
  }
  if (told.length < lines.length) page.line(rich('   ', toned('dim', `… and ${formatCount(lines.length - told.length)} lines of the copy itself: --verbose`)));
}

function info(page: Page, explanation: Explanation): void {
  const { resync, before: { master, replica } } = explanation;
  const left = sideOf(resync.master, master, master === null ? [] : masterInfo(explanation, master));
  const right = sideOf(resync.replica, replica, replica === null ? [] : replicaInfo(resync, replica));
  title(page, 'INFO replication just before', [...left, ...right].some((line) => line[0]?.text.startsWith('›')) ? '› decided' : '');
  const room = Math.max(...left.map(columns)) + 2;
  if (room + Math.max(...right.map(columns)) + 1 > page.width) {
    for (const line of [...left, ...right]) page.line(rich(' ', ...line));
    return;
  }
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const one = left[index] ?? [];
    page.line(rich(' ', ...one, ' '.repeat(room - columns(one)), ...(right[index] ?? [])));
  }
}

function sideOf(node: string, state: NodeState | null, lines: readonly InfoLine[]): Rich[] {
  const head = rich('  ', toned('cyan', clean(node === '' ? 'master' : node)), state === null ? toned('dim', ' (not known)') : state.running ? '' : toned('dim', ' (does not run)'));
  return [head, ...lines.map(({ name, value, decisive }) => {
    const text = `${name}:${shortIds(clean(value))}`;
    return rich(decisive ? toned('bold', `› ${text}`) : `  ${text}`);
  })];
}

/** Longer changes have a line to themselves. */
const WIDEST_CHANGE = 44;

function spared(page: Page, whyNot: Counterfactuals, { outcome: { server } }: ToldRun): void {
  const { rows, notes } = whyNotWords(whyNot, server);
  title(page, 'What would have spared it', whyNot.runs === 0 ? '' : `with --set; each found and proved by ${formatCount(whyNot.runs)} runs`);
  const width = Math.max(0, ...rows.map(({ change }) => columnsOf(change)).filter((columns) => columns <= WIDEST_CHANGE));
  for (const { change, spares, then } of rows) {
    const lead = rich('   ', spares ? toned('green', '✓') : toned('red', '✗'), ' ', toned(spares ? 'bold' : 'plain', padEnd(change, width)), '   ');
    if (columnsOf(change) <= width) page.hanging(lead, rich(then));
    else {
      page.line(lead);
      page.hanging(rich(' '.repeat(width + 8)), rich(then));
    }
  }
  for (const note of notes) page.hanging(rich('   '), rich(toned('dim', note)));
}

function others(page: Page, run: ToldRun): void {
  const { resyncs } = run.outcome;
  const { told } = run;
  if (resyncs.length === 0) {
    page.line(rich('   ', 'No replica asked anything of a master.'));
    return;
  }
  const rows = otherRows(run);
  rows.slice(0, MOST_OTHERS).forEach(({ numbers, what, why }, index) => {
    page.hanging(rich(' ', toned('bold', index === 0 ? 'others' : '      '), ` ${numbers}  `), rich(what, toned('dim', ` · ${why}`)));
  });
  if (rows.length > MOST_OTHERS) page.line(rich('        ', toned('dim', `… ${formatCount(rows.length - MOST_OTHERS)} more`)));
  // Who has no past is always copied, and what was partial needs no help.
  const helped = told.some(({ explanation: { resync }, whyNot }) => whyNot === null && resync.kind === 'full' && resync.reason !== 'first-contact');
  const help = !helped ? '' : ' · what would help: --why-not partial';
  page.hanging(rich(' '), rich(toned('dim', `another one: --resync N, --node X, --at T${help}`)));
}

interface OtherRow {
  readonly numbers: string;
  readonly what: Rich[number] | string;
  readonly why: string;
}

/** Those that are not told whole; first contacts at a start are of one kind. */
function otherRows({ outcome: { resyncs, facts }, told, causes }: ToldRun): OtherRow[] {
  const known = new Set(told.map(({ explanation: { number } }) => number));
  const starts: { number: number; node: string; words: string }[] = [];
  const rows: { first: number; row: OtherRow }[] = [];
  for (const [index, resync] of resyncs.entries()) {
    const number = index + 1;
    if (known.has(number)) continue;
    const origin = causes.origin(resync.facts.asked);
    if (origin.is === 'start' && resync.outcome === 'done') starts.push({ number, node: resync.replica, words: short(resync) });
    else rows.push({ first: number, row: { numbers: String(number), what: `${clean(resync.replica)} at ${instant(resync.askedAtUs)}: ${short(resync)}`, why: originWords(origin, facts) } });
  }
  const words = new Set(starts.map((one) => one.words));
  for (const what of words) {
    const alike = starts.filter((one) => one.words === what);
    const shown = alike.slice(0, 4);
    const more = alike.length > shown.length ? ` and ${alike.length - shown.length} more` : '';
    rows.push({ first: alike[0]!.number, row: {
      numbers: `${shown.map(({ number }) => number).join(', ')}${more === '' ? '' : ' …'}`, what: `${shown.map(({ node }) => clean(node)).join(', ')}${more}: ${what}`, why: `${alike.length === 1 ? 'its' : 'their'} start`,
    } });
  }
  return rows.sort((one, other) => one.first - other.first).map(({ row }) => row);
}

function short({ kind, reason, outcome }: Resync): string {
  const words = [kind === null ? '' : kind.toUpperCase(), reason ?? (kind === null ? 'no answer' : ''), outcome === 'done' || outcome === 'refused' ? '' : outcome === 'unfinished' ? 'not finished' : outcome];
  return words.filter((word) => word !== '').join(' ');
}
