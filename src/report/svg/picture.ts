/**
 * Where everything stands in the picture: a chart in, shapes out.
 *
 * Time runs to the right, to scale. What happens has a number where it happened, and its words in the list below, so that nothing
 * overlaps however close things are.
 */
import { clip, columnsOf } from '../../text.ts';
import { formatInstant, formatSpan } from '../../units.ts';
import type { Chart, ChartFault, ChartResync } from '../chart/chart.ts';
import { escapeXml } from './xml.ts';

export const WIDTH = 1280;

export interface Picture {
  readonly height: number;
  readonly shapes: readonly string[];
  /** The same in words, for those who do not see it. */
  readonly words: string;
}

export interface Heading {
  readonly title: string;
  readonly about: string;
  readonly verdict: string;
}

const LEFT = 190;
const RIGHT = WIDTH - 40;
const TOP = 100;
/** Between two lanes, and for each further row of numbers above one. */
const LANE_GAP = 84;
const NUMBER_ROW = 22;
const LEGEND_ROW = 23;
/** Numbers this near would touch. */
const TOO_NEAR = 22;
/** Messages are faster than the eye: drawn with some slant all the same. */
const LEAST_SLANT = 7;

/** Above all lanes: what clients and the timeline do. */
const NO_LANE = -1;

/** Something with a number: where it happened, and what the list says of it. */
interface Event {
  readonly atUs: number;
  /** NO_LANE: of nobody in particular. */
  readonly lane: number;
  readonly broke: boolean;
  readonly text: string;
}

/** What is drawn, and where its lanes and its instants are. */
interface Plan {
  readonly chart: Chart;
  readonly y: (lane: string) => number;
  readonly x: (us: number) => number;
}

export function drawChart(chart: Chart, { title, about, verdict }: Heading): Picture {
  const x = scale(chart.endUs);
  const events = eventsOf(chart);
  const rows = rowsOf(events, x);
  const top = TOP + highestRow(events, rows, NO_LANE) * NUMBER_ROW;
  const lanes = laneHeights(chart, events, rows, top);
  const plan: Plan = { chart, x, y: (lane) => lanes[chart.lanes.indexOf(lane)]! };
  const bottom = (lanes.at(-1) ?? TOP) + 34;
  const legend = legendShapes(events, bottom + 40, chart);
  return {
    height: legend.bottom + 20,
    words: `${about}. ${events.map(({ atUs, text: what }) => `${formatInstant(atUs)} ${what}`).join('. ')}.`,
    shapes: [
      text(40, 44, 'title', clip(title, 74)), text(RIGHT, 44, `lane end ${verdict}`, verdict), text(40, 70, 'dim', about),
      ...axisShapes(chart.endUs, x, bottom),
      ...chart.faults.flatMap((fault) => faultShapes(fault, plan)),
      ...chart.lanes.flatMap((name) => [line(LEFT, plan.y(name), RIGHT, plan.y(name), 'rail'), text(LEFT - 16, plan.y(name) + 5, 'lane end', clip(name, 17))]),
      ...chart.resyncs.flatMap((resync) => resyncShapes(resync, plan)),
      ...events.flatMap(({ atUs, lane }, index) => (lane === NO_LANE ? [] : [line(x(atUs), lanes[lane]! - 9, x(atUs), lanes[lane]! - 24 - rows[index]! * NUMBER_ROW, 'rule')])),
      ...events.flatMap(({ atUs, lane }, index) => numberShapes(index + 1, x(atUs), (lane === NO_LANE ? top : lanes[lane]! - 24) - rows[index]! * NUMBER_ROW)),
      ...legend.shapes,
    ],
  };
}

function scale(endUs: number): (us: number) => number {
  const span = Math.max(endUs, 1);
  return (us) => round(LEFT + ((RIGHT - LEFT) * Math.min(us, span)) / span);
}

