/**
 * The Stage of the simulated world: carries out the verbs of a scenario, and watches for its conditions.
 */
import { assert } from '../assert.ts';
import { Probe } from '../clients/probe.ts';
import type { EventId, HandlerId } from '../kernel/index.ts';
import type { Piece as NetworkPiece } from '../network/index.ts';
import { nameInVersion } from '../redis/config.ts';
import { command } from '../redis/protocol/make.ts';
import type { Bytes, Payload, Piece, Reply } from '../redis/protocol/payload.ts';
import { replyText } from '../redis/protocol/reply-text.ts';
import type { Condition, Verb } from '../scenario/scenario.ts';
import type { Asked, Done, Stage } from '../scenario/stage.ts';
import { verbWords } from '../scenario/words.ts';
import { STAGE } from '../trace/trace.ts';
import { holds, type Seen } from './conditions.ts';
import type { Node } from './node.ts';
import { nodeState, observation } from './observe.ts';
import { Process } from './process.ts';
import type { World } from './world.ts';

/** What a checkpoint is good for is the caller's business: expectations are judged where facts are read. */
export type OnCheckpoint = (asked: Asked) => void;

interface Watch {
  readonly condition: Condition;
  readonly then: () => void;
  readonly pollUs: number;
  event: EventId | null;
  over: boolean;
}

type VerbOf<Name extends Verb['do']> = Extract<Verb, { do: Name }>;
type Performer = { [Name in Verb['do']]: (verb: VerbOf<Name>, done: Done) => void };

const NONE = { type: 'none' } as const;
/** Verbs of the player, which no Stage performs. */
const PLAYERS: ReadonlySet<Verb['do']> = new Set(['repeat', 'choose', 'sleep', 'wait-until', 'note', 'expect']);
/** Verbs that disturb; a report marks them, blame for a time-out looks for them. */
const FAULTS: ReadonlySet<Verb['do']> = new Set(['partition', 'hold', 'reset', 'refuse', 'shape', 'arm', 'stop', 'kill', 'crash', 'freeze', 'block', 'link', 'nic', 'close', 'kill-child', 'failing-rename', 'answer']);
/** Only looking and talking: not worth a line in the trace of what was done to the world. */
const SILENT: ReadonlySet<Verb['do']> = new Set(['observe', 'psync-probe']);

export class SimulatedStage implements Stage {
  private readonly world: World;
  private readonly seen: Seen;
  private readonly onCheckpoint: OnCheckpoint;
  private readonly callbacks = new Map<number, () => void>();
  private nextCallback = 0;
  private readonly watches: Watch[] = [];
  private checking = false;
  private readonly callHandler: HandlerId;
  private readonly checkHandler: HandlerId;
  /** Faults in force, with the fact that began each. */
  private readonly faults: { readonly verb: Verb; readonly fact: number; readonly heal: (cause: number) => void }[] = [];

  constructor(world: World, seen: Seen, onCheckpoint: OnCheckpoint) {
    this.world = world;
    this.seen = seen;
    this.onCheckpoint = onCheckpoint;
    this.callHandler = world.kernel.on('stage', (callback) => this.call(callback));
    this.checkHandler = world.kernel.on('conditions', () => this.check());
    world.somethingHappened = () => this.checkSoon();
  }

  nowUs(): number {
    return this.world.kernel.nowUs;
  }

  at(timeUs: number, then: () => void): void {
    this.schedule(timeUs, then);
  }

  draw(stream: string, from: number, to: number): number {
    return this.world.streams.stream(stream).between(from, to);
  }

  private schedule(timeUs: number, then: () => void): EventId {
    const { kernel } = this.world;
    const callback = this.nextCallback++;
    this.callbacks.set(callback, then);
    return kernel.at(Math.max(timeUs, kernel.nowUs), this.callHandler, callback);
  }

  private call(callback: number): void {
    const then = this.callbacks.get(callback);
    this.callbacks.delete(callback);
    then?.();
  }

  // ---------------------------------------------------------------- conditions

  when(condition: Condition, pollUs: number, then: () => void): () => void {
    const watch: Watch = { condition, then, pollUs, event: null, over: false };
    if (pollUs > 0) this.poll(watch);
    else {
      this.watches.push(watch);
      this.checkSoon();
    }
    return () => {
      watch.over = true;
      if (watch.event !== null) this.world.kernel.cancel(watch.event);
    };
  }

  private poll(watch: Watch): void {
    if (watch.over) return;
    if (holds(watch.condition, this.world, this.seen)) {
      watch.over = true;
      watch.then();
    } else watch.event = this.schedule(this.nowUs() + watch.pollUs, () => this.poll(watch));
  }

