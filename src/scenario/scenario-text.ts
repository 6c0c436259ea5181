/** All that a scenario is made from, as it was written: kept beside a trace, so that the same scenario can be read again. */
import { load, type Loaded } from './load.ts';
import type { Override } from './overrides.ts';

export interface ScenarioText {
  /** Where it was read, for messages. */
  readonly file: string;
  readonly text: string;
  /** `--set` and the like, in order. */
  readonly overrides: readonly Override[];
  /** Conf files that it names, as it names them. */
  readonly confFiles: readonly { readonly path: string; readonly text: string }[];
  /** Settings that only other versions know are left out. */
  readonly leaveOutUnknown: boolean;
}

/** Throws ScenarioError. */
export function loadAgain({ file, text, overrides, confFiles, leaveOutUnknown }: ScenarioText): Loaded {
  return load(text, file, {
    overrides, leaveOutUnknown,
    readFile: (path) => {
      const found = confFiles.find((one) => one.path === path);
      if (found === undefined) throw new Error(`${path} was not kept`);
      return found.text;
    },
  });
}
