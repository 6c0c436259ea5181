import { describe, expect, it } from 'vitest';
import { compare } from '../../../src/verify/recording/compare.ts';
import type { JsonObject, Observed } from '../../../src/verify/recording/format.ts';
import { goldenRecordings } from '../../recordings.ts';
import { corruptions } from './corrupt.ts';
import { everyField } from './every-field.ts';

const recordings = goldenRecordings();
const every = (): boolean => true;
const differences = (expected: Observed, got: Observed): readonly string[] => compare(expected, got, every).differences.map(({ path }) => path);

/** What the rule lets pass, by kind and corruption. */
function isAllowed(kind: string, what: string): boolean {
  return (
    // Ours may log more than what was there in every run.
    (what === 'added' && kind === 'log') ||
    // One attempt more or less is within the count.
    (what === 'deleted' && kind === 'links.connections[].repeats') ||
    // A recorded offset that we passed by, between two others.
    (what === 'deleted' && kind === 'links.connections[].acks.distinct[]')
  );
}

describe('a recording compared with itself', () => {
  it('agrees, for all cases and versions', () => {
    const all = recordings.flatMap(({ case: { id }, observed }) => [...observed].map(([version, one]) => [id, version, differences(one, one)] as const));
    expect(all.length).toBeGreaterThanOrEqual(670);
    expect(all.filter(([, , found]) => found.length > 0)).toEqual([]);
  });

  it('differs when one value is corrupted: every kind of field of a recording that has them all', () => {
    const kinds = new Set<string>();
    const missed: string[] = [];
    for (const { kind, path, what, observed } of corruptions(everyField)) {
      kinds.add(kind);
      if (!isAllowed(kind, what) && differences(everyField, observed).length === 0) missed.push(`${path} ${what}`);
    }
    expect(missed).toEqual([]);
    expect(kinds.size).toBeGreaterThan(90);
  });

  it('differs when the recording is corrupted and the replay is right', () => {
    const missed: string[] = [];
    for (const { kind, path, what, observed } of corruptions(everyField)) {
      // The recording may have a line of its log less than we, and an ACK more.
      const isLess = what === 'deleted' && kind.startsWith('log');
      const isMore = what === 'added' && kind === 'links.connections[].acks.distinct';
      if (!isLess && !isMore && !(what === 'deleted' && isAllowed(kind, what)) && differences(observed, everyField).length === 0) missed.push(`${path} ${what}`);
    }
    expect(missed).toEqual([]);
  });

  it('differs when one value is corrupted: every kind of field in recordings of all versions', () => {
    const missed: string[] = [];
    const counts = new Map<string, number>();
    for (const { case: { id }, observed } of recordings) {
      for (const [version, own] of observed) {
        for (const { kind, path, what, observed: bad } of corruptions(own, 6, counts)) {
          if (isAllowed(kind, what) || isLoose(own, path) || differences(own, bad).length > 0) continue;
          missed.push(`${id} ${version}: ${path} ${what}`);
        }
      }
    }
    expect(missed).toEqual([]);
    // The recording that has every kind of field has those of the recorded ones.
    const known = new Set([...corruptions(everyField)].map(({ kind }) => kind));
    const kinds = new Set([...counts.keys()].map((key) => key.replace(/(changed|deleted|added)$/, '')));
    expect([...kinds].filter((kind) => !known.has(kind))).toEqual([]);
  });
});

/** Rows after "number of later connections", and an id or a log that stands alone, can be anything. */
function isLoose(observed: Observed, path: string): boolean {
  const [part, name = '', , index] = path.split('.');
  if (part === 'log') return observed.log.get(name)!.length === 0;
  if (part !== 'links') return false;
  const rows = observed.links.get(name)!.connections;
  const end = rows.findIndex((row) => Object.hasOwn(row, 'unstable'));
  return end >= 0 && (index === undefined || Number(index) >= end);
}

