import { expect, it } from 'vitest';
import { covers, holds } from './told.ts';

covers('timeout-during-handshake', () => {
  const waiting = (block: string): string => `
duration: 60s
nodes:
  m: { config: { save: "", repl-diskless-sync-delay: 1000 } }
  r: { config: { repl-timeout: 5 } }
timeline:
  - at: 1s
    replicaof: { node: r, master: m }
  - wait-until: { state: { r: handshake }, within: 5s }
${block}
`;

  it('a master that is busy for longer than repl-timeout sends no newline: the replica gives up, and tries again', () => {
    const { outcome } = holds(waiting('  - at: 10s\n    block: { node: m, for: 10s }\nexpect:\n  - r: { log: { contains: "Timeout connecting to the MASTER", from: 15s, until: 17500ms }, attempts: { total: 2.. } }'));
    const timeouts = outcome.facts.filter(({ node, body }) => node === 'r' && body.kind === 'link-timeout');
    expect(timeouts[0]?.body).toMatchObject({ phase: 'handshake', limitSeconds: 5 });
  });

  it('one that answers only with newlines keeps it waiting for ever, though that is far longer than repl-timeout', () => {
    const { outcome } = holds(waiting('expect:\n  - r: { state: handshake, disconnections: 0 }'));
    expect(outcome.facts.filter(({ body }) => body.kind === 'link-timeout')).toEqual([]);
  });
});
