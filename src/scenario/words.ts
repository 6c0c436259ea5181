/** Verbs and conditions in plain words, for timelines, reports and messages. Data in, one line out. */
import { unreachable } from '../assert.ts';
import type { Bytes } from '../redis/protocol/payload.ts';
import { formatDuration, formatRate, formatSize } from '../units.ts';
import type { Condition, IntRange, KeyPattern, Shape, Step, TrackStart, Verb } from './scenario.ts';

/** `partition master ╳ replica-a, for 90s` */
export function verbWords(verb: Verb): string {
  switch (verb.do) {
    case 'partition':
      return `partition ${names(verb.a)} ${PARTITION_SIGN[verb.direction]} ${names(verb.b)}${during(verb.forUs)}`;
    case 'hold':
      return `hold ${held(verb)}${during(verb.forUs)}`;
    case 'reset':
      return `reset ${link(verb)}`;
    case 'refuse':
      return `refuse connections of ${link(verb)}${during(verb.forUs)}`;
    case 'heal':
      return verb.between === null ? 'heal the network' : `heal ${names(verb.between[0])} – ${names(verb.between[1])}`;
    case 'heal-link':
      return `heal ${link(verb)}`;
    case 'shape': {
      const parts = [shapeWords('up', verb.up), shapeWords('down', verb.down)].filter((part) => part !== '');
      if (verb.receiveBuffer !== null) parts.push(`receive buffer ${formatSize(verb.receiveBuffer)}`);
      return `shape ${link(verb)}: ${parts.length === 0 ? 'as it was' : parts.join('; ')}`;
    }
    case 'arm': {
      const after = 'rdbBytes' in verb.after ? `${formatSize(verb.after.rdbBytes)} of the RDB` : `${formatSize(verb.after.streamBytes)} of the stream`;
      return `arm ${link(verb)}: ${verb.then} after ${after}`;
    }
    case 'link':
      return `link ${verb.between[0]} – ${verb.between[1]}: ${linkChangeWords(verb.change)}${during(verb.forUs)}`;
    case 'nic':
      return `NIC of ${verb.host}: ${verb.bytesPerS === 0 ? 'unlimited' : `${formatSize(verb.bytesPerS)}/s`}${during(verb.forUs)}`;
    case 'close':
      return `close ${link(verb)} on the side of ${verb.side === 'replica' ? verb.replica : verb.master}`;
    case 'kill-child':
      return `kill the child of ${verb.node}`;
    case 'failing-rename':
      return `renames of ${verb.node} fail${verb.times === null ? '' : `, ${verb.times} ${verb.times === 1 ? 'time' : 'times'}`}${during(verb.forUs)}`;
    case 'answer':
      return `${verb.node} answers the next ${verb.times === 1 ? '' : `${verb.times} `}${verb.to} with ${verb.line}`;
    case 'replicaof-address':
      return `${verb.node} becomes a replica of ${verb.host}:${verb.port}`;
    case 'start':
      return `start ${names(verb.nodes)}`;
    case 'stop':
      return `stop ${verb.node}${STOPPED[verb.how]}`;
    case 'restart': {
      const config = verb.config.map(({ name, value }) => `${name} ${value}`).join(', ');
      return `start ${names(verb.nodes)} again${verb.server === null ? '' : ` as ${verb.server}`}, ${verb.files === 'keep' ? 'with its files' : 'without files'}${config === '' ? '' : `, with ${config}`}`;
    }
    case 'kill':
      return `kill ${verb.node}`;
    case 'crash':
      return `power off ${verb.node}`;
    case 'freeze':
      return `freeze ${verb.node}${during(verb.forUs)}`;
    case 'resume':
      return `resume ${verb.node}`;
    case 'block':
      return `block ${verb.node}${during(verb.forUs)}`;
    case 'set-replicaof':
      return `let ${verb.node} start as ${verb.master === null ? 'a master' : `a replica of ${verb.master}`} next time`;
    case 'hold-save':
      return `hold the next save of ${verb.node}`;
    case 'release-save':
      return `let the save of ${verb.node} go on`;
    case 'command':
      return `${verb.node}: ${commandText(verb.argv)}${manner(verb)}`;
    case 'commands':
      return `${verb.node}: ${verb.list.map(commandText).join('; ')}${manner(verb)}`;
    case 'write-many':
      return `${verb.node}: SET ${verb.prefix}${verb.first} … ${verb.prefix}${verb.first + verb.count - 1}, ${formatSize(verb.size)} each`;
    case 'config':
      return `${verb.node}: ${verb.set.map(({ name, value }) => `CONFIG SET ${name} ${value === '' ? '""' : value}`).join(', ')}`;
    case 'replicaof':
      return verb.master === null ? `promote ${verb.node}` : `${verb.node} becomes a replica of ${verb.master}`;
    case 'failover': {
      const to = verb.to === null ? 'to whoever has everything first' : `to ${verb.to}`;
      return `${verb.node} hands over ${to}${verb.timeoutUs > 0 ? `, within ${formatDuration(verb.timeoutUs)}` : ''}${verb.force ? ', or without it' : ''}`;
    }
    case 'load':
      return `${verb.set} the load of ${verb.client}`;
    case 'change-load': {
      const { rate, pipeline, key, valueBytes } = verb;
      const changes = [
        rate === null ? '' : rate === 'unpaced' ? 'unpaced' : formatRate(rate), pipeline === null ? '' : `pipeline ${pipeline}`,
        key === null ? '' : `key ${keyWords(key)}`, valueBytes === null ? '' : `value ${sizeWords(valueBytes)}`,
      ];
      return `change the load of ${verb.client}: ${changes.filter((change) => change !== '').join(', ')}`;
    }
    case 'psync-probe': {
      const id = typeof verb.id === 'string' ? verb.id : verb.id.literal;
      const delta = verb.delta === 0 ? '' : verb.delta > 0 ? ` + ${verb.delta}` : ` - ${-verb.delta}`;
      return `ask ${verb.node} for PSYNC ${id}, offset ${verb.at}${delta}`;
    }
    case 'repeat': {
      const limits = [
        verb.times === null ? '' : ` ${verb.times} ${verb.times === 1 ? 'time' : 'times'}`,
        during(verb.forUs),
        verb.until === null ? '' : ` until ${conditionWords(verb.until)}`,
        verb.every.to === 0 ? '' : `, every ${rangeWords(verb.every)}`,
      ];
      return `repeat${limits.join('')}: ${verb.steps.map(stepWords).join('; ')}`;
    }
    case 'choose': {
      const even = new Set(verb.among.map(({ weight }) => weight)).size === 1;
      return `one of: ${verb.among.map(({ weight, steps }) => `${even ? '' : `${weight} × `}${steps.length === 0 ? 'nothing' : steps.map(stepWords).join('; ')}`).join(' | ')}`;
    }
    case 'sleep':
      return `wait ${formatDuration(verb.us)}`;
    case 'wait-until':
      return `wait until ${conditionWords(verb.condition)}${verb.timeoutUs === null ? '' : `, at most ${formatDuration(verb.timeoutUs)}`}`;
    case 'observe':
      return `observe ${names(verb.nodes)}`;
    case 'note':
      return `note ${verb.notes.map(({ name, observable: { node, field } }) => `${node}.${field} as ${name}`).join(', ')}`;
    case 'expect':
      return `expect ${verb.expectations.map(({ text }) => text).join('; ')}`;
    default:
      return unreachable(verb);
  }
}

