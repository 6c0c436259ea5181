/**
 * What each fact holds, for reading facts that somebody else wrote down: a fact of a file is one that a run could have told.
 *
 * The compiler keeps this in step with the types: a kind or a field that is missing here, or too much, does not compile.
 */
import type { PsyncEvidence } from '../redis/replication/psync.ts';
import type { FactBody } from './fact.ts';

/** What stands in a field: what is wrong with a value, as a clause; null: nothing. */
export type Shape = (value: unknown) => string | null;

type KeysOf<Body> = Body extends unknown ? Exclude<keyof Body, 'kind'> : never;
type Shapes = { readonly [Kind in FactBody['kind']]: { readonly [Field in KeysOf<Extract<FactBody, { kind: Kind }>>]-?: Shape } };

export const TEXT: Shape = (value) => (typeof value === 'string' ? null : 'is not a text');
export const NUMBER: Shape = (value) => (Number.isSafeInteger(value) ? null : 'is not a whole number');
export const FLAG: Shape = (value) => (typeof value === 'boolean' ? null : 'is neither true nor false');
const TEXTS: Shape = (value) => (Array.isArray(value) && value.every((one) => typeof one === 'string') ? null : 'is not a list of texts');

export function oneOf(...words: readonly string[]): Shape {
  return (value) => (words.includes(value as string) ? null : `is none of ${words.join(', ')}`);
}

/** A shape for each field. */
export type ShapesOf<Record> = { readonly [Field in keyof Record]-?: Shape };

export function optional(shape: Shape): Shape {
  return (value) => (value === undefined ? null : shape(value));
}

export function orNull(shape: Shape): Shape {
  return (value) => (value === null ? null : shape(value));
}

export function record<Record>(shapes: ShapesOf<Record>): Shape {
  return (value) => wrongField(shapes, value);
}

export function listOf(shape: Shape): Shape {
  return (value) => {
    if (!Array.isArray(value)) return 'is not a list';
    for (const one of value) {
      const wrong = shape(one);
      if (wrong !== null) return `holds one that ${wrong.startsWith('"') ? `is wrong: ${wrong}` : wrong}`;
    }
    return null;
  };
}

const EVIDENCE = record<PsyncEvidence>({
  replid: TEXT, replid2: TEXT, secondOffset: NUMBER, backlogActive: FLAG, firstByte: NUMBER, histlen: NUMBER, masterOffset: NUMBER, backlogSize: NUMBER,
  askedReplid: TEXT, askedOffset: NUMBER, missedBy: NUMBER, toSend: NUMBER,
});

/** What is wrong with the body of a fact; null: nothing. */
export function wrongBody(body: Readonly<Record<string, unknown>>): string | null {
  const kind = body['kind'] as string;
  return Object.hasOwn(SHAPES, kind) ? wrongField(SHAPES[kind as FactBody['kind']], body) : `there is no fact "${kind}"`;
}

/** What is wrong with the fields of a record, as a clause; null: nothing. */
export function wrongField(shapes: Readonly<Record<string, Shape>>, value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return 'is not there';
  for (const [field, shape] of Object.entries(shapes)) {
    const wrong = shape(Object.hasOwn(value, field) ? (value as Record<string, unknown>)[field] : undefined);
    if (wrong !== null) return `"${field}" ${wrong}`;
  }
  return null;
}