function eventsOf(chart: Chart): Event[] {
  const laneOf = (name: string | null | undefined): number => (name === null || name === undefined ? NO_LANE : chart.lanes.indexOf(name));
  const events: Event[] = [
    ...chart.faults.map(({ fromUs, toUs, lanes, text: what }) => ({
      atUs: fromUs, lane: laneOf(lanes[0]), broke: true, text: `${what}${toUs === null || toUs === fromUs ? '' : ` (over at ${formatInstant(toUs)})`}`,
    })),
    ...chart.resyncs.map((resync) => ({ atUs: resync.askedAtUs, lane: laneOf(resync.replica), broke: false, text: resyncWords(resync) })),
    ...chart.notes.map(({ atUs, lane, text: what }) => ({ atUs, lane: laneOf(lane), broke: false, text: lane === null ? what : `${lane} ${what}` })),
  ];
  return events.map((event, index) => ({ event, index })).sort((a, b) => a.event.atUs - b.event.atUs || a.index - b.index).map(({ event }) => event);
}

function resyncWords({ replica, master, asks, answer, file, outcome, endedAtUs }: ChartResync): string {
  const at = endedAtUs === null ? '' : formatInstant(endedAtUs);
  const end = outcome === 'done' ? ` · online at ${at}` : outcome === 'aborted' ? ` · aborted at ${at}` : outcome === 'unfinished' ? ' · not finished' : '';
  return `${replica} asks ${master ?? 'its master'}: ${asks} ⇐ ${answer}${file === null ? '' : ` · ${file.size}`}${end}`;
}

/** For each event the row above its lane in which its number has room. */
function rowsOf(events: readonly Event[], x: (us: number) => number): number[] {
  const taken = new Map<number, number[][]>();
  return events.map(({ atUs, lane }) => {
    const rows = taken.get(lane) ?? [];
    taken.set(lane, rows);
    const at = x(atUs);
    const free = rows.findIndex((places) => places.every((place) => Math.abs(place - at) >= TOO_NEAR));
    const row = free < 0 ? rows.length : free;
    (rows[row] ??= []).push(at);
    return row;
  });
}

/** Where each lane is, with room above it for the rows of its numbers. */
function laneHeights(chart: Chart, events: readonly Event[], rows: readonly number[], top: number): number[] {
  let y = events.some(({ lane }) => lane === NO_LANE) ? top - 14 : top - 34;
  return chart.lanes.map((_, lane) => {
    y += LANE_GAP + highestRow(events, rows, lane) * NUMBER_ROW;
    return y;
  });
}

function highestRow(events: readonly Event[], rows: readonly number[], lane: number): number {
  return events.reduce((most, event, index) => (event.lane === lane ? Math.max(most, rows[index]!) : most), 0);
}

function axisShapes(endUs: number, x: (us: number) => number, bottom: number): string[] {
  const step = tickStep(endUs);
  const shapes: string[] = [];
  for (let at = 0; at <= endUs; at += step) shapes.push(line(x(at), TOP - 12, x(at), bottom, 'grid'), text(x(at), bottom + 17, 'dim small middle', at === 0 ? '0 s' : formatSpan(at)));
  return shapes;
}

/** A round figure, so that there are no more than a dozen. */
function tickStep(endUs: number): number {
  for (let unit = 1; ; unit *= 10) {
    for (const factor of [1, 2, 5]) if (endUs / (unit * factor) <= 12) return unit * factor;
  }
}

function faultShapes({ fromUs, toUs, lanes }: ChartFault, { chart, x, y }: Plan): string[] {
  const places = lanes.map(y).sort((a, b) => a - b);
  const from = x(fromUs);
  const width = Math.max(3, round(x(toUs ?? chart.endUs) - from));
  const [top, bottom] = [places[0], places.at(-1)];
  const between = top === undefined || bottom === undefined || top === bottom ? [] : [rect(from, top, width, bottom - top, 'faultlink')];
  return [...between, ...places.map((place) => rect(from, place - 15, width, 30, 'fault'))];
}

