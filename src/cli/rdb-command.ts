/** `sim rdb`: what an RDB file of a real server, or one of ours, says and holds. */
import { forEachEntry, type Snapshot } from '../redis/dataset/keyspace.ts';
import { decodeRdb, type DecodedRdb } from '../redis/persistence/rdb-decode.ts';
import { RdbFormatError } from '../redis/persistence/rdb-reader.ts';
import { clean } from '../text.ts';
import { EXIT, type ExitCode, worst } from './exit-code.ts';
import { reasonOf } from './files.ts';
import type { Host } from './host.ts';
import { problem } from './problem.ts';
import { createTeller } from './teller.ts';

export function rdbCommand(paths: readonly string[], host: Host): ExitCode {
  const teller = createTeller(host);
  const codes = paths.map((path): ExitCode => {
    try {
      const bytes = host.files.read(path);
      host.stdout.write(`${clean(path)}\n${describe(decodeRdb(bytes), bytes.length).map((line) => `  ${clean(line)}\n`).join('')}`);
      return EXIT.held;
    } catch (error) {
      const why = error instanceof RdbFormatError ? error.message : reasonOf(error);
      return teller.tell([problem(`${path}: ${why}`)], null);
    }
  });
  return worst([EXIT.held, ...codes]);
}

function describe({ version, fields, replication, scripts, snapshot }: DecodedRdb, bytes: number): string[] {
  const lines = [`format ${version}, ${bytes} bytes`, ...[...fields].map(([name, value]) => `${name}: ${value}`)];
  if (replication === null) lines.push('nothing of a replication history');
  if (scripts.length > 0) lines.push(`scripts: ${scripts.length}`);
  snapshot.databases.forEach(({ keys, volatileKeys }, db) => {
    if (keys > 0) lines.push(`db${db}: keys=${keys},expires=${volatileKeys} (${types(snapshot, db)})`);
  });
  if (snapshot.keys === 0) lines.push('no keys');
  return lines;
}

/** `string 3, list 1` */
function types(snapshot: Snapshot, db: number): string {
  const counts = new Map<string, number>();
  forEachEntry(snapshot, db, ({ type }) => counts.set(type, (counts.get(type) ?? 0) + 1));
  return ['string', 'list', 'set', 'zset', 'hash'].flatMap((type) => (counts.has(type) ? [`${type} ${counts.get(type)!}`] : [])).join(', ');
}
