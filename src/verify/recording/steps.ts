/**
 * The verbs of recordings in the words of the scenario language: a table with one entry per verb.
 *
 * A step that cannot be said yet is not an error: it makes the case "not covered", with the verb named. A step
 * with a field of the wrong kind is an error of the file.
 */
import type { Bytes } from '../../redis/protocol/payload.ts';
import type { Condition, Directive, Shape, Verb } from '../../scenario/scenario.ts';
import { commandSize } from '../../redis/protocol/resp-size.ts';
import { type CaseStep, type Json, type JsonObject, isList, isObject } from './format.ts';
import type { Tempo } from './pace.ts';

/** A verb after a wait: the recorder took its time too (`pace.ts`). */
export interface PacedVerb {
  readonly afterUs: number;
  readonly verb: Verb;
}

export interface Translation {
  readonly verbs: readonly PacedVerb[];
  /** Which of the verbs gives the step's result, or -1. */
  readonly answers: number;
}

/** Why a step cannot be played: `verb failover-to`. */
export class NotCovered {
  readonly why: string;
  constructor(why: string) {
    this.why = why;
  }
}

/** A field of a step that is missing or of the wrong kind. */
export class BadStep extends Error {}

const SECOND = 1_000_000;
/** The slowest of long lists: 15 000 in 8 s. Of 300 in a second the first were there at once, as the acknowledgements of stock-overflow show. */
const LONGEST_WRITE_US = 530;
/** To ask a server for INFO. */
const ASK_US = 2_000;
const MS = 1_000;

export function translateStep(step: CaseStep, tempo: Tempo): Translation | NotCovered {
  const translate = VERBS[step.do];
  if (translate === undefined) return new NotCovered(`verb ${step.do}`);
  const fields = new Fields(step);
  const translation = translate(fields, tempo);
  return translation instanceof NotCovered ? translation : (fields.leftOver() ?? translation);
}

/** How many commands a step writes. */
export function writesOf(step: CaseStep): number {
  const fields = new Fields(step);
  if (step.do === 'write-many' || step.do === 'populate') return fields.number('count');
  if (step.do === 'write-bytes') return bytesAsSets(fields.number('bytes'), fields.text('prefix', 'b'), fields.number('chunk', 1000)).length;
  return 0;
}

/** Only verbs whose length the recorder decides use `takesUs`. */
type Translate = (fields: Fields, tempo: Tempo) => Translation | NotCovered;