function resyncShapes(resync: ChartResync, plan: Plan): string[] {
  const { replica, master, askedAtUs, endedAtUs, kind, outcome, answer } = resync;
  const [from, own] = [plan.x(askedAtUs), plan.y(replica)];
  const width = Math.max(4, plan.x(endedAtUs ?? plan.chart.endUs) - from);
  const shapes = master === null || master === replica ? [] : messageShapes(resync, own, plan.y(master), plan);
  // What came to nothing is empty.
  const came = outcome === 'done' ? '' : ' vain';
  shapes.push(`<rect x="${from}" y="${own - 9}" width="${round(width)}" height="18" rx="2" class="${kind}${came}"/>`);
  if (width > columnsOf(answer) * 7.2 + 14) shapes.push(text(from + 8, own + 4.5, `onspan${came}`, answer));
  return shapes;
}

/** The question on its way to the master, and the file on its way back. */
function messageShapes({ askedAtUs, answeredAtUs, endedAtUs, file }: ChartResync, own: number, masters: number, { chart, x }: Plan): string[] {
  const asked = x(askedAtUs);
  const shapes: string[] = [];
  if (file !== null) {
    const from = x(file.fromUs);
    const to = Math.max(x(file.toUs ?? endedAtUs ?? chart.endUs), from + 3);
    shapes.push(`<path d="M${from} ${masters}L${to} ${masters}L${to + LEAST_SLANT} ${own}L${from + LEAST_SLANT} ${own}z" class="file"/>`);
  }
  shapes.push(
    answeredAtUs === null
      ? `<path d="M${asked} ${own}L${asked + LEAST_SLANT} ${round((own + masters) / 2)}" class="ask" marker-end="url(#lost)"/>`
      : `<path d="M${asked} ${own}L${Math.max(x(answeredAtUs), asked + LEAST_SLANT)} ${masters}" class="ask" marker-end="url(#tip)"/>`,
  );
  return shapes;
}

function numberShapes(number: number, x: number, y: number): string[] {
  return [`<circle cx="${x}" cy="${round(y)}" r="9" class="number"/>`, text(x, y + 4, 'digits', String(number))];
}

/** One column as long as there is room for whole sentences, then two. */
function legendShapes(events: readonly Event[], top: number, { leftOut, lanesLeftOut }: Chart): { readonly shapes: string[]; readonly bottom: number } {
  const columns = events.length > 22 ? 2 : 1;
  const perColumn = Math.ceil(events.length / columns);
  const room = columns === 1 ? 138 : 62;
  const shapes = events.flatMap(({ atUs, broke, text: what }, index) => {
    const [left, y] = [40 + Math.floor(index / perColumn) * (WIDTH / 2 - 20), top + LEGEND_ROW * (index % perColumn) + 12];
    return [text(left + 18, y, 'end dim small', String(index + 1)), text(left + 92, y, 'end', formatInstant(atUs)), text(left + 106, y, broke ? 'broke' : '', clip(`${broke ? '✂ ' : ''}${what}`, room))];
  });
  const bottom = top + LEGEND_ROW * perColumn + 12;
  const left = [...(leftOut > 0 ? [`${leftOut} more of their like`] : []), ...(lanesLeftOut > 0 ? [`${lanesLeftOut} more ${lanesLeftOut === 1 ? 'node' : 'nodes'}`] : [])];
  if (left.length === 0) return { shapes, bottom };
  return { shapes: [...shapes, text(58, bottom, 'dim', `left out: ${left.join(', ')}`)], bottom: bottom + LEGEND_ROW };
}

function text(x: number, y: number, classes: string, words: string): string {
  return `<text x="${round(x)}" y="${round(y)}"${classes === '' ? '' : ` class="${classes}"`}>${escapeXml(words)}</text>`;
}

function line(x1: number, y1: number, x2: number, y2: number, classes: string): string {
  return `<path d="M${round(x1)} ${round(y1)}L${round(x2)} ${round(y2)}" class="${classes}"/>`;
}

function rect(x: number, y: number, width: number, height: number, classes: string): string {
  return `<rect x="${x}" y="${round(y)}" width="${width}" height="${round(height)}" class="${classes}"/>`;
}

/** A tenth of a pixel is more than anybody sees. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}
