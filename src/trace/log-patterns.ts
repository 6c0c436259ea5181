/**
 * Which lines of a server's log we have a view for, as patterns: for comparing with logs of real servers.
 *
 * Made from the view itself (`log-lines.ts`): every variant of a fact is turned into its lines once, with
 * marks in place of what varies, so that a sentence stands in one place only.
 */
import type { PsyncEvidence, PsyncReason } from '../redis/replication/psync.ts';
import type { FactBody } from './fact.ts';
import { logLines, streamedLine, UNTOLD } from './log-lines.ts';
import type { LogWords } from './log-words.ts';

/** A kind of line that a server of some version logs. */
export interface LogPattern {
  /** The line, with `…` for words that vary and `N` for numbers. */
  readonly sentence: string;
  /** A fact that it is a view of. */
  readonly of: FactBody;
  /** Matches a whole line. */
  readonly line: RegExp;
}

/** One pattern for each line that a server with these words can log, each once. `tells`: facts that such a server can tell at all. */
export function logPatterns(words: LogWords, tells: (body: FactBody) => boolean = () => true): LogPattern[] {
  const patterns = new Map<string, LogPattern>();
  const add = (line: string, of: FactBody): void => {
    if (!patterns.has(line)) patterns.set(line, { sentence: shown(line), of, line: pattern(line) });
  };
  for (const body of variants().filter(tells)) for (const line of logLines(body, words)) add(line, body);
  if (words.saysFileStreamed) add(streamedLine(ANY), { kind: 'bgsave-ended', reason: 'sync', target: 'socket', outcome: 'ok', replicasStillUp: 1 });
  return [...patterns.values()];
}

const ANY = '\u0001';
const NUMBER = 987654321;
/** ` (…)` at the end, as it stands in a regular expression. */
const BY_WHOM = new RegExp(` \\\\\\(${ANY}\\\\\\)$`);

function shown(line: string): string {
  return line.replaceAll(ANY, '…').replaceAll(String(NUMBER), 'N');
}

/** Ids may be letters, addresses may be names in angle brackets: recordings replace both, and leave out which client it was that asked. */
function pattern(line: string): RegExp {
  const source = line
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replace(BY_WHOM, '(?: \\(.*\\))?')
    .replaceAll(ANY, '.*')
    .replaceAll(UNTOLD, '.*')
    .replaceAll(String(NUMBER), '(?:-?\\d+|\\S+)');
  return new RegExp(`^${source}$`);
}

