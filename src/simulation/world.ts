/**
 * The simulated world: one kernel, one network, nodes and clients on hosts, and the trace of what they tell.
 *
 * Owns the wiring. Which faults happen when is the Stage's (`stage.ts`), what a machine does is its own.
 */
import { assert, SimulatorBug } from '../assert.ts';
import { createKernel, createStreams, draw, type Guards, type HandlerId, type Kernel, type Streams } from '../kernel/index.ts';
import { createNetwork, type HostId, type LinkSpec, type Network, type Relay, type RelayTap } from '../network/index.ts';
import { Load } from '../clients/load.ts';
import type { ClientAddress } from '../clients/connection.ts';
import type { Observer } from '../clients/observer.ts';
import { Operator } from '../clients/operator.ts';
import type { ClientPorts } from '../clients/ports.ts';
import { ExecutionContext } from '../redis/commands/execution.ts';
import { defaultConfig, nameInVersion, setDirective, type ServerConfig } from '../redis/config.ts';
import { findProfile, type Profile } from '../redis/profiles/index.ts';
import type { Fd } from '../redis/ports.ts';
import { setString } from '../redis/dataset/keyspace.ts';
import { synthetic } from '../redis/protocol/make.ts';
import type { DataSpec, LoadSpec, NodeSpec, Scenario } from '../scenario/scenario.ts';
import { allVerbs } from '../scenario/steps.ts';
import { createTrace, STAGE, type Trace } from '../trace/trace.ts';
import type { FactBody } from '../trace/fact.ts';
import { Node } from './node.ts';
import { addObserver } from './observers.ts';
import { Process } from './process.ts';
import { ServerProcess } from './server-process.ts';
import { ServerWarmer } from './warm.ts';

/** The wall clock at virtual time 0: a fixed date, since dates are bytes in streams. µs since the Unix epoch. */
const EPOCH_US = 1_767_225_600_000_000;
/** Every server has a port of its own, so that one may tell servers apart by it. */
const FIRST_PORT = 6379;

export interface WorldOptions {
  readonly seed: string;
  /** Profile of the nodes that do not name their own; null: as the scenario says. */
  readonly server: string | null;
  readonly guards: Partial<Guards>;
  /** Lets every cron tick happen: for the test that it makes no difference. */
  readonly cronEveryTick: boolean;
  /** Sees what passes the relay between a replica and its master. */
  readonly tap: ((replica: string, master: string) => RelayTap) | null;
}

/** A key whose value somebody wants to know. */
export interface AskedKey {
  readonly db: number;
  readonly key: string;
}

export interface ClientHost {
  readonly spec: LoadSpec;
  readonly load: Load;
  readonly nameIndex: number;
}

export class World {
  readonly kernel: Kernel;
  readonly streams: Streams;
  readonly network: Network;
  readonly trace: Trace;
  readonly epochUs: number = EPOCH_US;
  readonly cronEveryTick: boolean;
  /** In which the commands of all servers run, so that it need not be fetched for each. */
  readonly context: ExecutionContext = new ExecutionContext();
  readonly processes: Process[] = [];
  /** fd of each endpoint in the process that owns it. */
  readonly fdOf: Fd[] = [];
  readonly nodes: readonly Node[];
  readonly clients: readonly ClientHost[];
  /** In the order of the scenario's. */
  readonly observers: readonly Observer[];
  readonly relays: ReadonlyMap<string, Relay>;
  readonly handlers: { readonly turn: HandlerId; readonly timer: HandlerId; readonly wake: HandlerId; readonly work: HandlerId; readonly child: HandlerId; readonly childEnded: HandlerId; readonly orphan: HandlerId; readonly breathed: HandlerId };
  /** Called after each turn of a server, and after processes end: conditions may have changed. */
  somethingHappened: () => void = () => {};
  /** Keys whose values expectations ask for, by node. */
  readonly askedKeys: ReadonlyMap<string, readonly AskedKey[]>;
  private readonly operators = new Map<string, { readonly operator: Operator; readonly process: Process }>();

