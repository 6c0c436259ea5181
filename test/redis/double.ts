/**
 * A server without a world: its ports write down every order as a line of text, its clock stands until a test moves
 * it, and its chance is a counter. A test is a conversation: what is said to the server, and what it orders then.
 *
 *   2 < +CONTINUE <3>              sent to connection 2 (accepted ones count up from 1, its own down from -1)
 *   2 < stream 1..55: SELECT 0 | SET k v
 *   2 < rdb 0..171                 bytes of a file
 *   connect -1 10.0.0.1:6379 · close 2 · fork rdb to disk · kill child · release child · load 171 · exit 0
 *
 * Ids are drawn as <1>, <2>, <3> …: forty times that digit. <1> is the run id, <2> the first replication id.
 */
import { boot, createServer } from '../../src/redis/persistence/start.ts';
import { setDirective, defaultConfig } from '../../src/redis/config.ts';
import type { DetailKind, RedisFact } from '../../src/redis/facts.ts';
import type { ChildOutcome, Input } from '../../src/redis/inputs.ts';
import { step } from '../../src/redis/machine.ts';
import { putAof } from '../../src/redis/persistence/aof.ts';
import { currentImage } from '../../src/redis/persistence/save.ts';
import type { RdbImage } from '../../src/redis/persistence/rdb.ts';
import type { DiskFiles, Fd, Ports, TimerName } from '../../src/redis/ports.ts';
import type { Profile } from '../../src/redis/profiles/profile.ts';
import { redis72 } from '../../src/redis/profiles/redis-7.2.ts';
import { encode } from '../../src/redis/protocol/encode.ts';
import { command, line } from '../../src/redis/protocol/make.ts';
import type { Bytes, Message, Piece } from '../../src/redis/protocol/payload.ts';
import { unpack } from '../../src/redis/protocol/batch.ts';
import { forEachMessageEnding } from '../../src/redis/replication/stream-log.ts';
import { infoFields } from '../../src/redis/info.ts';
import type { Server } from '../../src/redis/server.ts';

/** The id that the n-th draw gives. */
export function id(n: number): string {
  return n.toString(16).slice(-1).repeat(40);
}

export interface DoubleOptions {
  /** 7.2 when not said. */
  readonly profile?: Profile;
  /** Directives by name, as in redis.conf. */
  readonly config?: Readonly<Record<string, string>>;
  readonly files?: DiskFiles;
  readonly allocator?: 'jemalloc' | 'libc';
  readonly timersLateUs?: number;
  /** Where in its second the wall clock stands at the start, µs. */
  readonly phaseUs?: number;
}

export class Double {
  readonly server: Server;
  readonly files: DiskFiles;
  readonly facts: RedisFact[] = [];
  readonly details: (readonly [kind: DetailKind, a: number, b: number])[] = [];
  nowUs = 0;
  private readonly phaseUs: number;
  private readonly timers = new Map<TimerName, number>();
  private orders: string[] = [];
  private draws = 0;
  private accepted = 0;
  private toldOf = 0;

  constructor(options: DoubleOptions = {}) {
    this.files = options.files ?? { rdb: null, aof: null, aofDir: null };
    this.phaseUs = options.phaseUs ?? 0;
    const profile = options.profile ?? redis72;
    let config = defaultConfig(profile);
    for (const [name, value] of Object.entries(options.config ?? {})) {
      const set = setDirective(config, profile, name, value);
      if (!set.ok) throw new Error(`${name} ${value}: ${set.reason}`);
      config = set.config;
    }
    this.server = createServer({ profile, config, allocator: options.allocator ?? 'jemalloc', files: this.files, ports: this.ports(), timersLateUs: options.timersLateUs ?? 0 });
    boot(this.server);
  }

  // ---------------------------------------------------------------- what happens to it

  /** One input and the end of its turn. */
  feed(...inputs: readonly Input[]): this {
    for (const input of inputs) step(this.server, input);
    step(this.server, { type: 'turnEnded' });
    return this;
  }

  /** Somebody connects; returns the connection. */
  accept(credit = 1_000_000): Fd {
    this.accepted += 1;
    this.feed({ type: 'accepted', fd: this.accepted, peerHost: '10.0.0.9', peerPort: 50_000 + this.accepted, credit });
    return this.accepted;
  }

