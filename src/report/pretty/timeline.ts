/**
 * The story of a run: which facts are worth a line, and in which words.
 *
 * Resyncs, faults and their healing, losses, roles and lives of processes; what repeats itself is told
 * a few times and then counted. Layout is not here.
 */
import { formatCount, formatSize } from '../../units.ts';
import type { Outcome } from '../../checks/outcome.ts';
import type { Fact, FactBody } from '../../trace/fact.ts';
import { faultsOf } from '../../trace/faults.ts';
import { createPeers } from '../../trace/peers.ts';
import { createResyncs } from '../../trace/resyncs.ts';
import { clean } from '../../text.ts';
import { rich, together, toned, type Rich } from './rich.ts';
import { bytes, count, explanation, instant, LOSSES, request, shortId, span, verdict, type Story } from './words.ts';

export interface Entry {
  readonly atUs: number;
  /** Orders entries of one instant. */
  readonly fact: number;
  readonly sign: '' | '✂' | '✚' | '›' | '!';
  readonly who: string;
  readonly text: Rich;
  /** Further lines below it. */
  readonly more: readonly Further[];
  /** Entries of one key are alike: after a few they are only counted. */
  readonly key: string;
  /** How many of a key are told before the rest is counted. */
  readonly tell: number;
}

export interface Further {
  readonly text: Rich;
  /** Columns to the right of the text above. */
  readonly indent: number;
}

/** Alike entries that are all told. */
const TELL = 6;
/** Of noise, one is enough. */
const TELL_NOISE = 1;

/** `shown`: which facts, by their ids, may have an entry. */
export function timeline(outcome: Outcome, verbose: boolean, shown: (fact: number) => boolean = () => true): Entry[] {
  const told = [...resyncEntries(outcome), ...faultEntries(outcome), ...otherEntries(outcome, verbose)].filter(({ fact }) => shown(fact));
  told.sort((one, other) => one.atUs - other.atUs || one.fact - other.fact);
  return verbose ? told : foldRepeats(told);
}

function entry(fact: Fact, sign: Entry['sign'], who: string, text: Rich | string, fields: Partial<Pick<Entry, 'more' | 'key' | 'tell'>> = {}): Entry {
  const words = typeof text === 'string' ? rich(text) : text;
  return { atUs: fact.atUs, fact: fact.id, sign, who: clean(who), text: words, more: [], key: `${fact.body.kind} ${sign}`, tell: TELL, ...fields };
}

// -- resyncs

function resyncEntries(outcome: Outcome): Entry[] {
  const story = storyOf(outcome.facts);
  /** Completed resyncs so far, by replica: refusals before and after one are different stories. */
  const done = new Map<string, number>();
  return outcome.resyncs.flatMap((resync) => {
    const asked = outcome.facts[resync.facts.asked - 1];
    if (asked === undefined) return [];
    const episode = done.get(resync.replica) ?? 0;
    if (resync.outcome === 'done') done.set(resync.replica, episode + 1);
    const refused = resync.outcome === 'refused';
    return [
      entry(asked, '', resync.replica, request(resync), {
        more: [{ text: verdict(resync, story), indent: 0 }, ...explanation(resync, story).map((line) => ({ text: rich(line), indent: 2 }))],
        key: `resync ${resync.kind ?? ''} ${resync.reason ?? ''} ${resync.outcome} ${refused ? `${resync.replica} ${episode}` : ''}`,
        tell: refused ? TELL_NOISE : TELL,
      }),
    ];
  });
}

export function storyOf(facts: readonly Fact[]): Story {
  const steps = new Map<string, Fact[]>();
  const starts = new Map<string, Fact[]>();
  for (const fact of facts) {
    const { body, node } = fact;
    if (body.kind === 'sync-waits' || body.kind === 'fullresync-sent') put(steps, `${body.fd} ${node}`, fact);
    else if (body.kind === 'server-started') put(starts, node, fact);
  }
  return {
    facts,
    stepsOf: (master, fd) => steps.get(`${fd} ${master}`) ?? [],
    startOf: (node, before) => starts.get(node)?.findLast(({ id }) => id < before) ?? null,
  };
}

