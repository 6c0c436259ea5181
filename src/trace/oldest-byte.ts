/** When a backlog let go of a byte: no fact tells it, so somebody looks at each write. An observation. */
import type { Trace } from './trace.ts';

export interface OldestBytes {
  /** When this node let go of the byte at `offset` that it no longer has at `untilUs`; null: nobody saw it. */
  goneAtUs(node: string, offset: number, untilUs: number): number | null;
}

/** So many changes of one window are written down exactly; of more, half is forgotten, and only every second counts from then on. */
const MOST = 65_536;

interface Slide {
  readonly atUs: number[];
  readonly oldest: number[];
  /** Bytes by which it must move to be written down. */
  step: number;
}

/** Looks on from now on. `oldestByte` must not change the run. */
export function watchOldestBytes(trace: Trace, oldestByte: (node: string) => number | null): OldestBytes {
  const slides = new Map<string, Slide>();
  trace.subscribe(['write', 'applied', 'ping'], (atUs, nodeIndex) => {
    const node = trace.names[nodeIndex]!;
    const oldest = oldestByte(node);
    if (oldest !== null) note(slides, node, atUs, oldest);
  });
  return {
    goneAtUs: (node, offset, untilUs) => {
      const slide = slides.get(node);
      if (slide === undefined) return null;
      const { atUs, oldest } = slide;
      let last = atUs.length - 1;
      while (last >= 0 && atUs[last]! > untilUs) last--;
      // Back to where it was still held: offsets may begin anew, and only this window matters.
      let first = last;
      while (first > 0 && oldest[first - 1]! > offset) first--;
      return last >= 0 && oldest[first]! > offset ? atUs[first]! : null;
    },
  };
}

function note(slides: Map<string, Slide>, node: string, atUs: number, oldest: number): void {
  const slide = slides.get(node);
  if (slide === undefined) {
    slides.set(node, { atUs: [atUs], oldest: [oldest], step: 1 });
    return;
  }
  const moved = oldest - slide.oldest.at(-1)!;
  if (moved >= 0 && moved < slide.step) return;
  slide.atUs.push(atUs);
  slide.oldest.push(oldest);
  if (slide.atUs.length <= MOST) return;
  let kept = 0;
  for (let index = 0; index < slide.atUs.length; index += 2, kept++) {
    slide.atUs[kept] = slide.atUs[index]!;
    slide.oldest[kept] = slide.oldest[index]!;
  }
  slide.atUs.length = kept;
  slide.oldest.length = kept;
  slide.step = Math.max(slide.step * 2, 16);
}