  /** After a turn: conditions are looked at in an event of their own at the same instant, once for all turns of it. */
  private checkSoon(): void {
    if (this.checking || this.watches.length === 0) return;
    this.checking = true;
    this.world.kernel.after(0, this.checkHandler);
  }

  private check(): void {
    this.checking = false;
    for (const watch of [...this.watches]) {
      if (watch.over || !holds(watch.condition, this.world, this.seen)) continue;
      watch.over = true;
      watch.then();
    }
    for (let index = this.watches.length - 1; index >= 0; index--) if (this.watches[index]?.over === true) this.watches.splice(index, 1);
  }

  // ---------------------------------------------------------------- verbs

  perform(verb: Verb, done: Done): void {
    assert(!PLAYERS.has(verb.do), `${verb.do} is the player's own`);
    (this.performers[verb.do] as (verb: Verb, done: Done) => void)(verb, done);
  }

  checkpoint(asked: Asked): void {
    for (const node of this.world.nodes) this.world.trace.observe(nodeState(node));
    this.onCheckpoint(asked);
  }

  /** A wait ran out: the timeline goes on, and the run has failed. */
  note(words: string): void {
    this.world.tell(STAGE, 0, { kind: 'wait-timed-out', words });
  }

  /** Writes down that a verb was carried out; returns the id of that fact. */
  private told(verb: Verb, nodes: readonly string[], heals = 0): number {
    if (SILENT.has(verb.do)) return 0;
    return this.world.tell(STAGE, 0, { kind: 'verb', verb: verb.do, words: verbWords(verb), nodes: [...nodes], fault: FAULTS.has(verb.do), heals });
  }

  /** A fault begins; it ends by `heal`, or by itself after `forUs`. */
  private fault(verb: Verb, nodes: readonly string[], forUs: number | null, begin: (cause: number) => (cause: number) => void): void {
    const fact = this.told(verb, nodes);
    const entry = { verb, fact, heal: begin(fact) };
    this.faults.push(entry);
    if (forUs !== null) this.at(this.nowUs() + forUs, () => this.endFault(entry, `healed: ${verbWords(verb)}`, nodes));
  }

  private endFault(entry: (typeof this.faults)[number], words: string, nodes: readonly string[]): void {
    const index = this.faults.indexOf(entry);
    if (index < 0) return;
    this.faults.splice(index, 1);
    const cause = this.world.tell(STAGE, 0, { kind: 'verb', verb: 'heal', words, nodes: [...nodes], fault: false, heals: entry.fact });
    entry.heal(cause);
  }