function put(lists: Map<string, Fact[]>, key: string, fact: Fact): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [fact]);
  else list.push(fact);
}

// -- faults

function faultEntries({ facts }: Outcome): Entry[] {
  const faults = faultsOf(facts).map((fault) => {
    const began = facts[fault.fact - 1]!;
    const healed = facts[fault.healedBy - 1];
    // A process that was ended comes back in its own words.
    if (healed === undefined || healed.body.kind === 'process-started') return { fault, began, healing: null };
    const words = healed.body.kind === 'verb' ? healed.body.words.replace(/^healed: /, '').replace(/, for \S+$/, '') : fault.words;
    const over = fault.verb === 'freeze' || fault.verb === 'block' ? 'over' : 'healed';
    return { fault, began, healing: { fact: healed, text: /^(heal|resume)/.test(words) ? words : `${words}: ${over}` } };
  });
  return faults.flatMap((one) => {
    const { fault, began, healing } = one;
    const entries = [entry(began, '✂', '', rich(toned('red', fault.words)), { key: `fault ${fault.verb}` })];
    if (healing === null) return entries;
    // One `heal: all` may end several: it is told once, with the time when that is the same for all.
    const { fact, text } = healing;
    const alike = !text.startsWith('heal') ? [one] : faults.filter((other) => other.healing?.fact.atUs === fact.atUs && other.healing.text === text);
    const sameAge = alike.every((other) => other.began.atUs === began.atUs);
    if (alike[0] === one) entries.push(entry(fact, '✚', '', rich(toned('green', `${text}${sameAge ? ` after ${span(fact.atUs - began.atUs)}` : ''}`)), { key: `heal ${fault.verb}` }));
    return entries;
  });
}

// -- everything else

/** What is known of the nodes while the facts go by. */
interface Telling {
  readonly resyncs: ReturnType<typeof createResyncs>;
  readonly peers: ReturnType<typeof createPeers>;
  /** Counts a node's outages, so that the noise of one is not folded into the next. */
  readonly episode: Map<string, number>;
  /** The promotion's new history, told just before the change of role. */
  readonly promoted: Map<string, Extract<FactBody, { kind: 'replid-changed' }>>;
  readonly clients: ReadonlySet<string>;
  /** With which version each node started last. */
  readonly versions: Map<string, string>;
}

function otherEntries({ facts, scenario }: Outcome, verbose: boolean): Entry[] {
  const peers = createPeers();
  const telling: Telling = {
    peers, resyncs: createResyncs(peers), episode: new Map(), promoted: new Map(), versions: new Map(),
    clients: new Set(scenario.clients.map(({ name }) => name)),
  };
  const entries: Entry[] = [];
  for (const fact of facts) {
    const told = ofNode(fact, telling) ?? ofMaster(fact, telling) ?? ofStage(fact) ?? (verbose ? aside(fact) : null);
    if (told !== null) entries.push(told);
    telling.resyncs.feed(fact);
  }
  return entries;
}

