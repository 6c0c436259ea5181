/**
 * A run as a page for a pull request or a wiki: what happened, each resync with its reason and its numbers, what should hold.
 * Names from scenarios are text there, and nothing else: no markup, no links, nobody is mentioned.
 */
import type { Outcome, Resync, Verdict } from '../checks/outcome.ts';
import { clean } from '../text.ts';
import { formatCount, formatInstant, formatSpan } from '../units.ts';
import { meaningsOf } from './glossary.ts';
import { shortName } from './pretty/generations.ts';
import { plain } from './pretty/rich.ts';
import { decidingSettings } from './pretty/settings.ts';
import { timeline } from './pretty/timeline.ts';
import { reasonOf, shortId, size } from './pretty/words.ts';
import type { ReportedRun, Reporter } from './reporter.ts';

export function markdownReporter(): Reporter {
  return { run: (run) => `${page(run).join('\n')}\n`, end: () => '' };
}

const MARKS: Readonly<Record<Verdict, string>> = { passed: '✅', failed: '❌', undecided: '❔', error: '❌' };
const SIGNS = { held: '✅', failed: '❌', undecided: '❔' } as const;
/** More rows than anybody reads. */
const MOST_ROWS = 100;

function page(run: ReportedRun): string[] {
  const { outcome, replay } = run;
  const { scenario, verdict, verdictDetail, seed, server, virtualUs, appliedWrites, traceHash } = outcome;
  const facts = [`seed ${seed}`, server, nodes(scenario.nodes.length), `${formatSpan(virtualUs)} of Redis`, `${formatCount(appliedWrites)} writes`, `trace ${traceHash.slice(0, 12)}`];
  return [
    `## ${MARKS[verdict]} ${text(scenario.name)}: ${verdict}`, '',
    ...(verdictDetail === '' ? [] : [text(verdictDetail), '']),
    ...(scenario.teaches === '' ? [] : [`> ${text(scenario.teaches.trim().replaceAll(/\s+/g, ' '))}`, '']),
    `<sub>${text(facts.join(' · '))}</sub>`, '',
    ...resyncTable(outcome),
    ...story(outcome),
    ...expectations(outcome),
    ...versions(run),
    ...words(outcome.resyncs),
    ...(replay === undefined ? [] : ['To see it again:', '', ...fenced(replay), '']),
  ];
}

