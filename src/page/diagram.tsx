/** The space-time diagram: drawn anew when what it shows changes; zoom, pan and choice by pointer and keyboard. */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { pan, type View, viewAround, zoom } from './axis.ts';
import type { PlotProps } from './charts.tsx';
import { draw, heightOf, type Shown, type Target } from './diagram-draw.ts';
import { gutterOf, RIGHT, timeAt } from './geometry.ts';
import { plain } from './run.ts';
import { readTheme } from './theme.ts';
import { instant } from './words.ts';

interface DiagramProps extends PlotProps {
  readonly shown: Shown;
  readonly filter: string;
}

/** How near the pointer must be to what it asks about, px. */
const NEAR = 10;

export function Diagram({ run, view, setView, atUs, goTo, width, shown, hidden, filter, theme }: DiagramProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const targets = useRef<readonly Target[]>([]);
  const drag = useRef<{ readonly x: number; readonly view: View; moved: boolean } | null>(null);
  const [hover, setHover] = useState<Target | null>(null);
  const lanes = useMemo(() => run.lanes.map(({ name }) => name).filter((name) => !hidden.has(name)), [run, hidden]);
  const chosen = useMemo(() => (filter === '' ? null : new Set(run.facts.filter((fact) => `${fact.node} ${plain(fact.kind)}`.toLowerCase().includes(filter)).map(({ id }) => id))), [run, filter]);
  const height = heightOf(lanes.length);
  const endUs = run.run.durationUs;

  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context === undefined || context === null) return;
    const ratio = Math.max(1, devicePixelRatio);
    context.canvas.width = Math.round(width * ratio);
    context.canvas.height = Math.round(height * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    targets.current = draw(context, { run, view, width, shown, lanes, chosen }, readTheme());
  }, [run, view, width, height, shown, lanes, chosen, theme]);

  // Not by an attribute: a listener that may say no to scrolling must not be passive.
  useEffect(() => {
    const element = canvas.current;
    const onWheel = (event: WheelEvent): void => {
      if (!event.ctrlKey && !event.metaKey && !event.shiftKey) return;
      event.preventDefault();
      const length = view.toUs - view.fromUs;
      if (event.shiftKey) setView(pan(view, ((event.deltaX + event.deltaY) / width) * length, endUs));
      else setView(zoom(view, timeAt(event.offsetX, view, width), event.deltaY > 0 ? 1.25 : 0.8, endUs));
    };
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => element?.removeEventListener('wheel', onWheel);
  }, [view, width, endUs, setView]);

  const onKey = (event: KeyboardEvent): void => {
    const length = view.toUs - view.fromUs;
    const next = keyView(event.key, view, atUs, length, endUs);
    if (next === null) return;
    event.preventDefault();
    setView(next);
  };

  const onMove = (event: PointerEvent): void => {
    const going = drag.current;
    if (going !== null && Math.abs(event.offsetX - going.x) > 3) {
      going.moved = true;
      const length = going.view.toUs - going.view.fromUs;
      setView(pan(going.view, ((going.x - event.offsetX) / (width - gutterOf(width) - RIGHT)) * length, endUs));
      return;
    }
    setHover(nearest(targets.current, event.offsetX, event.offsetY));
  };

  return (
    <div class="plot diagram">
      <canvas
        ref={canvas} style={{ width: `${width}px`, height: `${height}px` }} tabindex={0} role="img" aria-describedby="diagram-keys state-title"
        aria-label={`Space-time diagram of ${lanes.length} nodes and clients from ${instant(view.fromUs)} to ${instant(view.toUs)}. The same is told in words under “What happened”.`}
        onKeyDown={onKey} onPointerMove={onMove} onPointerLeave={() => setHover(null)}
        onPointerDown={(event) => { drag.current = { x: event.offsetX, view, moved: false }; event.currentTarget.setPointerCapture(event.pointerId); }}
        onPointerUp={(event) => {
          if (drag.current?.moved === false) goTo(Math.min(endUs, Math.max(0, hover?.atUs ?? timeAt(event.offsetX, view, width))));
          drag.current = null;
        }}
        onPointerCancel={() => { drag.current = null; }}
        onDblClick={(event) => setView(zoom(view, timeAt(event.offsetX, view, width), 0.4, endUs))}
      />
      {hover !== null && <div class="tip" style={{ left: `${Math.min(hover.x, width - 150)}px`, top: `${hover.y + 10}px` }}>{hover.text}</div>}
    </div>
  );
}

/** What a key makes of the view; null: nothing. */
function keyView(key: string, view: View, atUs: number, length: number, endUs: number): View | null {
  const middle = atUs >= view.fromUs && atUs <= view.toUs ? atUs : (view.fromUs + view.toUs) / 2;
  switch (key) {
    case '+': case '=': return zoom(view, middle, 0.5, endUs);
    case '-': return zoom(view, middle, 2, endUs);
    case '0': return { fromUs: 0, toUs: endUs };
    case 'ArrowLeft': return pan(view, -length / 8, endUs);
    case 'ArrowRight': return pan(view, length / 8, endUs);
    case 'Home': return pan(view, -endUs, endUs);
    case 'End': return pan(view, endUs, endUs);
    case 'Enter': return viewAround(atUs, length / 4, endUs);
    default: return null;
  }
}

function nearest(targets: readonly Target[], x: number, y: number): Target | null {
  let best: Target | null = null;
  let least = NEAR * NEAR;
  for (const target of targets) {
    const distance = (target.x - x) * (target.x - x) + (target.y - y) * (target.y - y);
    if (distance > least) continue;
    least = distance;
    best = target;
  }
  return best;
}
