/** The space-time diagram on a canvas: nodes as lanes, messages as slanted lines, faults as bands, resyncs as spans. */
import { lastAtOrBefore } from '../sorted.ts';
import { ticks, tickStep, type View } from './axis.ts';
import { gutterOf, RIGHT, xOf } from './geometry.ts';
import { messageSpan, type PageRun, within } from './run.ts';
import type { Theme } from './theme.ts';
import { instant, span } from './words.ts';

export interface Shown {
  readonly stream: boolean;
  readonly acks: boolean;
  readonly facts: boolean;
}

export interface Scene {
  readonly run: PageRun;
  readonly view: View;
  readonly width: number;
  readonly shown: Shown;
  /** Names of lanes that are drawn, in order. */
  readonly lanes: readonly string[];
  /** Facts that match the filter; null: no filter. */
  readonly chosen: ReadonlySet<number> | null;
}

/** What lies under the pointer. */
export interface Target {
  readonly x: number;
  readonly y: number;
  readonly atUs: number;
  readonly text: string;
}

export const FAULT_ROW = 26;
const AXIS_ROW = 24;
/** Of one kind, as many as can be told apart. */
const MOST = 700;
const SPAN_HEIGHT = 16;

export function laneHeight(lanes: number): number {
  return Math.max(20, Math.min(56, Math.floor(420 / Math.max(1, lanes))));
}

export function heightOf(lanes: number): number {
  return FAULT_ROW + lanes * laneHeight(lanes) + AXIS_ROW;
}

export function draw(context: CanvasRenderingContext2D, scene: Scene, theme: Theme): Target[] {
  const { view, width, lanes, shown } = scene;
  const height = heightOf(lanes.length);
  const gutter = gutterOf(width);
  const x = (atUs: number): number => xOf(atUs, view, width);
  const y = (name: string): number | null => {
    const place = lanes.indexOf(name);
    return place < 0 ? null : FAULT_ROW + (place + 0.5) * laneHeight(lanes.length);
  };
  const targets: Target[] = [];
  context.clearRect(0, 0, width, height);
  context.font = theme.font;
  context.textBaseline = 'middle';
  drawAxis(context, scene, theme, height);

  context.save();
  context.beginPath();
  context.rect(gutter, 0, width - gutter - RIGHT, height - AXIS_ROW + 1);
  context.clip();
  drawFaults(context, scene, theme, { x, y, targets });
  drawLanes(context, scene, theme, { x, y });
  if (shown.stream || shown.acks) drawMessages(context, scene, theme, { x, y, targets });
  if (shown.facts) drawArrows(context, scene, theme, { x, y, targets });
  drawResyncs(context, scene, theme, { x, y, targets });
  if (shown.facts) drawFacts(context, scene, theme, { x, y, targets });
  context.restore();
  drawNames(context, scene, theme, y);
  return targets;
}

interface Places {
  readonly x: (atUs: number) => number;
  readonly y: (name: string) => number | null;
}
interface Marked extends Places {
  readonly targets: Target[];
}

function drawAxis(context: CanvasRenderingContext2D, { view, width }: Scene, theme: Theme, height: number): void {
  const about = Math.max(3, Math.floor((width - gutterOf(width)) / 110));
  const step = tickStep(view.toUs - view.fromUs, about);
  context.strokeStyle = theme.line;
  context.fillStyle = theme.muted;
  context.lineWidth = 1;
  context.textAlign = 'center';
  for (const at of ticks(view, about)) {
    const x = Math.round(xOf(at, view, width)) + 0.5;
    context.beginPath();
    context.moveTo(x, FAULT_ROW);
    context.lineTo(x, height - AXIS_ROW);
    context.stroke();
    const label = step >= 1_000_000 ? `${Math.round(at / 1_000_000)}s` : instant(at, step);
    context.fillText(label, Math.min(x, width - RIGHT - context.measureText(label).width / 2 + 10), height - AXIS_ROW / 2 + 2);
  }
}

