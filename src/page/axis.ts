/** The axis of time that everything on the page shares. */

/** What is seen of the run. */
export interface View {
  readonly fromUs: number;
  readonly toUs: number;
}

/** Instants for labels: round figures, about so many. */
export function ticks({ fromUs, toUs }: View, about: number): number[] {
  const step = tickStep(toUs - fromUs, about);
  const first = Math.ceil(fromUs / step) * step;
  const found: number[] = [];
  for (let at = first; at <= toUs; at += step) found.push(at);
  return found;
}

const NICE = [1, 2, 5];
const NICE_SECONDS = [10, 15, 20, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400].map((seconds) => seconds * 1_000_000);

export function tickStep(lengthUs: number, about: number): number {
  const wanted = lengthUs / Math.max(1, about);
  for (let unit = 1; unit <= 1_000_000; unit *= 10) for (const nice of NICE) if (nice * unit >= wanted) return nice * unit;
  return NICE_SECONDS.find((step) => step >= wanted) ?? Math.ceil(wanted / 86_400_000_000) * 86_400_000_000;
}

/** As near as it makes sense: 200 µs. */
const LEAST_US = 200;

/** A view of this length around an instant, inside of the run. */
export function viewAround(atUs: number, lengthUs: number, endUs: number): View {
  const length = Math.round(Math.min(Math.max(lengthUs, LEAST_US), endUs));
  const fromUs = Math.round(Math.min(Math.max(0, atUs - length / 2), endUs - length));
  return { fromUs, toUs: fromUs + length };
}

/** Nearer (factor below 1) or further, while this instant stays where it is. */
export function zoom({ fromUs, toUs }: View, atUs: number, factor: number, endUs: number): View {
  const length = Math.round(Math.min(Math.max((toUs - fromUs) * factor, LEAST_US), endUs));
  const share = (atUs - fromUs) / (toUs - fromUs);
  const from = Math.round(Math.min(Math.max(0, atUs - length * share), endUs - length));
  return { fromUs: from, toUs: from + length };
}

export function pan({ fromUs, toUs }: View, byUs: number, endUs: number): View {
  const length = toUs - fromUs;
  const from = Math.round(Math.min(Math.max(0, fromUs + byUs), endUs - length));
  return { fromUs: from, toUs: from + length };
}
