/**
 * The append-only file as a value: a base (the data set as a file of its own, possibly none) and what was appended since.
 *
 * Owns what is in the file, byte for byte, where it lies, and what a reader makes of it. When it is written and synced is
 * `append-only.ts`'s.
 */
import type { Command, Line } from '../protocol/payload.ts';
import { command, line } from '../protocol/make.ts';
import { equalWord } from '../protocol/equality.ts';
import type { DiskFiles } from '../ports.ts';
import type { Profile } from '../profiles/profile.ts';
import type { RdbImage } from './rdb.ts';

export interface AofFile {
  /** It is several files in a directory of their own (since 7.0), where an older version does not look. */
  readonly inParts: boolean;
  /** Since 7.0 a file of its own, before the head of the only one; null while nothing was ever rewritten. */
  base: RdbImage | null;
  /** Number in the name of the base file, which grows by one with each rewrite. */
  readonly sequence: number;
  /** In the order of the file: commands, SELECT among them, and lines that are annotations. */
  readonly tail: (Command | Line)[];
  /** The database that the last SELECT of the increment named; -1: none yet. */
  selectedDb: number;
  /** The second that the last annotation named. */
  annotated: number;
  /** How many of `tail` were written to the kernel (survive a process kill), and fsynced (survive a power cut). */
  written: number;
  synced: number;
  /** Size of everything in `base` and `tail`, written or not: aof_current_size once it is. */
  bytes: number;
}

export function createAof(inParts: boolean, base: RdbImage | null, sequence = 1): AofFile {
  return { inParts, base, sequence, tail: [], selectedDb: -1, annotated: 0, written: 0, synced: 0, bytes: base === null ? 0 : base.size };
}

export function isInParts({ aof }: Profile): boolean {
  return aof.file === 'parts';
}

/** The file takes its place on the disk. */
export function putAof(files: DiskFiles, file: AofFile): void {
  if (file.inParts) files.aofDir = file;
  else files.aof = file;
}

/** The file that a server of this version has on its disk. */
export function aofOf(profile: Profile, files: DiskFiles): AofFile | null {
  return isInParts(profile) ? files.aofDir : files.aof;
}

/**
 * aof.c: aofLoadManifestFromDisk, aofUpgradePrepare. The file that a server finds that starts with appendonly yes. Since 7.0 an old
 * file is moved into the directory where there was none, and is the base there; an older version does not know of that directory.
 */
export function findAof(profile: Profile, files: DiskFiles): AofFile | null {
  if (isInParts(profile) && files.aofDir === null && files.aof !== null) {
    files.aofDir = { ...files.aof, inParts: true, sequence: 1, selectedDb: -1 };
    files.aof = null;
  }
  return aofOf(profile, files);
}

/** An RDB to begin with, in the same file (as one that was moved still has it) or in one of its own; null: commands, or nothing. */
export function rdbBase({ base }: AofFile): 'preamble' | 'file' | null {
  if (base === null || base.profile.aof.file === 'commands' || !base.config['aof-use-rdb-preamble']) return null;
  return isInParts(base.profile) ? 'file' : 'preamble';
}

const SELECTS: readonly Command[] = Array.from({ length: 16 }, (_, db) => command(['SELECT', String(db)]));

/**
 * aof.c: feedAppendOnlyFile. `db` -1: the command needs no database (MULTI, EXEC). `annotateAt`: the current
 * second when aof-timestamp-enabled is yes; it is noted once.
 */
export function append(file: AofFile, db: number, message: Command, annotateAt: number | null = null): void {
  if (annotateAt !== null && annotateAt > file.annotated) {
    file.annotated = annotateAt;
    add(file, line(`#TS:${annotateAt}\r\n`));
  }
  if (db !== -1 && db !== file.selectedDb) {
    file.selectedDb = db;
    add(file, SELECTS[db] ?? command(['SELECT', String(db)]));
  }
  add(file, message);
}

function add(file: AofFile, message: Command | Line): void {
  file.tail.push(message);
  file.bytes += message.size;
}

/**
 * A rewrite forks: what is appended from here on goes into a new increment, which begins with a SELECT (aof.c:
 * rewriteAppendOnlyFileBackground). Returns how many of `tail` the new base will replace.
 */
export function startIncrement(file: AofFile): number {
  file.selectedDb = -1;
  return file.tail.length;
}

/** The rewrite is done: the new base and the increments since its fork are the file (aof.c: backgroundRewriteDoneHandler). */
export function rebased(file: AofFile, base: RdbImage, replaced: number): AofFile {
  const next: AofFile = { ...file, base, sequence: file.sequence + 1, tail: file.tail.slice(replaced), bytes: base.size };
  for (const message of next.tail) next.bytes += message.size;
  next.written = Math.max(file.written - replaced, 0);
  next.synced = Math.max(file.synced - replaced, 0);
  return next;
}

/** The first `count` of `tail` are what is left of the file: the rest was written and is lost, or never written. */
export function cutTail(file: AofFile, count: number): void {
  for (const message of file.tail.splice(count)) file.bytes -= message.size;
  file.written = Math.min(file.written, count);
  file.synced = Math.min(file.synced, count);
}

/**
 * Reads the first `upTo` of `tail` as Redis does at start (aof.c: loadSingleAppendOnlyFile): each command with its database,
 * those of a transaction when its EXEC is reached. Returns how many of `tail` were good: a
 * transaction without an end is cut off (aof-load-truncated).
 */
export function replay(file: AofFile, upTo: number, each: (db: number, command: Command) => void): number {
  let db = 0;
  let queued: { readonly db: number; readonly command: Command }[] | null = null;
  let good = 0;
  for (let i = 0; i < upTo; i++) {
    const message = file.tail[i]!;
    if (message.kind === 'command') {
      const name = message.argv[0];
      const selected = selectedBy(message);
      if (selected !== null) db = selected;
      else if (equalWord(name, 'multi')) queued = [];
      else if (equalWord(name, 'exec')) {
        for (const one of queued ?? []) each(one.db, one.command);
        queued = null;
      } else if (queued === null) each(db, message);
      else queued.push({ db, command: message });
    }
    if (queued === null) good = i + 1;
  }
  return good;
}

function selectedBy({ argv }: Command): number | null {
  const [name, db] = argv;
  return argv.length === 2 && equalWord(name, 'select') && typeof db === 'string' ? Number(db) : null;
}