/** Bands over the lanes of those whom a fault concerns, hatched, with its words above. */
function drawFaults(context: CanvasRenderingContext2D, { run, view, lanes }: Scene, theme: Theme, { x, y, targets }: Marked): void {
  let free = -Infinity;
  const shown = within(run.faults, ({ fromUs, toUs }) => [fromUs, toUs ?? Infinity], view.fromUs, view.toUs, MOST);
  for (const { words, nodes, fromUs, toUs } of shown) {
    const [left, right] = [x(fromUs), Math.max(x(toUs ?? view.toUs), x(fromUs) + 2)];
    const rows = (nodes.length === 0 ? lanes : nodes).map(y).filter((row) => row !== null);
    if (rows.length === 0 || right < 0 || left > x(view.toUs)) continue;
    const half = laneHeight(lanes.length) / 2;
    const [top, bottom] = [Math.min(...rows) - half + 3, Math.max(...rows) + half - 3];
    context.globalAlpha = 0.1;
    context.fillStyle = theme.fault;
    context.fillRect(left, top, right - left, bottom - top);
    context.globalAlpha = 0.28;
    hatch(context, left, top, right, bottom, theme.fault);
    context.globalAlpha = 1;
    context.fillStyle = theme.fault;
    context.fillRect(left, FAULT_ROW - 4, right - left, 3);
    const label = `✂ ${words}`;
    const at = Math.max(left, x(view.fromUs)) + 2;
    const wide = context.measureText(label).width;
    if (at > free && at + Math.min(wide, 60) < x(view.toUs)) {
      context.textAlign = 'left';
      context.fillText(label, at, FAULT_ROW / 2 - 2);
      free = at + wide + 12;
    }
    targets.push({ x: Math.max(left, x(view.fromUs)), y: FAULT_ROW / 2, atUs: fromUs, text: `${label}: from ${instant(fromUs)} ${toUs === null ? 'on' : `to ${instant(toUs)}`}` });
  }
}

function hatch(context: CanvasRenderingContext2D, left: number, top: number, right: number, bottom: number, colour: string): void {
  context.save();
  context.beginPath();
  context.rect(left, top, right - left, bottom - top);
  context.clip();
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.beginPath();
  const height = bottom - top;
  const begin = Math.max(left - height, -height);
  for (let at = begin - (begin % 9); at < Math.min(right, 6_000); at += 9) {
    context.moveTo(at, bottom);
    context.lineTo(at + height, top);
  }
  context.stroke();
  context.restore();
}

/** A line while it runs: dashed while its link is down, thick while it loads, none while it is down. */
function drawLanes(context: CanvasRenderingContext2D, { run, view, lanes }: Scene, theme: Theme, { x, y }: Places): void {
  for (const name of lanes) {
    const row = y(name)!;
    const node = run.curves?.nodes.find((one) => one.node === name);
    const times = run.curves?.atUs ?? [];
    context.lineWidth = 1.5;
    if (node === undefined) {
      context.strokeStyle = theme.line;
      line(context, x(Math.max(0, view.fromUs)), row, x(view.toUs), row);
      continue;
    }
    let begin = Math.max(0, lastAtOrBefore(times, view.fromUs));
    const kindAt = (place: number): string => {
      const state = node.words.state[place];
      if (state !== 'up') return state ?? 'down';
      return node.words.role[place] === 'replica' && node.words.link[place] !== 'connected' ? 'linkless' : 'up';
    };
    while (begin < times.length && times[begin]! <= view.toUs) {
      const kind = kindAt(begin);
      let end = begin + 1;
      while (end < times.length && times[end]! <= view.toUs && kindAt(end) === kind) end++;
      const [left, right] = [x(times[begin]!), x(times[end] ?? times.at(-1)!)];
      if (kind !== 'down') {
        context.strokeStyle = kind === 'loading' ? theme.full : kind === 'silent' ? theme.fault : theme.ink;
        context.lineWidth = kind === 'loading' ? 5 : 2;
        context.setLineDash(kind === 'linkless' ? [3, 4] : kind === 'silent' ? [1, 5] : []);
        line(context, left, row, right, row);
        context.setLineDash([]);
      } else {
        context.fillStyle = theme.muted;
        context.textAlign = 'center';
        if (right - left > 50) context.fillText('down', (Math.max(left, x(view.fromUs)) + Math.min(right, x(view.toUs))) / 2, row);
      }
      begin = end;
    }
  }
}

