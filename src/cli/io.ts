/** Where the command line reads from and writes to, so that tests can stand in for a terminal. */

export interface Output {
  write(text: string): void;
  /** Whether a person is looking on. */
  readonly isTTY: boolean;
  readonly columns: number;
}

export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The streams of this process. */
export function processIo(): Io {
  return {
    stdout: output(process.stdout),
    stderr: output(process.stderr),
    env: process.env,
  };
}

function output(stream: NodeJS.WriteStream): Output {
  // A reader that left (`sim list | head -1`) is no error of ours.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(process.exitCode ?? 0);
  });
  // Node's types promise both always; a pipe or a file has neither.
  const terminal: { isTTY?: boolean; columns?: number } = stream;
  return {
    write: (text) => {
      stream.write(text);
    },
    isTTY: terminal.isTTY === true,
    columns: terminal.columns ?? 80,
  };
}
