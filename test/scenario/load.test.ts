import { describe, expect, it } from 'vitest';
import { MAX_TEXT_LENGTH } from '../../src/scenario/yaml.ts';
import type { Scenario, Verb } from '../../src/scenario/scenario.ts';
import { attempt, goodScenarios, sentences } from './files.ts';

const HEAD = 'name: A test\nnodes: { master: {}, replica-a: { replicaof: master }, replica-b: { replicaof: master } }\n';

function load(text: string): Scenario {
  const { scenario, problems } = attempt(text);
  expect(problems).toBeNull();
  return scenario!;
}

/** What a timeline of these entries does, step by step. */
function verbs(...entries: string[]): Verb[] {
  const { timeline } = load(`${HEAD}clients: { app: { to: master, writes: 1/s } }\ntimeline:\n${entries.map((entry) => `  - ${entry}\n`).join('')}`);
  return timeline.flatMap(({ steps }) => steps.map(({ verb }) => verb));
}

describe('a scenario', () => {
  it.each(goodScenarios().map(({ name, text }) => [name, text]))('%s loads', (_, text) => {
    expect(sentences(text)).toEqual(['it loads']);
  });
  it('needs a name and a node, no more', () => {
    expect(load('name: Minimal\nnodes: { alone: }')).toMatchObject({
      teaches: '',
      seed: '1',
      server: 'redis-7.2',
      durationUs: 3_600_000_000,
      endsWhenDone: true,
      nodes: [{ name: 'alone', config: [], replicaOf: null, data: null, startsAtZero: true, resources: { allocator: 'jemalloc', saveBytesPerS: 150_000_000 } }],
      network: { default: { latency: { kind: 'constant', us: 200 } }, links: [], relays: [] },
      clients: [],
      timeline: [],
      expect: [],
    });
  });
  it('may be written on any system', () => {
    const text = `${HEAD}teaches: |\n  Two\n  lines\n`;
    const plain = load(text);
    for (const other of [`\uFEFF${text}`, text.replaceAll('\n', '\r\n'), text.replaceAll('\n', '\r')]) expect(load(other)).toEqual(plain);
    expect(sentences(`\uFEFF${HEAD}sed: 1\r\n`)).toEqual(sentences(`${HEAD}sed: 1\n`));
  });
  it('may not be too large', () => {
    expect(sentences(HEAD + '#'.repeat(MAX_TEXT_LENGTH))[0]).toMatch(/^1:1 the text is too large/);
  });
  it('may use anchors for what it repeats', () => {
    const { timeline } = load(`${HEAD}timeline:\n  - partition: &cut { between: [master, replica-a], for: 5s }\n  - partition: *cut\n`);
    expect(timeline[0]!.steps[1]!.verb).toEqual(timeline[0]!.steps[0]!.verb);
  });
  it('is said to be empty when there are only comments', () => {
    expect(sentences('# nothing\n---\n')).toEqual(['1:1 the file says nothing; begin with name: and nodes:']);
  });
});

