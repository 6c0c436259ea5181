/**
 * `sim check --resolved`: a scenario with everything that it leaves unsaid, and where each value came from.
 *
 * What is printed is a scenario again: loading it gives the same nodes, network and clients. Only the timeline and
 * the expectations are told in words, as comments.
 */
import type { ChalkInstance } from 'chalk';
import { assert } from '../assert.ts';
import type { Distribution } from '../kernel/index.ts';
import { defaultConfig, directiveText, findSetting, nameInVersion, setDirective } from '../redis/config.ts';
import { findProfile, type Profile } from '../redis/profiles/index.ts';
import { NEVER_US } from '../scenario/defaults.ts';
import type { Loaded } from '../scenario/load.ts';
import type { Place } from '../scenario/place.ts';
import type { LinkSpec, NodeSpec, Scenario } from '../scenario/scenario.ts';
import { placeOf } from '../scenario/source.ts';
import { childOf, entryOf, type Path, type Written } from '../scenario/tree.ts';
import { keyWords, sizeWords, startWords, stepWords } from '../scenario/words.ts';
import { columnsOf } from '../text.ts';
import { formatDuration, formatRate, formatSize } from '../units.ts';

/** A line of YAML, and where it came from ('': nothing to say). */
type Line = readonly [yaml: string, origin: string];

export function describeResolved({ scenario, root }: Pick<Loaded, 'scenario' | 'root'>, paint: ChalkInstance): string {
  const from = (...path: Path): string => originOf(root, path);
  const common = commonConfig(scenario);
  const lines: Line[] = [
    [`name: ${scalar(scenario.name)}`, from('name')],
    [`seed: ${scenario.seed}`, from('seed')],
    [`server: ${scenario.server}`, from('server')],
    [`duration: ${scenario.endsWhenDone ? `{ at-most: ${formatDuration(scenario.durationUs)} }` : formatDuration(scenario.durationUs)}`, from('duration')],
    ['', ''],
    ['config:', ''],
    ...[...common].map(([name, [value, origin]]): Line => [`  ${name}: ${scalar(value)}`, origin]),
    ['', ''],
    ['nodes:', ''],
    ...scenario.nodes.flatMap((node) => nodeLines(node, common, from)),
    ['', ''],
    ['network:', ''],
    ['  default:', ''],
    ...linkLines(scenario.network.default, '    ', (key) => from('network', 'default', key)),
    ...otherLinks(scenario, from),
    ...dataLines(scenario, from),
    ...clientLines(scenario, from),
    ...wordLines(scenario),
  ];
  return laidOut(lines, paint);
}

// ------------------------------------------------------------------ settings

type Config = Map<string, readonly [value: string, origin: string]>;

/** Every setting that the simulation reads, and those that were written, with their values at the start. */
function configOf(node: NodeSpec): Config {
  const profile = profileOf(node.server);
  let config = defaultConfig(profile);
  const origins = new Map<string, string>();
  for (const { name, value, place, origin } of node.config) {
    const set = setDirective(config, profile, nameInVersion(profile, name), value);
    assert(set.ok, `the loader let ${name} ${value} pass`);
    config = set.config;
    const where = place === null ? (origin ?? '') : placeWords(place);
    origins.set(findSetting(profile, name)?.name ?? name, where);
  }
  const wanted = profile.directives.rows.filter((row) => row.kind.type !== 'replicaof' && (row.simulated || origins.has(row.name)));
  return new Map(
    wanted.map((row) => {
      const value = row.kind.type === 'memory' && row.simulated ? memoryText(directiveText(config, row)) : directiveText(config, row);
      return [row.name, [value, origins.get(row.name) ?? `default of ${node.server}`]] as const;
    }),
  );
}

/** `1048576` as people write it; percentages stay. */
function memoryText(bytes: string): string {
  return /^\d+$/.test(bytes) && bytes !== '0' ? formatSize(Number(bytes)) : bytes;
}

/** The settings in which all nodes agree. */
function commonConfig(scenario: Scenario): Config {
  const [first, ...others] = scenario.nodes.map(configOf);
  return new Map([...(first ?? [])].filter(([name, [value]]) => others.every((other) => other.get(name)?.[0] === value)));
}

function profileOf(server: string): Profile {
  const found = findProfile(server);
  assert(found.ok, `there is no profile ${server}`);
  return found.profile;
}

// ------------------------------------------------------------------ sections

type From = (...path: (string | number)[]) => string;

