/**
 * A server on its host: what outlives its processes (disk, clock, settings for the next start), and the work of the
 * process that runs now, in the foreground (`foreground.ts`) and by children (`children.ts`).
 */
import { createServer, boot } from '../redis/persistence/start.ts';
import { findSetting, type ServerConfig } from '../redis/config.ts';
import { aofOf, cutTail } from '../redis/persistence/aof.ts';
import type { RdbImage } from '../redis/persistence/rdb.ts';
import type { DiskFiles } from '../redis/ports.ts';
import type { Profile } from '../redis/profiles/index.ts';
import type { Server } from '../redis/server.ts';
import type { HostId } from '../network/index.ts';
import type { Directive, NodeSpec } from '../scenario/scenario.ts';
import { Answers } from './answers.ts';
import { Children } from './children.ts';
import { Foreground } from './foreground.ts';
import { ServerProcess } from './server-process.ts';
import type { World } from './world.ts';

export class Node {
  readonly world: World;
  readonly spec: NodeSpec;
  readonly index: number;
  readonly host: HostId;
  /** Of its next start, or of the process that runs. */
  profile: Profile;
  /** The lines of its redis.conf but replicaof, which is a node here; null: a master. */
  conf: readonly Directive[];
  follows: string | null;
  /** Both, as that version reads them. */
  config: ServerConfig;
  readonly files: DiskFiles = { rdb: null, aof: null, aofDir: null };
  process: ServerProcess | null = null;
  server: Server | null = null;
  readonly children: Children;
  readonly foreground: Foreground;
  /** How many of the next renames of a received file fail (a full or read-only disk); Infinity: all until it is mended. */
  failingRenames = 0;
  /** What it says instead of carrying a command out; null: nothing yet. */
  private answers: Answers | null = null;
  /** Its host has no power. */
  poweredOff = false;
  /** Sub-second phase of its wall clock, µs. */
  readonly clockPhaseUs: number;
  readonly firstVersion: string;
  /** The version of the process before. */
  private saidVersion: string;

  constructor(world: World, spec: NodeSpec, index: number, host: HostId, profile: Profile, clockPhaseUs: number) {
    this.world = world;
    this.spec = spec;
    this.index = index;
    this.host = host;
    this.profile = profile;
    this.firstVersion = profile.name;
    this.saidVersion = profile.name;
    this.conf = spec.config;
    this.follows = spec.replicaOf;
    this.config = world.configOf(this);
    this.clockPhaseUs = clockPhaseUs;
    this.children = new Children(this);
    this.foreground = new Foreground(this);
  }

  get running(): boolean {
    return this.process !== null;
  }

  get name(): string {
    return this.spec.name;
  }

  // ---------------------------------------------------------------- life

  /** Another version is installed for the next start. Settings that it does not know the loader refused, or was told to leave out. */
  becomes(profile: Profile): void {
    this.profile = profile;
    this.conf = this.conf.filter(({ name }) => findSetting(profile, name) !== undefined);
  }

  start(cause: number): void {
    if (this.process !== null) return;
    const process = new ServerProcess(this);
    this.process = process;
    process.cause = cause;
    const { name } = this.profile;
    process.cause = this.world.tell(-1, cause, { kind: 'process-started', node: this.name, address: this.world.addressOf(this), ...(name === this.saidVersion ? {} : { server: name }) });
    this.saidVersion = name;
    const server = createServer({
      profile: this.profile, config: this.config, allocator: this.spec.resources.allocator,
      files: this.files, ports: process, cronEveryTick: this.world.cronEveryTick, cronSkewUs: this.index,
      timersLateUs: this.spec.resources.timersLateUs, context: this.world.context,
    });
    this.server = server;
    process.server = server;
    process.answers = this.answers;
    this.answers?.forgetSockets();
    process.listen(this.config.port);
    boot(server);
  }

  /** The process ends, however; what the disk holds stays. */
  ended(how: 'exit' | 'kill' | 'crash', cause: number): void {
    const { process, world } = this;
    if (process === null) return;
    this.foreground.stop(process);
    this.children.parentEnds(process, how, cause);
    // Written is written: the kernel keeps what a killed process handed to it. A power cut keeps what was synced.
    const aof = aofOf(this.profile, this.files);
    if (aof !== null) cutTail(aof, how === 'crash' ? aof.synced : aof.written);
    process.end();
    this.process = null;
    this.server = null;
    const fact = world.tell(-1, cause, { kind: 'process-ended', node: this.name, how });
    if (how === 'crash') {
      this.poweredOff = true;
      world.network.crash(this.host, fact);
    }
    else world.network.kill(process.networkId, fact);
    world.somethingHappened();
  }

  /** What it says instead of carrying a command out. */
  get scripted(): Answers {
    this.answers ??= new Answers();
    if (this.process !== null) this.process.answers = this.answers;
    return this.answers;
  }

  // ---------------------------------------------------------------- its clock and disk

  /** Its wall clock, µs since the Unix epoch. */
  wallUs(): number {
    return this.world.epochUs + this.clockPhaseUs + this.world.kernel.nowUs;
  }

  /** A file takes the place of dbfilename, whoever put it there; who runs finds it there, too. */
  putRdb(image: RdbImage | null): void {
    this.files.rdb = image;
    if (this.server !== null) this.server.disk.rdb = image;
  }

  /** A rename of a received file is tried: false when it fails. */
  takeRename(): boolean {
    if (this.failingRenames === 0) return true;
    this.failingRenames -= 1;
    return false;
  }

  // ---------------------------------------------------------------- faults of the scenario

  /** kill -9 of the child. False: it has none. */
  killChild(): boolean {
    return this.children.killByFault();
  }

  /** The next saving child is frozen as soon as it appears. */
  holdNextSave(): void {
    this.children.holdsNextSave = true;
  }

  get saveHeld(): boolean {
    return this.children.isHeld;
  }

  releaseSave(): void {
    this.children.letGo();
  }

  /** The next `count` full resyncs cannot put their file in place (rename fails); Infinity: until it is 0 again. */
  renameFails(count: number): void {
    this.failingRenames = count;
  }
}
