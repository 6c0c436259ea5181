/**
 * Fetches the memory of servers that will hear something next, several at once (network/warm.ts says why).
 *
 * Step by step, from the process to the records of its server: each step looks at what the one before has brought.
 */
import type { Server } from '../redis/server.ts';
import type { Process } from './process.ts';
import { ServerProcess } from './server-process.ts';

export class ServerWarmer {
  private readonly owners: Process[] = [];
  private readonly servers: Server[] = [];
  private sum = 0;

  /** `next`: indices of processes whose timers go off soon. */
  timers(processes: readonly Process[], next: Int32Array, count: number): void {
    for (let i = 0; i < count; i++) this.owners[i] = processes[next[i]!]!;
    this.warm(this.owners, count);
  }

  warm(owners: readonly unknown[], count: number): void {
    const { servers } = this;
    let running = 0;
    for (let i = 0; i < count; i++) {
      const owner = owners[i];
      if (owner instanceof ServerProcess && owner.server !== null) servers[running++] = owner.server;
    }
    let sum = 0;
    // A field of each line of 64 bytes.
    for (let i = 0; i < running; i++) {
      const server = servers[i]!;
      sum += server.nowUs + server.maxmemory + server.commandsRun + server.dirty + server.cronArmedTicks + server.timeoutS + server.cronDueUs;
    }
    for (let i = 0; i < running; i++) {
      const { replication, keyspace } = servers[i]!;
      sum += replication.masterReplOffset + replication.slaveSelDb + keyspace.digestLow;
    }
    for (let i = 0; i < running; i++) {
      const { replication: { master, backlog, buffer }, keyspace } = servers[i]!;
      sum += buffer.blocks + keyspace.changed.sumLow;
      if (master !== null) sum += master.credit + master.db;
      if (backlog !== null) sum += backlog.histlen;
    }
    for (let i = 0; i < running; i++) {
      const { master, buffer: { tail } } = servers[i]!.replication;
      if (master !== null && master.master !== null) sum += master.master.reploff + master.master.parsedOffset;
      if (tail !== null) sum += tail.used;
    }
    this.sum = (this.sum + sum) | 0;
  }
}