function nodeLines(node: NodeSpec, common: Config, from: From): Line[] {
  const { name, server, replicaOf, startsAtZero, resources } = node;
  const at = (key: string): string => from('nodes', name, key);
  const quick = (key: string, value: string): Line => [`      ${key}: ${value}`, from('nodes', name, 'resources', key)];
  const own = [...configOf(node)].filter(([directive, [value]]) => common.get(directive)?.[0] !== value);
  return [
    [`  ${name}:`, from('nodes', name)],
    [`    server: ${server}`, at('server') === DEFAULT ? 'as all' : at('server')],
    ...(replicaOf === null ? [] : [[`    replicaof: ${replicaOf}`, at('replicaof')] as const]),
    [`    started: ${startsAtZero}`, at('started')],
    ...(own.length === 0 ? [] : [['    config:', ''] as const]),
    ...own.map(([directive, [value, origin]]): Line => [`      ${directive}: ${scalar(value)}`, origin]),
    ['    resources:', ''],
    quick('fork', `${formatDuration(resources.forkUsPerGb)}/gb`),
    quick('save', throughput(resources.saveBytesPerS)),
    quick('load', throughput(resources.loadBytesPerS)),
    quick('flush', throughput(resources.flushBytesPerS)),
    quick('disk', throughput(resources.diskBytesPerS)),
    quick('command', formatDuration(resources.commandUs)),
    quick('timers-late', formatDuration(resources.timersLateUs)),
    quick('nic', resources.nicBytesPerS === 0 ? 'unlimited' : throughput(resources.nicBytesPerS)),
    quick('allocator', resources.allocator),
    resources.clockPhaseUs === null
      ? ['    # clock: its phase is drawn from the seed', DEFAULT]
      : [`    clock: { phase: ${formatDuration(resources.clockPhaseUs)} }`, at('clock')],
  ];
}

function linkLines(link: LinkSpec, indent: string, from: (key: string) => string): Line[] {
  return [
    [`${indent}latency: ${latencyText(link.latency)}`, from('latency')],
    [`${indent}bandwidth: ${link.bytesPerS === 0 ? 'unlimited' : throughput(link.bytesPerS)}`, from('bandwidth')],
    [`${indent}loss: ${link.lossPpm / 10_000}%`, from('loss')],
    [`${indent}socket-buffer: ${formatSize(link.socketBufferBytes)}`, from('socket-buffer')],
  ];
}

function otherLinks({ network: { links } }: Scenario, from: From): Line[] {
  if (links.length === 0) return [];
  return [
    ['  links:', ''],
    ...links.flatMap(({ between, link }, index): Line[] => [
      [`    - between: [${between.join(', ')}]`, from('network', 'links', index, 'between')],
      ...linkLines(link, '      ', (key) => from('network', 'links', index, key)),
    ]),
  ];
}

function dataLines({ nodes }: Scenario, from: From): Line[] {
  const rows = nodes.flatMap(({ name, data }): Line[] => {
    if (data === null) return [];
    const written = from('data', name);
    const text = `  ${name}: { keys: ${data.keys}, value: ${sizeWords(data.valueBytes)}, prefix: ${JSON.stringify(data.keyPrefix)}, db: ${data.db} }`;
    return [[text, written === DEFAULT ? from('nodes', name, 'data') : written]];
  });
  return rows.length === 0 ? [] : [['', ''], ['data:', ''], ...rows];
}

function clientLines({ clients }: Scenario, from: From): Line[] {
  if (clients.length === 0) return [];
  return [
    ['', ''],
    ['clients:', ''],
    ...clients.flatMap((client): Line[] => {
      const { name } = client;
      const at = (word: string): string => from('clients', name, word);
      const { rate, operations } = client;
      const [first] = operations;
      const said = ['writes', 'reads', 'rate'].find((word) => at(word) !== DEFAULT) ?? 'rate';
      const saysValues = operations.some(({ text }) => text.includes('{value}'));
      return [
        [`  ${name}:`, from('clients', name)],
        [`    to: ${client.to.length === 1 ? client.to[0]! : `[${client.to.join(', ')}]`}`, at('to')],
        [`    ${said}: ${rate === null ? 'unpaced' : formatRate(rate)}`, at(said)],
        ...(said !== 'rate' ? [] : operations.length === 1
          ? [[`    command: ${JSON.stringify(first?.text)}`, at('command')] as const]
          : [['    command:', at('command')] as const, ...operations.map(({ text, weight }): Line => [`      - { run: ${JSON.stringify(text)}, weight: ${weight} }`, ''])]),
        ...(rate === null ? [[`    pipeline: ${client.pipeline}`, at('pipeline')] as const] : [[`    pacing: ${client.pacing}`, at('pacing')] as const]),
        ...(client.pacing === 'bursty' ? [[`    burst: ${client.burst}`, at('burst')] as const] : []),
        [`    connections: ${client.connections}`, at('connections')],
        [`    from: ${client.fromUs === NEVER_US ? 'never' : formatDuration(client.fromUs)}`, at('from')],
        ...(client.untilUs === null ? [['    # until: the end', DEFAULT] as const] : [[`    until: ${formatDuration(client.untilUs)}`, at('until')] as const]),
        ...(operations.some(({ text }) => text.includes('{key}')) ? [[`    key: ${JSON.stringify(keyWords(client.key))}`, at('key')] as const] : []),
        ...(saysValues ? [[`    value: ${sizeWords(client.valueBytes)}`, at('value')] as const] : []),
        [`    db: ${client.db}`, at('db')],
      ];
    }),
  ];
}