  constructor(scenario: Scenario, options: WorldOptions) {
    this.kernel = createKernel(options.guards);
    this.streams = createStreams(options.seed);
    this.trace = createTrace([...scenario.nodes, ...scenario.clients, ...(scenario.observers ?? [])].map(({ name }) => name));
    this.cronEveryTick = options.cronEveryTick;
    this.askedKeys = askedKeys(scenario);
    const { kernel } = this;
    this.handlers = {
      turn: kernel.on('turn', (process) => this.processes[process]?.endTurn()),
      timer: kernel.on('timer', (process, which) => this.processes[process]?.fire(which)),
      breathed: kernel.on('breathed', (process, reason) => this.processes[process]?.breathed(reason)),
      wake: kernel.on('wake', (process) => this.processes[process]?.wake()),
      work: kernel.on('work', (process, which) => this.workOf(process, (node, of) => node.foreground.work(of, which))),
      child: kernel.on('child', (process, step) => this.workOf(process, (node, of) => node.children.step(of, step))),
      childEnded: kernel.on('child-ended', (process, bySignal) => this.workOf(process, (node, of) => node.children.ended(of, bySignal === 1))),
      orphan: kernel.on('orphan', (node, child) => this.nodes[node]?.children.orphanEnds(child)),
    };
    const warmer = new ServerWarmer();
    kernel.lookAhead(this.handlers.timer, (next, count) => warmer.timers(this.processes, next, count));
    this.network = createNetwork(kernel, this.streams, scenario.network.default, {
      tell: (fact, tag) => { this.tell(STAGE, tag, fact); },
      detail: () => {},
      soonHeard: (owners, endpoints, count) => warmer.hearing(owners, endpoints, count),
    });
    this.nodes = scenario.nodes.map((spec, index) => this.addNode(spec, index, options.server, scenario));
    this.clients = scenario.clients.map((spec, index) => this.addClient(spec, scenario.nodes.length + index));
    this.observers = (scenario.observers ?? []).map((spec, index) => addObserver(this, spec, scenario.nodes.length + scenario.clients.length + index));
    for (const { between: [a, b], link } of scenario.network.links) this.network.setLink(this.hostOf(a), this.hostOf(b), link, 0);
    this.relays = this.addRelays(scenario, options.tap);
  }

  /** Writes down a fact; returns its id. */
  tell(nameIndex: number, cause: number, body: FactBody): number {
    return this.trace.milestone(this.kernel.nowUs, nameIndex, cause, body);
  }

  node(name: string): Node {
    const node = this.nodes.find((candidate) => candidate.name === name);
    assert(node !== undefined, `there is no node ${name}`);
    return node;
  }

  /** The node whose host has this address: each has one of its own. */
  nodeAt(address: string): Node | undefined {
    return this.byAddress.get(address);
  }

  client(name: string): ClientHost {
    const client = this.clients.find(({ spec }) => spec.name === name);
    assert(client !== undefined, `there is no client ${name}`);
    return client;
  }

  /** Host of a node or client. */
  hostOf(name: string): HostId {
    const host = this.hosts.get(name);
    assert(host !== undefined, `there is no host ${name}`);
    return host;
  }

  portOf(node: Node): number {
    return node.config.port;
  }

  addressOf(node: Node): string {
    return `${this.network.hostAddress(node.host)}:${node.config.port}`;
  }

  /** From now on the link between two hosts differs from what it is in what is named. Returns what that was. */
  changeLink(a: string, b: string, change: Partial<LinkSpec>, cause: number): Partial<LinkSpec> {
    const [from, to] = [this.hostOf(a), this.hostOf(b)];
    const before = this.network.linkOf(from, to);
    this.network.setLink(from, to, { ...before, ...change }, cause);
    return Object.fromEntries((Object.keys(change) as (keyof LinkSpec)[]).map((key) => [key, before[key]]));
  }

