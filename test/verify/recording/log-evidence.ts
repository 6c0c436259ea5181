/**
 * Which kinds of log lines that we claim were ever seen in a log of a real server of that version, and which recorded lines nobody claims.
 *
 * A recording is one voice; where the lines of each replay are equal to it (`replay.ts`), a line that is in it is evidence for the words
 * of its pattern. Lines without any are claimed from the source alone.
 */
import { type LogPattern, logPatterns } from '../../../src/trace/log-patterns.ts';
import { type LogWords, wordsOf } from '../../../src/trace/log-words.ts';
import type { FactBody } from '../../../src/trace/fact.ts';
import type { Profile } from '../../../src/redis/profiles/profile.ts';
import type { Recording } from '../../../src/verify/recording/format.ts';
import { exactVersion, profileOf } from '../../../src/verify/recording/versions.ts';

export interface LogEvidence {
  /** Versions that were recorded, oldest first. */
  readonly versions: readonly string[];
  /** What a server of this version claims to log, each with how many recorded lines are of that kind. */
  of(version: string): readonly (LogPattern & { readonly seen: number })[];
  /** Is this a kind of line that recordings of a server of this version hold? */
  holds(version: string, line: string): boolean;
  /** Recorded lines for which there is no pattern, each once. */
  readonly unclaimed: readonly { readonly version: string; readonly line: string }[];
}

export function logEvidence(recordings: readonly Recording[], versions: readonly string[]): LogEvidence {
  const voices = new Map(versions.map((version) => [version, createVoice(version)]));
  const unclaimed = new Map<string, { version: string; line: string }>();
  for (const { case: { servers }, observed } of recordings) {
    for (const [version, { log }] of observed) {
      for (const [server, lines] of log) {
        const speaker = speakerOf(servers.get(server)?.version ?? null, version);
        const voice = voices.get(speaker);
        for (const line of lines) if (voice?.hear(line) === false) unclaimed.set(`${speaker} ${line}`, { version: speaker, line });
      }
    }
  }
  return {
    versions,
    of: (version) => voices.get(version)?.heard() ?? [],
    holds: (version, line) => voices.get(version)?.holds(line) ?? false,
    unclaimed: [...unclaimed.values()],
  };
}

/** The version of a server in a recording: its own, where the case fixes one. */
export function speakerOf(fixed: string | null, version: string): string {
  return fixed === null ? version : exactVersion(fixed);
}

/** What servers of one version are heard to say. Lines repeat a lot, so that each is looked up once. */
function createVoice(version: string): { hear(line: string): boolean; holds(line: string): boolean; heard(): readonly (LogPattern & { seen: number })[] } {
  const patterns = patternsOf(version);
  const counts = new Map<LogPattern, number>();
  const known = new Map<string, LogPattern | null>();
  const find = (line: string): LogPattern | null => {
    const before = known.get(line);
    if (before !== undefined) return before;
    // Of several, the one that leaves the least open.
    const fitting = patterns.filter((pattern) => pattern.line.test(line)).sort((a, b) => b.sentence.length - a.sentence.length)[0] ?? null;
    known.set(line, fitting);
    return fitting;
  };
  return {
    hear: (line) => {
      const pattern = find(line);
      if (pattern !== null) counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
      return pattern !== null;
    },
    holds: (line) => {
      const pattern = find(line);
      return pattern !== null && counts.has(pattern);
    },
    heard: () => patterns.map((pattern) => ({ ...pattern, seen: counts.get(pattern) ?? 0 })),
  };
}

/** What servers of this version can log at all: no FAILOVER before there was one. `words`: those of the version, unless others are given. */
export function patternsOf(version: string, words: LogWords | null = null): LogPattern[] {
  const profile = profileOf(version);
  return profile === null ? [] : logPatterns(words ?? wordsOf(profile.name), (body) => canTell(profile, body));
}

