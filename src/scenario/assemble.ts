/**
 * Sections, each read for itself, to one complete scenario: defaults applied, settings merged layer by layer, and
 * everything checked that concerns more than one section.
 */
import { DEFAULT_PROFILE, findProfile, type Profile } from '../redis/profiles/index.ts';
import { formatDuration } from '../units.ts';
import { DEFAULT_LIMIT_US, DEFAULT_LINK, DEFAULT_RESOURCES, DEFAULT_SEED, NEVER_US } from './defaults.ts';
import { impossibleExpectations } from './impossible.ts';
import { checkDirective, mergeLayers, readConfFile, type Wrong } from './language/directives.ts';
import type { WrittenStart } from './language/entries.ts';
import type { Sections, WrittenActor, WrittenDuration, WrittenLink, WrittenNode } from './language/sections.ts';
import { rangeOf } from './language/verbs/pieces.ts';
import type { Link } from './language/links.ts';
import type { Scope } from './language/scope.ts';
import type { Problem } from './place.ts';
import type { Directive, LinkSpec, LoadSpec, NetworkSpec, NodeSpec, ObserverSpec, Resources, Scenario, Step, Track, TrackStart, Verb } from './scenario.ts';
import { normaliseText, placeOf } from './source.ts';
import type { AppliedOverrides } from './overrides.ts';
import { allSteps, allVerbs, isAwaited, mapSteps } from './steps.ts';
import { childOf, entriesOf, type Path, spanAt, type Written } from './tree.ts';
import { verbWords } from './words.ts';

/** Sections that were read; a missing one was not written, or is wrong. */
export type ReadSections = { readonly [Name in keyof Sections]?: Sections[Name] | undefined };

export interface Gathering {
  readonly file: string;
  readonly root: Written;
  readonly scope: Scope;
  readonly sections: ReadSections;
  readonly directives: AppliedOverrides['directives'];
  readonly readFile: ((relative: string) => string) | null;
  readonly problems: Problem[];
  /** Settings that only other versions know are left out, and stand here, by name; null: they are refused. */
  readonly leftOut: Set<string> | null;
}

/** The scenario; of use only when no problem was found. */
export function assemble(gathering: Gathering): Scenario {
  const { sections, scope, file } = gathering;
  const duration = sections.duration ?? { us: DEFAULT_LIMIT_US, endsWhenDone: true };
  const profile = sections.server ?? DEFAULT_PROFILE;
  const nodes = assembleNodes(gathering, profile);
  checkReplication(gathering, nodes);
  const clients = assembleClients(gathering, duration);
  const timeline = assembleTimeline(gathering, duration);
  checkNewVersions(gathering, nodes, timeline);
  const expect = sections.expect ?? [];
  if (duration.endsWhenDone && (sections.actors ?? []).length > 0 && !timeline.some(isAwaited) && clients.every(({ untilUs }) => untilUs === null)) {
    report(gathering, ['actors'], 'the run would end at once: nobody waits for actors', 'say how long it takes: duration: 5m', 'key');
  }
  gathering.problems.push(...impossibleExpectations(expect, clients, timeline, duration.us));
  return {
    name: sections.name ?? '',
    teaches: (sections.teaches ?? '').trim(),
    file,
    seed: sections.seed ?? DEFAULT_SEED,
    ...(sections.seeds === undefined || sections.seeds === null ? {} : { seeds: sections.seeds }),
    server: profile.name,
    durationUs: duration.us,
    endsWhenDone: duration.endsWhenDone,
    nodes,
    network: assembleNetwork(sections, scope),
    clients,
    ...(sections.observers === undefined || sections.observers === null ? {} : { observers: assembleObservers(gathering, duration) }),
    timeline,
    expect,
  };
}

function report({ root, problems }: Gathering, path: Path, message: string, suggestion: string | null = null, part: 'key' | 'value' = 'value'): void {
  problems.push({ message, suggestion, place: placeOf(spanAt(root, path, part)) });
}

// ------------------------------------------------------------------ nodes

