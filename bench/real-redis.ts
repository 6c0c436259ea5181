/**
 * A real redis-server with one replica on this machine, to compare with: the CPU time of both, per write.
 *
 * Only benchmarks use it, and only where `redis-server` and `redis-benchmark` are installed.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface RealPair {
  readonly version: string;
  /** SETs `writes` keys, `pipeline` at a time on one connection; returns the CPU seconds of master and replica until both agree. */
  write(writes: number, pipeline: number, keys: number, valueBytes: number): number;
  stop(): void;
}

/** Starts the pair; null where there is none to start. */
export function startRealPair(port: number): RealPair | null {
  const found = spawnSync('redis-server', ['--version'], { encoding: 'utf8' });
  if (!existsSync('/proc/self/schedstat') || found.status !== 0 || spawnSync('redis-benchmark', ['--version']).status !== 0) return null;
  const version = /v=([\d.]+)/.exec(found.stdout)?.[1] ?? 'unknown';
  const dir = mkdtempSync(join(tmpdir(), 'replsim-bench-'));
  const servers = [port, port + 1].map((own, index) => {
    const follows = index === 0 ? [] : ['--replicaof', '127.0.0.1', String(port)];
    const options = ['--port', String(own), '--save', '', '--appendonly', 'no', '--dir', dir, '--repl-diskless-sync-delay', '0'];
    return spawn('redis-server', [...options, ...follows], { stdio: 'ignore' });
  });
  waitUntil(() => field(port + 1, 'master_link_status') === 'up', 'the replica is online');
  return {
    version,
    write(writes, pipeline, keys, valueBytes) {
      const before = cpuOf(servers);
      const options = ['-p', port, '-c', 1, '-P', pipeline, '-n', writes, '-r', keys, '-d', valueBytes, '-t', 'set', '-q'];
      spawnSync('redis-benchmark', options.map(String), { stdio: 'ignore' });
      waitUntil(() => field(port, 'master_repl_offset') === field(port + 1, 'slave_repl_offset'), 'the replica has everything');
      return cpuOf(servers) - before;
    },
    stop() {
      for (const server of servers) server.kill('SIGKILL');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** What all threads of both have run, s. */
function cpuOf(servers: readonly ChildProcess[]): number {
  let ns = 0;
  for (const { pid } of servers) {
    for (const thread of readdirSync(`/proc/${pid}/task`)) ns += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
  }
  return ns / 1e9;
}

function field(port: number, name: string): string | undefined {
  const info = spawnSync('redis-cli', ['-p', String(port), 'INFO', 'replication'], { encoding: 'utf8' }).stdout;
  return new RegExp(`${name}:(\\S+)`).exec(info)?.[1];
}

function waitUntil(condition: () => boolean, what: string): void {
  const limit = performance.now() + 20_000;
  while (!condition()) {
    if (performance.now() > limit) throw new Error(`not within 20 s: ${what}`);
    spawnSync('sleep', ['0.02']);
  }
}
