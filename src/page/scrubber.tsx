/** The instant that everything on the page shows, and how much of the run is seen. */
import { useMemo } from 'preact/hooks';
import { type View, viewAround, zoom } from './axis.ts';
import type { PageRun } from './run.ts';
import { instant, span } from './words.ts';

interface ScrubberProps {
  readonly run: PageRun;
  readonly atUs: number;
  readonly setAt: (atUs: number) => void;
  readonly settle: () => void;
  readonly view: View;
  readonly setView: (view: View) => void;
}

export function Scrubber({ run, atUs, setAt, settle, view, setView }: ScrubberProps) {
  const endUs = run.run.durationUs;
  const moments = useMemo(() => [...new Set(run.story.map((line) => line.atUs))].sort((a, b) => a - b), [run]);
  const before = moments.findLast((one) => one < atUs);
  const after = moments.find((one) => one > atUs);
  const share = (us: number): string => `${(us / endUs) * 100}%`;
  const jump = (to: number | undefined): void => {
    if (to === undefined) return;
    setAt(to);
    settle();
  };
  return (
    <div class="scrubber">
      <div class="scrub-line">
        <button type="button" onClick={() => jump(before)} disabled={before === undefined} aria-label="To what happened before"><svg width="14" height="14" aria-hidden="true"><path d="M1 1h2.5v12H1zM13 1v12L4.5 7z" /></svg></button>
        <div class="track">
          <div class="track-marks" aria-hidden="true">
            <div class="track-view" style={{ left: share(view.fromUs), width: share(view.toUs - view.fromUs) }} />
            {few(run.faults).map(({ fromUs, toUs }, index) => <div key={`f${index}`} class="track-fault" style={{ left: share(fromUs), width: share((toUs ?? endUs) - fromUs) }} />)}
            {few(run.cards).map(({ atUs: at, kind, endedUs }, index) => <div key={`c${index}`} class={`track-resync ${kind ?? 'none'}`} style={{ left: share(at), width: share((endedUs ?? at) - at) }} />)}
          </div>
          <input
            type="range" min={0} max={endUs} step={Math.max(1, Math.round(endUs / 20_000))} value={atUs} aria-label="Instant of the run"
            aria-valuetext={instant(atUs, 1_000)} onInput={(event) => setAt(Number(event.currentTarget.value))} onChange={settle}
          />
        </div>
        <button type="button" onClick={() => jump(after)} disabled={after === undefined} aria-label="To what happens next"><svg width="14" height="14" aria-hidden="true"><path d="M10.5 1H13v12h-2.5zM1 1v12l8.5-6z" /></svg></button>
        <output class="clock">{instant(atUs, 1_000)}</output>
      </div>
      <div class="zoom" role="group" aria-label="Zoom">
        <button type="button" onClick={() => setView(zoom(view, inside(atUs, view), 0.4, endUs))} aria-label="Zoom in">+</button>
        <button type="button" onClick={() => setView(zoom(view, inside(atUs, view), 2.5, endUs))} aria-label="Zoom out">−</button>
        <button type="button" onClick={() => setView({ fromUs: 0, toUs: endUs })}>whole run</button>
        <button type="button" onClick={() => setView(viewAround(atUs, Math.min(endUs, 20_000), endUs))}>20 ms</button>
        <span class="note">shows {span(view.toUs - view.fromUs)}</span>
      </div>
    </div>
  );
}

/** Of very many, as many as there is room for. */
function few<Item>(items: readonly Item[]): readonly Item[] {
  const most = 300;
  return items.length <= most ? items : Array.from({ length: most }, (_, index) => items[Math.floor((index * items.length) / most)]!);
}

function inside(atUs: number, { fromUs, toUs }: View): number {
  return atUs >= fromUs && atUs <= toUs ? atUs : (fromUs + toUs) / 2;
}