  /** From now on a host's NIC carries so many payload bytes per second each way; 0 = unlimited. Returns what it carried. */
  changeNic(name: string, bytesPerS: number, cause: number): number {
    const before = this.nics.get(name) ?? 0;
    this.nics.set(name, bytesPerS);
    this.network.setNic(this.hostOf(name), bytesPerS, cause);
    return before;
  }

  /** Id of a replica's connection among the clients of its master; 0: it has none. */
  replicaId(replica: string, master: string): number {
    const port = this.node(replica).server?.config;
    const announced = port === undefined ? 0 : port['replica-announce-port'] || port.port;
    return this.node(master).server?.replication.replicas.find(({ listeningPort }) => listeningPort === announced)?.id ?? 0;
  }

  relay(replica: string, master: string): Relay {
    const relay = this.relays.get(`${replica}>${master}`);
    assert(relay !== undefined, `no relay stands between ${replica} and ${master}`);
    return relay;
  }

  /** The lasting connection of this client name at a node's prompt; a node that was started again gets a new one. */
  operator(node: Node, client: string): Operator {
    const key = `${node.name}\0${client}`;
    const known = this.operators.get(key);
    if (known !== undefined) return known.operator;
    const process = new Process(this, node.host, STAGE);
    const operator = new Operator(this.clientPorts(process, `operator/${key}`), this.clientAddress(node));
    process.machine = operator;
    this.operators.set(key, { operator, process });
    return operator;
  }

  /** The host loses power: those who sat at its prompt are gone with it. */
  forgetOperators(node: Node): void {
    for (const [key, { process }] of this.operators) {
      if (!key.startsWith(`${node.name}\0`)) continue;
      process.end();
      this.operators.delete(key);
    }
  }

  /** Whoever talks to a node was told its password. */
  clientAddress(node: Node): ClientAddress {
    return { host: this.network.hostAddress(node.host), port: node.config.port, password: node.config.requirepass };
  }

  clientPorts(process: Process, stream: string): ClientPorts {
    return {
      nowUs: () => this.kernel.nowUs,
      random: this.streams.stream(stream),
      connect: (fd, host, port) => process.connect(fd, host, port),
      send: (fd, piece) => process.send(fd, piece),
      close: (fd) => process.close(fd),
      pauseReading: (fd) => process.pauseReading(fd),
      resumeReading: (fd) => process.resumeReading(fd),
      arm: (timer, delayUs) => process.arm(timer, delayUs),
      disarm: (timer) => process.disarm(timer),
    };
  }

  /** What a node's version makes of its settings. */
  configOf({ profile, name, conf, follows }: Pick<Node, 'profile' | 'name' | 'conf' | 'follows'>): ServerConfig {
    let config = this.directive(defaultConfig(profile), profile, 'port', String(this.ports.get(name)));
    for (const { name, value } of conf) config = this.directive(config, profile, name, value);
    return this.follow(config, profile, follows);
  }

  profile(name: string): Profile {
    const found = findProfile(name);
    if (!found.ok) throw new SimulatorBug(`there is no profile ${name}`);
    return found.profile;
  }

  private follow(config: ServerConfig, profile: Profile, master: string | null): ServerConfig {
    if (master === null) return this.directive(config, profile, 'replicaof', 'no one');
    const host = this.hosts.get(master);
    assert(host !== undefined, `there is no node ${master}`);
    return this.directive(config, profile, 'replicaof', `${this.network.hostAddress(host)} ${this.ports.get(master) ?? FIRST_PORT}`);
  }

  private directive(config: ServerConfig, profile: Profile, name: string, value: string): ServerConfig {
    const result = setDirective(config, profile, nameInVersion(profile, name), value);
    if (!result.ok) throw new SimulatorBug(`the directive ${name} ${value} should have been refused by the loader: ${result.reason}`);
    return result.config;
  }

  // ---------------------------------------------------------------- building

  private readonly hosts = new Map<string, HostId>();
  private readonly ports = new Map<string, number>();
  private readonly byAddress = new Map<string, Node>();
  /** What each host's NIC carries, as far as it has one. */
  private readonly nics = new Map<string, number>();