describe('settings', () => {
  const conf = (text: string): (readonly [string, string, string | undefined])[] =>
    load(text).nodes[0]!.config.map(({ name, value, origin }) => [name, value, origin]);

  it('come in layers: of all, of a conf file, of the node', () => {
    const text = 'name: x\nconfig: { repl-backlog-size: 1mb, hz: 20 }\nnodes: { a: { replicaof: b, conf: everything.conf, config: { hz: 50 } }, b: {} }\n';
    expect(conf(text)).toEqual([
      ['port', '6379', 'conf file'],
      ['bind', '127.0.0.1', 'conf file'],
      ['repl-backlog-size', '4mb', 'conf file'],
      ['save', '900 1 300 10', 'conf file'],
      ['repl-ping-replica-period', '5', 'conf file'],
      ['hz', '50', 'node'],
    ]);
  });
  it('keep their text, and several lines of `save` are one value', () => {
    expect(conf('name: x\nnodes: { a: { config: { save: [3600 1, 300 100], SLAVE-PRIORITY: 10, appendonly: yes, masterauth: "0123" } } }')).toEqual([
      ['save', '3600 1 300 100', 'node'],
      ['SLAVE-PRIORITY', '10', 'node'],
      ['appendonly', 'yes', 'node'],
      ['masterauth', '0123', 'node'],
    ]);
  });
  it('replace those of a lower layer by any of their names, but output limits class by class', () => {
    const text = 'name: x\nconfig: { slave-priority: 10, client-output-buffer-limit: [replica 1mb 0 0, normal 2mb 0 0] }\n';
    expect(conf(`${text}nodes: { a: { config: { replica-priority: 20, client-output-buffer-limit: pubsub 3mb 0 0 } } }`)).toEqual([
      ['client-output-buffer-limit', 'replica 1mb 0 0', 'scenario'],
      ['client-output-buffer-limit', 'normal 2mb 0 0', 'scenario'],
      ['replica-priority', '20', 'node'],
      ['client-output-buffer-limit', 'pubsub 3mb 0 0', 'node'],
    ]);
  });
  it('of a conf file have their place there', () => {
    const { problems } = attempt('name: x\nnodes: { a: { conf: everything.conf } }');
    expect(problems).toEqual([
      {
        message: 'replicaof 10.0.0.1 6379: there is no such address here',
        suggestion: 'write replicaof: as a key of the node, with the name of its master',
        place: { file: 'everything.conf', line: 8, column: 1, length: 23, excerpt: 'replicaof 10.0.0.1 6379' },
      },
    ]);
  });
  it('that are wrong for all nodes are reported once', () => {
    expect(sentences(`${HEAD}config: { hz: many }`)).toEqual(["3:15 hz many: argument couldn't be parsed into an integer"]);
  });
});

describe('the network', () => {
  const link = (written: string): unknown => load(`${HEAD}network: { default: { ${written} } }`).network.default;

  it('knows latencies as values, ranges and distributions', () => {
    expect(link('latency: 0.5ms')).toMatchObject({ latency: { kind: 'constant', us: 500 } });
    expect(link('latency: 0.3ms..0.8ms')).toMatchObject({ latency: { kind: 'uniform', fromUs: 300, toUs: 800 } });
    expect(link('latency: { normal: { mean: 1ms, deviation: 0.1ms } }')).toMatchObject({ latency: { kind: 'normal', meanUs: 1000, sdUs: 100 } });
    expect(link('latency: { lognormal: { median: 1ms, sigma: 0.5 } }')).toMatchObject({ latency: { kind: 'lognormal', medianUs: 1000, sigma: 0.5 } });
    expect(link('latency: { exponential: { mean: 1ms } }')).toMatchObject({ latency: { kind: 'exponential', meanUs: 1000 } });
  });
  it('counts payload: of a gigabit on the wire, what the headers leave', () => {
    expect(link('bandwidth: 1gbit')).toMatchObject({ bytesPerS: 117_685_305 });
    expect(link('bandwidth: 100m/s')).toMatchObject({ bytesPerS: 100_000_000 });
    expect(link('bandwidth: unlimited')).toMatchObject({ bytesPerS: 0 });
  });
  it('loses parts per million', () => {
    expect(link('loss: 0.25%')).toMatchObject({ lossPpm: 2500 });
    expect(link('loss: 12%')).toMatchObject({ lossPpm: 120_000 });
    expect(link('loss: 0%')).toMatchObject({ lossPpm: 0 });
  });
  it('changes for a pair what the pair says, and no more', () => {
    const { links } = load(`${HEAD}network: { default: { latency: 5ms, loss: 1% }, links: [{ between: [replica-a, master], loss: 2% }] }`).network;
    expect(links).toMatchObject([{ between: ['replica-a', 'master'], link: { latency: { us: 5000 }, lossPpm: 20_000 } }]);
  });
});

