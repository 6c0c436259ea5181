/** The curves below the diagram, on the same axis: uPlot draws them. */
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { tickStep, ticks, type View } from './axis.ts';
import { gutterOf, RIGHT, timeAt } from './geometry.ts';
import type { PageRun } from './run.ts';
import { lastAtOrBefore } from '../sorted.ts';
import { type Chart, chartsOf, type Curve } from './series.ts';
import { DASHES, readTheme, type Theme } from './theme.ts';
import { instant } from './words.ts';

/** What all plots on the time axis are given. */
export interface PlotProps {
  readonly run: PageRun;
  readonly view: View;
  readonly setView: (view: View) => void;
  readonly atUs: number;
  readonly goTo: (atUs: number) => void;
  readonly width: number;
  /** Nodes and clients that are not shown. */
  readonly hidden: ReadonlySet<string>;
  /** Changes with the colours. */
  readonly theme: string;
}

const HEIGHT = 170;
/** Round figures of bytes are powers of two. */
const BYTES = Array.from({ length: 50 }, (_, power) => 2 ** power);

export function Charts(props: PlotProps) {
  const { run, hidden } = props;
  const charts = useMemo(() => chartsOf(run, hidden), [run, hidden]);
  if (run.curves === null) return <p class="note">Nobody looked at this run at regular instants, so there are no curves.</p>;
  return <>{charts.map((chart) => <Plot key={chart.id} {...props} chart={chart} />)}</>;
}

function Plot({ chart, run, view, setView, atUs, goTo, width, theme }: PlotProps & { readonly chart: Chart }) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const times = run.curves!.atUs;
  // What the listeners of the plot, which is made once, should know of.
  const now = useRef({ view, setView, goTo });
  now.current = { view, setView, goTo };
  const data = useMemo((): uPlot.AlignedData => [times.map((us) => us / 1_000_000), ...chart.curves.map(({ values }) => [...values])], [times, chart]);

  useLayoutEffect(() => {
    const colours = readTheme();
    const made = new uPlot(optionsOf(chart, run, width, colours, now), data, box.current!);
    plot.current = made;
    // The plot is told by the words around it; its own elements say nothing.
    made.root.setAttribute('aria-hidden', 'true');
    return () => made.destroy();
  }, [chart, data, run, width, theme]);

  useEffect(() => {
    plot.current?.setScale('x', { min: view.fromUs / 1_000_000, max: view.toUs / 1_000_000 });
  }, [view, chart, data, width, theme]);

  const place = Math.max(0, lastAtOrBefore(times, atUs));
  return (
    <figure class="plot chart" aria-label={chart.title}>
      <figcaption><h3>{chart.title}</h3><p>{chart.about}</p></figcaption>
      <ul class="legend" aria-label={`${chart.title} at ${instant(atUs)}`}>
        {chart.curves.map((curve, index) => <Key key={curve.name} curve={curve} band={chart.band?.includes(index) === true} value={curve.values[place] ?? null} format={chart.format} />)}
      </ul>
      <div ref={box} class="canvas-box" />
    </figure>
  );
}

function Key({ curve, band, value, format }: { readonly curve: Curve; readonly band: boolean; readonly value: number | null; readonly format: Chart['format'] }) {
  return (
    <li>
      <svg width="22" height="8" aria-hidden="true" class={`key series-${(curve.colour % 8) + 1}`}>
        <line x1="0" y1="4" x2="22" y2="4" stroke-width={band ? 1 : 2.5} stroke-dasharray={dashOf(curve).join(' ')} />
      </svg>
      {curve.name} <b>{value === null ? '–' : format(value)}</b>
    </li>
  );
}

function dashOf({ as, colour }: Curve): readonly number[] {
  return as === 'edge' ? [2, 2] : as === 'dots' ? [3, 3] : DASHES[colour % DASHES.length]!;
}

type Now = { readonly current: { readonly view: View; readonly setView: (view: View) => void; readonly goTo: (atUs: number) => void } };

