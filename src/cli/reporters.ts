import type { Problem } from '../scenario/place.ts';
import type { RunArguments } from './arguments.ts';
import type { Host } from './host.ts';
import type { Told } from './judging.ts';

export interface Reporters {
  /** What is wrong with what was asked for. */
  readonly problems: readonly Problem[];
  tell(told: Told): void;
  /** Writes what is still to be written; gives what could not be. */
  finish(): readonly Problem[];
}

export function openReporters(_options: Pick<RunArguments, 'reporter' | 'verbose' | 'quiet'>, host: Host): Reporters {
  return {
    problems: [],
    tell: ({ outcome }) => {
      host.stdout.write(`${outcome.scenario.name}: ${outcome.verdict} ${outcome.verdictDetail}\n`);
      for (const one of outcome.expectations) host.stdout.write(`  ${one.verdict} ${one.text} ${one.detail}\n`);
      for (const one of outcome.resyncs) host.stdout.write(`  ${one.askedAtUs / 1e6} ${one.replica} ${one.kind} ${one.reason} ${one.outcome}\n`);
    },
    finish: () => [],
  };
}
