/**
 * A recorded case, in one version, as a scenario: the same language, player and Stage as everything else.
 *
 * Owns the bench the recordings were made on: its settings, its proxies, its loopback network.
 */
import { findSetting } from '../../redis/config.ts';
import type { Directive, NodeSpec, Resources, Scenario, Step } from '../../scenario/scenario.ts';
import type { Case, CaseStep, Json, Recording, ServerSetup } from './format.ts';
import { COMMANDS_OF_A_READ, FULL_REPLY_BUFFER, MACHINES, type Machine, type Pace, tempoOf } from './pace.ts';
import { RecordingError } from './read.ts';
import { BadStep, NotCovered, type Translation, translateStep } from './steps.ts';
import { allocatorOf, exactVersion, inVersions, profileOf, settingFor } from './versions.ts';

/** Where in the scenario's only track a step of the case went. */
export interface PlannedStep {
  readonly step: CaseStep;
  /** Not in this version: nothing was done. */
  readonly skipped: boolean;
  /** Index of its first verb in the track, and how many it became. */
  readonly first: number;
  readonly count: number;
  /** Index in the track of the verb that gives its result, or -1. */
  readonly answers: number;
}

export interface Replay {
  readonly scenario: Scenario;
  readonly plan: readonly PlannedStep[];
}

/** What the simulator cannot do yet that this case needs, each named once; playing it would say nothing. */
export interface Uncovered {
  readonly uncovered: readonly string[];
}

/** The settings of every server unless the case says otherwise (README of the recordings). */
const USUAL_SETTINGS: ReadonlyMap<string, string> = new Map([
  ['save', ''],
  ['appendonly', 'no'],
  ['rdbcompression', 'no'],
  ['repl-ping-replica-period', '3600'],
  ['repl-timeout', '60'],
  ['repl-backlog-size', '16384'],
  ['repl-diskless-sync', 'no'],
  ['enable-debug-command', 'yes'],
]);

/** A loopback machine of the time, as far as the recordings show it and it is always the same: one process did not notice the other's fork. */
const LOOPBACK: Omit<Resources, 'allocator' | 'loadBytesPerS'> = {
  forkUsPerGb: 10_000,
  saveBytesPerS: 150_000_000,
  flushBytesPerS: 1_000_000_000,
  diskBytesPerS: 500_000_000,
  commandUs: 10,
  // Ten ticks of a cron took 1.0067 to 1.0083 s by the places of PINGs and the times of ACKs in stock-overflow (90 s). A 7.0.15
  // on a machine of the same kind, measured again: 1.0056 s.
  timersLateUs: 720,
  nicBytesPerS: 0,
  clockPhaseUs: 500_000,
};

/** One way. */
const LOOPBACK_LATENCY_US = 50;
const LOOPBACK_BYTES_PER_S = 300_000_000;
/** What the buffers of both ends hold of a stream that nobody reads: Linux lets that of the sender alone grow to 4 MB (tcp_wmem). */
const SOCKET_BUFFERS_BYTES = 4 * 1024 * 1024;
/**
 * And where that of the receiver is small. Linux counts its own bookkeeping: of the stream 2 601 130 bytes fitted in, or 2 438 490
 * (hard-limit-online of 2.6.17, where all of it came through at the heal). Measured again: 2 586 580 and 2 661 801.
 */
const SEND_BUFFER_BYTES = 2_601_130;
/** No case lasts longer. */
const LONGEST_US = 3_600_000_000;

