/**
 * Fetches the memory of servers that will hear something next, several at once (network/warm.ts says why).
 *
 * Step by step, from the process to the records of its server: each step looks at what the one before has brought.
 */
import type { Endpoint, SocketEvents } from '../network/index.ts';
import type { Client } from '../redis/client.ts';
import type { Server } from '../redis/server.ts';
import type { Process } from './process.ts';
import { ServerProcess } from './server-process.ts';

/** The replicas of a server that has more of them are left out: they would drive everything else out of the cache. */
const MOST_REPLICAS = 32;
/** So many sends at once are enough, for the same reason. */
const MOST_SENDS = 256;

export class ServerWarmer {
  private readonly processes: ServerProcess[] = [];
  /** Of each of these, when they hear something: it comes from its master. */
  private readonly hears: boolean[] = [];
  private readonly servers: Server[] = [];
  private readonly replicas: Client[] = [];
  private readonly of: ServerProcess[] = [];
  private readonly endpoints: Endpoint[] = [];
  private sum = 0;

  /** `next`: indices of processes whose timers go off soon: each acknowledges to its master. */
  timers(all: readonly Process[], next: Int32Array, count: number): void {
    const { processes, endpoints } = this;
    let running = 0;
    for (let i = 0; i < count; i++) {
      const process = all[next[i]!];
      if (!(process instanceof ServerProcess)) continue;
      processes[running++] = process;
    }
    this.warm(running);
    let linked = 0;
    let sum = 0;
    for (let i = 0; i < running; i++) {
      const { server } = processes[i]!;
      if (server === null) continue;
      const { config, pendingWrites, replication: { master } } = server;
      // What the cron looks at, in the order of the settings' lines.
      sum += config.hz + config['repl-timeout'] + config['repl-backlog-ttl'] + config['min-replicas-to-write'] + Number(config['rdb-del-sync-files']) + pendingWrites.length;
      if (master === null) continue;
      sum += master.output.length;
      endpoints[linked++] = processes[i]!.endpointOf(master.fd) ?? 0;
    }
    this.sum = (this.sum + sum) | 0;
    if (linked > 0) processes[0]!.world.network.soonSent(endpoints, linked);
  }

  /** `owners` hear something of their `endpoints` soon. */
  hearing(owners: readonly SocketEvents[], endpoints: readonly Endpoint[], count: number): void {
    let running = 0;
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const process = owners[i]!;
      if (!(process instanceof ServerProcess)) continue;
      const { fdOf, processes } = process.world;
      sum += processes[process.index]!.nameIndex;
      this.hears[running] = fdOf[endpoints[i]!]! < 0;
      this.processes[running++] = process;
    }
    this.sum = (this.sum + sum) | 0;
    this.warm(running);
    this.sends(running);
  }

  private warm(count: number): void {
    const { processes, servers } = this;
    let running = 0;
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const process = processes[i]!;
      sum += process.touch();
      if (process.server !== null) servers[running++] = process.server;
    }
    // A field of each line of 64 bytes.
    for (let i = 0; i < running; i++) {
      const server = servers[i]!;
      sum += server.nowUs + server.maxmemory + server.commandsRun + server.dirty + Number(server.evictionDue) + server.cronArmedTicks + server.softLimited + server.cronDueUs;
    }
    for (let i = 0; i < running; i++) {
      const { replication, keyspace } = servers[i]!;
      sum += replication.masterReplOffset + replication.slaveSelDb + keyspace.digestLow + Number(keyspace.replacedVolatile === null);
    }
    for (let i = 0; i < running; i++) {
      const { replication: { master, backlog, buffer }, keyspace } = servers[i]!;
      sum += buffer.blocks + keyspace.changed.sumLow;
      if (master !== null) sum += master.credit + master.db;
      if (backlog !== null) sum += backlog.histlen + backlog.size;
    }
    for (let i = 0; i < running; i++) {
      const { master, buffer: { tail } } = servers[i]!.replication;
      if (master !== null && master.master !== null) sum += master.master.reploff + master.master.parsedOffset;
      if (tail !== null) sum += tail.used;
    }
    this.sum = (this.sum + sum) | 0;
  }

  /** What these processes hear of their masters, their replicas will be sent. */
  private sends(running: number): void {
    const { processes, hears, replicas, of, endpoints } = this;
    let count = 0;
    for (let i = 0; i < running && count <= MOST_SENDS; i++) {
      const process = processes[i]!;
      if (!hears[i] || process.server === null) continue;
      const { replication } = process.server;
      const { length } = replication.replicas;
      if (length > MOST_REPLICAS) continue;
      for (let k = 0; k < length; k++) {
        of[count] = process;
        replicas[count++] = replication.replicas[k]!;
      }
    }
    if (count === 0) return;
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const { fd, credit, replica } = replicas[i]!;
      endpoints[i] = of[i]!.endpointOf(fd) ?? 0;
      sum += credit + Number(replica !== null && replica.cursor !== null);
    }
    for (let i = 0; i < count; i++) {
      const { replica } = replicas[i]!;
      if (replica !== null && replica.cursor !== null) sum += replica.cursor.offset;
    }
    this.sum = (this.sum + sum) | 0;
    of[0]!.world.network.soonSent(endpoints, count);
  }
}