const VERBS: Readonly<Record<string, Translate>> = {
  start: (f, { takesUs, upPart }) => {
    const servers = f.names('servers');
    // One server after another: the process comes up, then answers its first PING.
    const each = Math.floor(takesUs / Math.max(servers.length, 1));
    const up = Math.floor(each * upPart);
    return silent(servers.flatMap((server) => [
      { afterUs: up, verb: f.boolean('wait', true) ? { do: 'start', nodes: [server] } : restart(f, server) },
      sleep(each - up),
    ]));
  },
  restart: (f, { takesUs, upPart }) => {
    const servers = f.names('servers');
    const each = Math.floor(takesUs / Math.max(servers.length, 1));
    const up = Math.floor(each * upPart);
    return silent(servers.flatMap((server) => [{ afterUs: up, verb: restart(f, server) }, sleep(each - up)]));
  },
  stop: (f, { takesUs }) => silent([at(0, { do: 'stop', node: f.text('server'), how: howToStop(f.text('how')) }), sleep(takesUs)]),
  kill: (f) => silent([at(0, { do: 'kill', node: f.text('server') })]),
  pause: (f) => silent([at(0, { do: 'freeze', node: f.text('server'), forUs: null })]),
  resume: (f) => silent([at(0, { do: 'resume', node: f.text('server') })]),
  replicaof: (f) => answering({ do: 'replicaof', node: f.text('server'), master: f.text('master') }),
  promote: (f) => answering({ do: 'replicaof', node: f.text('server'), master: null }),
  'failover-to': (f) => answering({ do: 'failover', node: f.text('server'), to: f.text('target'), force: false, timeoutUs: f.number('timeout_ms') * MS }),
  'set-master': (f) => silent([at(0, { do: 'set-replicaof', node: f.text('server'), master: f.text('master') })]),
  'config-set': (f) => answering({ do: 'config', node: f.text('server'), set: f.directives('set') }),
  command: (f) => answering({
    do: 'command', node: f.text('server'), client: f.text('client', CLIENT), argv: f.argv('args'), background: f.boolean('background', false),
  }),
  commands: (f) => answering({ do: 'commands', node: f.text('server'), client: f.text('client', CLIENT), list: f.argvs('list') }),
  'write-many': writeMany,
  populate: writeMany,
  'write-bytes': (f, { takesUs }) => {
    const list = bytesAsSets(f.number('bytes'), f.text('prefix', 'b'), f.number('chunk', 1000));
    const node = f.text('server');
    const each = Math.floor(takesUs / Math.max(list.length, 1));
    return silent(list.map((argv) => at(each, { do: 'commands', node, client: CLIENT, list: [argv] })));
  },
  cut: (f, { takesUs }) => {
    const link = f.link('link');
    switch (f.text('kind')) {
      case 'reset':
        return silent([at(0, { do: 'reset', ...link }), sleep(takesUs)]);
      case 'refuse':
        return silent([at(0, { do: 'refuse', ...link, forUs: null }), at(0, { do: 'reset', ...link }), sleep(takesUs)]);
      case 'hole':
        return silent([at(0, { do: 'hold', ...link, direction: 'both', forUs: null })]);
      case 'hole-up':
        return silent([at(0, { do: 'hold', ...link, direction: 'up', forUs: null })]);
      case 'hole-down':
        return silent([at(0, { do: 'hold', ...link, direction: 'down', forUs: null })]);
      default:
        return new NotCovered(`cut of kind ${f.text('kind')}`);
    }
  },
  heal: (f) => silent([at(0, { do: 'heal-link', ...f.link('link') })]),
  shape: (f, { caughtBytes }) => silent([at(0, {
    do: 'shape', ...f.link('link'), up: f.shape('up'), down: f.shape('down'), receiveBuffer: f.has('rcvbuf') ? caughtBytes(f.number('rcvbuf')) : null,
  })]),
  arm: (f) => {
    const then = ARMED[f.text('kind')];
    if (then === undefined) return new NotCovered(`armed cut of kind ${f.text('kind')}`);
    const after = f.object('after');
    const [rdb, stream] = [after['rdb_bytes'], after['stream_bytes']];
    if (typeof rdb === 'number') return silent([at(0, { do: 'arm', ...f.link('link'), after: { rdbBytes: rdb }, then })]);
    if (typeof stream === 'number') return silent([at(0, { do: 'arm', ...f.link('link'), after: { streamBytes: stream }, then })]);
    return new NotCovered(`cut armed by ${Object.keys(after).join(', ')}`);
  },
  'hold-save': (f) => {
    const node = f.text('server');
    const hold = at(0, { do: 'hold-save', node });
    return silent(f.boolean('after_release', false) ? [at(0, { do: 'release-save', node }), hold] : [hold]);
  },
  'release-save': (f) => silent([at(0, { do: 'release-save', node: f.text('server') })]),
  'psync-probe': (f) => {
    const id = f.text('id', 'current');
    const place = f.text('at', 'last');
    if (place !== 'first' && place !== 'last' && place !== 'second' && place !== 'zero') return new NotCovered(`psync-probe at ${place}`);
    return answering({
      do: 'psync-probe', node: f.text('server'), at: place, delta: f.number('delta', 0), capa: f.has('capa') ? f.names('capa') : ['eof', 'psync2'],
      id: id === 'current' || id === 'second' || id === 'run_id' ? id : { literal: id },
    });
  },
  sleep: (f, { takesUs }) => silent([sleep(Math.max(takesUs, f.number('ms') * MS))]),
  observe: (f, { takesUs }) => {
    // Asked one after another; what takes long is the digest of much data, which comes last.
    const nodes = f.names('servers');
    const before = Math.min(takesUs, nodes.length * ASK_US);
    return { verbs: [at(before, { do: 'observe', nodes }), sleep(takesUs - before)], answers: 0 };
  },
  'wait-until': (f, { takesUs, lookUs }) => {
    const condition = conditionOf(f);
    if (condition instanceof NotCovered) return condition;
    // The README of the recordings says 20 ms for requests; the step times show 40: such a wait took 0 or 40 to 42 ms, never 20.
    const poll = f.number('poll_ms', 40);
    return { verbs: [at(lookUs, { do: 'wait-until', condition, timeoutUs: f.number('timeout_ms', 20_000) * MS, pollUs: poll * MS }), ...(takesUs > 0 ? [sleep(takesUs)] : [])], answers: 0 };
  },
};

/** Commands of a case run on one lasting connection per client name; this is the name where none is given. */
const CLIENT = 'recorder';

const ARMED: Readonly<Record<string, Extract<Verb, { do: 'arm' }>['then']>> = {
  reset: 'reset', refuse: 'refuse', hole: 'hold', 'hole-up': 'hold-up', 'hole-down': 'hold-down',
};