  private readonly performers: Performer = {
    partition: (verb, done) => {
      const { network } = this.world;
      this.fault(verb, [...verb.a, ...verb.b], verb.forUs, (cause) => {
        const fault = network.partition(verb.a.map((name) => this.world.hostOf(name)), verb.b.map((name) => this.world.hostOf(name)), verb.direction, cause);
        return (healed) => network.healPartition(fault, healed);
      });
      done(NONE);
    },
    hold: (verb, done) => {
      const relay = this.world.relay(verb.replica, verb.master);
      this.fault(verb, [verb.replica, verb.master], verb.forUs, (cause) => {
        relay.hold(verb.direction, cause);
        return (healed) => relay.heal(healed);
      });
      done(NONE);
    },
    refuse: (verb, done) => {
      const relay = this.world.relay(verb.replica, verb.master);
      this.fault(verb, [verb.replica, verb.master], verb.forUs, (cause) => {
        relay.refuse(cause);
        return (healed) => relay.heal(healed);
      });
      done(NONE);
    },
    reset: (verb, done) => {
      this.world.relay(verb.replica, verb.master).reset(this.told(verb, [verb.replica, verb.master]));
      done(NONE);
    },
    heal: (verb, done) => {
      for (const entry of [...this.faults]) if (verb.between === null || concerns(entry.verb, verb.between)) this.endFault(entry, verbWords(verb), []);
      done(NONE);
    },
    'heal-link': (verb, done) => {
      const entries = this.faults.filter((entry) => 'replica' in entry.verb && entry.verb.replica === verb.replica && 'master' in entry.verb && entry.verb.master === verb.master);
      for (const entry of entries) this.endFault(entry, verbWords(verb), [verb.replica, verb.master]);
      // What an armed cut left behind has no entry of its own.
      this.world.relay(verb.replica, verb.master).heal(entries[0]?.fact ?? 0);
      done(NONE);
    },
    shape: (verb, done) => {
      this.world.relay(verb.replica, verb.master).shape(verb.up, verb.down, verb.receiveBuffer, this.told(verb, [verb.replica, verb.master]));
      done(NONE);
    },
    arm: (verb, done) => {
      const fact = this.told(verb, [verb.replica, verb.master]);
      const counted = (_connection: number, piece: NetworkPiece): number => countedBytes((piece as Piece), 'rdbBytes' in verb.after ? 'rdb' : 'stream');
      const bytes = 'rdbBytes' in verb.after ? verb.after.rdbBytes : verb.after.streamBytes;
      this.world.relay(verb.replica, verb.master).arm({ bytes, counted, then: verb.then }, fact);
      done(NONE);
    },
    link: (verb, done) => {
      const [a, b] = verb.between;
      this.fault(verb, verb.between, verb.forUs, (cause) => {
        const before = this.world.changeLink(a, b, verb.change, cause);
        return (healed) => this.world.changeLink(a, b, before, healed);
      });
      done(NONE);
    },
    nic: (verb, done) => {
      this.fault(verb, [verb.host], verb.forUs, (cause) => {
        const before = this.world.changeNic(verb.host, verb.bytesPerS, cause);
        return (healed) => this.world.changeNic(verb.host, before, healed);
      });
      done(NONE);
    },
    close: (verb, done) => {
      this.told(verb, [verb.replica, verb.master]);
      const argv = verb.side === 'replica' ? ['CLIENT', 'KILL', 'TYPE', 'master'] : ['CLIENT', 'KILL', 'ID', String(this.world.replicaId(verb.replica, verb.master))];
      this.say(verb.side === 'replica' ? verb.replica : verb.master, 'operator', [argv], 1, (replies) => done({ type: 'replies', replies }));
    },
    'kill-child': (verb, done) => {
      this.told(verb, [verb.node]);
      this.world.node(verb.node).killChild();
      done(NONE);
    },
    'failing-rename': (verb, done) => {
      const node = this.world.node(verb.node);
      this.fault(verb, [verb.node], verb.forUs, () => {
        node.renameFails(verb.times ?? Infinity);
        return () => node.renameFails(0);
      });
      done(NONE);
    },
    answer: (verb, done) => {
      this.told(verb, [verb.node]);
      this.world.node(verb.node).scripted.add(verb.to, verb.line, verb.times);
      done(NONE);
    },
    start: (verb, done) => {
      const fact = this.told(verb, verb.nodes);
      for (const name of verb.nodes) this.startAgain(this.world.node(name), fact);
      done(NONE);
    },
    stop: (verb, done) => this.stop(this.world.node(verb.node), verb, done),
    restart: (verb, done) => {
      const fact = this.told(verb, verb.nodes);
      for (const name of verb.nodes) {
        const node = this.world.node(name);
        if (node.running) node.ended('kill', fact);
        if (verb.files === 'wipe') Object.assign(node.files, { rdb: null, aof: null, aofDir: null });
        if (verb.server !== null) node.becomes(this.world.profile(verb.server));
        node.conf = [...node.conf, ...verb.config];
        node.config = this.world.configOf(node);
        this.startAgain(node, fact);
      }
      if (!verb.awaitLoad) return done(NONE);
      const nodes = verb.nodes.map((name) => this.world.node(name));
      this.until(() => nodes.every((node) => node.server === null || node.server.loading === null || node.server.loading.why === 'sync'), () => done(NONE));
    },
    kill: (verb, done) => {
      this.world.node(verb.node).ended('kill', this.told(verb, [verb.node]));
      done(NONE);
    },
    crash: (verb, done) => {
      const node = this.world.node(verb.node);
      node.ended('crash', this.told(verb, [verb.node]));
      this.world.forgetOperators(node);
      done(NONE);
    },
    freeze: (verb, done) => {
      const node = this.world.node(verb.node);
      this.fault(verb, [verb.node], verb.forUs, () => {
        const { process } = node;
        process?.hold('frozen');
        return () => process?.release('frozen');
      });
      done(NONE);
    },
    resume: (verb, done) => {
      for (const entry of [...this.faults]) if (entry.verb.do === 'freeze' && entry.verb.node === verb.node) this.endFault(entry, verbWords(verb), [verb.node]);
      done(NONE);
    },
    block: (verb, done) => {
      this.fault(verb, [verb.node], verb.forUs, () => {
        const { process } = this.world.node(verb.node);
        process?.hold('blocked');
        return () => process?.release('blocked');
      });
      done(NONE);
    },
    'set-replicaof': (verb, done) => {
      const node = this.world.node(verb.node);
      node.follows = verb.master;
      node.config = this.world.configOf(node);
      done(NONE);
    },
    'hold-save': (verb, done) => {
      this.told(verb, [verb.node]);
      this.world.node(verb.node).holdNextSave();
      done(NONE);
    },
    'release-save': (verb, done) => {
      this.told(verb, [verb.node]);
      this.world.node(verb.node).releaseSave();
      done(NONE);
    },
    command: (verb, done) => this.command(verb, [verb.argv], 1, verb.background, verb.as, done),
    commands: (verb, done) => this.command(verb, verb.list, verb.together === true ? verb.list.length : 1, verb.background === true, verb.as, done),
    'write-many': (verb, done) => {
      this.told(verb, [verb.node]);
      const list: string[][] = [];
      for (let index = verb.first; index < verb.first + verb.count; index++) list.push(['SET', `${verb.prefix}${index}`, String(index).padEnd(verb.size, 'x').slice(0, verb.size)]);
      this.say(verb.node, 'writer', list, verb.batch, () => done(NONE));
    },
    config: (verb, done) => {
      this.told(verb, [verb.node]);
      const { profile } = this.world.node(verb.node);
      const list = verb.set.map(({ name, value }) => ['CONFIG', 'SET', nameInVersion(profile, name), value]);
      this.say(verb.node, 'operator', list, 1, (replies) => done({ type: 'replies', replies }));
    },
    replicaof: (verb, done) => {
      this.told(verb, verb.master === null ? [verb.node] : [verb.node, verb.master]);
      const argv = [this.roleCommand(verb.node), 'NO', 'ONE'];
      if (verb.master !== null) {
        const master = this.world.node(verb.master);
        argv.splice(1, 2, this.world.network.hostAddress(master.host), String(master.config.port));
      }
      this.say(verb.node, 'operator', [argv], 1, (replies) => done({ type: 'replies', replies }));
    },
    failover: (verb, done) => {
      this.told(verb, verb.to === null ? [verb.node] : [verb.node, verb.to]);
      const target = verb.to === null ? null : this.world.node(verb.to);
      const argv = ['FAILOVER', ...(target === null ? [] : ['TO', this.world.network.hostAddress(target.host), String(target.config.port)])];
      if (verb.timeoutUs > 0) argv.push('TIMEOUT', String(Math.ceil(verb.timeoutUs / 1000)));
      if (verb.force) argv.push('FORCE');
      this.say(verb.node, 'operator', [argv], 1, (replies) => done({ type: 'replies', replies }));
    },
    'replicaof-address': (verb, done) => {
      this.told(verb, [verb.node]);
      this.say(verb.node, 'operator', [[this.roleCommand(verb.node), verb.host, String(verb.port)]], 1, (replies) => done({ type: 'replies', replies }));
    },
    load: (verb, done) => {
      this.setLoad(verb.client, verb.set === 'start');
      done(NONE);
    },
    'change-load': (verb, done) => {
      this.told(verb, []);
      const { rate, pipeline, key, valueBytes } = verb;
      this.world.client(verb.client).load.change({
        ...(rate === null ? {} : { rate: rate === 'unpaced' ? null : rate }),
        ...(pipeline === null ? {} : { pipeline }), ...(key === null ? {} : { key }), ...(valueBytes === null ? {} : { valueBytes }),
      });
      done(NONE);
    },
    'psync-probe': (verb, done) => this.probe(verb, done),
    observe: (verb, done) => done({ type: 'observations', nodes: verb.nodes.map((name) => observation(this.world.node(name))) }),
    repeat: (_, done) => done(NONE),
    choose: (_, done) => done(NONE),
    sleep: (_, done) => done(NONE),
    'wait-until': (_, done) => done(NONE),
    note: (_, done) => done(NONE),
    expect: (_, done) => done(NONE),
  };

