/** `sim list`: what there is to run, and what one learns from it. */
import { clean, columnsOf, wrapWords } from '../text.ts';
import { EXIT, type ExitCode, worst } from './exit-code.ts';
import { findScenarios } from './files.ts';
import type { Host } from './host.ts';
import { loadFile } from './loading.ts';
import { paintFor } from './colour.ts';
import { createTeller } from './teller.ts';

const DEFAULT_FOLDER = 'scenarios';

export function listCommand(paths: readonly string[], host: Host): ExitCode {
  const teller = createTeller(host);
  const codes: ExitCode[] = [];
  const rows: { readonly name: string; readonly teaches: string; readonly file: string }[] = [];
  for (const found of findScenarios(paths.length === 0 ? [DEFAULT_FOLDER] : paths, host.files)) {
    if (!found.ok) {
      codes.push(teller.tell([found.problem], null));
      continue;
    }
    const loaded = loadFile(found.file, [], host.files);
    if (loaded.ok) rows.push({ name: loaded.scenario.name, teaches: firstSentence(loaded.scenario.teaches), file: found.file });
    else codes.push(teller.tell(loaded.problems, loaded.text));
  }
  const paint = paintFor(host.stdout, host.env);
  for (const { name, teaches, file } of rows) {
    const gap = host.stdout.columns - 1 - columnsOf(name) - columnsOf(file);
    const head = gap >= 2 ? `${paint.bold(clean(name))}${' '.repeat(gap)}${paint.dim(file)}` : `${paint.bold(clean(name))}\n  ${paint.dim(file)}`;
    host.stdout.write(teaches === '' ? `${head}\n` : `${head}\n  ${cut(clean(teaches), host.stdout.columns - 2)}\n`);
  }
  return worst([EXIT.held, ...codes]);
}

/** Up to its full stop, on one line. */
function firstSentence(text: string): string {
  const flowing = text.replaceAll(/\s+/g, ' ').trim();
  return /^.*?[.!?](?= [A-Z]|$)/.exec(flowing)?.[0] ?? flowing;
}

/** As many words as there is room for. */
function cut(text: string, room: number): string {
  return columnsOf(text) <= room ? text : `${wrapWords(text, room - 2)[0]!} …`;
}
