/** `#t=71.3s&from=60s&to=90s&resync=2`: where on the page one is. */
export interface Place {
  readonly atUs?: number;
  readonly fromUs?: number;
  readonly toUs?: number;
  /** Counted from 1. */
  readonly resync?: number;
  readonly run?: number;
}

const TIMES = [['t', 'atUs'], ['from', 'fromUs'], ['to', 'toUs']] as const;
const NUMBERS = [['resync', 'resync'], ['run', 'run']] as const;

/** What cannot be read is left out. */
export function readLink(hash: string): Place {
  const parts = new URLSearchParams(hash.replace(/^#/, ''));
  const place: { -readonly [Key in keyof Place]: Place[Key] } = {};
  for (const [name, key] of TIMES) {
    const match = /^(\d+(?:\.\d+)?)(us|ms|s|m)?$/.exec(parts.get(name) ?? '');
    if (match !== null) place[key] = Math.round(Number(match[1]) * (UNITS.get(match[2] ?? 's') ?? 0));
  }
  for (const [name, key] of NUMBERS) {
    const value = Number(parts.get(name) ?? NaN);
    if (Number.isInteger(value) && value > 0) place[key] = value;
  }
  return place;
}

const UNITS: ReadonlyMap<string, number> = new Map([['us', 1], ['ms', 1_000], ['s', 1_000_000], ['m', 60_000_000]]);

export function writeLink({ atUs, fromUs, toUs, resync, run }: Place): string {
  const parts: string[] = [];
  if (run !== undefined && run > 1) parts.push(`run=${run}`);
  if (atUs !== undefined) parts.push(`t=${seconds(atUs)}`);
  if (fromUs !== undefined && toUs !== undefined) parts.push(`from=${seconds(fromUs)}`, `to=${seconds(toUs)}`);
  if (resync !== undefined) parts.push(`resync=${resync}`);
  return `#${parts.join('&')}`;
}

function seconds(us: number): string {
  return `${String(Number((us / 1_000_000).toFixed(6)))}s`;
}