/** What a replica, or any node on its own, tells. */
function ofNode(fact: Fact, telling: Telling): Entry | null {
  const { node, body } = fact;
  const master = (): string => clean(telling.resyncs.masterOf(node) ?? telling.peers.masterAddressOf(node) ?? 'its master');
  const noise = (text: string): Entry =>
    entry(fact, '', node, rich(toned('dim', text)), { key: `${node} ${text} ${telling.episode.get(node) ?? 0}`, tell: TELL_NOISE });
  switch (body.kind) {
    case 'server-started':
      return started(body, fact, telling);
    case 'start-failed':
      return entry(fact, '✂', node, rich(toned('red', `cannot start: ${unreadable(body)}`)));
    case 'link-online':
      telling.episode.set(node, (telling.episode.get(node) ?? 0) + 1);
      return null;
    case 'link-timeout':
      if (body.phase !== 'connected') return body.phase === 'handshake' ? noise(`waits in vain for ${master()} to answer (${together(`repl-timeout ${body.limitSeconds}`)})`) : null;
      return entry(fact, '', node, `gives up ${master()}: nothing heard for ${together(`${body.silentSeconds} s`)} (${together(`repl-timeout ${body.limitSeconds}`)})`);
    case 'link-lost':
      return body.cause === 'repl-timeout' ? null : entry(fact, '', node, `loses ${master()}: ${LOSSES[body.cause]}`);
    case 'link-connect-failed':
      return noise(`cannot connect to ${master()}: ${CONNECT_FAILURES[body.why]}`);
    case 'link-handshake-error':
      return body.fatal ? noise(`is turned away by ${master()} (${body.step}): ${body.error}`) : null;
    case 'link-handshake-lost':
      return body.step === 'receive-psync-reply' ? null : noise(`is cut off by ${master()} during the handshake`);
    case 'error-to-master':
      return entry(fact, '!', node, `cannot carry out what its master says: ${clean(body.error)}`);
    case 'local-writes-began':
      return entry(fact, '!', node, 'takes writes of its own: its data is no longer its master’s');
    case 'replid-changed':
      if (body.why === 'promotion') telling.promoted.set(node, body);
      return null;
    case 'role-changed':
      return entry(fact, '', node, rich(toned('cyan', newRole(body, fact, telling))));
    case 'server-stopped':
      return entry(fact, '', node, body.how === 'shutdown' ? 'has shut down' : 'ends on a signal');
    case 'failover':
      return entry(fact, '', node, `FAILOVER: ${body.phase}${body.detail === '' ? '' : ` ${failoverDetail(body.detail, telling)}`}`);
    default:
      return null;
  }
}

const CONNECT_FAILURES = { refused: 'connection refused', unreachable: 'no route to it', timeout: 'no answer' } as const;

function startedWith({ loaded, keys, replid, offset }: Extract<FactBody, { kind: 'server-started' }>): string {
  if (loaded === 'nothing') return `empty, with the new history ${shortId(replid)}`;
  return `with ${together(`${formatCount(keys)} keys`)} from its ${loaded === 'rdb' ? 'RDB' : 'AOF'}, at offset ${count(offset)} of ${shortId(replid)}`;
}

/** Those that start with the run are no news. */
function started(body: Extract<FactBody, { kind: 'server-started' }>, fact: Fact, { versions }: Telling): Entry | null {
  const { version } = body;
  const before = versions.get(fact.node) ?? version;
  versions.set(fact.node, version);
  return fact.atUs === 0 ? null : entry(fact, '✚', fact.node, rich(toned('green', `starts ${before === version ? '' : `as ${version} `}${startedWith(body)}`)));
}

function unreadable(wrong: Extract<FactBody, { kind: 'start-failed' }>): string {
  const file = wrong.file === 'rdb' ? 'RDB' : 'append-only file';
  switch (wrong.why) {
    case 'newer-format':
      return `its ${file} is of the newer format ${wrong.format}`;
    case 'not-commands':
      return `its ${file} begins with an RDB, which this version does not know`;
    case 'unknown-command':
      return `its ${file} has a command that this version does not know: ${clean(wrong.command)}`;
  }
}

/** The replica by its name, a history by its short one; a reason as it is. */
function failoverDetail(detail: string, { peers }: Telling): string {
  if (/^[0-9a-f]{40}$/.test(detail)) return shortId(detail);
  const [address = '', ...rest] = detail.split(' ');
  return clean([peers.nodeAt(address) ?? address, ...rest].join(' '));
}

