/**
 * The command `sim`: words typed at a shell in, an exit code out.
 *
 * Owns the program's frame (commands, help, version) and what each kind of failure exits with.
 * What a command does stands in a file of its own.
 */
import { Command, CommanderError } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import type { Io } from './io.ts';

export { processIo } from './io.ts';

/** Of several, 70 wins over 2 over 1 over 3. */
export const EXIT = {
  held: 0,
  failed: 1,
  badInput: 2,
  undecided: 3,
  bug: 70,
} as const;

/** Runs one command line (without `node` and the script) and resolves to the exit code. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  const program = createProgram(io);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return EXIT.held;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.held : EXIT.badInput;
    // Whatever nobody foresaw is a bug of ours, a SimulatorBug or not.
    const details = error instanceof Error ? (error.stack ?? error.message) : String(error);
    io.stderr.write(`This is a bug of replsim, not of your scenario.\n${details}\n`);
    return EXIT.bug;
  }
}

function createProgram(io: Io): Command {
  return new Command('sim')
    .description('A deterministic simulator of Redis replication')
    .version(packageJson.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHelpWidth: () => io.stdout.columns,
      getErrHelpWidth: () => io.stderr.columns,
    })
    .action((_options, command: Command) => {
      command.outputHelp();
    });
}