export function toScenario(recording: Recording, version: string, pace: Pace = 'usual'): Replay | Uncovered {
  const { case: script, file } = recording;
  const machine = MACHINES[pace];
  const missing = new Set<string>(unknownServers(script, version));
  const plan: PlannedStep[] = [];
  const track: Step[] = [];
  const links = new Links();

  script.servers.forEach((server, name) => {
    links.add(name, server.replicaOf);
    if (server.announced) for (const other of script.servers.keys()) if (other !== name) links.add(other, name);
  });
  script.steps.forEach((step, index) => {
    const skipped = !inVersions(version, textOf(step.fields['min']), textOf(step.fields['max']));
    const translation = skipped ? NOTHING : translate(recording, step, index, version, pace);
    if (translation instanceof NotCovered) {
      missing.add(translation.why);
      return;
    }
    const { verbs, answers } = translation;
    plan.push({ step, skipped, first: track.length, count: verbs.length, answers: answers < 0 ? -1 : track.length + answers });
    for (const { afterUs, verb } of verbs) {
      if ('replica' in verb && 'master' in verb) links.add(verb.replica, verb.master);
      if (verb.do === 'replicaof' || verb.do === 'set-replicaof') links.add(verb.node, verb.master);
      track.push({ afterUs, verb, place: null });
    }
  });
  if (missing.size > 0) return { uncovered: [...missing] };

  const nodes = [...script.servers].map(([name, server]) => nodeOf(name, server, version, machine));
  const unknown = links.list.find(({ replica, master }) => !script.servers.has(replica) || !script.servers.has(master));
  if (unknown !== undefined) throw new RecordingError(file, 'case.steps', `names a link of no servers: ${unknown.replica}>${unknown.master}`);
  return {
    plan,
    scenario: {
      name: script.id,
      teaches: script.why,
      file,
      seed: '1',
      server: nodes[0]!.server,
      durationUs: LONGEST_US,
      endsWhenDone: true,
      nodes,
      network: {
        default: { latency: { kind: 'constant', us: LOOPBACK_LATENCY_US }, bytesPerS: LOOPBACK_BYTES_PER_S, lossPpm: 0, socketBufferBytes: script.steps.some(hasSmallBuffer) ? SEND_BUFFER_BYTES : SOCKET_BUFFERS_BYTES },
        links: [],
        relays: links.list.map((link) => ({ ...link, roundUs: machine.proxyRoundUs })),
      },
      clients: [],
      timeline: [{ start: { type: 'at', us: 0 }, steps: track }],
      expect: [],
    },
  };
}

const NOTHING: Translation = { verbs: [], answers: -1 };

function translate(recording: Recording, step: CaseStep, index: number, version: string, pace: Pace): Translation | NotCovered {
  const place = `case.steps[${index}]`;
  try {
    return translateStep(step, tempoOf(step, index, recording.observed.get(version) ?? null, isBlind(recording.case, step, version), pace, inVersions(version, '3.2', null) ? COMMANDS_OF_A_READ : FULL_REPLY_BUFFER));
  } catch (error) {
    if (error instanceof BadStep) throw new RecordingError(recording.file, place, `cannot be understood: ${error.message}`);
    throw error;
  }
}

function hasSmallBuffer({ do: verb, fields }: CaseStep): boolean {
  return verb === 'shape' && fields['rcvbuf'] !== undefined;
}

/** It waits for acknowledgements, at a server that knows none. */
function isBlind(script: Case, { do: verb, fields }: CaseStep, version: string): boolean {
  if (verb !== 'wait-until' || fields['until'] !== 'acked' || typeof fields['server'] !== 'string') return false;
  return profileOf(exactVersion(script.servers.get(fields['server'])?.version ?? version))?.history.generation === 'sync-only';
}

/** Servers that the simulator has nothing for: by their version, or by what they are. */
function unknownServers(script: Case, version: string): string[] {
  return [...script.servers.values()].flatMap((server) => {
    const own = exactVersion(server.version ?? version);
    // A Sentinel says it all: what else is set for its servers is for it.
    return [...(profileOf(own) === null ? [`version ${own}`] : []), ...server.others.map((field) => `server with ${field}`)];
  });
}

function nodeOf(name: string, server: ServerSetup, version: string, { loadBytesPerS }: Machine): NodeSpec {
  const own = exactVersion(server.version ?? version);
  const profile = profileOf(own)!;
  const settings = new Map<string, string | null>(USUAL_SETTINGS);
  for (const [written, value] of server.config) {
    const setting = settingFor(own, written);
    if (setting !== null) settings.set(setting, value);
  }
  const config: Directive[] = [];
  for (const [setting, value] of settings) {
    // null: the version's default. A setting that the version does not have is left out.
    if (value !== null && findSetting(profile, setting) !== undefined) config.push({ name: setting, value, place: null });
  }
  return {
    name,
    server: profile.name,
    config,
    replicaOf: server.replicaOf,
    data: null,
    startsAtZero: false,
    resources: { ...LOOPBACK, loadBytesPerS, allocator: allocatorOf(own) },
    place: null,
  };
}

/** Links through a proxy: each pair once, in the order of mention. */
class Links {
  readonly list: { readonly replica: string; readonly master: string }[] = [];

  add(replica: string, master: string | null): void {
    if (master === null) return;
    const known = this.list.some((link) => link.replica === replica && link.master === master);
    if (!known) this.list.push({ replica, master });
  }
}

function textOf(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