describe('a timeline', () => {
  const tracks = (text: string): (readonly [unknown, number[]])[] =>
    load(`${HEAD}timeline:\n${text}`).timeline.map(({ start, steps }) => [start, steps.map(({ afterUs }) => afterUs)]);

  it('is one track from time 0 until an entry begins another', () => {
    expect(tracks('  - kill: master\n  - after: 2s\n    start: master\n  - at: 5s\n    kill: replica-a\n  - start: replica-a\n')).toEqual([
      [{ type: 'at', us: 0 }, [0, 2_000_000]],
      [{ type: 'at', us: 5_000_000 }, [0, 0]],
    ]);
  });
  it('may begin a track and do nothing yet, or wait behind a condition', () => {
    expect(tracks('  - at: 5s\n  - kill: master\n  - when: { online: replica-a }\n    after: 1s\n    start: master\n')).toEqual([
      [{ type: 'at', us: 5_000_000 }, [0]],
      [{ type: 'when', condition: { is: 'online', replicas: ['replica-a'] } }, [1_000_000]],
    ]);
  });
  it('knows where each step stands', () => {
    expect(load(`${HEAD}timeline:\n  - at: 5s\n    kill: master\n`).timeline[0]!.steps[0]!.place).toEqual({ file: 'test.yaml', line: 5, column: 5, length: 4 });
  });
});

describe('verbs', () => {
  it('partition: sides, one host from all others, one way', () => {
    expect(verbs('partition: { between: [master, [replica-a, replica-b]] }')).toMatchObject([{ a: ['master'], b: ['replica-a', 'replica-b'], direction: 'both', forUs: null }]);
    expect(verbs('partition: { node: master, for: 1s }')).toMatchObject([{ a: ['master'], b: ['replica-a', 'replica-b', 'app'], forUs: 1_000_000 }]);
    expect(verbs('partition: { one-way: replica-a->master }')).toMatchObject([{ a: ['replica-a'], b: ['master'], direction: 'a-to-b' }]);
  });
  it('on a link: the replica is the one that replicates, whatever the order; the link has a relay', () => {
    const held = { do: 'hold', replica: 'replica-a', master: 'master', direction: 'both', forUs: null };
    for (const form of ['{ between: [master, replica-a] }', '{ between: [replica-a, master] }', '{ link: replica-a>master }', 'replica-a>master', '[master, replica-a]']) {
      expect(verbs(`hold: ${form}`), form).toEqual([held]);
    }
    const { network } = load(`${HEAD}timeline: [{ reset: replica-b>master }, { reset: [master, replica-a] }, { reset: replica-b>master }]`);
    expect(network.relays).toEqual([
      { replica: 'replica-b', master: 'master' },
      { replica: 'replica-a', master: 'master' },
    ]);
  });
  it('on a link that only the timeline makes', () => {
    expect(verbs('replicaof: { node: replica-b, master: replica-a }', 'reset: [replica-a, replica-b]')[1]).toEqual({ do: 'reset', replica: 'replica-b', master: 'replica-a' });
  });
  it('heal: a pair that a hold concerns heals the relay too', () => {
    expect(verbs('hold: replica-a>master', 'heal: { between: [master, replica-a] }', 'heal: all').slice(1)).toEqual([
      { do: 'heal', between: [['master'], ['replica-a']] },
      { do: 'heal-link', replica: 'replica-a', master: 'master' },
      { do: 'heal', between: null },
    ]);
  });
  it('heal: all undoes what armed cuts have left behind', () => {
    expect(verbs('arm: { link: replica-a>master, after: { rdb: 1mb }, then: hold }', 'heal: all').slice(1)).toEqual([
      { do: 'heal', between: null },
      { do: 'heal-link', replica: 'replica-a', master: 'master' },
    ]);
  });
  it('several nodes are several steps', () => {
    expect(verbs('kill: [replica-a, replica-b]')).toEqual([{ do: 'kill', node: 'replica-a' }, { do: 'kill', node: 'replica-b' }]);
  });
  it('restart: stop, a pause, start again', () => {
    const { timeline } = load(`${HEAD}timeline:\n  - after: 1s\n    restart: { node: master, how: kill, files: wipe, after: 2s }\n`);
    expect(timeline[0]!.steps.map(({ afterUs, verb }) => [afterUs, verb])).toEqual([
      [1_000_000, { do: 'kill', node: 'master' }],
      [2_000_000, { do: 'restart', nodes: ['master'], server: null, files: 'wipe', config: [], awaitLoad: true }],
    ]);
    expect(verbs('restart: master')[0]).toEqual({ do: 'stop', node: 'master', how: 'default' });
  });
  it('command: quotes as in redis-cli, words in a list, one a line; text is sent as UTF-8', () => {
    const argv = (run: string): unknown => verbs(`command: { node: master, run: ${run} }`).map((verb) => ('argv' in verb ? verb.argv : 'list' in verb ? verb.list : null))[0];
    expect(argv(`'SET "a b" "x\\x00y"'`)).toEqual(['SET', 'a b', 'x\0y']);
    expect(argv('set KEY é')).toEqual(['set', 'KEY', '\u00c3\u00a9']);
    expect(argv('[[SET, a, 1, { bytes: 1kb }]]')).toEqual(['SET', 'a', '1', { seed: 1024, length: 1024 }]);
    expect(argv('[PING, [GET, a]]')).toEqual([['PING'], ['GET', 'a']]);
    expect(argv('"# both\\nSET a 1\\nGET a"')).toEqual([['SET', 'a', '1'], ['GET', 'a']]);
  });
  it('load: from never waits for the timeline', () => {
    const text = `${HEAD}clients: { app: { to: master, writes: 1/s, from: never } }\ntimeline: [{ load: { start: app } }]`;
    expect(load(text).clients[0]!.fromUs).toBe(Number.MAX_SAFE_INTEGER);
  });
  it('wait-until: several nodes are several conditions', () => {
    expect(verbs('wait-until: { role: { master: master, replica-a: replica }, within: 5s }')).toEqual([
      {
        do: 'wait-until',
        condition: { is: 'all', of: [{ is: 'role', node: 'master', role: 'master' }, { is: 'role', node: 'replica-a', role: 'replica' }] },
        timeoutUs: 5_000_000,
        pollUs: 0,
      },
    ]);
  });
});

