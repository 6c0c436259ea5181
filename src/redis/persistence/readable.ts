/**
 * What a server that starts cannot read of what another version left on its disk: it says so and exits (server.c: loadDataFromDisk).
 */
import { bytesToString } from '../protocol/make.ts';
import { lookupCommand } from '../commands/dispatch.ts';
import type { Server } from '../server.ts';
import { type AofFile, rdbBase } from './aof.ts';
import type { RdbImage } from './rdb.ts';

export type Unreadable =
  /** rdb.c: rdbLoadRio. It is of a newer format, as which the base of the append-only file may be, too. */
  | { readonly file: 'rdb'; readonly why: 'newer-format'; readonly format: number }
  | { readonly file: 'aof'; readonly why: 'newer-format'; readonly format: number; readonly sequence: number }
  /** aof.c: loadAppendOnlyFile, up to 3.2. An RDB is no command. */
  | { readonly file: 'aof'; readonly why: 'not-commands' }
  | { readonly file: 'aof'; readonly why: 'unknown-command'; readonly command: string; readonly sequence: number };

/** Told by the first bytes; null: nothing is wrong with it. */
export function unreadableRdb({ profile }: Server, { version }: RdbImage): Unreadable | null {
  return version > profile.rdb.version ? { file: 'rdb', why: 'newer-format', format: version } : null;
}

/** Told by the first bytes of its base. */
export function unreadableBase({ profile }: Server, aof: AofFile): Unreadable | null {
  const { base, sequence } = aof;
  if (base === null || rdbBase(aof) === null) return null;
  if (profile.aof.file === 'commands') return { file: 'aof', why: 'not-commands' };
  return base.version > profile.rdb.version ? { file: 'aof', why: 'newer-format', format: base.version, sequence } : null;
}

/** Told when the reader comes to it. */
export function unknownInAof(server: Server, { tail, written, sequence }: AofFile): Unreadable | null {
  for (let i = 0; i < written; i++) {
    const message = tail[i]!;
    if (message.kind !== 'command') continue;
    const name = message.argv[0] ?? '';
    if (lookupCommand(server, name) === null) return { file: 'aof', why: 'unknown-command', command: bytesToString(name), sequence };
  }
  return null;
}