function nodes(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'node' : 'nodes'}`;
}

function resyncTable({ resyncs }: Outcome): string[] {
  if (resyncs.length === 0) return ['No replica asked for a resync.', ''];
  const rows = resyncs.slice(0, MOST_ROWS).map((resync) => {
    const { askedAtUs, replica, master, asked, kind, reason, bytes, endedAtUs, outcome } = resync;
    const verdict = kind === null ? (reason === null ? 'no answer' : 'refused') : kind;
    const end = outcome === 'done' ? `online at ${formatInstant(endedAtUs ?? askedAtUs)}` : outcome === 'unfinished' ? 'not finished' : outcome === 'aborted' ? `aborted at ${formatInstant(endedAtUs ?? askedAtUs)}` : '';
    return [
      formatInstant(askedAtUs), replica, master === '' ? '?' : master, asked.replid === '?' ? '? -1' : `${shortId(asked.replid)} ${formatCount(asked.offset)}`,
      verdict, reason?.replace('refused:', '') ?? '', bytes > 0 ? unbroken(size(bytes)) : '', end, unbroken(reasonOf(resync)),
    ];
  });
  const more = resyncs.length - rows.length;
  return [
    '### Resyncs', '',
    ...table(['asked at', 'replica', 'master', 'PSYNC', 'verdict', 'reason', 'sent', 'end', 'numbers'], rows),
    ...(more > 0 ? ['', `and ${formatCount(more)} more.`] : []), '',
  ];
}

function story(outcome: Outcome): string[] {
  const entries = timeline(outcome, false);
  const rows = entries.slice(0, MOST_ROWS).map(({ atUs, sign, who, text: what, more }) => [
    formatInstant(atUs), sign, who, [plain(what), ...more.map((line) => plain(line.text))].join('; '),
  ]);
  const more = entries.length - rows.length;
  const settings = decidingSettings(outcome).map(unbroken);
  return [
    '<details><summary>What happened</summary>', '',
    ...table(['at', '', 'who', 'what'], rows), '',
    ...(more > 0 ? [`and ${formatCount(more)} more.`, ''] : []),
    ...(settings.length > 0 ? [text(`Decided by ${settings.join(' · ')}.`), ''] : []),
    '</details>', '',
  ];
}

function expectations({ expectations: all, invariants }: Outcome): string[] {
  const lines = all.flatMap(({ text: what, verdict, detail, place }) => {
    if (verdict === 'not-applicable') return [];
    const where = place === null || detail === '' ? '' : ` (${place.file}:${place.line})`;
    return [`- ${SIGNS[verdict]} ${text(what)}${detail === '' ? '' : `<br>${text(`${detail}${where}`)}`}`];
  });
  const others = all.filter(({ verdict }) => verdict === 'not-applicable').length;
  if (others > 0) lines.push(`- ${formatCount(others)} more ${others === 1 ? 'speaks' : 'speak'} of other versions`);
  for (const { name, verdict, detail } of invariants) {
    if (verdict === 'violated') lines.push(`- ❌ invariant violated: ${text(`${name}: ${detail}`)}`);
    else if (verdict === 'held' && detail !== '') lines.push(`- ⚠️ ${text(detail)}`);
  }
  return lines.length === 0 ? [] : ['### What should hold', '', ...lines, ''];
}

/** Of many runs, what they came to. */
function versions({ range }: ReportedRun): string[] {
  if (range === undefined) return [];
  const answer = (resyncs: NonNullable<typeof range.generations>[number]['resyncs']): string =>
    resyncs.map(({ replica, done }) => `${replica}: ${done.map(({ kind, reason }) => `${kind ?? '?'} ${reason ?? ''}`.trim()).join(', ') || 'none'}`).join('; ');
  const rows = range.generations === null
    ? [...new Set(range.runs.map(({ verdict }) => verdict))].map((verdict) => {
        const own = range.runs.filter((run) => run.verdict === verdict);
        return [`${formatCount(own.length)} runs`, verdict, own.length > 6 ? `seeds ${own[0]!.seed} to ${own.at(-1)!.seed}` : `seeds ${own.map(({ seed }) => seed).join(', ')}`];
      })
    : range.generations.map(({ servers, verdict, resyncs }) => [servers.map(shortName).join(', '), verdict, answer(resyncs)]);
  const skipped = range.skipped.map(({ server, why }) => [shortName(server), 'left out', why]);
  return ['### All runs', '', ...table([range.generations === null ? 'runs' : 'versions', 'verdict', ''], [...rows, ...skipped].map((row) => row.map(unbroken))), ''];
}

/** The reasons that occur, in a sentence each: whoever reads this has no glossary at hand. */
function words(resyncs: readonly Resync[]): string[] {
  const meanings = meaningsOf(resyncs.flatMap(({ reason }) => (reason === null ? [] : [reason])));
  return meanings.length === 0 ? [] : ['<details><summary>Words</summary>', '', ...meanings.map(({ term, meaning }) => `- **${text(term)}**: ${text(meaning)}`), '', '</details>', ''];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map((cells) => line(cells.map(text)))];
}

function unbroken(words: string): string {
  return words.replaceAll('\u00A0', ' ');
}

/** As it is, whatever Markdown, GitHub or HTML would make of it. */
function text(value: string): string {
  return clean(value).replaceAll(/[&<>@#]/g, (character) => `&#${character.charCodeAt(0)};`).replaceAll(/[\\`*_[\]{}()!|~$:]/g, (character) => (character === ':' || character === '(' || character === ')' ? character : `\\${character}`)).replaceAll('://', '&#58;//');
}

/** A block of code that nothing in it can end. */
function fenced(code: string): string[] {
  const longest = Math.max(2, ...[...code.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}sh`, clean(code), fence];
}