/** A step with its wait, and with what is left to chance: `after 2s: freeze master, for 1s (for 1s..90s by chance)` */
export function stepWords({ afterUs, verb, chances = [] }: Step): string {
  const wait = chances.find(({ field }) => field === 'afterUs');
  const after = wait !== undefined ? `after ${rangeWords(wait.among)} by chance: ` : afterUs === 0 ? '' : `after ${formatDuration(afterUs)}: `;
  const others = chances.filter(({ field }) => field !== 'afterUs');
  return `${after}${verbWords(verb)}${others.map(({ among }) => ` (${rangeWords(among)} by chance)`).join('')}`;
}

/** When a track begins: `at 10s..20s by chance`, `whenever replica-a is online` */
export function startWords(start: TrackStart): string {
  switch (start.type) {
    case 'at':
      return start.chance === undefined ? `at ${formatDuration(start.us)}` : `at ${rangeWords(start.chance.among)} by chance`;
    case 'when':
    case 'whenever':
      return `${start.type} ${conditionWords(start.condition)}`;
    case 'before-stop':
      return `before ${names(start.nodes)} ${start.nodes.length === 1 ? 'stops' : 'stop'}`;
  }
}

function rangeWords({ from, to }: IntRange): string {
  return from === to ? formatDuration(from) : `${formatDuration(from)}..${formatDuration(to)}`;
}