function drawMessages(context: CanvasRenderingContext2D, { run, view, shown }: Scene, theme: Theme, { x, y, targets }: Marked): void {
  const all = run.curves?.messages ?? [];
  for (const kind of ['stream', 'ping', 'ack'] as const) {
    if (kind === 'ack' ? !shown.acks : !shown.stream) continue;
    const found = within(all, (message) => (message.kind === kind ? messageSpan(message) : [Infinity, -Infinity]), view.fromUs, view.toUs, MOST);
    context.strokeStyle = kind === 'ack' ? theme.ack : theme.stream;
    context.lineWidth = kind === 'ping' ? 1.5 : 1;
    context.setLineDash(kind === 'ping' ? [3, 2] : []);
    context.globalAlpha = found.length > 150 ? 0.35 : 0.75;
    for (const { from, to, sentUs, arrivedUs, offset } of found) {
      const [top, bottom] = [y(from), y(to)];
      if (top === null || bottom === null) continue;
      const lost = arrivedUs === null;
      const [x1, x2] = [x(sentUs), lost ? x(sentUs) + 6 : x(arrivedUs)];
      const end = lost ? top + (bottom - top) * 0.3 : bottom;
      line(context, x1, top, x2, end);
      if (lost) cross(context, x2, end);
      const what = kind === 'ack' ? `acknowledges ${offset}` : kind === 'ping' ? 'PING in the stream' : `stream up to byte ${offset}`;
      targets.push({
        x: (x1 + x2) / 2, y: (top + end) / 2, atUs: sentUs,
        text: `${from} → ${to}: ${what}, ${lost ? 'never heard' : `on its way for ${span(arrivedUs - sentUs)}`}`,
      });
    }
    context.setLineDash([]);
    context.globalAlpha = 1;
  }
}

function drawArrows(context: CanvasRenderingContext2D, { run, view }: Scene, theme: Theme, { x, y, targets }: Marked): void {
  const found = within(run.arrows, ({ sentUs, arrivedUs }) => [sentUs, arrivedUs], view.fromUs, view.toUs, MOST);
  context.strokeStyle = theme.ink;
  context.fillStyle = theme.ink;
  context.lineWidth = 1.5;
  context.globalAlpha = found.length > 150 ? 0.4 : 0.85;
  for (const { from, to, sentUs, arrivedUs, text } of found) {
    const [top, bottom] = [y(from), y(to)];
    if (top === null || bottom === null) continue;
    const [x1, x2] = [x(sentUs), x(arrivedUs)];
    const turn = Math.atan2(bottom - top, x2 - x1);
    line(context, x1, top, x2, bottom);
    context.beginPath();
    context.moveTo(x2, bottom);
    context.lineTo(x2 - 8 * Math.cos(turn - 0.35), bottom - 8 * Math.sin(turn - 0.35));
    context.lineTo(x2 - 8 * Math.cos(turn + 0.35), bottom - 8 * Math.sin(turn + 0.35));
    context.fill();
    targets.push({ x: (x1 + x2) / 2, y: (top + bottom) / 2, atUs: arrivedUs, text: `${from} → ${to}: ${text}, ${span(arrivedUs - sentUs)}` });
  }
  context.globalAlpha = 1;
}