  /** Commands of one turn on a connection, each a line of words; returns what was ordered. */
  says(fd: Fd, ...lines: readonly (string | readonly Bytes[])[]): string[] {
    this.feed(...lines.map((words): Input => ({ type: 'received', fd, piece: whole(command(typeof words === 'string' ? words.split(' ') : words)) })));
    return this.ordered();
  }

  /** A reply line, without its end, on a connection that it opened; returns what was ordered. */
  hears(fd: Fd, ...texts: readonly string[]): string[] {
    for (const text of texts) this.feed({ type: 'received', fd, piece: whole(line(`${text}${text === '' ? '\n' : '\r\n'}`)) });
    return this.ordered();
  }

  /** All of a file, on the connection on which it is awaited. */
  gets(fd: Fd, image: RdbImage, to: number = image.size, from = 0): string[] {
    this.feed({ type: 'received', fd, piece: { payload: image, from, to } });
    return this.ordered();
  }

  /** Time goes by; timers fire when they are due. */
  pass(seconds: number): this {
    const until = this.nowUs + Math.round(seconds * 1_000_000);
    for (;;) {
      let next: TimerName | null = null;
      for (const [timer, due] of this.timers) if (due <= until && (next === null || due < (this.timers.get(next) ?? 0))) next = timer;
      if (next === null) break;
      this.nowUs = Math.max(this.nowUs, this.timers.get(next) ?? 0);
      this.timers.delete(next);
      this.feed({ type: 'timer', timer: next });
    }
    this.nowUs = until;
    return this;
  }

  // ---------------------------------------------------------------- what it did

  /** The orders since the last time, as text. */
  ordered(): string[] {
    const { orders } = this;
    this.orders = [];
    return orders;
  }

  /** Facts of these kinds since the last time. */
  told<K extends RedisFact['kind']>(...kinds: readonly K[]): Extract<RedisFact, { kind: K }>[] {
    const recent = this.facts.slice(this.toldOf);
    this.toldOf = this.facts.length;
    return recent.filter((fact): fact is Extract<RedisFact, { kind: K }> => (kinds as readonly string[]).includes(fact.kind));
  }

  /** Fields of INFO. */
  info(...names: readonly string[]): Record<string, string | undefined> {
    const fields = infoFields(this.server);
    return Object.fromEntries(names.map((name) => [name, fields.get(name)?.replace(/^([0-9a-f])\1{39}$/, '<$1>')]));
  }

  /** Its data as a file. */
  image(): RdbImage {
    return currentImage(this.server);
  }

  /** A key as a client sees it. */
  get(key: string): string {
    const fd = this.accept();
    const reply = this.says(fd, `GET ${key}`).find((text) => text.startsWith(`${fd} < `)) ?? '';
    this.feed({ type: 'closed', fd, why: 'eof' });
    return reply.slice(`${fd} < `.length);
  }

  private ports(): Ports {
    const note = (text: string): void => {
      this.orders.push(text.replace(/([0-9a-f])\1{39}/g, '<$1>'));
    };
    return {
      nowUs: () => this.nowUs,
      wallUs: () => 1_700_000_000_000_000 + this.phaseUs + this.nowUs,
      random: {
        below: (n) => this.draws++ % n,
        hex: (length) => (++this.draws % 16).toString(16).repeat(length),
      },
      connect: (fd, host, port) => note(`connect ${fd} ${host}:${port}`),
      send: (fd, piece) => {
        if (piece.payload.kind === 'batch') unpack(piece.payload, piece.from, piece.to, (part) => note(`${fd} < ${words(part)}`));
        else note(`${fd} < ${words(piece)}`);
      },
      close: (fd) => note(`close ${fd}`),
      pauseReading: () => {},
      resumeReading: () => {},
      arm: (timer, delayUs) => void this.timers.set(timer, this.nowUs + delayUs),
      disarm: (timer) => void this.timers.delete(timer),
      fork: (job) => note(job.type === 'rdb' ? `fork rdb to ${job.target}` : 'fork aof-rewrite'),
      killChild: () => note('kill child'),
      killChildAndWait: () => note('kill child and wait'),
      releaseChild: () => note('release child'),
      shutDown: (fd) => note(`close ${fd} also in the child`),
      readPipe: () => {},
      flush: (bytes) => note(`flush ${bytes}`),
      writeBack: (bytes) => note(`write back ${bytes}`),
      install: (bytes) => note(`install ${bytes}`),
      load: (bytes) => note(`load ${bytes}`),
      loadFromSocket: (fd, first, { bytes }) => note(`load ${bytes} from ${fd}, ${first.from}..${first.to} being here`),
      endSocketLoad: () => note('end of the load from the socket'),
      putRdb: (image) => { this.files.rdb = image; },
      putAof: (file) => putAof(this.files, file),
      save: (bytes) => note(`save ${bytes}`),
      block: (us) => note(`block ${us}`),
      exit: (code) => note(`exit ${code}`),
      tell: (fact) => void this.facts.push(fact),
      detail: (kind, a, b) => void this.details.push([kind, a, b]),
    };
  }
}