const PARTITION_SIGN: Readonly<Record<Extract<Verb, { do: 'partition' }>['direction'], string>> = { both: '╳', 'a-to-b': '╳→', 'b-to-a': '←╳' };
const STOPPED: Readonly<Record<Extract<Verb, { do: 'stop' }>['how'], string>> = {
  default: '', save: ', saving', nosave: ', without saving', sigterm: ' by SIGTERM',
};

/** `replica-a is online` */
export function conditionWords(condition: Condition): string {
  switch (condition.is) {
    case 'online':
      return `${names(condition.replicas)} ${condition.replicas.length === 1 ? 'is' : 'are'} online`;
    case 'link-down':
      return `${condition.replica} has lost its master`;
    case 'offset-equal':
      return `offsets of ${names(condition.nodes)} are equal`;
    case 'acked':
      return `replicas of ${condition.master} have acknowledged everything`;
    case 'role':
      return `${condition.node} is a ${condition.role}`;
    case 'info':
      return `${condition.field} of ${condition.node} ${comparison(condition)}`;
    case 'link-state':
      return `the link of ${condition.replica} is in state ${condition.state}`;
    case 'log':
      return `${condition.node} logs ${condition.patterns.map((pattern) => `"${pattern}"`).join(' or ')}`;
    case 'save-held':
      return `a save of ${condition.node} is held`;
    case 'requests':
      return `${condition.count} ${condition.count === 1 ? 'request' : 'requests'} passed ${link(condition)}`;
    case 'closed':
      return `connections of ${link(condition)} are closed`;
    case 'dropped':
      return `${condition.count} ${condition.count === 1 ? 'connection' : 'connections'} of ${link(condition)} ${condition.count === 1 ? 'is' : 'are'} closed`;
    case 'keys':
      return `${condition.node} holds ${condition.count} keys`;
    case 'bgsave':
      return `a child of ${condition.node} saves`;
    case 'loading':
      return `${condition.node} is loading`;
    case 'replicas':
      return `${condition.node} has ${condition.count} ${condition.count === 1 ? 'replica' : 'replicas'} online`;
    case 'offset':
      return `${condition.node} is at offset ${condition.atLeast}`;
    case 'key':
      if (!condition.exists) return `${condition.node} has no key ${condition.key}`;
      return condition.value === null ? `${condition.node} has key ${condition.key}` : `${condition.key} on ${condition.node} is "${condition.value}"`;
    case 'output-buffer':
      return `the output buffer of ${condition.replica} at ${condition.master} holds ${formatSize(condition.atLeast)}`;
    case 'load-stopped':
      return `the load of ${names(condition.clients)} has stopped`;
    case 'converged':
      return 'all replicas have converged';
    case 'all':
      return condition.of.map(inner).join(' and ');
    case 'any':
      return condition.of.map(inner).join(' or ');
    case 'not':
      return `not (${conditionWords(condition.of)})`;
    default:
      return unreachable(condition);
  }
}

