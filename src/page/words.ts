/** Quantities on the page, in the one style of the project. */
import { formatBytes, formatCount, formatSpan } from '../units.ts';

export const NBSP = '\u00A0';

const keep = (text: string): string => text.replaceAll(' ', NBSP);

export function count(value: number): string {
  return keep(formatCount(value));
}

export function size(bytes: number): string {
  return keep(bytes < 0 ? `−${formatBytes(-bytes)}` : formatBytes(bytes));
}

export function span(us: number): string {
  return keep(formatSpan(us));
}

/** `71.3s`, finer when the view is. */
export function instant(us: number, stepUs: number = 100_000): string {
  const decimals = stepUs >= 100_000 ? 1 : stepUs >= 10_000 ? 2 : stepUs >= 1_000 ? 3 : stepUs >= 100 ? 4 : 6;
  return `${(us / 1_000_000).toFixed(decimals)}s`;
}

/** `8f3c…3c` */
export function shortId(replid: string): string {
  return replid.length === 40 ? `${replid.slice(0, 4)}…${replid.slice(-2)}` : replid;
}