function assembleNodes(gathering: Gathering, common: Profile): NodeSpec[] {
  const { sections, root, directives } = gathering;
  const complained = new Set<string>();
  const shared = sections.config ?? [];
  const data = new Map(sections.data);
  const keySpans = new Map(entriesOf(childOf(root, 'nodes')).map(({ key, keySpan }) => [key, keySpan]));
  const verdicts = new Map<string, Wrong | null>();
  // What all nodes share is judged once for each version.
  const judge = (profile: Profile, directive: Directive): Wrong | null => {
    const key = `${profile.name} ${directive.name}=${directive.value}`;
    const known = verdicts.get(key);
    const verdict = known === undefined ? checkDirective(profile, directive, false) : known;
    verdicts.set(key, verdict);
    return verdict;
  };
  return (sections.nodes ?? []).map(([name, node]) => {
    const profile = node.server ?? common;
    // What is wrong for all nodes of a version is said once.
    const refused = (directive: Directive, path: Path | null): boolean => {
      const wrong = judge(profile, directive);
      if (wrong?.ofAnother === true && gathering.leftOut !== null) {
        gathering.leftOut.add(directive.name);
        return true;
      }
      const key = `${directive.place?.file ?? ''} ${directive.place?.line ?? ''} ${directive.place?.column ?? ''} ${wrong?.message ?? ''}`;
      if (wrong === null || complained.has(key)) return wrong !== null;
      complained.add(key);
      if (path !== null) report(gathering, path, wrong.message, wrong.suggestion, wrong.part);
      else gathering.problems.push({ message: wrong.message, suggestion: wrong.suggestion, place: optionPlace(directive, wrong.part) });
      return true;
    };
    const ofAll = shared.filter((directive) => !refused(directive, ['config', directive.name]));
    const own = node.config.filter((directive) => !refused(directive, ['nodes', name, 'config', directive.name]));
    const optional = directives.filter((option) => option.node === null || option.node === name).map(({ directive }) => directive);
    const options = optional.filter((directive) => !refused(directive, null));
    const layers = [ofAll, confOf(gathering, name, node, profile), own, options];
    return {
      name,
      server: profile.name,
      config: mergeLayers(profile, layers),
      replicaOf: node.replicaof,
      data: dataOf(gathering, name, node, data.get(name) ?? null),
      startsAtZero: node.started,
      resources: resourcesOf(node),
      place: placeOf(keySpans.get(name) ?? root.span),
    };
  });
}

/** Of `--set name=value` the name or the value. */
function optionPlace({ place, value }: Directive, part: 'key' | 'value'): Directive['place'] {
  if (place?.excerpt === undefined || part === 'key' || value === '') return place;
  return { ...place, column: place.excerpt.indexOf('=') + 2, length: value.length };
}

function confOf(gathering: Gathering, name: string, node: WrittenNode, profile: Profile): Directive[] {
  if (node.conf === null) return [];
  const path = ['nodes', name, 'conf'];
  if (gathering.readFile === null) {
    report(gathering, path, 'conf files cannot be read here', 'put the settings into config:');
    return [];
  }
  let text: string;
  try {
    text = gathering.readFile(node.conf);
  } catch (error) {
    report(gathering, path, `cannot read ${node.conf}: ${error instanceof Error ? error.message : String(error)}`, 'the path is relative to the scenario');
    return [];
  }
  const { directives, problems } = readConfFile({ file: node.conf, text: normaliseText(text), main: false }, profile, node.replicaof !== null);
  gathering.problems.push(...problems);
  return directives;
}

function dataOf(gathering: Gathering, name: string, node: WrittenNode, common: NodeSpec['data']): NodeSpec['data'] {
  if (common !== null && node.data !== null) report(gathering, ['data', name], `the data of ${name} is given twice`, `keep this, or data: under nodes.${name}`, 'key');
  return node.data ?? common;
}

function resourcesOf({ resources, clockPhaseUs }: WrittenNode): Resources {
  return {
    forkUsPerGb: resources.fork ?? DEFAULT_RESOURCES.forkUsPerGb,
    saveBytesPerS: resources.save ?? DEFAULT_RESOURCES.saveBytesPerS,
    loadBytesPerS: resources.load ?? DEFAULT_RESOURCES.loadBytesPerS,
    flushBytesPerS: resources.flush ?? DEFAULT_RESOURCES.flushBytesPerS,
    diskBytesPerS: resources.disk ?? DEFAULT_RESOURCES.diskBytesPerS,
    commandUs: resources.command ?? DEFAULT_RESOURCES.commandUs,
    timersLateUs: resources['timers-late'] ?? DEFAULT_RESOURCES.timersLateUs,
    nicBytesPerS: resources.nic ?? DEFAULT_RESOURCES.nicBytesPerS,
    allocator: resources.allocator ?? DEFAULT_RESOURCES.allocator,
    clockPhaseUs,
  };
}

