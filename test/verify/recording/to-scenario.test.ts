import { describe, expect, it } from 'vitest';
import { command } from '../../../src/redis/protocol/make.ts';
import { profiles } from '../../../src/redis/profiles/index.ts';
import type { Verb } from '../../../src/scenario/scenario.ts';
import type { Json } from '../../../src/verify/recording/format.ts';
import { parseRecording } from '../../../src/verify/recording/read.ts';
import { goldenRecordings } from '../../recordings.ts';
import { bytesAsSets } from '../../../src/verify/recording/steps.ts';
import { type Replay, toScenario } from '../../../src/verify/recording/to-scenario.ts';
import { compareVersions, exactVersion, inVersions, profileOf, settingFor } from '../../../src/verify/recording/versions.ts';

const times = (steps: readonly object[]): Json => steps.map((_, i) => [i * 100, i * 100]);

function recordingOf(steps: readonly object[], servers: object = { m: {}, r1: { replica_of: 'm' } }): ReturnType<typeof parseRecording> {
  return parseRecording('x.json', JSON.stringify({
    format: 1,
    case: { id: 'x', area: 'a', level: 'easy', what: 'w', why: 'y', min_version: '2.6', servers, steps },
    observed: { '7.2.6': { runs: 1, stable: true, step_ms: times(steps), end_ms: [steps.length * 100, steps.length * 100], results: [], links: {}, log: {} } },
  }));
}

function replayOf(...steps: readonly object[]): Replay {
  const replay = toScenario(recordingOf(steps), '7.2.6');
  if ('uncovered' in replay) throw new Error(replay.uncovered.join());
  return replay;
}

function verbsOf(step: object): readonly Verb[] {
  return replayOf(step).scenario.timeline[0]!.steps.map(({ verb }) => verb);
}

function uncovered(step: object, servers?: object, version = '7.2.6'): readonly string[] {
  const replay = toScenario(recordingOf([step], servers), version);
  return 'uncovered' in replay ? replay.uncovered : [];
}