function variants(): FactBody[] {
  const name = { replica: ANY, fd: 1 };
  const history = { replid: ANY, replid2: ANY, offset: NUMBER, secondOffset: NUMBER };
  const master = { masterHost: ANY, masterPort: NUMBER };
  return [
    ...(['preamble', 'file'] as const).map((base): FactBody => ({ kind: 'server-started', version: '', role: 'master', replid: ANY, offset: 0, loaded: 'aof', base, keys: 0 })),
    ...([false, true] as const).map((waitsForReplicas): FactBody => ({ kind: 'shutdown-started', save: false, waitsForReplicas })),
    { kind: 'shutdown-replicas', inSync: NUMBER, total: NUMBER, lagging: [] },
    { kind: 'final-fsync' },
    { kind: 'shutdown-aborted' },
    { kind: 'final-save', bytes: 0 },
    { kind: 'rdb-saved', why: 'save' },
    { kind: 'start-failed', file: 'rdb', why: 'newer-format', format: NUMBER },
    { kind: 'start-failed', file: 'aof', why: 'newer-format', format: NUMBER, sequence: NUMBER },
    { kind: 'start-failed', file: 'aof', why: 'not-commands' },
    { kind: 'start-failed', file: 'aof', why: 'unknown-command', command: ANY, sequence: NUMBER },
    { kind: 'server-stopped', how: 'shutdown' },
    { kind: 'debug-reload' },
    { kind: 'role-changed', role: 'master', masterHost: '', masterPort: 0, by: ANY },
    { kind: 'role-changed', role: 'replica', ...master, by: ANY },
    ...(['promotion', 'continue'] as const).map((why): FactBody => ({ kind: 'replid-changed', why, ...history })),
    { kind: 'backlog-created', size: 0, firstByte: 0, newReplid: true, replid: ANY, replid2: ANY },
    { kind: 'backlog-freed', afterSeconds: 0, ttlSeconds: NUMBER },
    { kind: 'final-pings-forgotten', offset: NUMBER, instead: NUMBER },
    ...(['start', 'lost', 'failure'] as const).map((why): FactBody => ({ kind: 'link-connecting', ...master, why })),
    { kind: 'link-sync-started' },
    { kind: 'error-to-master', logged: true, command: ANY, error: ANY },
    ...(['refused', 'unreachable', 'timeout'] as const).map((why): FactBody => ({ kind: 'link-connect-failed', why })),
    ...(['handshake', 'transfer', 'connected'] as const).map(
      (phase): FactBody => ({ kind: 'link-timeout', phase, silentSeconds: 0, limitSeconds: 0 }),
    ),
    ...(['ping', 'auth', 'listening-port', 'ip-address', 'capa', 'version', 'psync', 'sync'] as const).map(
      (step): FactBody => ({ kind: 'link-handshake-error', step, error: ANY, fatal: true }),
    ),
    ...(['receive-ping-reply', 'receive-psync-reply'] as const).map((step): FactBody => ({ kind: 'link-handshake-lost', step })),
    ...(['lost-link', 'own-history'] as const).map((from): FactBody => ({ kind: 'cached-master-made', from, replid: ANY, offset: 0 })),
    { kind: 'cached-master-discarded' },
    ...([true, false] as const).map((cached): FactBody => ({ kind: 'psync-sent', replid: ANY, offset: NUMBER, cached })),
    { kind: 'sync-fallback' },
    ...(['fullresync', 'continue', 'dual-channel', 'try-later', 'not-supported'] as const).map(
      (reply): FactBody => ({ kind: 'psync-reply', reply, replid: ANY, offset: NUMBER, line: ANY }),
    ),
    { kind: 'psync-reply', reply: 'not-supported', replid: '', offset: 0, line: `-ERR${ANY}` },
    ...(['disk', 'parser'] as const).flatMap((to): FactBody[] => [
      { kind: 'transfer-started', framing: 'eof', bytes: 0, to },
      { kind: 'transfer-started', framing: 'length', bytes: NUMBER, to },
    ]),
    ...(['connection-lost', 'error-reply', 'bad-protocol', 'io-error'] as const).flatMap((why): FactBody[] => [
      { kind: 'transfer-aborted', why, error: ANY, received: -1 },
      { kind: 'transfer-aborted', why, error: ANY, received: 0 },
    ]),
    { kind: 'flush-started' },
    { kind: 'load-started', bytes: 0, from: 'file' },
    ...(['file', 'socket', 'rename'] as const).map((at): FactBody => ({ kind: 'load-failed', error: at === 'file' ? `Can't handle RDB format version ${NUMBER}` : '', at })),
    { kind: 'data-swapped' },
    ...(['master', 'replica'] as const).map((side): FactBody => ({ kind: 'sync-file-removed', side })),
    ...([true, false] as const).map((forced): FactBody => ({ kind: 'shutdown-blocked', by: 'initial-aof', forced })),
    { kind: 'load-finished', bytes: 0, keys: NUMBER },
    { kind: 'link-online', how: 'partial', replid: '', offset: 0 },
    { kind: 'stream-corrupt', line: ANY },
    { kind: 'link-lost', cause: 'peer-closed', replid: '', offset: 0, silentUs: 0 },
    { kind: 'main-channel-psync-sent', replid: ANY, offset: NUMBER },
    ...([true, false] as const).map((inBackground): FactBody => ({ kind: 'main-channel-streams', inBackground })),
    { kind: 'local-buffer-full', bytes: 0, limit: 0 },
    { kind: 'local-buffer-applied', bytes: 0 },
    ...(['rdb-channel-refused', 'rdb-channel-lost', 'auth-error', 'replconf-error', 'bad-endoff', 'main-channel-unknown', 'main-channel-refused', 'given-up'] as const).map(
      (why): FactBody => ({ kind: 'dual-channel-aborted', why, error: why === 'rdb-channel-refused' ? 'refused' : ANY }),
    ),
    { kind: 'dual-channel-offered', ...name },
    { kind: 'endoff-sent', ...name, replid: ANY, offset: NUMBER, clientId: NUMBER },
    { kind: 'rdb-channel-sent', ...name, from: 'socket' },
    { kind: 'rdb-channel-grace-over', ...name, clientId: NUMBER, afterSeconds: NUMBER },
    { kind: 'sync-finished' },
    { kind: 'rdb-loaded', bytes: 0, keys: NUMBER },
    { kind: 'main-channel-joined', ...name, offset: NUMBER, toSend: NUMBER },
    { kind: 'rdb-channel-asked', ...name },
    { kind: 'rdb-channel-sent', ...name, from: 'disk' },
    { kind: 'replica-lost', ...name, cause: 'peer-closed', state: '', acked: 0, sent: 0, channel: 'rdb' },
    { kind: 'sync-asked', ...name, psync: true, replid: ANY, offset: 0 },
    ...REASONS.map((reason): FactBody => ({
      kind: 'sync-decided', ...name, verdict: reason === 'in-backlog' ? 'partial' : 'full', reason, evidence: EVIDENCE,
    })),
    ...(['bgsave-attached', 'bgsave-incompatible', 'bgsave-socket', 'diskless-delay', 'other-child'] as const).map(
      (reason): FactBody => ({ kind: 'sync-waits', ...name, for: reason }),
    ),
    { kind: 'bgsave-start-failed' },
    ...(['disk', 'socket'] as const).flatMap((target): FactBody[] => [
      { kind: 'bgsave-started', reason: 'sync', target, bytes: 0, offset: 0 },
      ...(['ok', 'error', 'killed', 'signal'] as const).map(
        (outcome): FactBody => ({ kind: 'bgsave-ended', reason: 'sync', target, outcome, replicasStillUp: -1 }),
      ),
      { kind: 'bgsave-ended', reason: 'sync', target, outcome: 'ok', replicasStillUp: NUMBER },
      { kind: 'bgsave-killed', target, why: 'last-replica-dropped' },
      { kind: 'bgsave-killed', target, why: 'shutdown' },
    ]),
    { kind: 'replica-state', ...name, state: 'online', how: 'full-socket' },
    { kind: 'replica-state', ...name, state: 'online', how: 'full' },
    { kind: 'replica-streaming', ...name },
    ...(['streaming', 'full-sync'] as const).map(
      (phase): FactBody => ({ kind: 'replica-timeout', ...name, phase, silentSeconds: 0, limitSeconds: 0 }),
    ),
    { kind: 'replica-over-limit', ...name, used: NUMBER, hard: 0, soft: 0, softSeconds: 0, overSeconds: 0, by: 'hard' },
    { kind: 'replica-lost', ...name, cause: 'bgsave-failed', state: '', acked: 0, sent: 0 },
    ...(['base-created', 'started', 'ended', 'finished'] as const).flatMap((phase): FactBody[] => [
      { kind: 'aof-rewrite', phase, ok: true, sequence: NUMBER },
      { kind: 'aof-rewrite', phase, ok: false, sequence: NUMBER },
    ]),
    ...(['requested', 'synced', 'received', 'timed-out', 'aborted'] as const).map((phase): FactBody => ({ kind: 'failover', phase, detail: ANY })),
    { kind: 'failover', phase: 'requested', detail: '' },
  ];
}

const REASONS: readonly PsyncReason[] = [
  'first-contact', 'unknown-id', 'past-second-offset', 'no-backlog', 'offset-before-backlog', 'offset-after-end', 'in-backlog',
];

const EVIDENCE: PsyncEvidence = {
  replid: ANY, replid2: ANY, secondOffset: NUMBER, backlogActive: true, firstByte: 0, histlen: 0, masterOffset: 0, backlogSize: 0,
  askedReplid: ANY, askedOffset: NUMBER, missedBy: 0, toSend: NUMBER,
};
