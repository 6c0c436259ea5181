/**
 * `sim what-if`: the changes that scenarios name under `what-if:`, each tried. Says of every one whether the verdict
 * moves as foreseen, so that no lesson hangs on a number that decides nothing.
 */
import type { Outcome } from '../checks/outcome.ts';
import { asWritten, type Foresight, judgeChange } from '../explore/what-if.ts';
import type { Change, Override } from '../scenario/overrides.ts';
import { clean, columnsOf, wrapWords } from '../text.ts';
import { paintFor } from './colour.ts';
import { EXIT, type ExitCode, worst } from './exit-code.ts';
import { findScenarios } from './files.ts';
import type { Host } from './host.ts';
import { listenToUser } from './interrupt.ts';
import { judgeFile } from './judging.ts';
import { loadFile } from './loading.ts';
import type { RunParts } from './run-command.ts';
import { createTeller } from './teller.ts';

export async function whatIfCommand(paths: readonly string[], host: Host, { start }: RunParts): Promise<ExitCode> {
  const teller = createTeller(host);
  const codes: ExitCode[] = [EXIT.held];
  const sum = { scenarios: 0, changes: 0, otherwise: 0 };
  const user = listenToUser(host);
  const tell = printer(host);
  /** What became of a file with this changed; null when it did not come to a verdict, which was said. */
  const attempt = async (file: string, set: readonly Override[], foresee: (outcome: Outcome) => Foresight): Promise<Foresight | null> => {
    const options = { set: set.map(({ path, value }) => `${path}=${value}`) };
    const judged = await judgeFile(file, host, { overrides: set, options, start, interrupted: () => user.hasEnough });
    if (judged.is === 'told' && !judged.interrupted) {
      const foresight = foresee(judged.outcome);
      if (!foresight.asForeseen) codes.push(EXIT.failed);
      return foresight;
    }
    if (judged.is === 'refused') codes.push(teller.tell(judged.problems, judged.text));
    else if (judged.is === 'told') codes.push(EXIT.interrupted);
    else {
      teller.say(judged.text);
      codes.push(EXIT.bug);
    }
    return null;
  };

  try {
    for (const found of findScenarios(paths, host.files)) {
      const loaded = found.ok ? loadFile(found.file, [], host.files) : { ok: false as const, problems: [found.problem], text: null };
      if (!loaded.ok) {
        codes.push(teller.tell(loaded.problems, loaded.text));
        continue;
      }
      const { scenario: { name, file }, whatIf } = loaded;
      sum.scenarios++;
      tell.head(name, file);
      if (whatIf.length === 0) {
        tell.nothing();
        continue;
      }
      const first = await attempt(file, [], asWritten);
      if (first !== null) {
        if (!first.asForeseen) sum.otherwise++;
        tell.written(first);
      }
      for (const change of whatIf) {
        if (user.hasEnough) break;
        const foresight = await attempt(file, change.set, (outcome) => judgeChange(change, outcome));
        if (foresight === null) continue;
        sum.changes++;
        if (!foresight.asForeseen) sum.otherwise++;
        tell.change(change, foresight);
      }
      if (user.hasEnough) break;
    }
  } finally {
    user.noLongerListening();
  }
  tell.sum(sum, worst(codes));
  return worst(codes);
}

interface Sum {
  readonly scenarios: number;
  readonly changes: number;
  readonly otherwise: number;
}

interface Printer {
  head(name: string, file: string): void;
  nothing(): void;
  written(foresight: Foresight): void;
  change(change: Change, foresight: Foresight): void;
  sum(sum: Sum, code: ExitCode): void;
}

function printer({ stdout, env }: Host): Printer {
  const paint = paintFor(stdout, env);
  const width = Math.max(60, Math.min(stdout.columns, 110));
  const mark = (asForeseen: boolean): string => (asForeseen ? paint.green('✓') : paint.red('✗'));
  const block = (text: string, indent: number, tone: (line: string) => string): void => {
    for (const line of wrapWords(clean(text), width - indent)) stdout.write(`${' '.repeat(indent)}${tone(line)}\n`);
  };
  return {
    head: (name, file) => {
      const gap = width - 2 - columnsOf(name) - columnsOf(file);
      stdout.write(`\n ${paint.bold(clean(name))}${gap < 2 ? '\n ' : ' '.repeat(gap)}${paint.dim(clean(file))}\n`);
    },
    nothing: () => {
      stdout.write(`   ${paint.dim('no what-if: in it')}\n`);
    },
    written: ({ asForeseen, words }) => {
      stdout.write(`   ${mark(asForeseen)} as written ${paint.dim(asForeseen ? 'it passes' : 'it does not pass')}\n`);
      for (const line of words) block(line, 5, paint.red);
    },
    change: ({ set, fails, passes }, { asForeseen, words }) => {
      const [first = '', ...more] = set.map(({ path, value }) => `${path} ${value}`);
      stdout.write(`   ${mark(asForeseen)} ${clean(first)}\n`);
      for (const one of more) stdout.write(`     ${clean(one)}\n`);
      if (!asForeseen) for (const line of words) block(line, 5, paint.red);
      else if (passes !== null) block(`passes: ${passes}`, 5, paint.dim);
      else for (const [index, part] of fails.entries()) block(`fails: ${part}${words[index] === '' ? '' : `; ${words[index] ?? ''}`}`, 5, paint.dim);
    },
    sum: ({ scenarios, changes, otherwise }, code) => {
      if (changes === 0) return;
      const verdict = otherwise === 0 && code === EXIT.held ? paint.green('all as foreseen') : paint.red(`${otherwise} not as foreseen`);
      stdout.write(`\n ${scenarios} ${scenarios === 1 ? 'scenario' : 'scenarios'}, ${changes} ${changes === 1 ? 'change' : 'changes'}: ${verdict}\n\n`);
    },
  };
}
