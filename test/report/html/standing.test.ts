/** How a replica stands to its master, before it asks: what the page says then must be what the master decides when it does. */
import { describe, expect, it } from 'vitest';
import { chartsOf } from '../../../src/page/series.ts';
import { nodesAt, type PageRun, readRun } from '../../../src/page/run.ts';
import { reportModel } from '../../../src/report/html/model.ts';
import { bytesBehind, type Position, type Standing, standingOf } from '../../../src/report/html/standing.ts';
import { play } from '../../run/runs.ts';

/** It took over at byte 800 of A, and has kept all from 500 on. */
const MASTER: Position = { replid: 'b', replid2: 'a', secondOffset: 801, offset: 1_000, backlog: { firstByte: 500, length: 501, size: 600 } };
const replica = (replid: string, offset: number): Position => ({ replid, replid2: '', secondOffset: -1, offset, backlog: null });

describe('of the next byte that a replica wants', () => {
  it.each<[Standing, number | null, string, Position, Position]>([
    ['kept', 100, 'it is in the backlog', replica('b', 900), MASTER],
    ['kept', 501, 'it is the oldest there', replica('b', 499), MASTER],
    ['kept', 0, 'it is the very next one to come', replica('b', 1_000), MASTER],
    ['gone', 502, 'it is older than the oldest', replica('b', 498), MASTER],
    ['unwritten', null, 'the master came back with less than it had sent', replica('b', 1_001), MASTER],
    ['kept', 200, 'the last one that both histories share', replica('a', 800), MASTER],
    ['past', null, 'the first one that they do not', replica('a', 801), MASTER],
    ['gone', 502, 'shared, and gone', replica('a', 498), MASTER],
    ['other', null, 'of a history that it never had', replica('c', 900), MASTER],
    ['none', 100, 'there is no backlog to look in', replica('b', 900), { ...MASTER, backlog: null }],
    ['none', null, 'it has none', replica('b', -1), MASTER],
    ['none', null, 'its master is down', replica('b', 900), { ...MASTER, replid: '', replid2: '', offset: -1, backlog: null }],
  ])('%s, %s bytes behind: %s', (standing, behind, _, one, master) => {
    expect([standingOf(one, master), bytesBehind(one, master)]).toEqual([standing, behind]);
  });
});

/** Two siblings; `heir` is promoted while `sibling`, which is sent to it, cannot reach it for five seconds. `late`: what `heir` missed before. */
const promotion = (late: string): PageRun => readRun(reportModel({
  outcome: play(`
name: promotion
server: redis-7.2
duration: 20s
config: { repl-diskless-sync-delay: 0, repl-ping-replica-period: 1 }
nodes: { master: {}, heir: { replicaof: master }, sibling: { replicaof: master } }
clients: { app: { to: master, writes: 100/s, value: 100b, until: 7s } }
timeline:
${late}
  - at: 7s
    partition: { between: [heir, sibling], for: 5s }
  - at: 8s
    promote: heir
  - at: 8s
    replicaof: { node: sibling, master: heir }
`, { sampleEveryUs: 100_000 }),
  wallMs: 1,
}));

function siblingAt(run: PageRun, atUs: number): readonly [Standing, number | null] {
  const nodes = nodesAt(run, atUs);
  const [sibling, heir] = ['sibling', 'heir'].map((name) => nodes.find(({ node }) => node === name)!);
  expect([sibling!.master, sibling!.replid === heir!.replid]).toEqual(['heir', false]);
  return [standingOf(sibling!, heir!), bytesBehind(sibling!, heir!)];
}

describe('a sibling of the promoted replica, cut off from it', () => {
  it('may go on: its history is the one that the new master had, up to a byte that both had', () => {
    const run = promotion('');
    expect(siblingAt(run, 10_000_000)).toEqual(['kept', 0]);
    expect(run.cards.at(-1)).toMatchObject({ replica: 'sibling', kind: 'partial' });
    const line = chartsOf(run, new Set()).find(({ id }) => id === 'window-heir')!.curves.find(({ name }) => name === 'sibling')!;
    expect(line.values[run.curves!.atUs.indexOf(10_000_000)]).toBe(0);
  });

  it('may not when it had got further than the one that was promoted', () => {
    const run = promotion('  - at: 6s\n    partition: { between: [master, heir], for: 10s }');
    expect(siblingAt(run, 10_000_000)).toEqual(['past', null]);
    expect(run.cards.findLast((card) => card.replica === 'sibling')).toMatchObject({ kind: 'full', reason: 'past-second-offset' });
  });
});
