import { describe, expect, it } from 'vitest';
import { bannedCalls } from './banned.ts';
import { parse, sourceTree } from './sources.ts';

const check = (path: string, text: string): string[] => bannedCalls(parse({ [path]: text }));

describe('banned calls', () => {
  it('do not occur in src/', () => {
    expect(bannedCalls(sourceTree())).toEqual([]);
  });

  it.each([
    ['src/redis/cron.ts', 'const now = Date.now();'],
    ['src/report/page.ts', 'const now = new Date();'],
    ['src/report/page.ts', 'const make = Date;'],
    ['src/kernel/loop.ts', 'const now = performance.now();'],
    ['src/kernel/streams.ts', 'const x = Math.random();'],
    ['src/kernel/streams.ts', 'const { random } = Math;'],
    ['src/kernel/streams.ts', "const x = Math['random']();"],
    ['src/simulation/world.ts', 'setTimeout(() => {}, 5);'],
    ['src/simulation/world.ts', 'setInterval(() => {}, 5);'],
    ['src/simulation/world.ts', 'setImmediate(() => {});'],
    ['src/simulation/world.ts', 'queueMicrotask(() => {});'],
    ['src/explore/seeds.ts', 'const home = process.env.HOME;'],
    ['src/explore/seeds.ts', 'const { env } = process;'],
    ['src/explore/seeds.ts', 'const home = globalThis.process;'],
    ['src/explore/seeds.ts', 'const fs = require(name);'],
    ['src/trace/hash.ts', 'crypto.subtle;'],
    ['src/trace/hash.ts', 'const text = JSON.stringify(fact);'],
    ['src/redis/state.ts', 'const text = JSON.stringify(fact);'],
    ['src/report/page.ts', 'new Intl.NumberFormat();'],
    ['src/report/page.ts', 'names.sort((a, b) => a.localeCompare(b));'],
    ['src/report/page.ts', 'const text = (5).toLocaleString();'],
    ['src/report/page.ts', "console.log('done');"],
    ['src/kernel/distributions.ts', 'const x = Math.log(u);'],
    ['src/clients/load.ts', 'const x = Math.pow(2, 3);'],
    ['src/clients/load.ts', 'const x = Math.exp(u);'],
    ['src/network/link.ts', 'const x = rto * 2 ** attempt;'],
    ['src/network/link.ts', 'x **= 2;'],
    ['src/checks/run.ts', 'export async function check() {}'],
    ['src/checks/run.ts', 'const check = async () => 1;'],
    ['src/checks/run.ts', 'class A { async b() {} }'],
    ['src/scenario/load.ts', 'let x: Promise<string>;'],
    ['src/scenario/load.ts', 'const x = Promise.resolve();'],
    ['src/run.ts', 'await import("./x.ts");'],
    ['src/cli/run.ts', 'for (const key in table) use(key);'],
    ['src/redis/facts.ts', 'const kind = value.constructor.name;'],
  ])('are caught in %s: %s', (path, text) => {
    expect(check(path, text)).not.toEqual([]);
  });

  it.each([
    ['src/redis/cron.ts', '// Date.now() would be wrong here\nconst text = "Math.random()";'],
    ['src/simulation/world.ts', 'function kill(process: Process) { process.exit(1); return host.process.pid; }'],
    ['src/simulation/world.ts', "import { process } from './process.ts'; process.kill();"],
    ['src/simulation/world.ts', 'const { performance } = world; performance.record();'],
    ['src/simulation/world.ts', 'const facts = { process: 1, console: 2 }; facts.console;'],
    ['src/network/link.ts', 'const x = Math.sqrt(y) + 2 ** 53 + 2 ** -52; Math.min(1, 2);'],
    ['src/report/json.ts', 'const text = JSON.stringify(outcome);'],
    ['src/explore/campaign.ts', 'export async function campaign() { await Promise.all([]); }'],
    ['src/redis/x.ts', 'for (const x of list) use(x);'],
    ['src/cli/main.ts', 'const now = Date.now(); process.exit(0); setTimeout(f, 1); console.log(now);'],
    ['src/verify/proxy.ts', 'const now = performance.now(); await socket;'],
  ])('are not seen where there are none, in %s: %s', (path, text) => {
    expect(check(path, text)).toEqual([]);
  });
});
