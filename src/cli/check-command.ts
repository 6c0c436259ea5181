/** `sim check`: whether scenarios can be run, and with what. */
import type { CheckArguments } from './arguments.ts';
import { paintFor } from './colour.ts';
import { EXIT, type ExitCode, worst } from './exit-code.ts';
import { findScenarios } from './files.ts';
import type { Host } from './host.ts';
import { loadFile, overridesOf, withServer } from './loading.ts';
import { createTeller } from './teller.ts';

export async function checkCommand(paths: readonly string[], options: CheckArguments, host: Host): Promise<ExitCode> {
  const teller = createTeller(host);
  const { overrides, servers, problems } = overridesOf(options);
  if (problems.length > 0) return teller.tell(problems, null);
  const paint = paintFor(host.stdout, host.env);
  const describe = options.resolved ? (await import('./resolved.ts')).describeResolved : null;
  const codes: ExitCode[] = [EXIT.held];
  for (const found of findScenarios(paths, host.files)) {
    if (!found.ok) {
      codes.push(teller.tell([found.problem], null));
      continue;
    }
    const versions = servers.length === 0 ? [null] : servers;
    const all = versions.map((server) => loadFile(found.file, withServer(overrides, server), host.files));
    const refused = all.find((loaded) => !loaded.ok);
    if (refused?.ok === false) codes.push(teller.tell(refused.problems, refused.text));
    else if (describe === null) host.stdout.write(`${paint.green('✓')} ${found.file}\n`);
    else for (const loaded of all) if (loaded.ok) host.stdout.write(describe(loaded, paint));
  }
  return worst(codes);
}
