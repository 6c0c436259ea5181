/**
 * What the command line needs of the machine it runs on, so that tests can stand in for all of it.
 *
 * Owns every side effect of the product below `verify/`: files, clock, signals, terminal. Whatever decides
 * something stands elsewhere.
 */
import { accessSync, constants, readFileSync, readdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';

export interface Host {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly files: Files;
  /** Where the page of HTML reports lies; '': nowhere. */
  readonly pageFile: string;
  /** Tells this process from others that run at the same time. */
  readonly processId: number;
  /** Milliseconds; only differences mean anything. */
  nowMs(): number;
  /** Lets signals and timers be seen, then resolves. */
  breathe(): Promise<void>;
  /** Calls `then` when the user asks to stop; the returned function takes that back. */
  onInterrupt(then: () => void): () => void;
}

export interface Output {
  write(text: string): void;
  /** Whether a person is looking on. */
  readonly isTTY: boolean;
  readonly columns: number;
}

export type FileKind = 'file' | 'folder' | 'other';

/** Fails as Node does: an Error with a `code`. */
export interface Files {
  /** null: there is nothing. Links are followed. */
  kind(path: string): FileKind | null;
  /** Names in a folder, in any order. */
  list(folder: string): string[];
  read(path: string): Uint8Array;
  write(path: string, text: string): void;
  rename(from: string, to: string): void;
  /** Removes a file if it is there. */
  remove(path: string): void;
  /** The one name of a file that several lead to. */
  realPath(path: string): string;
  /** Whether files can be made in a folder. */
  writable(folder: string): boolean;
}

/** This process. `pageFile`: what the build made of src/page. */
export function processHost(pageFile = ''): Host {
  return {
    stdout: output(() => process.stdout),
    stderr: output(() => process.stderr),
    env: process.env,
    files: processFiles,
    pageFile,
    processId: process.pid,
    nowMs: () => performance.now(),
    breathe: () => new Promise((done) => setImmediate(done)),
    onInterrupt: (then) => {
      // Once: whoever presses Ctrl-C again means it.
      process.once('SIGINT', then);
      return () => process.removeListener('SIGINT', then);
    },
  };
}

/** Node opens a stream when it is first looked at, which takes a while: a command that says nothing on it need not. */
function output(stream: () => NodeJS.WriteStream): Output {
  let opened: NodeJS.WriteStream | null = null;
  const open = (): NodeJS.WriteStream => {
    if (opened !== null) return opened;
    opened = stream();
    // A reader that left (`sim list | head -1`) is no error of ours.
    opened.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      process.exit(process.exitCode ?? 0);
    });
    return opened;
  };
  return {
    write: (text) => {
      open().write(text);
    },
    // Node's types promise both always; a pipe or a file has neither, and a terminal may say 0 columns.
    get isTTY() {
      return (open() as { isTTY?: boolean }).isTTY === true;
    },
    get columns() {
      return (open() as { columns?: number }).columns || 80;
    },
  };
}

const processFiles: Files = {
  kind: (path) => {
    try {
      const found = statSync(path);
      return found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
    } catch (error) {
      if (MISSING.has((error as NodeJS.ErrnoException).code ?? '')) return null;
      throw error;
    }
  },
  list: (folder) => readdirSync(folder),
  read: (path) => readFileSync(path),
  write: (path, text) => {
    writeFileSync(path, text);
  },
  rename: renameSync,
  remove: (path) => {
    rmSync(path, { force: true });
  },
  realPath: (path) => realpathSync(path),
  writable: (folder) => {
    try {
      accessSync(folder, constants.W_OK);
      return true;
    } catch {
      return false;
    }
  },
};

/** Nothing is there, or the path leads through a file. */
const MISSING = new Set(['ENOENT', 'ENOTDIR']);
