import { describe, expect, it } from 'vitest';
import type { Override } from '../../src/scenario/overrides.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import type { Written } from '../../src/scenario/tree.ts';
import { readYaml } from '../../src/scenario/yaml.ts';
import { attempt, goodScenarios, sentence } from './files.ts';

const TEXT = `name: A test
duration: 60s
nodes: { master: { config: { hz: 20 } }, replica-a: { replicaof: master } }
clients: { app: { to: master, writes: 400/s } }
timeline:
  - at: 5s
    partition: { between: [master, replica-a], for: 5s }
`;

function set(...options: string[]): { scenario: Scenario | null; problems: string[] } {
  const overrides = options.map((option): Override => ({ path: option.slice(0, option.indexOf('=')), value: option.slice(option.indexOf('=') + 1) }));
  const { scenario, problems } = attempt(TEXT, overrides);
  return { scenario, problems: problems?.map(sentence) ?? [] };
}

const config = ({ scenario }: ReturnType<typeof set>): unknown => scenario?.nodes.map(({ config: list }) => list.map(({ name, value }) => `${name} ${value}`));

describe('--set', () => {
  it('without a dot is a directive of every node, over what the node says', () => {
    expect(config(set('repl-backlog-size=16mb'))).toEqual([['hz 20', 'repl-backlog-size 16mb'], ['repl-backlog-size 16mb']]);
    expect(config(set('hz=50'))).toEqual([['hz 50'], ['hz 50']]);
  });
  it('with the name of a node is a directive of that node', () => {
    expect(config(set('replica-a.repl-timeout=10', 'hz=50'))).toEqual([['hz 50'], ['repl-timeout 10', 'hz 50']]);
  });
  it('may be an empty value, or several words', () => {
    expect(config(set('save='))).toEqual([['hz 20', 'save '], ['save ']]);
    expect(config(set('client-output-buffer-limit=replica 1mb 0 0'))).toMatchObject([{ 1: 'client-output-buffer-limit replica 1mb 0 0' }, {}]);
  });
  it('with a path changes the scenario, as if it had been written so', () => {
    expect(set('network.default.latency=2ms').scenario?.network.default.latency).toEqual({ kind: 'constant', us: 2000 });
    expect(set('timeline[0].partition.for=10s').scenario?.timeline[0]!.steps[0]!.verb).toMatchObject({ forUs: 10_000_000 });
    expect(set('timeline[0].partition.between=[replica-a, master]').scenario?.timeline[0]!.steps[0]!.verb).toMatchObject({ a: ['replica-a'] });
    expect(set('clients.app.writes=800/s').scenario?.clients[0]!.rate?.count).toBe(800);
    expect(set('clients.app.key=user:{1..10k}').scenario?.clients[0]!.key.range).toEqual({ from: 1, to: 10_000 });
    expect(set('nodes.replica-b={ replicaof: master }').scenario?.nodes).toHaveLength(3);
    expect(set('nodes.master.resources.save=10m/s').scenario?.nodes[0]!.resources.saveBytesPerS).toBe(10_000_000);
    expect(set('seed=5', 'duration=90s', 'timeline[0].at=80s').scenario).toMatchObject({ seed: '5', durationUs: 90_000_000, timeline: [{ start: { us: 80_000_000 } }] });
  });
  it('lets the last one win', () => {
    expect(set('seed=5', 'seed=6').scenario?.seed).toBe('6');
    expect(config(set('hz=50', 'hz=60'))).toEqual([['hz 60'], ['hz 60']]);
  });
  it.each([
    ['repl-backlog-sze=16mb', '1:1 redis-7.2 has no directive "repl-backlog-sze"; did you mean "repl-backlog-size"?'],
    ['repl-timeout=10s', "1:14 repl-timeout 10s: argument couldn't be parsed into an integer; did you mean 10?"],
    ['replica-b.repl-timeout=10', '1:1 "replica-b" is neither a node nor a section of the scenario; did you mean "replica-a"?'],
    ['replica-a.config.hz=10', '1:11 a node has directives here: replica-a.repl-timeout; for its other keys write nodes.replica-a.config.hz'],
    ['network.defalt.latency=2ms', '1:9 unknown key "defalt"; did you mean "default"?'],
    ['network.default.latency=2', '1:25 "2" has no unit; did you mean 2s?'],
    ['timeline[1].partition.for=10s', '1:9 timeline has 1 entries; the first is [0], the last [0]'],
    ['timeline.partition.for=10s', '1:10 timeline is no mapping; write timeline[0]'],
    ['clients[0].writes=1/s', '1:8 clients is no list'],
    ['seed.x=1', '1:1 expected a whole number such as 7, found a mapping'],
    ['timeline[0].partition.between=[master, replica-c]', '1:40 there is no node or client "replica-c"; did you mean "replica-a"?'],
    ['.=1', '1:1 "." is no path; for instance repl-backlog-size, replica-a.repl-timeout or timeline[0].partition.for'],
    ['.seed=1', '1:1 ".seed" is no path; for instance repl-backlog-size, replica-a.repl-timeout or timeline[0].partition.for'],
    ['timeline[0].at=90s', '1:16 the run ends before that, at 60s; a later end is duration: 90s'],
  ])('%s is refused with a place in the option', (option, expected) => {
    expect(set(option).problems).toEqual([expected]);
  });
  it('shows the option where a problem is', () => {
    const { problems } = attempt(TEXT, [{ path: 'network.default.latency', value: '2' }]);
    expect(problems?.[0]?.place).toEqual({ file: '--set', line: 1, column: 25, length: 1, excerpt: 'network.default.latency=2' });
  });
});

describe('every value of every scenario', () => {
  it.each(goodScenarios().map(({ name, text }) => [name, text]))('of %s can be set to what it is', (_, text) => {
    // What stands under what-if: is named by paths itself.
    const overrides = scalarsOf(treeOf(text), '').filter(({ path }) => !path.startsWith('what-if'));
    expect(overrides.length).toBeGreaterThan(10);
    expect(withoutPlaces(attempt(text, overrides).scenario!)).toEqual(withoutPlaces(attempt(text).scenario!));
  });
});

function treeOf(text: string): Written {
  const yaml = readYaml({ file: '', text, main: true });
  if (!yaml.ok) throw new Error('this is no YAML');
  return yaml.root;
}

/** `--set` of every value to itself; texts of several lines cannot be typed. */
function scalarsOf(node: Written, path: string): Override[] {
  switch (node.kind) {
    case 'scalar':
      return node.text.includes('\n') ? [] : [{ path, value: node.quoted ? JSON.stringify(node.text) : node.text }];
    case 'list':
      return node.items.flatMap((item, index) => scalarsOf(item, `${path}[${index}]`));
    case 'mapping':
      return node.entries.flatMap(({ key, value }) => scalarsOf(value, path === '' ? key : `${path}.${key}`));
  }
}

/** A directive that an option sets has its place there. */
function withoutPlaces(scenario: Scenario): unknown {
  return JSON.parse(JSON.stringify(scenario, (key, value: unknown) => (key === 'place' ? null : value)));
}
