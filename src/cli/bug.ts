/** What is said of a bug of ours: what broke, where in the run, and the command that replays it. */
import { formatCount, formatInstant } from '../units.ts';

export interface BugPlace {
  readonly replay: string;
  /** Where the run was; null: it had not begun. */
  readonly run: { readonly nowUs: number; readonly events: number } | null;
}

export function describeBug(error: unknown, { replay, run }: BugPlace): string {
  const where = run === null ? '' : `\nat ${formatInstant(run.nowUs)}, after ${formatCount(run.events)} events`;
  const details = error instanceof Error ? (error.stack ?? `${error.name}: ${error.message}`) : String(error);
  return `This is a bug of replsim, not of your scenario. Please report it with the scenario and this:${where}
${details}

It comes again with
  ${replay}
`;
}