/** Timeline and expectations, for people. */
function wordLines({ timeline, expect }: Scenario): Line[] {
  const steps = timeline.flatMap(({ start, steps: list, actor }): Line[] => [
    [`#   ${actor === undefined ? '' : `${actor}, `}${startWords(start)}:`, ''],
    ...list.map((step): Line => [`#     ${stepWords(step)}`, step.place === null ? '' : placeWords(step.place)]),
  ]);
  return [
    ...(steps.length === 0 ? [] : ([['', ''], ['# timeline:', '']] as const)),
    ...steps,
    ...(expect.length === 0 ? [] : ([['', ''], ['# expect:', '']] as const)),
    ...expect.map(({ text, place }): Line => [`#   ${text}`, place === null ? '' : placeWords(place)]),
  ];
}

// ------------------------------------------------------------------ values as the language writes them

function throughput(bytesPerSecond: number): string {
  for (const [unit, factor] of [['g', 1e9], ['m', 1e6], ['k', 1e3]] as const) {
    if (bytesPerSecond % factor === 0) return `${bytesPerSecond / factor}${unit}/s`;
  }
  return `${bytesPerSecond}b/s`;
}

function latencyText(latency: Distribution): string {
  switch (latency.kind) {
    case 'constant':
      return formatDuration(latency.us);
    case 'uniform':
      return `${formatDuration(latency.fromUs)}..${formatDuration(latency.toUs)}`;
    case 'normal':
      return `{ normal: { mean: ${formatDuration(latency.meanUs)}, deviation: ${formatDuration(latency.sdUs)} } }`;
    case 'lognormal':
      return `{ lognormal: { median: ${formatDuration(latency.medianUs)}, sigma: ${latency.sigma} } }`;
    case 'exponential':
      return `{ exponential: { mean: ${formatDuration(latency.meanUs)} } }`;
  }
}

/** Plain where YAML takes it for the same text, else in quotes. */
function scalar(text: string): string {
  return /^[\w./+-](?:[\w ./+,()-]*[\w./+)-])?$/.test(text) ? text : JSON.stringify(text);
}

// ------------------------------------------------------------------ origins and layout

const DEFAULT = 'default';

/** Where a value was written; 'default' when it was not. */
function originOf(root: Written, path: Path): string {
  let node: Written | undefined = root;
  let span = null;
  for (const step of path) {
    span = typeof step === 'string' ? (entryOf(node, step)?.keySpan ?? null) : null;
    node = childOf(node, step);
    if (node === undefined) return DEFAULT;
    span ??= node.span;
  }
  return placeWords(placeOf(span ?? root.span));
}

/** Where in the scenario, in another file, or by an option. */
function placeWords({ file, line, excerpt }: Place): string {
  if (excerpt === undefined) return `line ${line}`;
  return file.startsWith('--') ? file : `${file}:${line}`;
}

/** Origins in a column of their own, where the longest of the usual lines leaves room. */
function laidOut(lines: readonly Line[], paint: ChalkInstance): string {
  const widths = lines.filter(([, origin]) => origin !== '').map(([yaml]) => columnsOf(yaml));
  const column = Math.min(52, Math.max(0, ...widths) + 2);
  return lines
    .map(([yaml, origin]) => (origin === '' ? yaml : `${yaml}${' '.repeat(Math.max(2, column - columnsOf(yaml)))}${paint.dim(`# ${origin}`)}`))
    .map((line) => `${line}\n`)
    .join('');
}
