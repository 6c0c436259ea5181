/** Colours as the style sheet has them, for what is drawn on a canvas. */
export interface Theme {
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly panel: string;
  readonly fault: string;
  readonly full: string;
  readonly partial: string;
  readonly stream: string;
  readonly ack: string;
  readonly window: string;
  readonly series: readonly string[];
  readonly font: string;
}

export function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: colour('ink'), muted: colour('muted'), line: colour('line'), panel: colour('panel'), fault: colour('fault'), full: colour('full'), partial: colour('partial'),
    stream: colour('stream'), ack: colour('ack'), window: colour('window'),
    series: [1, 2, 3, 4, 5, 6, 7, 8].map((number) => colour(`series-${number}`)),
    font: '12px system-ui, -apple-system, "Segoe UI", sans-serif',
  };
}

/** Told apart by colour and by dashes. */
export const DASHES: readonly (readonly number[])[] = [[], [7, 3], [2, 2], [10, 3, 2, 3]];

/** The choice of whoever reads; null: as the system has it. */
export type Choice = 'light' | 'dark' | null;

export function applyTheme(choice: Choice): void {
  if (choice === null) document.documentElement.removeAttribute('data-theme');
  else document.documentElement.setAttribute('data-theme', choice);
}

export function systemIsDark(): boolean {
  return matchMedia('(prefers-color-scheme: dark)').matches;
}
