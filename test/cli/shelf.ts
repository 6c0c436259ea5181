/** Scenarios for a machine in memory: those of the project, and a small one. */
import { readTexts } from '../texts.ts';

export const SCENARIOS: Readonly<Record<string, string>> = readTexts(['scenarios'], /\.(ya?ml|conf)$/);

/** A replica that is away while 2 kB of stream are written. */
export const AWAY: string = `name: Away
config: { repl-diskless-sync-delay: 0, repl-backlog-size: 16kb }
duration: 10s
nodes: { master: {}, a: { replicaof: master } }
timeline:
  - at: 2s
    refuse: { between: [master, a], for: 3s }
  - write-many: { node: master, count: 10, size: 200b }
expect:
  - a: { resyncs: [full, partial] }
`;