function inner(condition: Condition): string {
  const words = conditionWords(condition);
  return condition.is === 'all' || condition.is === 'any' ? `(${words})` : words;
}

export function comparison({ op, value }: { readonly op: '=' | '>=' | '<=' | '!='; readonly value: string | number }): string {
  return `${{ '=': 'is', '!=': 'is not', '>=': 'is at least', '<=': 'is at most' }[op]} ${value}`;
}

export function howMany({ from, to }: IntRange, noun: string): string {
  const plural = (count: number): string => (count === 1 ? noun : `${noun}s`);
  if (from === to) return `${from === 0 ? 'no' : from} ${plural(from)}`;
  if (to === Number.MAX_SAFE_INTEGER) return `at least ${from} ${plural(from)}`;
  if (from === 0) return `at most ${to} ${plural(to)}`;
  return `${from} to ${to} ${plural(to)}`;
}

export function names(list: readonly string[]): string {
  if (list.length <= 6) return list.join(', ');
  return `${list.slice(0, 3).join(', ')} … ${list.at(-1)!} (${list.length})`;
}

function link({ replica, master }: { readonly replica: string; readonly master: string }): string {
  return `${replica} → ${master}`;
}

/** An arrow is the way that nothing goes: `replica – master` is both. */
function held({ replica, master, direction }: Extract<Verb, { do: 'hold' }>): string {
  return { both: `${replica} – ${master}`, up: `${replica} → ${master}`, down: `${master} → ${replica}` }[direction];
}

function during(us: number | null): string {
  return us === null ? '' : `, for ${formatDuration(us)}`;
}

function linkChangeWords({ latency, bytesPerS, lossPpm }: Extract<Verb, { do: 'link' }>['change']): string {
  const parts = [
    latency === undefined ? '' : `latency ${latency.kind === 'constant' ? formatDuration(latency.us) : latency.kind === 'uniform' ? rangeWords({ from: latency.fromUs, to: latency.toUs }) : latency.kind}`,
    bytesPerS === undefined ? '' : bytesPerS === 0 ? 'unlimited' : `${formatSize(bytesPerS)}/s`,
    lossPpm === undefined ? '' : `loss ${lossPpm / 10_000}%`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function shapeWords(way: string, shape: Shape | null): string {
  if (shape === null) return '';
  const delay = shape.delayUs === 0 ? '' : ` ${formatDuration(shape.delayUs)} late`;
  const limit = shape.bytesPerS === 0 ? '' : ` ${formatSize(shape.bytesPerS)}/s`;
  return `${way}${delay}${limit}${delay + limit === '' ? ' as it was' : ''}`;
}

function manner({ background, together, as }: { readonly background?: boolean; readonly together?: boolean; readonly as?: string }): string {
  const words = [together === true ? 'together' : '', background === true ? 'in the background' : '', as === undefined ? '' : `its reply is called ${as}`].filter((word) => word !== '');
  return words.length === 0 ? '' : ` (${words.join(', ')})`;
}

/** `user:{1..10000}` */
export function keyWords({ before, range, after }: KeyPattern): string {
  return range === null ? before + after : `${before}{${range.from}..${range.to}}${after}`;
}

export function sizeWords({ from, to }: IntRange): string {
  return from === to ? formatSize(from) : `${formatSize(from)}..${formatSize(to)}`;
}

/** As typed into redis-cli; long and synthetic values shortened. */
function commandText(argv: readonly Bytes[]): string {
  return argv
    .map((arg) => {
      if (typeof arg !== 'string') return `<${formatSize(arg.length)}>`;
      if (arg === '' || /[\s"'\\]/.test(arg)) return `"${shorten(arg).replaceAll(/["\\]/g, '\\$&')}"`;
      return shorten(arg);
    })
    .join(' ')
    .replaceAll(UNPRINTABLE, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

const UNPRINTABLE = /[^\x20-\x7e…]/g;

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