  private addNode(spec: NodeSpec, index: number, server: string | null, scenario: Scenario): Node {
    if (index === 0) this.addHosts(scenario);
    const profile = this.profile(server !== null && spec.server === scenario.server ? server : spec.server);
    const phaseUs = spec.resources.clockPhaseUs ?? this.streams.stream(`clock/${spec.name}`).below(1_000_000);
    const node = new Node(this, spec, index, this.hostOf(spec.name), profile, phaseUs);
    this.byAddress.set(this.network.hostAddress(node.host), node);
    return node;
  }

  private addHosts(scenario: Scenario): void {
    scenario.nodes.forEach(({ name, resources }, index) => {
      this.hosts.set(name, this.network.addHost(name, address(0, index), resources.nicBytesPerS));
      this.nics.set(name, resources.nicBytesPerS);
      this.ports.set(name, FIRST_PORT + index);
    });
    // A client's own NIC limits nothing: its story is the servers'.
    scenario.clients.forEach(({ name }, index) => this.hosts.set(name, this.network.addHost(name, address(200, index))));
    (scenario.observers ?? []).forEach(({ name }, index) => this.hosts.set(name, this.network.addHost(name, address(210, index))));
  }

  private addClient(spec: LoadSpec, nameIndex: number): ClientHost {
    const process = new Process(this, this.hostOf(spec.name), nameIndex);
    const ports = this.clientPorts(process, `client/${spec.name}`);
    const gaps = this.streams.stream(`pacing/${spec.name}`);
    const addresses = spec.to.map((name) => this.clientAddress(this.node(name)));
    const load = new Load(ports, addresses, spec, (meanUs) => draw({ kind: 'exponential', meanUs }, gaps));
    process.machine = load;
    return { spec, load, nameIndex };
  }

  private addRelays(scenario: Scenario, tap: WorldOptions['tap']): Map<string, Relay> {
    const relays = new Map<string, Relay>();
    for (const { replica, master, roundUs } of scenario.network.relays) {
      relays.set(`${replica}>${master}`, this.network.addRelay(this.hostOf(replica), this.hostOf(master), tap?.(replica, master), roundUs));
    }
    return relays;
  }

  /** Starts what runs from the beginning: nodes in the order of the file, with their data. */
  begin(): void {
    for (const node of this.nodes) if (node.spec.startsAtZero) this.startNode(node, 0);
  }

  startNode(node: Node, cause: number): void {
    node.start(cause);
    const { data } = node.spec;
    if (data !== null && node.server !== null && this.kernel.nowUs === 0) fill(node, data);
  }

  private workOf(index: number, act: (node: Node, process: ServerProcess) => void): void {
    const process = this.processes[index];
    if (process instanceof ServerProcess && !process.ended) act(process.node, process);
  }
}

/** Keys named by expectations, at the end or in the timeline. */
function askedKeys({ expect, timeline }: Scenario): Map<string, AskedKey[]> {
  const all = [...expect, ...allVerbs(timeline).flatMap((verb) => (verb.do === 'expect' ? verb.expectations : []))];
  const keys = new Map<string, AskedKey[]>();
  for (const expectation of all) {
    if (expectation.expect !== 'key') continue;
    const { node, db, key } = expectation;
    keys.set(node, [...(keys.get(node) ?? []), { db, key }]);
  }
  return keys;
}

/** Addresses are bytes in streams and replies: fixed by the order in the file. Networks of 250 hosts. */
function address(block: number, index: number): string {
  return `10.${block}.${Math.floor(index / 250)}.${(index % 250) + 1}`;
}

/** Data that were there before the story begins: written by nobody, propagated to nobody. */
function fill(node: Node, data: DataSpec): void {
  const { server, world } = node;
  if (server === null) return;
  const random = world.streams.stream(`data/${node.name}`);
  const { from, to } = data.valueBytes;
  for (let index = 0; index < data.keys; index++) {
    const length = from === to ? from : random.between(from, to);
    setString(server.keyspace, data.db, `${data.keyPrefix}${index}`, synthetic(random.int32() >>> 0, length), null);
  }
}
