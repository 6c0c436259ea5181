/** A machine that exists only in memory: files, clock, terminal, Ctrl-C. */
import type { FileKind, Files, Host, Output } from '../../src/cli/host.ts';

export interface FakeOptions {
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly isTTY?: boolean;
  readonly columns?: number;
  /** Milliseconds that pass with each look at the clock. */
  readonly tickMs?: number;
  /** Ctrl-C, at the so-manieth breath. */
  readonly interruptAtBreath?: number;
  /** Codes with which operations on these paths fail, as `read secret.yaml`. */
  readonly failures?: Readonly<Record<string, string>>;
}

export interface FakeHost extends Host {
  /** What was written so far. */
  readonly out: () => string;
  readonly err: () => string;
  readonly contents: ReadonlyMap<string, Uint8Array>;
  readonly textOf: (path: string) => string | undefined;
}

export function fakeHost(options: FakeOptions = {}): FakeHost {
  const contents = new Map<string, Uint8Array>();
  for (const [path, content] of Object.entries(options.files ?? {})) {
    contents.set(normal(path), typeof content === 'string' ? new TextEncoder().encode(content) : content);
  }
  const stdout = fakeOutput(options);
  const stderr = fakeOutput(options);
  let now = 0;
  let breaths = 0;
  let interrupt: (() => void) | null = null;
  return {
    stdout,
    stderr,
    out: stdout.text,
    err: stderr.text,
    env: options.env ?? {},
    contents,
    textOf: (path) => {
      const content = contents.get(normal(path));
      return content === undefined ? undefined : new TextDecoder().decode(content);
    },
    files: fakeFiles(contents, options.failures ?? {}),
    pageFile: '/dist/page.html',
    processId: 4711,
    nowMs: () => (now += options.tickMs ?? 1),
    breathe: () => {
      if (++breaths === options.interruptAtBreath) interrupt?.();
      return Promise.resolve();
    },
    onInterrupt: (then) => {
      interrupt = then;
      return () => {
        interrupt = null;
      };
    },
  };
}

function fakeOutput({ isTTY = false, columns = 80 }: FakeOptions): Output & { text: () => string } {
  let text = '';
  return {
    write: (more) => {
      text += more;
    },
    isTTY,
    columns,
    text: () => text,
  };
}

function fakeFiles(contents: Map<string, Uint8Array>, failures: Readonly<Record<string, string>>): Files {
  const guard = (operation: string, path: string): string => {
    const code = failures[`${operation} ${normal(path)}`];
    if (code !== undefined) throw failure(code);
    return normal(path);
  };
  const isFolder = (path: string): boolean => path === '' || [...contents.keys()].some((file) => file.startsWith(`${path}/`));
  const kind = (path: string): FileKind | null => (contents.has(path) ? 'file' : isFolder(path) ? 'folder' : null);
  return {
    // An empty path is nothing; '.' is the folder that all others are in.
    kind: (path) => (path === '' ? null : kind(guard('kind', path))),
    list: (folder) => {
      const path = guard('list', folder);
      const below = [...contents.keys()].filter((file) => path === '' || file.startsWith(`${path}/`));
      return [...new Set(below.map((file) => file.slice(path === '' ? 0 : path.length + 1).split('/')[0]!))].reverse();
    },
    read: (path) => {
      const content = contents.get(guard('read', path));
      if (content === undefined) throw failure('ENOENT');
      return content;
    },
    write: (path, text) => {
      const target = normal(path);
      contents.set(target, new TextEncoder().encode(text.slice(0, text.length / 2)));
      guard('write', path.replace(/\.\d+\.tmp$/, ''));
      contents.set(target, new TextEncoder().encode(text));
    },
    rename: (from, to) => {
      const target = guard('rename', to);
      const content = contents.get(normal(from));
      if (content === undefined) throw failure('ENOENT');
      contents.delete(normal(from));
      contents.set(target, content);
    },
    remove: (path) => {
      contents.delete(normal(path));
    },
    realPath: (path) => guard('realPath', path),
    writable: (folder) => failures[`writable ${normal(folder)}`] === undefined,
  };
}

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: made up`), { code });
}

function normal(path: string): string {
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return names.join('/');
}
