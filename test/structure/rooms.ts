/**
 * Who may import whom: the table of the architecture, as data.
 *
 * A new edge is a decision about the design. Make it on purpose: change the table in
 * docs/architecture.md and this one together, and say why.
 */
import type { Source } from './sources.ts';

interface Room {
  /** Rooms, folders or files below src/ that may be imported for values and types. */
  readonly may: readonly string[];
  /** Of these only types: nothing is left of the import at run time. */
  readonly types?: readonly string[];
  /** Packages, exactly as they are written in the import. `node:` stands for all of Node. */
  readonly packages?: readonly string[];
}

/** Every room may import these. */
export const LEAVES: readonly string[] = ['assert.ts', 'units.ts', 'text.ts', 'sorted.ts'];

export const ROOMS: Readonly<Record<string, Room | 'everything'>> = {
  'assert.ts': { may: [] },
  'units.ts': { may: [] },
  'sorted.ts': { may: [] },
  'text.ts': { may: [] },
  kernel: { may: [], packages: ['seedrandom/lib/alea.js'] },
  network: { may: ['kernel'] },
  redis: { may: [] },
  clients: { may: ['redis/protocol', 'redis/ports'], types: ['redis/inputs', 'redis/facts'] },
  // The checks behind a decision are made once more, on its own evidence, by who made them: the rules stand in one place.
  trace: { may: ['redis/replication/psync'], types: ['network/facts', 'redis/facts', 'scenario/scenario'] },
  scenario: {
    may: ['redis/profiles', 'redis/config'],
    // A command is bytes, a reason is one of a closed list, a latency is a distribution.
    types: ['redis/protocol', 'redis/replication/psync', 'kernel'],
    packages: ['yaml', 'zod/mini'],
  },
  checks: { may: ['trace', 'scenario'], types: ['redis/replication/psync'] },
  simulation: { may: ['kernel', 'network', 'redis', 'clients', 'trace', 'scenario'] },
  'run.ts': { may: ['scenario', 'simulation', 'checks'], types: ['trace'] },
  verify: {
    may: ['redis', 'clients', 'trace', 'scenario', 'checks', 'run.ts'],
    packages: ['node:'],
  },
  // A resync is found again in another run by its cause: a view of facts.
  explore: { may: ['run.ts', 'scenario', 'checks', 'trace'] },
  // zod defines the published shape of the JSON report, asciichart draws curves for a terminal. Colours are handed in.
  report: { may: ['checks', 'trace', 'scenario', 'redis/replication/psync'], types: ['explore', 'verify', 'redis/profiles'], packages: ['zod/mini', 'asciichart'] },
  // The browser's side of the HTML report: it reads back what report/html wrote, and draws it. Nothing else of ours is in the page.
  page: { may: ['report/html'], packages: ['preact', 'preact/hooks', 'uplot', 'uplot/dist/uPlot.min.css'] },
  'index.ts': { may: ['run.ts', 'scenario', 'checks', 'trace', 'explore', 'report', 'redis/profiles'] },
  cli: 'everything',
};

/** Sentences about imports that the table does not have. */
export function forbiddenImports(sources: readonly Source[], rooms: typeof ROOMS = ROOMS): string[] {
  return sources.flatMap((source) => {
    const name = roomOf(source.path);
    const room = rooms[name];
    if (room === undefined) return [`${source.path}: there is no room "${name}" (see test/structure/rooms.ts)`];
    if (room === 'everything') return [];
    return source.imports.flatMap(({ specifier, target, typeOnly, line }) => {
      if (target === undefined) {
        const known = room.packages ?? [];
        const fits = known.some((one) => specifier === one || (one === 'node:' && specifier.startsWith(one)));
        return fits ? [] : [`${source.path}:${line} imports the package "${specifier}": ${name} may not`];
      }
      const path = target.replace(/^src\//, '');
      if (roomOf(target) === name) return [];
      if (isWithin(path, LEAVES) || isWithin(path, room.may)) return [];
      if (!isWithin(path, room.types ?? [])) return [`${source.path}:${line} imports ${path}: ${name} may not`];
      return typeOnly ? [] : [`${source.path}:${line} imports values of ${path}: ${name} may import its types only`];
    });
  });
}

/** `src/redis/replication/psync.ts` is in the room `redis`, `src/run.ts` in a room of its own. */
export function roomOf(path: string): string {
  return path.replace(/^src\//, '').split('/')[0] ?? path;
}

/** Whether a path is one of these files, or below one of these folders. */
function isWithin(path: string, allowed: readonly string[]): boolean {
  return allowed.some((one) => path === one || path === `${one}.ts` || path.startsWith(`${one}/`));
}