function optionsOf(chart: Chart, run: PageRun, width: number, theme: Theme, now: Now): uPlot.Options {
  const gutter = gutterOf(width);
  const narrow = gutter < 100;
  return {
    width, height: HEIGHT, legend: { show: false }, padding: [8, RIGHT, 0, 0],
    cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false }, x: true },
    scales: { x: { time: false }, y: { dir: chart.downwards ? -1 : 1, range: (_, min, max) => rangeOf(min, max) } },
    series: [{}, ...chart.curves.map((curve): uPlot.Series => ({
      label: curve.name, stroke: theme.series[curve.colour % theme.series.length]!, width: curve.as === 'edge' ? 1 : 2, dash: [...dashOf(curve)],
      points: curve.as === 'dots' ? { show: true, size: 3, width: 0, fill: theme.series[curve.colour % theme.series.length]! } : { show: false }, spanGaps: false,
      ...(curve.as === 'dots' ? { paths: () => null } : {}), ...(curve.as === 'step' && uPlot.paths.stepped !== undefined ? { paths: uPlot.paths.stepped({ align: 1 }) } : {}),
    }))],
    ...(chart.band === null ? {} : { bands: [{ series: [chart.band[0] + 1, chart.band[1] + 1] as [number, number], fill: theme.window, dir: 0 as -1 | 1 }] }),
    axes: [
      {
        stroke: theme.muted, font: theme.font, size: 26, gap: 4, grid: { stroke: theme.line, width: 1 }, ticks: { show: false },
        splits: (_, __, min, max) => ticks({ fromUs: min * 1_000_000, toUs: max * 1_000_000 }, aboutOf(width)).map((us) => us / 1_000_000),
        values: (_, splits) => {
          const step = splits.length > 1 ? (splits[1]! - splits[0]!) * 1_000_000 : tickStep(1_000_000, 1);
          return splits.map((seconds) => (step >= 1_000_000 ? `${Math.round(seconds)}s` : instant(seconds * 1_000_000, step)));
        },
      },
      { stroke: theme.muted, font: theme.font, size: gutter, gap: 8, grid: { stroke: theme.line, width: 1 }, ticks: { show: false }, space: 34, ...(chart.unit === 'bytes' ? { incrs: BYTES } : {}), values: (_, splits) => splits.map((value) => (narrow ? chart.format(value).replace(/\.0\b/, '') : chart.format(value))) },
    ],
    hooks: {
      drawClear: [(plot) => shadeFaults(plot, run, theme)],
      setSelect: [(plot) => {
        const { left, width: wide } = plot.select;
        if (wide < 4) return;
        const { view, setView } = now.current;
        setView({ fromUs: Math.max(0, timeAt(gutter + left, view, width)), toUs: Math.min(run.run.durationUs, timeAt(gutter + left + wide, view, width)) });
        plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
      }],
      ready: [(plot) => {
        plot.over.addEventListener('click', (event) => {
          const us = timeAt(gutter + event.offsetX, now.current.view, width);
          now.current.goTo(Math.min(run.run.durationUs, Math.max(0, us)));
        });
      }],
    },
  };
}

function aboutOf(width: number): number {
  return Math.max(3, Math.floor((width - gutterOf(width)) / 110));
}

/** From 0, unless all numbers are far from it and near to each other. */
function rangeOf(min: number, max: number): [number, number] {
  if (!Number.isFinite(min) || !Number.isFinite(max)) return [0, 1];
  const low = min > 0 && max - min < max / 20 && max > 1_000_000 ? min - (max - min) : Math.min(0, min);
  return [Math.max(0, low), max <= 0 ? 1 : max + (max - Math.max(0, low)) * 0.06];
}

/** The bands of the diagram go on through the curves. */
function shadeFaults(plot: uPlot, { faults }: PageRun, theme: Theme): void {
  const { ctx: context, bbox } = plot;
  context.save();
  context.globalAlpha = 0.08;
  context.fillStyle = theme.fault;
  for (const { fromUs, toUs } of faults) {
    const left = Math.max(bbox.left, plot.valToPos(fromUs / 1_000_000, 'x', true));
    const right = toUs === null ? bbox.left + bbox.width : Math.min(bbox.left + bbox.width, plot.valToPos(toUs / 1_000_000, 'x', true));
    if (right > left) context.fillRect(left, bbox.top, right - left, bbox.height);
  }
  context.restore();
}