describe('a recorded case as a scenario', () => {
  it('has the usual settings, but for what the case says, and what the version does not have', () => {
    const recording = recordingOf([], {
      m: { config: { 'repl-timeout': '4', 'repl-backlog-size': null, 'repl-ping-replica-period@2.6': '1', 'repl-ping-replica-period@7.2': '5', 'no-such-setting': 'x' } },
    });
    const replay = toScenario(recording, '7.2.6') as Replay;
    expect(replay.scenario.nodes[0]!.config.map(({ name, value }) => `${name} ${value}`)).toEqual([
      'save ', 'appendonly no', 'rdbcompression no', 'repl-ping-replica-period 5', 'repl-timeout 4', 'repl-diskless-sync no', 'enable-debug-command yes',
    ]);
  });

  it('starts nothing by itself, with every link through a proxy, once', () => {
    const replay = replayOf({ do: 'cut', link: 'r1>m', kind: 'reset' }, { do: 'replicaof', server: 'm', master: 'r1' }, { do: 'set-master', server: 'm', master: 'r1' });
    expect(replay.scenario.nodes.map(({ name, startsAtZero, replicaOf, resources }) => [name, startsAtZero, replicaOf, resources.allocator])).toEqual([
      ['m', false, null, 'libc'], ['r1', false, 'm', 'libc'],
    ]);
    const roundUs = 950;
    expect(replay.scenario.network.relays).toEqual([{ replica: 'r1', master: 'm', roundUs }, { replica: 'm', master: 'r1', roundUs }]);
  });

  it('knows which verb answers for which step', () => {
    const replay = replayOf({ do: 'start', servers: ['m'] }, { do: 'command', server: 'm', args: ['PING'] }, { do: 'sleep', ms: 5, min: '99' }, { do: 'sleep', ms: 7 });
    expect(replay.plan.map(({ first, count, answers, skipped }) => [first, count, answers, skipped])).toEqual([
      [0, 2, -1, false], [2, 1, 2, false], [3, 0, -1, true], [3, 1, -1, false],
    ]);
  });

  it.each<[object, readonly object[]]>([
    [{ do: 'promote', server: 'r1' }, [{ do: 'replicaof', node: 'r1', master: null }]],
    [{ do: 'kill', server: 'm' }, [{ do: 'kill', node: 'm' }]],
    [{ do: 'pause', server: 'm' }, [{ do: 'freeze', node: 'm', forUs: null }]],
    [{ do: 'cut', link: 'r1>m', kind: 'refuse' }, [{ do: 'refuse', replica: 'r1', master: 'm', forUs: null }, { do: 'reset', replica: 'r1', master: 'm' }, { do: 'sleep', us: 200 }]],
    [{ do: 'cut', link: 'r1>m', kind: 'hole-down' }, [{ do: 'hold', replica: 'r1', master: 'm', direction: 'down', forUs: null }]],
    [{ do: 'heal', link: 'r1>m' }, [{ do: 'heal-link', replica: 'r1', master: 'm' }]],
    [{ do: 'arm', link: 'r1>m', after: { stream_bytes: 40 }, kind: 'hole' }, [{ do: 'arm', replica: 'r1', master: 'm', after: { streamBytes: 40 }, then: 'hold' }]],
    [{ do: 'shape', link: 'r1>m', down: { bytes_per_s: 9 }, rcvbuf: 16384 }, [{ do: 'shape', replica: 'r1', master: 'm', up: null, down: { delayUs: 0, bytesPerS: 9 }, receiveBuffer: 16240 }]],
    [{ do: 'hold-save', server: 'm', after_release: true }, [{ do: 'release-save', node: 'm' }, { do: 'hold-save', node: 'm' }]],
    [{ do: 'wait-until', until: 'requests', link: 'r1>m', count: 2 }, [
      { do: 'wait-until', condition: { is: 'requests', replica: 'r1', master: 'm', count: 2 }, timeoutUs: 20_000_000, pollUs: 40_000 },
    ]],
    [{ do: 'wait-until', until: 'info', server: 'm', field: 'f', at_least: 4, poll_ms: 15, timeout_ms: 9 }, [
      { do: 'wait-until', condition: { is: 'info', node: 'm', field: 'f', op: '>=', value: 4 }, timeoutUs: 9_000, pollUs: 15_000 },
    ]],
    [{ do: 'psync-probe', server: 'm', at: 'first', delta: -1, id: 'f'.repeat(40), capa: [] }, [
      { do: 'psync-probe', node: 'm', at: 'first', delta: -1, capa: [], id: { literal: 'f'.repeat(40) } },
    ]],
    [{ do: 'config-set', server: 'm', set: { a: 'b' } }, [{ do: 'config', node: 'm', set: [{ name: 'a', value: 'b', place: null }] }]],
  ])('says %j in our words', (step, verbs) => {
    expect(verbsOf(step)).toEqual(verbs);
  });

  it('writes in batches, as long as the recorder took for them', () => {
    const { steps } = replayOf({ do: 'write-many', server: 'm', prefix: 'k', count: 500, size: 9 }).scenario.timeline[0]!;
    expect(steps.map(({ afterUs, verb }) => [afterUs, 'first' in verb && verb.first, 'count' in verb && verb.count])).toEqual([
      [40_000, 0, 200], [40_000, 200, 200], [20_000, 400, 100],
    ]);
  });

  it.each([14, 41, 383, 999, 1000, 1001, 1010, 1100, 1999, 2000, 16_384, 40_000])('writes exactly %i bytes, where a SET can be so short', (bytes) => {
    if (bytes < 35) {
      expect(() => bytesAsSets(bytes, 'b', 1000)).toThrow(`no list of SETs is exactly ${bytes} bytes long`);
      return;
    }
    const sizes = bytesAsSets(bytes, 'b', 1000).map((argv) => command(argv).size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(bytes);
    expect(sizes.slice(0, -2).every((size) => size === 1000)).toBe(true);
  });

  it('names what is not covered, and does not play it', () => {
    expect(uncovered({ do: 'sentinel', server: 's1' })).toEqual(['verb sentinel']);
    expect(uncovered({ do: 'wait-until', until: 'moon', server: 'm' })).toEqual(['wait-until moon']);
    expect(uncovered({ do: 'cut', link: 'r1>m', kind: 'bend' })).toEqual(['cut of kind bend']);
    expect(uncovered({ do: 'sleep', ms: 1, twice: true })).toEqual(['sleep with twice']);
    expect(uncovered({ do: 'sleep', ms: 1 }, { m: {}, s: { sentinel: {} } })).toEqual(['server with sentinel']);
    expect(uncovered({ do: 'sleep', ms: 1 }, { m: { version: '1.2' } })).toEqual(['version 1.2']);
  });

  it('says where a step cannot be understood', () => {
    expect(() => uncovered({ do: 'sleep' })).toThrow('x.json: case.steps[0] cannot be understood: ms of sleep is missing');
    expect(() => uncovered({ do: 'kill', server: 3 })).toThrow('server of kill is not a text');
    expect(() => uncovered({ do: 'heal', link: 'q>m' })).toThrow('names a link of no servers: q>m');
  });

  it('covers each verb of the corpus but those of Sentinel', () => {
    const [version] = [...profiles.values()].map((profile) => profile.version);
    const reasons = goldenRecordings().flatMap((recording) => {
      const replay = toScenario(recording, version!);
      return 'uncovered' in replay ? replay.uncovered : [];
    });
    const known = ['verb sentinel', 'wait-until sentinel-ready', 'wait-until sentinel-master', 'server with sentinel', 'server with front'];
    expect([...new Set(reasons)].filter((reason) => !known.includes(reason) && !reason.startsWith('version '))).toEqual([]);
  });
});

describe('versions', () => {
  it('are ordered by their numbers, Valkey after Redis', () => {
    expect(['7.2.6', 'valkey-8.0.1', '2.8.24', '7.0.15'].sort(compareVersions)).toEqual(['2.8.24', '7.0.15', '7.2.6', 'valkey-8.0.1']);
    expect(inVersions('3.2.13', '3.2', null)).toBe(true);
    expect(inVersions('2.8.24', '3.2', null)).toBe(false);
    expect(inVersions('7.2.6', null, '7.2')).toBe(true);
  });

  it('of one server only are those recorded', () => {
    expect(exactVersion('2.6')).toBe('2.6.17');
    expect(exactVersion('7.2.6')).toBe('7.2.6');
    expect(settingFor('2.6.17', 'a@2.6')).toBe('a');
    expect(settingFor('2.8.24', 'a@2.6')).toBeNull();
    expect(profileOf('7.2.6')?.name).toBe('redis-7.2');
    expect(profileOf('0.1')).toBeNull();
  });
});