  // ---------------------------------------------------------------- how

  private startAgain(node: Node, cause: number): void {
    if (node.poweredOff) {
      this.world.network.boot(node.host, cause);
      node.poweredOff = false;
    }
    this.world.startNode(node, cause);
  }

  /** SHUTDOWN, said at a prompt, or SIGTERM; done when the process has ended. */
  private stop(node: Node, verb: VerbOf<'stop'>, done: Done): void {
    const fact = this.told(verb, [verb.node]);
    if (node.process === null) return done(NONE);
    if (verb.how === 'sigterm') node.process.feed({ type: 'signal', signal: 'SIGTERM' }, fact);
    else {
      const words = verb.how === 'default' ? [] : [verb.how.toUpperCase()];
      this.say(verb.node, 'operator', [['SHUTDOWN', ...words]], 1, () => {});
    }
    const { process } = node;
    this.until(() => node.process !== process, () => done(NONE));
  }

  /** Looks after each turn, and at once. */
  private until(condition: () => boolean, then: () => void): void {
    if (condition()) return then();
    this.at(this.nowUs() + 1000, () => this.until(condition, then));
  }

  private command(
    verb: VerbOf<'command'> | VerbOf<'commands'>, list: readonly (readonly Bytes[])[], batch: number, background: boolean, as: string | undefined, done: Done,
  ): void {
    const { node, client } = verb;
    const cause = this.told(verb, [node]);
    const askedUs = this.nowUs();
    this.say(node, client, list, batch, (replies) => {
      // A reply with a name is looked at later, whenever it came.
      if (as !== undefined) this.world.tell(STAGE, cause, { kind: 'command-reply', node, client, as, replies: replies.map(replyText), tookUs: this.nowUs() - askedUs });
      if (!background) done({ type: 'replies', replies });
    });
    if (background) done(NONE);
  }

