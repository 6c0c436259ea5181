/** A saved trace is a file from anywhere: whatever stands in it, it is told or refused, and gives a terminal nothing to obey. */
import { beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { type FakeHost, fakeHost } from './fake-host.ts';

const SCENARIO = `name: Small
duration: 6s
config: { repl-diskless-sync-delay: 0 }
nodes:
  master: {}
  replica: { replicaof: master }
clients:
  app: { to: master, writes: 5/s, until: 4s }
timeline:
  - at: 3s
    reset: replica > master
expect:
  - replica: { resyncs: [full, full] }
`;

/** What `vite build` makes, as far as the data need it. */
const PAGE = '<title>replsim-title</title><script type="application/json">"replsim-data"</script>';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Line = Record<string, Json>;

let lines: Line[] = [];
beforeAll(async () => {
  const host = fakeHost({ files: { 's.yaml': SCENARIO } });
  expect(await main(['run', 's.yaml', '--trace', 't', '--set', 'repl-timeout=30'], host)).toBe(1);
  const all = host.textOf('t')!.trimEnd().split('\n').map((line) => JSON.parse(line) as Line);
  // Of what is seen again and again, a few are enough.
  const few = (name: string): Line[] => all.filter((line) => name in line).filter((_, index) => index % 80 === 0);
  lines = [...all.filter((line) => !('sample' in line || 'message' in line)), ...few('sample'), ...few('message')];
  const scenario = lines[1]!['scenario'] as { overrides: Json[] };
  scenario.overrides = [{ path: 'repl-timeout', value: '30', typed: { option: '--vary', text: 'repl-timeout=30', valueFrom: 13 } }];
});

async function report(changed: readonly Line[], ...words: readonly string[]): Promise<{ code: number; host: FakeHost; said: string }> {
  const text = changed.map((line, index) => `${JSON.stringify(index === 0 ? { ...line, lines: changed.length } : line)}\n`).join('');
  const host = fakeHost({ files: { t: text, 'dist/page.html': PAGE } });
  const code = await main(['report', 't', ...words], host);
  return { code, host, said: host.out() + host.err() };
}

const FORMS = ['html', 'json', 'markdown', 'mermaid', 'svg'];
const ALL = ['--verbose', ...FORMS.flatMap((name) => ['--reporter', `${name}=${name}`])];

// eslint-disable-next-line no-control-regex -- these are what a terminal would obey
const OBEYED = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/;

/** Every place in a line, as a list of keys; of a list the first entry only. */
function* placesIn(value: Json, path: readonly (string | number)[] = []): Generator<readonly (string | number)[]> {
  if (path.length > 0) yield path;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Array.isArray(value) ? [...value.entries()].slice(0, 1) : Object.entries(value)) yield* placesIn(inner, [...path, key]);
}

function changedAt(line: Line, path: readonly (string | number)[], to: Json): Line {
  const copy = structuredClone(line);
  let at = copy as Record<string | number, Json>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, Json>;
  at[path.at(-1)!] = to;
  return copy;
}

const EVIL = '\u001B[31m\u0007\u009B2J<script>\n';
const OTHERS: readonly Json[] = [{}, -1, [], [null]];

describe('sim report', () => {
  it('tells the trace as it is', async () => {
    const { code, host, said } = await report(lines, ...ALL);
    expect({ code, err: host.err(), obeyed: OBEYED.test(said) }).toEqual({ code: 0, err: '', obeyed: false });
    expect(FORMS.filter((name) => host.textOf(name) === undefined)).toEqual([]);
  });

  it('tells or refuses it with any field of it changed, and passes nothing on to a terminal', async () => {
    const seen = new Set<string>();
    const wrong: string[] = [];
    for (const [index, line] of lines.entries()) {
      const kind = ((line['fact'] as { body?: { kind?: string } } | undefined)?.body?.kind) ?? '';
      for (const path of placesIn(line)) {
        const place = `${kind} ${path.join('.')}`;
        if (seen.has(place)) continue;
        seen.add(place);
        // Evil everywhere; the other values take turns.
        for (const to of [EVIL, OTHERS[seen.size % OTHERS.length]!]) {
          const { code, host, said } = await report(lines.with(index, changedAt(line, path, to)), ...ALL).catch((error: unknown) => ({ code: 70, host: null, said: String(error) }));
          const obeyed = OBEYED.test(said) || ['markdown', 'mermaid', 'svg'].some((name) => OBEYED.test(host?.textOf(name) ?? ''));
          if ((code !== 0 && code !== 2) || obeyed) wrong.push(`${place} = ${JSON.stringify(to)}: exit ${code}${obeyed ? ', obeyed' : ''} ${code === 70 ? said.slice(0, 300) : ''}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});