const CONDITIONS: Readonly<Record<string, (f: Fields) => Condition>> = {
  online: (f) => {
    f.text('master', '');
    return { is: 'online', replicas: f.names('servers') };
  },
  'offset-equal': (f) => ({ is: 'offset-equal', nodes: f.names('servers') }),
  acked: (f) => ({ is: 'acked', master: f.text('server') }),
  'link-down': (f) => ({ is: 'link-down', replica: f.text('server') }),
  role: (f) => ({ is: 'role', node: f.text('server'), role: f.text('value') === 'master' ? 'master' : 'replica' }),
  info: (f) =>
    f.has('at_least')
      ? { is: 'info', node: f.text('server'), field: f.text('field'), op: '>=', value: f.number('at_least') }
      : { is: 'info', node: f.text('server'), field: f.text('field'), op: '=', value: f.textOrNumber('value') },
  log: (f) => ({ is: 'log', node: f.text('server'), patterns: f.names('patterns') }),
  held: (f) => ({ is: 'save-held', node: f.text('server') }),
  requests: (f) => ({ is: 'requests', ...f.link('link'), count: f.number('count') }),
  closed: (f) => ({ is: 'closed', ...f.link('link') }),
  dropped: (f) => {
    f.text('server');
    return { is: 'dropped', ...f.link('link'), count: f.number('count') };
  },
  dbsize: (f) => ({ is: 'keys', node: f.text('server'), count: f.number('value') }),
};

function conditionOf(f: Fields): Condition | NotCovered {
  const until = f.text('until');
  const read = CONDITIONS[until];
  return read === undefined ? new NotCovered(`wait-until ${until}`) : read(f);
}

function silent(verbs: readonly PacedVerb[]): Translation {
  return { verbs: verbs.filter(({ verb }) => verb.do !== 'sleep' || verb.us > 0), answers: -1 };
}

function answering(verb: Verb): Translation {
  return { verbs: [at(0, verb)], answers: 0 };
}

function at(afterUs: number, verb: Verb): PacedVerb {
  return { afterUs, verb };
}

function sleep(us: number): PacedVerb {
  return at(0, { do: 'sleep', us: Math.min(us, 3600 * SECOND) });
}

function restart(f: Fields, server: string): Verb {
  const files = f.text('files', 'keep');
  if (files !== 'keep' && files !== 'wipe') throw new BadStep(`files is neither keep nor wipe: "${files}"`);
  return { do: 'restart', nodes: [server], server: null, files, config: f.has('config') ? f.directives('config') : [], awaitLoad: f.boolean('wait', true) };
}

function howToStop(how: string): 'save' | 'nosave' {
  if (how !== 'SAVE' && how !== 'NOSAVE') throw new BadStep(`how is neither SAVE nor NOSAVE: "${how}"`);
  return how === 'SAVE' ? 'save' : 'nosave';
}

/** Batch by batch, each when the recorder would have been done with it; if it was away for a while, then afterwards. */
function writeMany(f: Fields, { takesUs }: Tempo): Translation {
  const [count, first, batch] = [f.number('count'), f.number('first', 0), f.number('batch', 200)];
  const common = { do: 'write-many', node: f.text('server'), prefix: f.text('prefix'), size: f.number('size'), batch } as const;
  const verbs: PacedVerb[] = [];
  let spentUs = 0;
  for (let done = 0; done < count; done += batch) {
    const now = Math.min(batch, count - done);
    const untilUs = Math.min(Math.floor((takesUs * (done + now)) / count), (done + now) * LONGEST_WRITE_US);
    verbs.push(at(untilUs - spentUs, { ...common, first: first + done, count: now }));
    spentUs = untilUs;
  }
  return silent([...verbs, sleep(takesUs - spentUs)]);
}

/**
 * SETs whose stream is exactly `bytes` long: keys of the prefix and four digits, values of x, `chunk` bytes a command, the
 * last one or two shorter or longer to fit (a length may need another digit, so not every size can be met by one command).
 */
export function bytesAsSets(bytes: number, prefix: string, chunk: number): readonly (readonly string[])[] {
  const list: string[][] = [];
  const set = (size: number): readonly string[] | null => setOfSize(`${prefix}${String(list.length).padStart(4, '0')}`, size);
  let left = bytes;
  while (left >= 2 * chunk) {
    const argv = set(chunk);
    if (argv === null) throw new BadStep(`no SET is exactly ${chunk} bytes long`);
    list.push([...argv]);
    left -= chunk;
  }
  for (const split of splitsOf(left, chunk)) {
    const added = list.length;
    const fits = split.every((size) => {
      const argv = set(size);
      if (argv !== null) list.push([...argv]);
      return argv !== null;
    });
    if (fits) return list;
    list.length = added;
  }
  throw new BadStep(`no list of SETs is exactly ${bytes} bytes long`);
}