  /** What the command that changes a role is called in that node's version. */
  private roleCommand(nodeName: string): string {
    return 'replicaof' in this.world.node(nodeName).profile.commands.arities ? 'REPLICAOF' : 'SLAVEOF';
  }

  private say(nodeName: string, client: string, list: readonly (readonly Bytes[])[], batch: number, done: (replies: readonly Reply[]) => void): void {
    const node = this.world.node(nodeName);
    // Without power there is nobody at the prompt.
    if (node.poweredOff) return done(list.map((): Reply => ({ type: 'error', text: 'the host is down' })));
    this.world.operator(node, client).say(list.map((argv) => command(argv)), batch, done);
  }

  setLoad(name: string, start: boolean): void {
    const { load, spec, nameIndex } = this.world.client(name);
    if (start === load.isRunning) return;
    if (start) {
      load.start();
      this.world.tell(nameIndex, 0, { kind: 'client-started', client: name, to: spec.to.join(', ') });
    } else {
      load.stop();
      this.world.tell(nameIndex, 0, { kind: 'client-stopped', client: name, to: spec.to.join(', '), ...load.counts });
    }
    this.checkSoon();
  }

  private probe(verb: VerbOf<'psync-probe'>, done: Done): void {
    const node = this.world.node(verb.node);
    const { server } = node;
    if (server === null) return done({ type: 'probe', request: '', reply: '', bytesAfter: 0 });
    const { replication, runId } = server;
    const replid = typeof verb.id === 'object' ? verb.id.literal : verb.id === 'current' ? replication.replid : verb.id === 'second' ? replication.replid2 : runId;
    const from = { first: replication.backlog?.firstByte ?? 0, last: replication.masterReplOffset, second: replication.secondReplidOffset, zero: 0 }[verb.at];
    const request = { replid, offset: from + verb.delta, capa: verb.capa };
    const process = new Process(this.world, node.host, STAGE);
    const address = { host: this.world.network.hostAddress(node.host), port: node.config.port };
    process.machine = new Probe(this.world.clientPorts(process, 'probe'), address, request, ({ reply, bytesAfter }) => {
      done({ type: 'probe', request: `PSYNC ${replid} ${request.offset}`, reply, bytesAfter });
    });
  }
}

/** A fault between some node of one side and some node of the other. */
function concerns(verb: Verb, [left, right]: readonly [readonly string[], readonly string[]]): boolean {
  const sides = verb.do === 'partition' ? [verb.a, verb.b] : verb.do === 'link' ? [[verb.between[0]], [verb.between[1]]] : 'replica' in verb && 'master' in verb ? [[verb.replica], [verb.master]] : [];
  const [a = [], b = []] = sides;
  const touches = (names: readonly string[], side: readonly string[]): boolean => names.some((name) => side.includes(name));
  return (touches(left, a) && touches(right, b)) || (touches(left, b) && touches(right, a));
}

/** How many bytes at the end of this piece count for an armed cut. */
function countedBytes({ payload, from, to }: Piece, what: 'rdb' | 'stream'): number {
  return payload.kind === what || (what === 'stream' && isOwnStream(payload)) ? to - from : 0;
}

/** A 2.6 master sends its stream message by message: nothing else that goes to a replica is a command. */
function isOwnStream(payload: Payload): boolean {
  if (payload.kind === 'batch') return isOwnStream(payload.messages.at(-1)!);
  return payload.kind === 'command' || (payload.kind === 'line' && payload.text.startsWith('select '));
}
