/**
 * The command `sim`: words typed at a shell in, an exit code out.
 *
 * Owns the frame: who does what a command says, and that nothing which goes wrong goes unsaid. What a command needs
 * is loaded when it runs: most of a short command's time is the loading of code.
 */
import { CommanderError } from 'commander';
import type { start } from '../run.ts';
import { type Commands, createProgram } from './arguments.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { Host } from './host.ts';

export { processHost } from './host.ts';

/** The parts that tests replace. */
export interface Parts {
  readonly start: typeof start;
}

/** Runs one command line (without `node` and the script) and resolves to the exit code. */
export async function main(argv: readonly string[], host: Host, parts?: Parts): Promise<number> {
  let code: ExitCode = EXIT.held;
  const program = createProgram(host, commandsOn(host, parts), (given) => {
    code = given;
  });
  try {
    await program.parseAsync(argv.length === 0 ? ['--help'] : argv, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.held : EXIT.badInput;
    // Whatever nobody foresaw is a bug of ours, a SimulatorBug or not.
    const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
    host.stderr.write(`This is a bug of replsim.\n${details}\n`);
    return EXIT.bug;
  }
}

function commandsOn(host: Host, parts: Parts | undefined): Commands {
  return {
    run: async (paths, options) => {
      const { runCommand } = await import('./run-command.ts');
      return runCommand(paths, options, host, parts ?? (await import('../run.ts')));
    },
    report: async (file, options) => {
      const { reportCommand } = await import('./report-command.ts');
      return reportCommand(file, options, host);
    },
    check: async (paths, options) => {
      const { checkCommand } = await import('./check-command.ts');
      return checkCommand(paths, options, host);
    },
    list: async (paths) => {
      const { listCommand } = await import('./list-command.ts');
      return listCommand(paths, host);
    },
    whatIf: async (paths) => {
      const { whatIfCommand } = await import('./what-if-command.ts');
      return whatIfCommand(paths, host, parts ?? (await import('../run.ts')));
    },
    solve: async (paths, options) => {
      const { solveCommand } = await import('./solve-command.ts');
      return solveCommand(paths, options, host, parts ?? (await import('../run.ts')));
    },
    explain: async (path, options) => {
      const { explainCommand } = await import('./explain-command.ts');
      return explainCommand(path, options, host, parts ?? (await import('../run.ts')));
    },
    rdb: async (paths) => {
      const { rdbCommand } = await import('./rdb-command.ts');
      return rdbCommand(paths, host);
    },
    versions: async (options) => {
      const { versionsCommand } = await import('./versions-command.ts');
      return versionsCommand(options, host);
    },
    versionsDiff: async (from, to, options) => {
      const { versionsDiffCommand } = await import('./versions-command.ts');
      return versionsDiffCommand(from, to, options, host);
    },
    glossary: async (words) => {
      const { glossaryCommand } = await import('./glossary-command.ts');
      return glossaryCommand(words, host);
    },
    schema: async (options) => {
      const { schemaCommand } = await import('./schema-command.ts');
      return schemaCommand(options, host);
    },
  };
}
