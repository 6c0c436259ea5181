/** `sim check`: whether scenarios can be run, and with what. */
import type { CheckArguments } from './arguments.ts';
import { paintFor } from './colour.ts';
import { EXIT, type ExitCode, worst } from './exit-code.ts';
import { findScenarios } from './files.ts';
import type { Host } from './host.ts';
import { loadFile, overridesOf } from './loading.ts';
import { createTeller } from './teller.ts';

export async function checkCommand(paths: readonly string[], options: CheckArguments, host: Host): Promise<ExitCode> {
  const teller = createTeller(host);
  const { overrides, problems } = overridesOf(options);
  if (problems.length > 0) return teller.tell(problems, null);
  const paint = paintFor(host.stdout, host.env);
  const describe = options.resolved ? (await import('./resolved.ts')).describeResolved : null;
  const codes: ExitCode[] = [EXIT.held];
  for (const found of findScenarios(paths, host.files)) {
    const loaded = found.ok ? loadFile(found.file, overrides, host.files) : { ok: false as const, problems: [found.problem], text: null };
    if (!loaded.ok) codes.push(teller.tell(loaded.problems, loaded.text));
    else if (describe !== null) host.stdout.write(describe(loaded, paint));
    else host.stdout.write(`${paint.green('✓')} ${loaded.scenario.file}\n`);
  }
  return worst(codes);
}
