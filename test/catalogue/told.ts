/**
 * Cases of Redis' own test suite, retold as scenarios: each `covers` one id of the catalogue (`ids.ts`), and says in its
 * expectations what the suite asserts. `docs/catalogue.md` counts them.
 */
import { describe, expect } from 'vitest';
import type { Outcome } from '../../src/checks/outcome.ts';
import type { Reply } from '../../src/redis/protocol/payload.ts';
import { replyText } from '../../src/redis/protocol/reply-text.ts';
import { type RunOptions, start } from '../../src/run.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { CatalogueId } from './ids.ts';

/** The tests in `body` together retell this case. */
export function covers(id: CatalogueId, body: () => void): void {
  describe(id, body);
}

export interface Told {
  readonly outcome: Outcome;
  /** Of the commands of the timeline, in the order in which they were answered. */
  readonly replies: readonly Reply[];
}

/**
 * Plays a scenario: its expectations and every invariant must hold. What is common to all stands here: no save points, and
 * `<m>` is the address of the node m, as REPLICAOF wants it.
 */
export function holds(text: string, { except = [], ...options }: RunOptions & { /** Invariants that do not hear of all that happens here. */ readonly except?: readonly string[] } = {}): Told {
  const told = play(text, options);
  const failed = told.outcome.expectations.filter(({ verdict, text: words }) => verdict !== 'held' && !except.some((name) => words.includes(name))).map((one) => `${one.text}: ${one.detail}`);
  const violated = told.outcome.invariants.filter(({ name, verdict }) => verdict === 'violated' && !except.includes(name)).map(({ name, detail }) => `${name}: ${detail}`);
  expect([...failed, ...violated, ...(except.length > 0 ? [] : [told.outcome.verdictDetail])].filter((line) => line !== '')).toEqual([]);
  if (except.length === 0) expect(told.outcome.verdict).toBe('passed');
  return told;
}

function play(text: string, options: RunOptions): Told {
  const whole = `name: Told\nnetwork: { default: { latency: 50us } }\n${text}`;
  const addresses = new Map(start(loadScenario(whole.replaceAll(/<(\w+)>/g, '10.9.9.9 1'), 'catalogue.yaml')).addresses.map(({ node, host, port }) => [node, `${host} ${port}`]));
  const run = start(loadScenario(whole.replaceAll(/<(\w+)>/g, (_, node: string) => addresses.get(node)!), 'catalogue.yaml'), options);
  while (!run.advance(1_000_000));
  return { outcome: run.outcome(), replies: run.steps.flatMap(({ result }) => (result.type === 'replies' ? [...result.replies] : [])) };
}

/** A reply on one line. */
export function shown(reply: Reply | undefined): string {
  return reply === undefined || reply.type === 'nil' ? 'nil' : replyText(reply);
}

/** How often a node told a fact of this kind. */
export function counted(outcome: Outcome, node: string, kind: string): number {
  return outcome.facts.filter((fact) => fact.node === node && fact.body.kind === kind).length;
}