/** Nobody may replicate from itself, at whatever distance. */
function checkReplication(gathering: Gathering, nodes: readonly NodeSpec[]): void {
  const masterOf = new Map(nodes.map(({ name, replicaOf }) => [name, replicaOf]));
  const cleared = new Set<string>();
  for (const { name } of nodes) {
    const passed = new Set<string>();
    let at: string | null = name;
    while (at !== null && !cleared.has(at) && !passed.has(at)) {
      passed.add(at);
      at = masterOf.get(at) ?? null;
    }
    for (const one of passed) cleared.add(one);
    if (at === null || !passed.has(at)) continue;
    const chain = [...passed];
    const cycle = chain.slice(chain.indexOf(at));
    const path = ['nodes', cycle.at(-1)!, 'replicaof'];
    if (cycle.length === 1) report(gathering, path, `${at} replicates from itself`);
    else report(gathering, path, `replicas in a circle: ${[...cycle, at].join(' → ')}`, 'one of them must be a master');
  }
}

/** A server that starts again as another version keeps its settings: that version must know them. */
function checkNewVersions({ leftOut, problems }: Gathering, nodes: readonly NodeSpec[], timeline: readonly Track[]): void {
  const settings = new Map(nodes.map(({ name, config }) => [name, [...config]]));
  for (const { verb, place } of timeline.flatMap(({ steps }) => allSteps(steps))) {
    if (verb.do !== 'restart') continue;
    for (const name of verb.nodes) {
      const kept = settings.get(name) ?? [];
      const found = verb.server === null ? null : findProfile(verb.server);
      for (const directive of found?.ok === true ? kept : []) {
        const wrong = found?.ok === true ? checkDirective(found.profile, directive, false) : null;
        if (wrong === null) continue;
        if (wrong.ofAnother === true && leftOut !== null) leftOut.add(directive.name);
        else problems.push({ message: `${wrong.message}, which ${name} keeps`, suggestion: wrong.ofAnother === true ? 'all its versions must know what it is given from the start; give this with config: of a later start' : wrong.suggestion, place });
      }
      settings.set(name, [...kept, ...verb.config]);
    }
  }
}

// ------------------------------------------------------------------ network and clients

function assembleNetwork({ network }: ReadSections, scope: Scope): NetworkSpec {
  const common = linkOf(network?.default ?? {}, DEFAULT_LINK);
  return {
    default: common,
    links: (network?.links ?? []).map(({ between, ...link }) => ({ between, link: linkOf(link, common) })),
    relays: relaysOf(scope),
  };
}

function relaysOf({ relays }: Scope): Link[] {
  return [...relays].map((link) => {
    const [replica = '', master = ''] = link.split('>');
    return { replica, master };
  });
}

function linkOf(written: WrittenLink, otherwise: LinkSpec): LinkSpec {
  return {
    latency: written.latency ?? otherwise.latency,
    bytesPerS: written.bandwidth ?? otherwise.bytesPerS,
    lossPpm: written.loss ?? otherwise.lossPpm,
    socketBufferBytes: written['socket-buffer'] ?? otherwise.socketBufferBytes,
  };
}

function assembleClients(gathering: Gathering, duration: WrittenDuration): LoadSpec[] {
  return (gathering.sections.clients ?? []).map(([name, { fromUs, ...client }]) => {
    checkTime(gathering, ['clients', name, 'from'], fromUs ?? 0, duration);
    checkTime(gathering, ['clients', name, 'until'], client.untilUs ?? 0, duration);
    return { name, fromUs: fromUs ?? NEVER_US, ...client };
  });
}

function assembleObservers(gathering: Gathering, duration: WrittenDuration): ObserverSpec[] {
  return (gathering.sections.observers ?? []).map(([name, observer]) => {
    checkTime(gathering, ['observers', name, 'from'], observer.fromUs, duration);
    checkTime(gathering, ['observers', name, 'until'], observer.untilUs ?? 0, duration);
    return { name, ...observer };
  });
}

function checkTime(gathering: Gathering, path: Path, us: number, duration: WrittenDuration): void {
  if (us <= duration.us) return;
  const written = gathering.sections.duration !== undefined && gathering.sections.duration !== null;
  report(gathering, path, `the run ends before that, at ${formatDuration(duration.us)}`, `a later end is duration: ${written ? formatDuration(us) : `{ at-most: ${formatDuration(us)} }`}`);
}

// ------------------------------------------------------------------ timeline