function newRole({ role, masterHost, masterPort }: Extract<FactBody, { kind: 'role-changed' }>, { node }: Fact, telling: Telling): string {
  if (role === 'replica') {
    const address = `${masterHost}:${masterPort}`;
    return `becomes a replica of ${clean(telling.peers.nodeAt(address) ?? address)}`;
  }
  const history = telling.promoted.get(node);
  telling.promoted.delete(node);
  if (history === undefined) return 'becomes a master';
  return `becomes a master: its new history is ${shortId(history.replid)}; of ${shortId(history.replid2)} it has everything up to byte ${count(history.secondOffset - 1)}`;
}

/** What a master tells of its replicas. */
function ofMaster(fact: Fact, telling: Telling): Entry | null {
  const { node, body } = fact;
  if (!('replica' in body)) return backlogFact(fact);
  const replica = clean(telling.resyncs.replicaOf(node, body.fd) ?? telling.peers.nodeAt(body.replica) ?? body.replica);
  switch (body.kind) {
    case 'replica-timeout':
      return entry(
        fact, '', node,
        `drops ${replica}: ${body.phase === 'streaming' ? 'no ACK' : 'it took nothing of the RDB'} for ${together(`${body.silentSeconds} s`)} (${together(`repl-timeout ${body.limitSeconds}`)})`,
      );
    case 'rdb-channel-grace-over':
      return entry(fact, '', node, `gives up the stream that it kept for ${replica}: nobody asked for it within ${together(`${body.afterSeconds} s`)}`);
    case 'replica-over-limit': {
      const limit = body.by === 'hard' ? `the limit is ${formatSize(body.hard)}` : `more than ${formatSize(body.soft)} for ${together(`${body.overSeconds} s`)}`;
      return entry(fact, '', node, `drops ${replica}: ${bytes(body.used)} wait in its output buffer, ${limit} (client-output-buffer-limit)`);
    }
    case 'replica-lost':
      // Time-outs and limits were told with their numbers; a closed connection is told by who noticed first.
      if (body.cause === 'repl-timeout' || body.cause === 'output-buffer-limit' || body.cause === 'peer-closed' || body.cause === 'file-sent') return null;
      return entry(fact, '', node, `drops ${replica}: ${LOSSES[body.cause]}`);
    default:
      return null;
  }
}

function backlogFact(fact: Fact): Entry | null {
  const { node, body } = fact;
  switch (body.kind) {
    case 'backlog-freed':
      return entry(fact, '', node, `frees its backlog, and with it its history: no replica for ${together(`${body.afterSeconds} s`)} (${together(`repl-backlog-ttl ${body.ttlSeconds}`)})`);
    case 'final-pings-forgotten':
      return entry(fact, '', node, `forgets the PINGs at the end: its offset goes back from ${count(body.instead)} to ${count(body.offset)}`);
    case 'backlog-resized':
      return entry(fact, '', node, `resizes its backlog from ${formatSize(body.from)} to ${formatSize(body.to)}`);
    case 'bgsave-start-failed':
      return entry(fact, '!', node, 'cannot start a BGSAVE for its replicas');
    case 'bgsave-ended':
      return body.outcome === 'error' ? entry(fact, '!', node, 'BGSAVE failed') : null;
    case 'bgsave-killed':
      return entry(fact, '', node, `kills its BGSAVE: ${KILLS[body.why]}`);
    default:
      return null;
  }
}

const KILLS = {
  'last-replica-dropped': 'nobody waits for it any more', 'role-change': 'its role changed', shutdown: 'it shuts down', load: 'it loads other data', flushall: 'its data was flushed',
} as const;

/** What the scenario did, apart from faults, and its clients. */
function ofStage(fact: Fact): Entry | null {
  const { body } = fact;
  switch (body.kind) {
    case 'verb':
      // Faults have lines of their own, and a start is told by the server.
      if (body.fault || body.heals !== 0 || body.verb === 'start') return null;
      return entry(fact, '›', '', body.words, { key: `verb ${body.verb}` });
    case 'wait-timed-out':
      return entry(fact, '!', '', rich(toned('yellow', `gave up waiting: ${body.words}`)));
    case 'client-stopped': {
      const answered = body.acknowledged === body.sent ? 'all answered' : `${count(body.acknowledged)} of them answered`;
      const errors = body.errors === 0 ? '' : `, ${count(body.errors)} with an error`;
      return entry(fact, '›', body.client, `stops after ${together(`${formatCount(body.sent)} commands`)}, ${answered}${errors}`);
    }
    default:
      return null;
  }
}