function whole(message: Message): Piece {
  return { payload: message, from: 0, to: message.size };
}

/** What a piece says. */
function words({ payload, from, to }: Piece): string {
  switch (payload.kind) {
    case 'rdb': return `rdb ${from}..${to}`;
    case 'stream': {
      const messages: string[] = [];
      let end = from;
      forEachMessageEnding(payload, from, to, (message, at) => {
        messages.push(messageWords(message));
        end = at;
      });
      if (end < to) messages.push('…');
      return `stream ${from + 1}..${to}: ${messages.join(' | ')}`;
    }
    case 'batch': return `batch ${from}..${to}`;
    default: {
      const text = messageWords(payload);
      return from === 0 && to === payload.size ? text : `bytes ${from}..${to} of ${text}`;
    }
  }
}

function messageWords(message: Message): string {
  if (message.kind === 'command') return message.argv.map((word) => (typeof word === 'string' && word.length <= 60 ? word : `(${word.length} bytes)`)).join(' ');
  const text = encode(message);
  return text === '\n' ? '\\n' : text.replace(/\r\n$/, '').replaceAll('\r\n', ' ');
}

// -------------------------------------------------------------------- small stories, told often

/** A master whose replicas are served from disk, at once: the shortest way to an online replica. */
export const FROM_DISK = { 'repl-diskless-sync': 'no' } as const;

/** A connection that said everything a 7.2 replica says before PSYNC. */
export function introduced(node: Double, options: { readonly port?: number; readonly capa?: string; readonly credit?: number } = {}): Fd {
  const fd = node.accept(options.credit);
  const { capa = 'capa eof capa psync2' } = options;
  node.says(fd, 'PING', `REPLCONF listening-port ${options.port ?? 6380}`, ...(capa === '' ? [] : [`REPLCONF ${capa}`]));
  return fd;
}

/** The child of a BGSAVE ends, and the next cron sees it. */
export function childEnds(node: Double, outcome: ChildOutcome = 'ok'): string[] {
  node.feed({ type: 'childExited', outcome });
  return node.pass(0.1).ordered();
}

/** A replica that is online after a full resync from disk. Needs `FROM_DISK`. */
export function onlineReplica(node: Double, options: Parameters<typeof introduced>[1] = {}): Fd {
  const fd = introduced(node, options);
  node.says(fd, 'PSYNC ? -1');
  childEnds(node);
  return fd;
}

/** A replica of 10.0.0.1:6379, in step with `master` as it is now. */
export function replicaOf(master: Double, options: DoubleOptions = {}): Double {
  const spelling = 'replicaof' in (options.profile ?? redis72).commands.arities ? 'replicaof' : 'slaveof';
  const node = new Double({ ...options, config: { [spelling]: '10.0.0.1 6379', ...options.config } });
  node.pass(0.001);
  node.feed({ type: 'connected', fd: -1, credit: 1_000_000 });
  const { replid, masterReplOffset } = master.server.replication;
  const image = master.image();
  node.hears(-1, '+PONG', '+OK', '+OK', `+FULLRESYNC ${replid} ${masterReplOffset}`, `$${image.size}`);
  node.gets(-1, image);
  node.feed({ type: 'flushed' }).feed({ type: 'installed', ok: true }).feed({ type: 'loaded' }).ordered();
  return node;
}