describe('expectations', () => {
  const bodies = (text: string): unknown[] => load(`${HEAD}expect:\n  - ${text}\n`).expect.map(({ place: _place, text: _text, ...body }) => body);

  it('of resyncs: in order, or how many', () => {
    expect(bodies('replica-a: { resyncs: [full: first-contact, partial] }')).toEqual([
      { expect: 'resyncs', replica: 'replica-a', list: [{ kind: 'full', reason: 'first-contact' }, { kind: 'partial', reason: null }] },
    ]);
    expect(bodies('replica-a: { resyncs: { full: 2.. }, attempts: 3..5 }')).toEqual([
      { expect: 'resync-count', replica: 'replica-a', kind: 'full', attempts: false, count: { from: 2, to: Number.MAX_SAFE_INTEGER } },
      { expect: 'resync-count', replica: 'replica-a', kind: 'any', attempts: true, count: { from: 3, to: 5 } },
    ]);
  });
  it('of a node may stand under it, or under their own word', () => {
    expect(bodies('role: { master: master }')).toEqual(bodies('master: { role: master }'));
    expect(bodies('keys: { master: 50k }')).toEqual([{ expect: 'keys', node: 'master', count: { from: 50_000, to: 50_000 } }]);
  });
  it('of INFO compare', () => {
    expect(bodies('master: { info: { connected_slaves: { at-least: 1 }, role: master } }')).toEqual([
      { expect: 'info', node: 'master', field: 'connected_slaves', op: '>=', value: 1 },
      { expect: 'info', node: 'master', field: 'role', op: '=', value: 'master' },
    ]);
  });
  it('of everybody: all', () => {
    expect(bodies('same-data: all')).toEqual([{ expect: 'same-data', nodes: ['master', 'replica-a', 'replica-b'] }]);
  });
  it('of convergence: at the end, or within a time', () => {
    expect(bodies('converged')).toEqual([{ expect: 'converged', withinUs: 0, after: 'end' }]);
    expect(bodies('converged: { within: 5s, after: 30s }')).toEqual([{ expect: 'converged', withinUs: 5_000_000, after: { us: 30_000_000 } }]);
  });
});