/** What only those want to know who ask for everything. */
function aside(fact: Fact): Entry | null {
  const { node, body } = fact;
  const told = (text: string): Entry => entry(fact, '', node, rich(toned('dim', text)));
  switch (body.kind) {
    case 'client-started':
      return told(`starts writing to ${clean(body.to)}`);
    case 'backlog-created':
      return told(`creates a backlog of ${formatSize(body.size)}${body.newReplid ? ` and the history ${shortId(body.replid)}` : ''}, from byte ${count(body.firstByte)} on`);
    case 'bgsave-started':
      return told(`starts a BGSAVE (${body.reason}) to ${body.target}, ${bytes(body.bytes)}, at offset ${count(body.offset)}`);
    case 'bgsave-ended':
      return told(`BGSAVE (${body.reason}) ended: ${body.outcome}`);
    case 'cached-master-made':
      return told(`remembers where it was: ${shortId(body.replid)} ${count(body.offset)}`);
    case 'cached-master-discarded':
      return told('forgets where it was');
    case 'replid-changed':
      return told(`is on history ${shortId(body.replid)} (${body.why}) at offset ${count(body.offset)}`);
    case 'flush-started':
      return told('flushes its data');
    case 'load-finished':
      return told(`loaded ${together(`${formatCount(body.keys)} keys`)}, ${bytes(body.bytes)}`);
    case 'link-online':
      return told(`is online (${body.how}) at offset ${count(body.offset)}`);
    case 'replica-lost':
      return told(`lost ${clean(body.replica)}: ${LOSSES[body.cause]}; acknowledged ${count(body.acked)}`);
    case 'command-reply':
      return told(`${clean(body.as)}: ${body.replies.map(clean).join(', ')}`);
    default:
      return null;
  }
}

// -- repetition

/**
 * Of many alike, the first few and the last are told, and the rest is counted: hundreds of attempts to reconnect
 * are one thing that goes on, not hundreds of things that happen.
 */
function foldRepeats(entries: readonly Entry[]): Entry[] {
  const alike = new Map<string, Entry[]>();
  for (const one of entries) {
    const list = alike.get(one.key);
    if (list === undefined) alike.set(one.key, [one]);
    else list.push(one);
  }
  const folded: Entry[] = [];
  const seen = new Map<string, number>();
  for (const one of entries) {
    const all = alike.get(one.key)!;
    const index = seen.get(one.key) ?? 0;
    seen.set(one.key, index + 1);
    const noise = one.tell === TELL_NOISE;
    if (all.length <= one.tell + (noise ? 0 : 1)) folded.push(one);
    else if (index < one.tell - 1) folded.push(one);
    else if (index === one.tell - 1) folded.push({ ...one, more: [...one.more, { text: rich(toned('dim', moreOf(all.slice(one.tell, noise ? undefined : -1), all.at(-1)!))), indent: 0 }] });
    else if (!noise && index === all.length - 1) folded.push(one);
  }
  return folded;
}

function moreOf(hidden: readonly Entry[], last: Entry): string {
  const first = hidden[0]!;
  const nodes = new Set(hidden.map(({ who }) => who));
  const each = nodes.size > 1 && nodes.size === hidden.length;
  const others = nodes.size > 1 && !each ? `, of ${formatCount(nodes.size)} nodes` : '';
  const until = last.atUs > first.atUs ? `, until ${instant(last.atUs)}` : '';
  return `… ${together(`${formatCount(hidden.length)} more`)} ${each ? 'nodes ' : ''}like this${others}${until}`;
}