function drawResyncs(context: CanvasRenderingContext2D, { run, view }: Scene, theme: Theme, { x, y, targets }: Marked): void {
  const shown = within(run.cards, ({ atUs, endedUs }) => [atUs, endedUs ?? run.run.durationUs], view.fromUs, view.toUs, MOST);
  for (const { replica, kind, reason, atUs, endedUs, outcome } of shown) {
    const row = y(replica);
    const toUs = endedUs ?? run.run.durationUs;
    if (row === null || toUs < view.fromUs || atUs > view.toUs) continue;
    const [left, right] = [x(atUs), Math.max(x(toUs), x(atUs) + 8)];
    const colour = kind === 'full' ? theme.full : kind === 'partial' ? theme.partial : theme.fault;
    context.fillStyle = colour;
    context.strokeStyle = theme.panel;
    context.lineWidth = 1.5;
    context.beginPath();
    context.roundRect(left, row - SPAN_HEIGHT / 2, right - left, SPAN_HEIGHT, 4);
    context.fill();
    context.stroke();
    const word = kind === 'full' ? 'FULL' : kind === 'partial' ? 'PARTIAL' : outcome.toUpperCase();
    const wide = context.measureText(word).width;
    const inside = right - left > wide + 10;
    context.font = `bold ${theme.font}`;
    context.textAlign = 'left';
    if (inside) {
      context.fillStyle = theme.panel;
      context.fillText(word, Math.max(left, x(view.fromUs)) + 5, row + 0.5);
    } else {
      context.lineWidth = 3;
      const at = right + 4 + wide < x(view.toUs) ? right + 4 : left - wide - 8;
      context.strokeText(word, at, row - SPAN_HEIGHT / 2 - 6);
      context.fillStyle = colour;
      context.fillText(word, at, row - SPAN_HEIGHT / 2 - 6);
    }
    context.font = theme.font;
    targets.push({ x: (left + Math.min(right, x(view.toUs))) / 2, y: row, atUs, text: `${replica}: ${word} ${reason ?? ''}, from ${instant(atUs)}${endedUs === null ? ' on' : ` for ${span(endedUs - atUs)}`}` });
  }
}

function drawFacts(context: CanvasRenderingContext2D, { run, view, chosen }: Scene, theme: Theme, { x, y, targets }: Marked): void {
  const found = within(run.facts, (fact) => (fact.node === '' || (chosen !== null && !chosen.has(fact.id)) ? [Infinity, -Infinity] : [fact.atUs, fact.atUs]), view.fromUs, view.toUs, MOST);
  context.fillStyle = theme.panel;
  context.strokeStyle = theme.ink;
  context.lineWidth = 1.2;
  for (const { node, atUs, kind } of found) {
    const row = y(node);
    if (row === null) continue;
    context.beginPath();
    context.arc(x(atUs), row, 3, 0, 7);
    context.fill();
    context.stroke();
    targets.push({ x: x(atUs), y: row, atUs, text: `${instant(atUs, 1_000)} ${node}: ${kind.replaceAll('-', ' ')}` });
  }
}

function drawNames(context: CanvasRenderingContext2D, { run, lanes, width }: Scene, theme: Theme, y: Places['y']): void {
  const gutter = gutterOf(width);
  context.textAlign = 'right';
  for (const name of lanes) {
    const lane = run.lanes.find((one) => one.name === name);
    const row = y(name)!;
    const detailed = laneHeight(lanes.length) >= 36 && gutter > 100;
    context.fillStyle = theme.ink;
    context.font = `600 ${theme.font}`;
    context.fillText(fit(context, name, gutter - 14), gutter - 10, row - (detailed ? 7 : 0));
    context.font = theme.font;
    context.fillStyle = theme.muted;
    if (detailed && lane !== undefined) context.fillText(fit(context, lane.is === 'client' ? `writes to ${lane.detail}` : lane.detail, gutter - 14), gutter - 10, row + 8);
  }
}

/** Shortened in the middle: names that begin alike are told apart by their ends. */
function fit(context: CanvasRenderingContext2D, text: string, room: number): string {
  if (context.measureText(text).width <= room) return text;
  const signs = [...text];
  let kept = signs.length - 1;
  const shortened = (): string => `${signs.slice(0, Math.ceil(kept / 2)).join('')}…${signs.slice(signs.length - Math.floor(kept / 2)).join('')}`;
  while (kept > 1 && context.measureText(shortened()).width > room) kept--;
  return shortened();
}

function line(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}

function cross(context: CanvasRenderingContext2D, x: number, y: number): void {
  line(context, x - 3, y - 3, x + 3, y + 3);
  line(context, x - 3, y + 3, x + 3, y - 3);
}
