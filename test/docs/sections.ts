/**
 * The parts of docs/ that are made from the code: each stands between `<!-- name -->` and `<!-- /name -->`.
 *
 * A test compares them. `UPDATE_DOCS=1 npx vitest run test/docs` writes them anew; read the diff.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LEAVES, ROOMS } from '../structure/rooms.ts';
import { ROOT, type Texts } from '../texts.ts';

/** Brings a section up to date when asked to, and returns what stands in it and what should. */
export function section(page: string, name: string, expected: string): { readonly found: string; readonly expected: string } {
  const file = join(ROOT, page);
  const text = readFileSync(file, 'utf8');
  const [start, end] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`];
  const from = text.indexOf(start) + start.length;
  const to = text.indexOf(end, from);
  if (from < start.length || to < 0) throw new Error(`${page} has no section "${name}"`);
  const wanted = `\n${expected}\n\n`;
  if (process.env['UPDATE_DOCS'] === '1') {
    writeFileSync(file, text.slice(0, from) + wanted + text.slice(to));
    return { found: wanted, expected: wanted };
  }
  return { found: text.slice(from, to), expected: wanted };
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const ROOM_PURPOSES: Readonly<Record<string, string>> = {
  kernel: 'time, order and chance: event queue, guards, named random streams, distributions',
  network: 'what a socket feels: hosts, links, connections, transfers, faults',
  redis: 'one server as a state machine behind ports; knows neither kernel nor network',
  clients: 'loads, routers, operators: machines behind the same ports',
  trace: 'what happened: stamped facts, their hash, and views of them (resyncs, causes, log lines)',
  scenario: 'the language: YAML → complete value; verbs; the Stage port; the player that walks the timeline',
  checks: 'what must hold: invariants and expectations, fed with facts; the Outcome',
  simulation: 'the simulated world: ports over kernel, network, disk; the Stage',
  'run.ts': 'the product in one function: (scenario, seed, server) → Outcome',
  verify: 'the real world: recordings of real servers; the same scenario on real servers and sockets',
  explore: 'many runs: seeds, sweeps, comparisons, what would have changed a decision',
  report: 'Outcome → text: terminal, json, …',
  page: 'the browser’s side of the HTML report: what `report/html` wrote is read back and drawn',
  'index.ts': 'what the npm package exports',
  cli: 'words typed at a shell; the only place that reads arguments, writes files, picks exit codes',
};

/** The table of test/structure/rooms.ts. */
export function roomsTable(): string {
  const rows = Object.entries(ROOM_PURPOSES).map(([name, purpose]) => {
    const room = ROOMS[name];
    if (room === undefined) throw new Error(`there is no room ${name}`);
    if (room === 'everything') return [code(name), purpose, 'everything'];
    const imports = [
      room.may.map(code).join(', '),
      room.types === undefined ? '' : `types of ${room.types.map(code).join(', ')}`,
      room.packages === undefined ? '' : `packages ${room.packages.map((one) => code(one === 'node:' ? 'node:*' : one)).join(', ')}`,
    ].filter((part) => part !== '');
    return [code(name), purpose, imports.length === 0 ? 'nothing' : imports.join('; ')];
  });
  return table(['room', 'owns', 'may import'], rows);
}

/** Rooms that the table of the docs leaves out: none but the leaves. */
export function roomsWithoutPurpose(): string[] {
  return Object.keys(ROOMS).filter((name) => ROOM_PURPOSES[name] === undefined && !LEAVES.includes(name));
}

/** Which file a function of Redis' is to be found in, from comments that say `replication.c: masterTryPartialResynchronization`. */
export function redisFunctions(redisFile: string, texts: Texts): Map<string, string[]> {
  const filesByFunction = new Map<string, string[]>();
  for (const [path, text] of Object.entries(texts)) {
    const flowing = text.replaceAll(/\n\s*(?:\*|\/\/) ?/g, ' ');
    for (const [, list] of flowing.matchAll(new RegExp(`${redisFile.replace('.', '\\.')}: ((?:\\w+(?:, | and |, and ))*\\w+)`, 'g'))) {
      // Redis' names have a capital inside; what has none is a word of the sentence.
      for (const name of list!.split(/, and | and |, /).filter((word) => /^[a-z]\w*[A-Z]\w*$/.test(word))) {
        const files = filesByFunction.get(name) ?? [];
        if (!files.includes(path)) filesByFunction.set(name, [...files, path]);
      }
    }
  }
  return filesByFunction;
}

export function redisFunctionsTable(texts: Texts): string {
  const functions = [...redisFunctions('replication.c', texts)].sort(([a], [b]) => (a < b ? -1 : 1));
  const link = (path: string): string => `[${path.replace('src/redis/', '')}](../${path})`;
  return table(['replication.c', 'file below `src/redis/`'], functions.map(([name, files]) => [code(name), files.map(link).join(', ')]));
}

function code(text: string): string {
  return `\`${text}\``;
}