describe('the comparison rule', () => {
  const [row] = everyField.links.get('r1>m')!.connections;
  const withConnection = (change: JsonObject): Observed => {
    const links = new Map(everyField.links);
    const link = links.get('r1>m')!;
    links.set('r1>m', { ...link, connections: [{ ...row!, ...change }, ...link.connections.slice(1)] });
    return { ...everyField, links };
  };
  const withStep = (index: number, ms: number): Observed => ({
    ...everyField, step_ms: everyField.step_ms.map((time, i) => (i === index ? [ms, ms] : time)),
  });

  it('pairs ids one to one, whatever they are called', () => {
    const raw = (observed: Observed): Observed => {
      const ids: Record<string, string> = { A: 'a'.repeat(40), B: 'b'.repeat(40) };
      const text = JSON.stringify({ ...observed, links: [...observed.links], log: [...observed.log] });
      const named = text.replace(/(?<=["' ])[AB](?=["' :])/g, (letter) => ids[letter]!).replaceAll('"D1"', `"${'d'.repeat(40)}"`).replaceAll('"D0"', `"${'0'.repeat(40)}"`);
      const parsed = JSON.parse(named) as Observed & { links: [string, never][]; log: [string, never][] };
      return { ...parsed, links: new Map(parsed.links), log: new Map(parsed.log) };
    };
    expect(differences(everyField, raw(everyField))).toEqual([]);
    expect(differences(everyField, withConnection({ sent: ['PING', 'PSYNC B 1'] }))).toContain('links.r1>m.connections[0].sent');
  });

  it('takes any of the unstable values, also a missing one, and nothing else', () => {
    const expected = withConnection({ outcome: { unstable: ['F', 'f'] }, acks: { unstable: [null, row!['acks']!] } });
    expect(differences(expected, everyField)).toEqual([]);
    expect(differences(expected, withConnection({ outcome: 'P' }))).toEqual(['links.r1>m.connections[0].outcome']);
    const { acks: _, ...without } = row!;
    const links = new Map(everyField.links).set('r1>m', { ...everyField.links.get('r1>m')!, connections: [without, ...everyField.links.get('r1>m')!.connections.slice(1)] });
    expect(differences(expected, { ...everyField, links })).toEqual([]);
  });

  it('allows 1.1 s to either side of the recorded times', () => {
    expect(differences(everyField, { ...everyField, end_ms: [13_100, 13_100] })).toEqual([]);
    expect(differences(everyField, { ...everyField, end_ms: [13_101, 13_101] })).toEqual(['end_ms']);
  });

  it('keeps the recorded order where ranges do not overlap', () => {
    // Step 1 was recorded at 500 ms, step 2 at 1000: near enough, but the wrong way round.
    const found = compare(everyField, withStep(1, 1_050), every).differences;
    expect(found.map(({ path }) => path)).toEqual(['step_ms[2]']);
    expect(found[0]!.expected).toContain('after step_ms[1]');
  });

  it('counts within 2 or a fifth', () => {
    expect(differences(everyField, withConnection({ newlines_before_rdb: [4, 4] }))).toEqual([]);
    expect(differences(everyField, withConnection({ newlines_before_rdb: [5, 5] }))).not.toEqual([]);
    const refusals = (repeats: number): Observed => {
      const links = new Map(everyField.links);
      const link = links.get('r2>m')!;
      links.set('r2>m', { ...link, connections: [{ ...link.connections[0]!, repeats: [repeats, repeats] }] });
      return { ...everyField, links };
    };
    expect(differences(refusals(200), refusals(240))).toEqual([]);
    expect(differences(refusals(200), refusals(241))).toEqual(['links.r2>m.connections[0].repeats']);
  });

  it('lets us miss an acknowledged offset between two others, and add none', () => {
    const acks = (distinct: readonly number[]): Observed => withConnection({ acks: { ...(row!['acks'] as JsonObject), distinct } });
    expect(differences(acks([0, 50, 100, 128]), acks([0, 128]))).toEqual([]);
    expect(differences(acks([0, 128]), acks([0, 50, 128]))).toEqual(['links.r1>m.connections[0].acks.distinct']);
    expect(differences(acks([0, 50, 128]), acks([50, 128]))).toEqual(['links.r1>m.connections[0].acks.distinct']);
  });

  it('takes an acknowledged offset that is one ACK old, in INFO and ROLE', () => {
    const acked = (offset: number): Observed => ({
      ...everyField,
      results: everyField.results.map((result) => (result['do'] !== 'observe' ? result : JSON.parse(
        JSON.stringify(result).replace('["<r1>","online",128]', `["<r1>","online",${offset}]`).replace('"<r1>","128"', `"<r1>","${offset}"`),
      ) as JsonObject)),
    });
    expect(differences(everyField, acked(128))).toEqual([]);
    expect(differences(everyField, acked(50))).toEqual([]);
    expect(differences(everyField, acked(0))).toEqual(['results[step 5].m.replicas', 'results[step 5].m.ROLE']);
    expect(differences(everyField, acked(127))).toHaveLength(2);
  });

  it('does not ask which of several replicas, after diskless transfers, acknowledged first', () => {
    const log = (...lines: string[]): Observed => ({ ...everyField, log: new Map([['m', lines]]) });
    const sent = (name: string): string => `Streamed RDB transfer with replica 127.0.0.1:<${name}> succeeded (socket). Waiting for REPLCONF ACK from replica to enable streaming`;
    const online = (name: string): string => `Synchronization with replica 127.0.0.1:<${name}> succeeded`;
    const recorded = log(sent('r1'), sent('r2'), online('r1'), online('r2'), 'more');
    expect(differences(recorded, log(sent('r1'), sent('r2'), online('r2'), 'else', online('r1'), 'more'))).toEqual([]);
    expect(differences(recorded, log(sent('r1'), sent('r2'), online('r2'), 'more', online('r1')))).toEqual(['log.m[4]']);
    expect(differences(recorded, log(sent('r1'), sent('r2'), online('r2'), online('r2'), 'more'))).toEqual(['log.m[2]']);
    expect(differences(recorded, log(sent('r1'), online('r1'), sent('r2'), online('r2'), 'more'))).toEqual(['log.m[2]']);
    expect(differences(log(online('r1'), online('r2')), log(online('r2'), online('r1')))).toEqual(['log.m[1]']);
  });

  it('wants the recorded log lines in order, among any others, and lists those without a view', () => {
    const log = (...lines: string[]): Observed => ({ ...everyField, log: new Map([['m', lines]]) });
    expect(differences(log('one', 'two'), log('zero', 'one', 'more', 'two'))).toEqual([]);
    expect(differences(log('one', 'two'), log('two', 'one'))).toEqual(['log.m[1]']);
    const verdict = compare(log('one', 'strange'), log('one'), (_server, line) => line !== 'strange');
    expect(verdict).toMatchObject({ differences: [], uncoveredLines: ['strange'] });
  });

  it('names lines of ours that a recording would hold, and does not', () => {
    const log = (...lines: string[]): Observed => ({ ...everyField, log: new Map([['m', lines]]) });
    const more = (recorded: Observed, ours: Observed, holds?: (server: string, line: string) => boolean): readonly string[] =>
      compare(recorded, ours, every, holds).moreLines.map(({ server, line }) => `${server} ${line}`);
    expect(more(log('one', 'two'), log('one', 'two'))).toEqual([]);
    expect(more(log('one', 'two'), log('one', 'and', 'two'))).toEqual(['m and']);
    expect(more(log('one', 'two'), log('one', 'and', 'two'), (_, line) => line !== 'and')).toEqual([]);
    // A recorder kept one of equal lines in a row, and two of one text.
    expect(more(log('one', 'two', 'one'), log('one', 'one', 'two', 'one', 'two', 'one'))).toEqual(['m two']);
    expect(more(log('one'), log('one', 'and', 'one'), (_, line) => line !== 'and')).toEqual([]);
    expect(more(log('one', 'two'), log('one', 'two', 'one'))).toEqual(['m one']);
    // Of a server that is not there at all, everything is more.
    expect(more({ ...everyField, log: new Map() }, log('one'))).toEqual(['m one']);
  });

  it('compares of a client whose buffer grew too large what is known of it: the buffer', () => {
    const log = (line: string): Observed => ({ ...everyField, log: new Map([['m', [line]]]) });
    const recorded = 'Client id=6 fd=7 name= age=1 idle=1 flags=S qbuf=0 obl=16291 oll=33 omem=1056192 events=r cmd=psync scheduled to be closed ASAP for overcoming of output buffer limits.';
    const ours = (omem: number): string => `Client … omem=${omem} … scheduled to be closed ASAP for overcoming of output buffer limits.`;
    expect(differences(log(recorded), log(ours(1_056_192)))).toEqual([]);
    expect(differences(log(recorded), log(ours(1_056_193)))).toEqual(['log.m[0]']);
  });

  it('knows three words for the error of a read that set none', () => {
    const log = (line: string): Observed => ({ ...everyField, log: new Map([['m', [line]]]) });
    const bulk = 'I/O error reading bulk count from MASTER: ';
    expect(differences(log(`${bulk}Success`), log(`${bulk}Operation now in progress`))).toEqual([]);
    expect(differences(log(`${bulk}Success`), log(`${bulk}Connection reset by peer`))).toEqual(['log.m[0]']);
    const ping = (word: string): string => `Error reply to PING from master: '-Reading from master: ${word}'`;
    expect(differences(log(ping('Resource temporarily unavailable')), log(ping('Success')))).toEqual([]);
    expect(differences(log(ping('Success')), log(`${bulk}Success`))).toEqual(['log.m[0]']);
  });

  it('leaves out the last of many refused attempts when a cut interrupted it, and only then', () => {
    const [loop] = everyField.links.get('r2>m')!.connections;
    const cutShort: JsonObject = { ...loop!, closed_by: 'recorder', open_ms: [9001, 9001], close_ms: [9002, 9002], sent: ['PING', 'SYNC'], received: ['-NOAUTH'], psync: [['SYNC', null]], outcome: '?' };
    const { repeats: _, ...once } = cutShort;
    const withRows = (...connections: readonly JsonObject[]): Observed => ({
      ...everyField, links: new Map(everyField.links).set('r2>m', { psync: '-NOAUTH+', connections }),
    });
    expect(differences(withRows(loop!), withRows(loop!, once))).toEqual([]);
    expect(differences(withRows(loop!, once), withRows(loop!))).toEqual([]);
    expect(differences(withRows(loop!), withRows(loop!, { ...once, sent: ['PING', 'PSYNC'] }))).toEqual(['links.r2>m.connections']);
    expect(differences(withRows(loop!), withRows(loop!, { ...once, closed_by: 'master' }))).toEqual(['links.r2>m.connections']);
    // The summary names the interrupted one, and is compared without it.
    const named = (observed: Observed): Observed => ({ ...observed, links: new Map(observed.links).set('r2>m', { ...observed.links.get('r2>m')!, psync: '-NOAUTH+ ?' }) });
    expect(differences(withRows(loop!), named(withRows(loop!, once)))).toEqual([]);
    expect(differences(withRows(loop!), named(withRows(loop!)))).toEqual(['links.r2>m.psync']);
  });

  it('says what was expected and what came, with ids as letters', () => {
    const [found] = compare(everyField, withConnection({ psync: [['PSYNC A 1', '+CONTINUE A']] }), every).differences;
    expect(found).toEqual({ path: 'links.r1>m.connections[0].psync', expected: '[["PSYNC ? -1","+FULLRESYNC A 0"]]', got: '[["PSYNC A 1","+CONTINUE A"]]' });
  });
});