/** Ways to write fewer than two chunks: one command if it is no longer than a chunk and a bit, else two, moved until both sizes exist. */
function splitsOf(left: number, chunk: number): readonly (readonly number[])[] {
  if (left === 0) return [[]];
  const splits: number[][] = left <= chunk ? [[left]] : [[chunk, left - chunk], [left]];
  for (let move = 1; move < chunk; move++) splits.push([chunk - move, left - chunk + move]);
  return splits;
}

function setOfSize(key: string, size: number): readonly string[] | null {
  const around = commandSize(['SET', key, '']);
  // An empty value is written `$0\r\n\r\n`; each digit more of the length costs a byte.
  for (let digits = 1; digits <= 9; digits++) {
    const length = size - around - (digits - 1);
    if (length >= 0 && String(length).length === digits) return ['SET', key, 'x'.repeat(length)];
  }
  return null;
}

/** The fields of a step, read by kind; remembers which were read, so that one that nobody knows is noticed. */
class Fields {
  private readonly step: CaseStep;
  private readonly read: Set<string> = new Set(['do', 'min', 'max']);

  constructor(step: CaseStep) {
    this.step = step;
  }

  has(name: string): boolean {
    return this.step.fields[name] !== undefined;
  }

  text(name: string, otherwise?: string): string {
    const value = this.value(name, otherwise);
    if (typeof value !== 'string') throw this.bad(name, 'a text');
    return value;
  }

  number(name: string, otherwise?: number): number {
    const value = this.value(name, otherwise);
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw this.bad(name, 'a whole number');
    return value;
  }

  textOrNumber(name: string): string | number {
    const value = this.value(name);
    if (typeof value !== 'string' && typeof value !== 'number') throw this.bad(name, 'a text or a number');
    return value;
  }

  boolean(name: string, otherwise: boolean): boolean {
    const value = this.value(name, otherwise);
    if (typeof value !== 'boolean') throw this.bad(name, 'true or false');
    return value;
  }

  object(name: string): JsonObject {
    const value = this.value(name);
    if (!isObject(value)) throw this.bad(name, 'an object');
    return value;
  }

  names(name: string): readonly string[] {
    return this.texts(name, this.value(name));
  }

  argv(name: string): readonly Bytes[] {
    return this.names(name);
  }

  argvs(name: string): readonly (readonly Bytes[])[] {
    const value = this.value(name);
    if (!isList(value)) throw this.bad(name, 'a list of commands');
    return value.map((argv) => this.texts(name, argv));
  }

  directives(name: string): readonly Directive[] {
    return Object.entries(this.object(name)).map(([directive, value]) => {
      if (typeof value !== 'string') throw this.bad(`${name}.${directive}`, 'a text');
      return { name: directive, value, place: null };
    });
  }

  link(name: string): { readonly replica: string; readonly master: string } {
    const [replica = '', master = ''] = this.text(name).split('>');
    if (replica === '' || master === '') throw this.bad(name, 'a link, replica>master');
    return { replica, master };
  }

  /** Null when the step leaves this direction as it is. */
  shape(name: string): Shape | null {
    if (!this.has(name)) return null;
    const shape = this.object(name);
    const [delay = 0, bytes = 0] = [shape['delay_ms'], shape['bytes_per_s']];
    if (typeof delay !== 'number' || typeof bytes !== 'number') throw this.bad(name, '{delay_ms, bytes_per_s}');
    return { delayUs: delay * MS, bytesPerS: bytes };
  }

  /** Not covered when the step says something that was never looked at. */
  leftOver(): NotCovered | null {
    const more = Object.keys(this.step.fields).filter((name) => !this.read.has(name));
    return more.length === 0 ? null : new NotCovered(`${this.step.do} with ${more.join(', ')}`);
  }

  private value(name: string, otherwise?: Json): Json | undefined {
    this.read.add(name);
    return this.step.fields[name] ?? otherwise;
  }

  private texts(name: string, value: Json | undefined): readonly string[] {
    if (!isList(value) || !value.every((one) => typeof one === 'string')) throw this.bad(name, 'a list of texts');
    return value;
  }

  private bad(name: string, kind: string): BadStep {
    return new BadStep(`${name} of ${this.step.do} ${this.has(name) ? `is not ${kind}` : 'is missing'}`);
  }
}