/** Whether a server of this version can come to tell this. */
function canTell(profile: Profile, body: FactBody): boolean {
  const { handshake, history, info, diskless, link, load, shutdown, aof, commands } = profile;
  const speaksPsync = handshake.asks === 'psync';
  switch (body.kind) {
    case 'main-channel-psync-sent': case 'main-channel-streams': case 'local-buffer-full': case 'local-buffer-applied': case 'rdb-loaded': case 'sync-finished':
    case 'dual-channel-aborted': case 'dual-channel-offered': case 'rdb-channel-asked': case 'endoff-sent': case 'main-channel-joined': case 'rdb-channel-sent':
    case 'rdb-channel-grace-over':
      return info.dualChannel;
    case 'replica-lost':
      return body.channel !== 'rdb' || info.dualChannel;
    case 'failover':
      return Object.hasOwn(commands.arities, 'failover');
    case 'psync-sent': case 'sync-fallback': case 'cached-master-discarded':
      return speaksPsync;
    case 'cached-master-made':
      return speaksPsync && (body.from === 'lost-link' || history.generation === 'replid');
    case 'psync-reply':
      return speaksPsync && (body.reply === 'dual-channel' ? info.dualChannel : body.reply !== 'try-later' || handshake.refusal === 'may-mean-later');
    case 'sync-decided':
      return speaksPsync && (body.reason !== 'past-second-offset' || history.generation === 'replid');
    case 'link-online':
      return speaksPsync;
    case 'backlog-freed':
      return speaksPsync;
    case 'replid-changed': case 'backlog-created':
      return history.generation === 'replid';
    case 'final-pings-forgotten':
      return history.finalPings === 'are-forgotten';
    case 'link-connecting':
      return body.why === 'start' || handshake.reconnectAtOnce;
    case 'link-handshake-error':
      return canFail(profile, body.step);
    case 'link-handshake-lost':
      return handshake.brokenOff === 'given-up';
    case 'error-to-master':
      return link.errors !== 'pass-unheard';
    case 'stream-corrupt':
      return link.inline === 'is-a-protocol-error';
    case 'transfer-started':
      return (body.framing === 'length' || handshake.capabilities.includes('eof')) && (body.to === 'disk' || diskless.transfer === 'parent');
    case 'load-failed':
      return body.at !== 'socket' || diskless.transfer === 'parent';
    case 'data-swapped':
      return load.swapdb === 'loads-beside';
    case 'sync-file-removed':
      return diskless.transfer === 'parent';
    case 'bgsave-start-failed':
      return history.generation === 'replid';
    case 'bgsave-ended':
      return body.target === 'disk' || (handshake.capabilities.includes('eof') && (body.replicasStillUp < 0 || diskless.transfer === 'parent'));
    case 'bgsave-started':
      return body.target === 'disk' || handshake.capabilities.includes('eof');
    case 'bgsave-killed':
      return body.target === 'disk' || diskless.transfer === 'parent';
    case 'sync-waits':
      return speaksPsync || body.for === 'bgsave-attached' || body.for === 'bgsave-incompatible';
    case 'replica-state':
      return body.how !== 'full-socket' || handshake.capabilities.includes('eof');
    case 'replica-timeout':
      return speaksPsync && (body.phase === 'streaming' || profile.heartbeat.dropsSilent === 'online-and-stalled');
    case 'shutdown-started':
      return !body.waitsForReplicas || shutdown.waitsForReplicas;
    case 'shutdown-replicas':
      return shutdown.waitsForReplicas;
    case 'server-started':
      return body.base === 'file' ? aof.file === 'parts' : aof.file === 'behind-an-rdb';
    case 'start-failed':
      return body.file === 'rdb' || body.why === 'unknown-command' || (body.why === 'newer-format') === (aof.file !== 'commands');
    case 'shutdown-blocked':
      return load.appendOnly !== 'goes-on' && (!body.forced || shutdown.waitsForReplicas);
    default:
      return true;
  }
}

type HandshakeStep = Extract<FactBody, { kind: 'link-handshake-error' }>['step'];

/** Which steps a handshake of this version has, and can end in an error that it logs. */
function canFail({ handshake, replconf }: Profile, step: HandshakeStep): boolean {
  switch (step) {
    case 'psync':
      return handshake.asks === 'psync';
    case 'sync':
      return handshake.asks === 'sync';
    case 'capa':
      return handshake.capabilities.length > 0;
    case 'ip-address':
      return replconf.options.includes('ip-address');
    case 'version':
      return handshake.tellsVersion;
    case 'ping': case 'auth': case 'listening-port':
      return true;
  }
}
