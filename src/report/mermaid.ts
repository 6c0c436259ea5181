/**
 * A run as a Mermaid sequence diagram, which GitHub, GitLab and many editors draw from text: who asked whom, what was answered,
 * what broke and when. One run is a diagram; several are a Markdown page with one each.
 */
import type { Outcome } from '../checks/outcome.ts';
import { clean } from '../text.ts';
import { formatInstant } from '../units.ts';
import { type Chart, chartOf, type ChartResync } from './chart/chart.ts';
import type { Reporter } from './reporter.ts';

/** What a reader takes in, and Mermaid draws without complaint. */
const MOST = { lanes: 8, resyncs: 24, notes: 24 } as const;

export function mermaidReporter(): Reporter {
  return {
    run: () => '',
    end: (runs) => {
      if (runs.length === 1) return diagram(runs[0]!.outcome);
      return runs.map(({ outcome }) => `\`\`\`mermaid\n${diagram(outcome)}\`\`\`\n`).join('\n');
    },
  };
}

/** A line, with what it is ordered by. */
interface Line {
  readonly atUs: number;
  readonly text: string;
}

function diagram(outcome: Outcome): string {
  const chart = chartOf(outcome, MOST);
  const lines = [...chart.faults.flatMap((fault) => faultLines(fault, chart)), ...chart.resyncs.flatMap((resync) => resyncLines(resync, chart)), ...chart.notes.map((one) => ({ atUs: one.atUs, text: note(one.lane === null ? chart.lanes : [one.lane], chart, one.atUs, one.text) }))];
  const ordered = lines.map((line, index) => ({ line, index })).sort((a, b) => a.line.atUs - b.line.atUs || a.index - b.index).map(({ line }) => line.text);
  const left = [
    ...(chart.leftOut > 0 ? [`${chart.leftOut} more of their like ${chart.leftOut === 1 ? 'is' : 'are'} left out`] : []),
    ...(chart.lanesLeftOut > 0 ? [`${chart.lanesLeftOut} more ${chart.lanesLeftOut === 1 ? 'node is' : 'nodes are'} left out`] : []),
  ];
  const { scenario, seed, server, verdict } = outcome;
  return [
    'sequenceDiagram',
    `  title ${words(`${scenario.name}: ${verdict} (seed ${seed}, ${server})`)}`,
    ...chart.lanes.map((name, index) => `  participant n${index} as ${words(name)}`),
    ...ordered.map((line) => `  ${line}`),
    ...left.map((what) => `  ${note(chart.lanes, chart, null, what)}`),
    '',
  ].join('\n');
}

function faultLines({ fromUs, toUs, lanes, text }: Chart['faults'][number], chart: Chart): Line[] {
  const over = lanes.length === 0 ? chart.lanes : lanes;
  const began = { atUs: fromUs, text: note(over, chart, fromUs, `✂ ${text}`) };
  return toUs === null || toUs === fromUs ? [began] : [began, { atUs: toUs, text: note(over, chart, toUs, `✚ over: ${text.replace(/, for \S+$/, '')}`) }];
}

function resyncLines(resync: ChartResync, chart: Chart): Line[] {
  const { replica, master, askedAtUs, answeredAtUs, endedAtUs, outcome, asks, answer, file, kind } = resync;
  const [from, to] = [id(replica, chart), master === null ? null : id(master, chart)];
  // A master that is not drawn, or not known: the replica says so itself.
  if (to === null || from === to) return [{ atUs: askedAtUs, text: note([replica], chart, askedAtUs, `${asks}: ${answer}`) }];
  const lines: Line[] = [{ atUs: askedAtUs, text: `${from}${answeredAtUs === null ? '-x' : '->>'}${to}: ${words(`${formatInstant(askedAtUs)} ${asks}`)}` }];
  if (answeredAtUs !== null) lines.push({ atUs: answeredAtUs, text: `${to}-->>${from}: ${words(`${formatInstant(answeredAtUs)} ${answer}`)}` });
  if (file !== null) lines.push({ atUs: file.fromUs, text: `${to}->>${from}: ${words(`${formatInstant(file.fromUs)} RDB, ${file.size}`)}` });
  if (outcome === 'done' && endedAtUs !== null && kind === 'full') lines.push({ atUs: endedAtUs, text: note([replica], chart, endedAtUs, 'online') });
  if (outcome === 'aborted' && endedAtUs !== null) lines.push({ atUs: endedAtUs, text: note([replica], chart, endedAtUs, 'aborted') });
  return lines;
}

/** Over several lanes Mermaid wants the outermost two. */
function note(lanes: readonly string[], chart: Chart, atUs: number | null, text: string): string {
  const indexes = lanes.map((name) => chart.lanes.indexOf(name)).filter((index) => index >= 0);
  const [first, last] = [Math.min(...indexes), Math.max(...indexes)];
  return `Note over n${first}${last === first ? '' : `,n${last}`}: ${words(`${atUs === null ? '' : `${formatInstant(atUs)} `}${text}`)}`;
}

function id(name: string, { lanes }: Chart): string {
  return `n${lanes.indexOf(name)}`;
}

/** Longer labels make a diagram that nobody can look at. */
const LONGEST = 160;

/**
 * Text that means nothing to Mermaid: what is neither letter, digit nor plain punctuation is written as `#code;`, which its grammar
 * knows (a bare `;` or line end would end the statement, `#` begin a code, `%%` a comment, `end` a block).
 */
function words(text: string): string {
  const cut = text.length > LONGEST ? `${[...text].slice(0, LONGEST - 1).join('')}…` : text;
  return clean(cut)
    .replaceAll(/[^\p{L}\p{N} .,:?!()/'=+✂✚╳…·→×–-]/gu, (character) => `#${character.codePointAt(0)!};`)
    .replace(/^ *(?::|(?:no)?wrap:)/, (prefix) => prefix.replaceAll(':', '#58;'))
    .replaceAll(/\bend\b/gi, (word) => `#${word.charCodeAt(0)};${word.slice(1)}`);
}