function assembleTimeline(gathering: Gathering, duration: WrittenDuration): Track[] {
  const { sections } = gathering;
  const tracks: { start: TrackStart; steps: Step[]; actor?: string }[] = [];
  for (const [name, actor] of sections.actors ?? []) tracks.push({ ...habitOf(gathering, name, actor, duration), actor: name });
  const actors = tracks.length;
  for (const [index, { start, steps }] of (sections.timeline ?? []).entries()) {
    if (start !== null) tracks.push({ start: startOf(gathering, index, start, duration), steps: [] });
    else if (tracks.length === actors) tracks.push({ start: { type: 'at', us: 0 }, steps: [] });
    tracks.at(-1)!.steps.push(...steps);
  }
  const withHeals = healer(gathering, allVerbs(tracks));
  const name = streamNames();
  return tracks
    .filter(({ steps }) => steps.length > 0)
    .map(({ start, steps, ...rest }) => ({ start: namedStart(start, name), steps: mapSteps(mapSteps(steps, withHeals), (step) => [namedStep(step, name)]), ...rest }));
}

function startOf(gathering: Gathering, index: number, start: WrittenStart, duration: WrittenDuration): TrackStart {
  if ('when' in start) return { type: 'when', condition: start.when };
  if ('whenever' in start) return { type: 'whenever', condition: start.whenever };
  if ('before-stop' in start) return { type: 'before-stop', nodes: start['before-stop'] };
  const { from, to } = rangeOf(start.at);
  checkTime(gathering, ['timeline', index, 'at'], to, duration);
  return from === to ? { type: 'at', us: from } : { type: 'at', us: from, chance: { field: 'at', among: { from, to }, stream: '' } };
}

function habitOf(gathering: Gathering, name: string, actor: WrittenActor, duration: WrittenDuration): { start: TrackStart; steps: Step[] } {
  if (actor.habit === 'whenever') return { start: { type: 'whenever', condition: actor.condition }, steps: [...actor.steps] };
  if (actor.habit === 'before-stop') return { start: { type: 'before-stop', nodes: actor.nodes }, steps: [...actor.steps] };
  checkTime(gathering, ['actors', name, 'from'], actor.fromUs, duration);
  checkTime(gathering, ['actors', name, 'until'], actor.untilUs ?? 0, duration);
  const { times, forUs, every, steps, fromUs } = actor;
  const place = placeOf(spanAt(gathering.root, ['actors', name], 'key'));
  return { start: { type: 'at', us: fromUs }, steps: [{ afterUs: 0, verb: { do: 'repeat', times, forUs, until: null, every, stream: '', steps }, place }] };
}

/** Healing concerns relayed links too: what an armed cut left behind has no other end. */
function healer({ scope }: Gathering, verbs: readonly Verb[]): (step: Step) => Step[] {
  const armed = armedLinks(verbs);
  return (step) => {
    const { verb } = step;
    if (verb.do !== 'heal') return [step];
    const links = verb.between === null ? armed : relaysOf(scope).filter((link) => isBetween(link, verb.between!));
    return [step, ...links.map((link): Step => ({ afterUs: 0, verb: { do: 'heal-link', ...link }, place: step.place }))];
  };
}

/** Names of random streams: what they are for, in words, and a number among those of the same words. */
function streamNames(): (words: string) => string {
  const used = new Map<string, number>();
  return (words) => {
    const number = (used.get(words) ?? 0) + 1;
    used.set(words, number);
    return `chance/${words}/${number}`;
  };
}

function namedStart(start: TrackStart, name: (words: string) => string): TrackStart {
  if (start.type !== 'at' || start.chance === undefined) return start;
  const { from, to } = start.chance.among;
  return { ...start, chance: { ...start.chance, stream: name(`at ${formatDuration(from)}..${formatDuration(to)}`) } };
}

function namedStep(step: Step, name: (words: string) => string): Step {
  const words = verbWords(step.verb);
  const { verb, chances } = step;
  const chosen = verb.do === 'choose' || (verb.do === 'repeat' && verb.every.from !== verb.every.to) ? { ...verb, stream: name(words) } : verb;
  return { ...step, verb: chosen, ...(chances === undefined ? {} : { chances: chances.map((chance) => ({ ...chance, stream: name(`${words}/${chance.field}`) })) }) };
}

function isBetween({ replica, master }: Link, [a, b]: readonly [readonly string[], readonly string[]]): boolean {
  return (a.includes(replica) && b.includes(master)) || (b.includes(replica) && a.includes(master));
}

/** Links that arm: will cut, each once. */
function armedLinks(verbs: readonly Verb[]): Link[] {
  const links = new Map<string, Link>();
  for (const verb of verbs) {
    if (verb.do === 'arm') links.set(`${verb.replica}>${verb.master}`, { replica: verb.replica, master: verb.master });
  }
  return [...links.values()];
}