const SHAPES: Shapes = {
  'server-started': { version: TEXT, role: oneOf('master', 'replica'), replid: TEXT, offset: NUMBER, loaded: oneOf('nothing', 'rdb', 'aof'), base: optional(oneOf('preamble', 'file')), keys: NUMBER },
  'start-failed': { file: oneOf('rdb', 'aof'), why: oneOf('newer-format', 'not-commands', 'unknown-command'), format: optional(NUMBER), sequence: optional(NUMBER), command: optional(TEXT) },
  'replid-restored': { from: oneOf('rdb'), replid: TEXT, replid2: TEXT, offset: NUMBER, secondOffset: NUMBER },
  'shutdown-started': { save: FLAG, waitsForReplicas: FLAG },
  'shutdown-replicas': { inSync: NUMBER, total: NUMBER, lagging: TEXTS },
  'shutdown-blocked': { by: oneOf('initial-aof'), forced: FLAG },
  'final-fsync': {},
  'shutdown-aborted': {},
  'final-save': { bytes: NUMBER },
  'rdb-saved': { why: oneOf('save', 'reload', 'flushall') },
  'server-stopped': { how: oneOf('shutdown', 'signal') },
  'role-changed': { role: oneOf('master', 'replica'), masterHost: TEXT, masterPort: NUMBER, by: TEXT },
  'local-writes-began': { offset: NUMBER },
  'replid-changed': { why: oneOf('first-backlog', 'promotion', 'own-process', 'backlog-freed', 'continue', 'full-resync', 'debug'), replid: TEXT, replid2: TEXT, offset: NUMBER, secondOffset: NUMBER },
  'backlog-created': { size: NUMBER, firstByte: NUMBER, newReplid: FLAG, replid: TEXT, replid2: TEXT },
  'backlog-freed': { afterSeconds: NUMBER, ttlSeconds: NUMBER },
  'final-pings-forgotten': { offset: NUMBER, instead: NUMBER },
  'backlog-resized': { from: NUMBER, to: NUMBER },
  'link-connecting': { masterHost: TEXT, masterPort: NUMBER, why: oneOf('start', 'cron', 'lost', 'failure', 'replicaof') },
  'link-sync-started': {},
  'link-connect-failed': { why: oneOf('refused', 'unreachable', 'timeout') },
  'link-timeout': { phase: oneOf('handshake', 'transfer', 'connected'), silentSeconds: NUMBER, limitSeconds: NUMBER },
  'link-handshake-error': { step: oneOf('ping', 'auth', 'listening-port', 'ip-address', 'capa', 'version', 'psync', 'sync'), error: TEXT, fatal: FLAG },
  'link-handshake-lost': { step: TEXT },
  'cached-master-made': { from: oneOf('lost-link', 'own-history'), replid: TEXT, offset: NUMBER },
  'cached-master-discarded': {},
  'error-to-master': { command: TEXT, error: TEXT, logged: FLAG },
  'psync-sent': { replid: TEXT, offset: NUMBER, cached: FLAG },
  'sync-sent': {},
  'sync-fallback': {},
  'psync-reply': { reply: oneOf('continue', 'fullresync', 'dual-channel', 'try-later', 'not-supported'), replid: TEXT, offset: NUMBER, line: TEXT },
  'transfer-started': { framing: oneOf('length', 'eof'), bytes: NUMBER, to: oneOf('disk', 'parser') },
  'transfer-aborted': { why: oneOf('connection-lost', 'error-reply', 'bad-protocol', 'io-error', 'superseded'), error: TEXT, received: NUMBER },
  'flush-started': {},
  'transfer-ended': { bytes: NUMBER },
  'load-started': { bytes: NUMBER, from: oneOf('file', 'socket') },
  'load-failed': { error: TEXT, at: oneOf('file', 'socket', 'rename') },
  'data-swapped': {},
  'sync-file-removed': { side: oneOf('master', 'replica') },
  'load-finished': { bytes: NUMBER, keys: NUMBER },
  'link-online': { how: oneOf('full', 'partial'), replid: TEXT, offset: NUMBER },
  'stream-corrupt': { line: TEXT },
  'link-lost': { cause: oneOf('shutdown', 'replid-changed', 'full-resync', 'replicaof', 'peer-closed', 'repl-timeout', 'output-buffer-limit', 'client-kill', 'bgsave-failed', 'protocol-error', 'file-sent'), replid: TEXT, offset: NUMBER, silentUs: NUMBER },
  'rdb-channel-sync-sent': {},
  'endoff-received': { replid: TEXT, offset: NUMBER, clientId: NUMBER },
  'main-channel-psync-sent': { replid: TEXT, offset: NUMBER },
  'main-channel-streams': { inBackground: FLAG },
  'local-buffer-full': { bytes: NUMBER, limit: NUMBER },
  'local-buffer-applied': { bytes: NUMBER },
  'rdb-loaded': { bytes: NUMBER, keys: NUMBER },
  'sync-finished': {},
  'dual-channel-aborted': { why: oneOf('rdb-channel-refused', 'rdb-channel-lost', 'auth-error', 'replconf-error', 'bad-endoff', 'main-channel-unknown', 'main-channel-refused', 'main-channel-lost', 'given-up'), error: TEXT },
  'dual-channel-offered': { replica: TEXT, fd: NUMBER },
  'rdb-channel-asked': { replica: TEXT, fd: NUMBER },
  'endoff-sent': { replica: TEXT, fd: NUMBER, replid: TEXT, offset: NUMBER, clientId: NUMBER },
  'main-channel-joined': { replica: TEXT, fd: NUMBER, offset: NUMBER, toSend: NUMBER },
  'rdb-channel-sent': { replica: TEXT, fd: NUMBER, from: oneOf('disk', 'socket') },
  'rdb-channel-grace-over': { replica: TEXT, fd: NUMBER, clientId: NUMBER, afterSeconds: NUMBER },
  'sync-asked': { replica: TEXT, fd: NUMBER, psync: FLAG, replid: TEXT, offset: NUMBER },
  'sync-refused': { replica: TEXT, fd: NUMBER, error: TEXT },
  'sync-decided': { replica: TEXT, fd: NUMBER, verdict: oneOf('full', 'partial'), reason: oneOf('first-contact', 'unknown-id', 'past-second-offset', 'no-backlog', 'offset-before-backlog', 'offset-after-end', 'sync-command', 'in-backlog'), evidence: EVIDENCE },
  'sync-waits': { replica: TEXT, fd: NUMBER, for: oneOf('bgsave-attached', 'bgsave-incompatible', 'bgsave-socket', 'diskless-delay', 'other-child') },
  'fullresync-sent': { replica: TEXT, fd: NUMBER, replid: TEXT, offset: NUMBER },
  'bgsave-started': { reason: oneOf('sync', 'save-points', 'command'), target: oneOf('disk', 'socket'), bytes: NUMBER, offset: NUMBER, channel: optional(oneOf('rdb')) },
  'bgsave-start-failed': {},
  'bgsave-ended': { reason: oneOf('sync', 'save-points', 'command'), target: oneOf('disk', 'socket'), outcome: oneOf('signal', 'ok', 'error', 'killed'), replicasStillUp: NUMBER },
  'bgsave-killed': { target: oneOf('disk', 'socket'), why: oneOf('shutdown', 'last-replica-dropped', 'role-change', 'load', 'flushall') },
  'replica-state': { replica: TEXT, fd: NUMBER, state: oneOf('wait_bgsave', 'send_bulk', 'bg_transfer', 'online'), how: oneOf('sync', 'full', 'partial', 'full-socket', 'full-dual-channel') },
  'replica-streaming': { replica: TEXT, fd: NUMBER },
  'replica-timeout': { replica: TEXT, fd: NUMBER, phase: oneOf('streaming', 'full-sync'), silentSeconds: NUMBER, limitSeconds: NUMBER },
  'replica-over-limit': { replica: TEXT, fd: NUMBER, used: NUMBER, hard: NUMBER, soft: NUMBER, softSeconds: NUMBER, overSeconds: NUMBER, by: oneOf('hard', 'soft') },
  'replica-lost': { replica: TEXT, fd: NUMBER, cause: oneOf('shutdown', 'replid-changed', 'full-resync', 'replicaof', 'peer-closed', 'repl-timeout', 'output-buffer-limit', 'client-kill', 'bgsave-failed', 'protocol-error', 'file-sent'), state: TEXT, acked: NUMBER, sent: NUMBER, channel: optional(oneOf('rdb')) },
  'aof-off': { why: oneOf('sync', 'config') },
  'aof-rewrite': { phase: oneOf('base-created', 'started', 'ended', 'finished'), ok: FLAG, sequence: NUMBER },
  'debug-reload': {},
  failover: { phase: TEXT, detail: TEXT },
  'link-changed': { from: TEXT, to: TEXT, latency: TEXT, bytesPerS: NUMBER, lossPpm: NUMBER },
  'partition-began': { fault: NUMBER, a: TEXTS, b: TEXTS, direction: oneOf('both', 'a-to-b', 'b-to-a') },
  'partition-healed': { fault: NUMBER },
  'nic-changed': { host: TEXT, bytesPerS: NUMBER },
  'host-down': { host: TEXT },
  'host-up': { host: TEXT },
  'connection-opened': { from: TEXT, to: TEXT, port: NUMBER, connection: NUMBER },
  'connection-failed': { from: TEXT, to: TEXT, port: NUMBER, connection: NUMBER, why: oneOf('refused', 'unreachable', 'timeout') },
  'connection-closed': { from: TEXT, to: TEXT, connection: NUMBER, by: TEXT, why: oneOf('timeout', 'close', 'reset', 'kill', 'crash') },
  'relay-held': { from: TEXT, to: TEXT, direction: oneOf('both', 'up', 'down'), armed: FLAG },
  'relay-reset': { from: TEXT, to: TEXT, refuses: FLAG, armed: FLAG },
  'relay-healed': { from: TEXT, to: TEXT },
  'relay-shaped': { from: TEXT, to: TEXT, upDelayUs: NUMBER, upBytesPerS: NUMBER, downDelayUs: NUMBER, downBytesPerS: NUMBER, receiveBufferBytes: NUMBER },
  'relay-armed': { from: TEXT, to: TEXT, bytes: NUMBER },
  verb: { verb: TEXT, words: TEXT, nodes: TEXTS, fault: FLAG, heals: NUMBER },
  'wait-timed-out': { words: TEXT },
  'client-started': { client: TEXT, to: TEXT },
  'client-stopped': { client: TEXT, to: TEXT, sent: NUMBER, acknowledged: NUMBER, errors: NUMBER },
  'observer-attached': { observer: TEXT, to: TEXT, how: oneOf('full', 'partial'), replid: TEXT, offset: NUMBER },
  'observer-lost': { observer: TEXT, why: TEXT },
  'command-reply': { node: TEXT, client: TEXT, as: TEXT, replies: TEXTS, tookUs: NUMBER },
  'process-started': { node: TEXT, address: TEXT, server: optional(TEXT) },
  'process-ended': { node: TEXT, how: oneOf('kill', 'crash', 'exit') },
  'child-orphaned': { node: TEXT, connections: NUMBER },
  'orphan-ended': { node: TEXT },
};
