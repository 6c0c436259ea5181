/**
 * The settings of one server, under the names and by the rules of redis.conf.
 *
 * A ServerConfig is plain data and never changes: setting a directive gives a new one. The rules of each value are
 * `config/directive.ts`, the table of a version is in its profile, whole files are read by `config/conf-file.ts`.
 */
import { printDirective, readDirective, takesSeveral } from './config/directive.ts';
import type { Directive, DirectiveValue, MasterAddress, OutputBufferLimits, SavePoint } from './config/directive.ts';
import type { DirectiveTable } from './config/table.ts';
import { matchesGlob } from './glob.ts';
import { splitArguments } from './protocol/split-arguments.ts';

export type EvictionPolicy =
  | 'volatile-lru' | 'volatile-lfu' | 'volatile-random' | 'volatile-ttl'
  | 'allkeys-lru' | 'allkeys-lfu' | 'allkeys-random' | 'noeviction';

/** `yes` for everybody, `local` for connections from the same host. */
export type ProtectedAction = 'no' | 'yes' | 'local';

/** Sizes in bytes, times in seconds unless the directive says otherwise; an absent text is ''. */
export interface ServerConfig {
  readonly port: number;
  readonly bind: string;
  readonly timeout: number;
  readonly 'tcp-keepalive': number;
  readonly maxclients: number;
  readonly 'proto-max-bulk-len': number;
  readonly 'client-output-buffer-limit': OutputBufferLimits;

  readonly databases: number;
  readonly loglevel: 'debug' | 'verbose' | 'notice' | 'warning' | 'nothing';
  readonly hz: number;
  readonly 'dynamic-hz': boolean;
  readonly 'enable-debug-command': ProtectedAction;
  readonly 'enable-protected-configs': ProtectedAction;
  readonly requirepass: string;
  readonly 'shutdown-timeout': number;
  /** Words of `default`, `save`, `nosave`, `now`, `force`, separated by spaces. */
  readonly 'shutdown-on-sigint': string;
  readonly 'shutdown-on-sigterm': string;

  readonly save: readonly SavePoint[];
  readonly 'stop-writes-on-bgsave-error': boolean;
  readonly rdbcompression: boolean;
  readonly rdbchecksum: boolean;
  readonly dbfilename: string;
  readonly 'rdb-del-sync-files': boolean;
  /** Microseconds of sleep per key saved; negative: one microsecond every so many keys. */
  readonly 'rdb-key-save-delay': number;
  /** The same per key loaded. */
  readonly 'key-load-delay': number;
  readonly 'loading-process-events-interval-bytes': number;

  readonly replicaof: MasterAddress | null;
  readonly masterauth: string;
  readonly masteruser: string;
  readonly 'replica-serve-stale-data': boolean;
  readonly 'replica-read-only': boolean;
  readonly 'replica-priority': number;
  readonly 'replica-announced': boolean;
  readonly 'replica-announce-ip': string;
  /** 0: announce `port`. */
  readonly 'replica-announce-port': number;
  readonly 'replica-lazy-flush': boolean;
  readonly 'replica-ignore-maxmemory': boolean;
  readonly 'replica-ignore-disk-write-errors': boolean;
  readonly 'repl-timeout': number;
  readonly 'repl-ping-replica-period': number;
  readonly 'repl-backlog-size': number;
  /** 0: never freed. */
  readonly 'repl-backlog-ttl': number;
  readonly 'repl-diskless-sync': boolean;
  readonly 'repl-diskless-sync-delay': number;
  readonly 'repl-diskless-sync-max-replicas': number;
  readonly 'repl-diskless-load': 'disabled' | 'on-empty-db' | 'swapdb';
  readonly 'repl-disable-tcp-nodelay': boolean;
  /** Valkey 8: a full sync takes its RDB over a connection of its own. */
  readonly 'dual-channel-replication-enabled': boolean;
  /** Valkey: it passes for Redis wherever its name shows. */
  readonly 'extended-redis-compatibility': boolean;
  readonly 'min-replicas-to-write': number;
  readonly 'min-replicas-max-lag': number;

  readonly appendonly: boolean;
  readonly appendfsync: 'everysec' | 'always' | 'no';
  readonly 'no-appendfsync-on-rewrite': boolean;
  readonly 'auto-aof-rewrite-percentage': number;
  readonly 'auto-aof-rewrite-min-size': number;
  readonly 'aof-load-truncated': boolean;
  readonly 'aof-use-rdb-preamble': boolean;
  readonly 'aof-timestamp-enabled': boolean;

  readonly maxmemory: number;
  readonly 'maxmemory-policy': EvictionPolicy;
  readonly 'maxmemory-samples': number;
  readonly 'active-expire-effort': number;
  readonly 'lazyfree-lazy-eviction': boolean;
  readonly 'lazyfree-lazy-expire': boolean;
  readonly 'lazyfree-lazy-server-del': boolean;
  readonly 'lazyfree-lazy-user-del': boolean;
  readonly 'lazyfree-lazy-user-flush': boolean;

  readonly 'hash-max-listpack-entries': number;
  readonly 'hash-max-listpack-value': number;
  /** How large a list may be that is one ziplist (up to 2.8). */
  readonly 'list-max-ziplist-entries': number;
  readonly 'list-max-ziplist-value': number;
  /** Positive: entries of a list node; -1 to -5: its bytes, 4 kB to 64 kB. */
  readonly 'list-max-listpack-size': number;
  readonly 'list-compress-depth': number;
  readonly 'set-max-intset-entries': number;
  readonly 'set-max-listpack-entries': number;
  readonly 'set-max-listpack-value': number;
  readonly 'zset-max-listpack-entries': number;
  readonly 'zset-max-listpack-value': number;
  readonly 'hll-sparse-max-bytes': number;

  /** Directives that nothing simulated reads, as CONFIG GET prints them; only those that were set. */
  readonly others: Readonly<Record<string, string>>;
}

/** What of a profile this file needs. */
export interface KnowsDirectives {
  readonly directives: DirectiveTable;
}

export interface DirectiveRefusal {
  readonly ok: false;
  readonly why: 'unknown' | 'immutable' | 'protected' | 'value';
  /** In Redis' own words. */
  readonly reason: string;
  /** A value that would be accepted and was probably meant; null when there is no guess. */
  readonly suggestion: string | null;
  /** The names (`unknown`) or values (`value`) among which the one meant may be; may be empty. */
  readonly candidates: readonly string[];
}

export type DirectiveResult = { readonly ok: true; readonly config: ServerConfig } | DirectiveRefusal;

/** What a server of this version runs with when nobody says anything. */
export function defaultConfig(profile: KnowsDirectives): ServerConfig {
  // V8 keeps the first four fields in the object itself: those that are looked at all the time.
  const config: Record<string, unknown> = { 'repl-backlog-size': 0, save: [], timeout: 0, maxmemory: 0 };
  Object.assign(config, profile.directives.absent);
  for (const row of profile.directives.rows) if (row.simulated) config[row.field] = row.default;
  return { ...config, others: {} } as unknown as ServerConfig;
}

/** The directive of that name or old name, in any case; undefined when the version does not know it. */
export function findDirective(profile: KnowsDirectives, name: string): Directive | undefined {
  return profile.directives.byName.get(name.toLowerCase());
}

/**
 * The directive that a scenario means, which may be played by all versions: under a name that this version has, or the one
 * that 7.2 has for the same (`replica-priority` before 5.0 was called otherwise).
 */
export function findSetting(profile: KnowsDirectives, name: string): Directive | undefined {
  return findDirective(profile, name) ?? profile.directives.byField.get(name.toLowerCase());
}

/** What this version calls the setting that a scenario names; the name itself when it has no such directive. */
export function nameInVersion(profile: KnowsDirectives, name: string): string {
  return findDirective(profile, name) === undefined ? (findSetting(profile, name)?.name ?? name) : name;
}

/** Every name that the version accepts, old names included. */
export function directiveNames(profile: KnowsDirectives): readonly string[] {
  return [...profile.directives.byName.keys()];
}

/**
 * Sets a directive from one text: several arguments stand in it as on a line of redis.conf (`256mb 64mb 60`).
 *
 * At start (the default) the rules of redis.conf hold; with `runtime` those of CONFIG SET: some directives may not
 * change, the text is split at single spaces, and repl-backlog-size is raised to its minimum.
 */
export function setDirective(
  config: ServerConfig, profile: KnowsDirectives, name: string, value: string, runtime = false,
): DirectiveResult {
  const directive = findDirective(profile, name);
  if (directive === undefined) return unknownDirective(profile);
  if (runtime && directive.runtime !== 'yes') {
    if (directive.runtime === 'no') return refusal('immutable', "can't set immutable config");
    if (config['enable-protected-configs'] === 'no') return refusal('protected', "can't set protected config");
  }
  // config.c: performInterfaceSet splits at single spaces, so that two spaces hold an empty word.
  const args = !runtime || !takesSeveral(directive) ? [value] : value === '' ? [] : value.split(' ');
  return setArguments(config, directive, args, { runtime, adding: false });
}

/** Sets a directive from the arguments of a conf line; `adding` for a further `save` line of the same file. */
export function setArguments(
  config: ServerConfig, directive: Directive, args: readonly string[], how: { readonly runtime: boolean; readonly adding: boolean },
): DirectiveResult {
  const words = how.runtime ? args : splitLoneArgument(directive, args);
  if (words === null) return refusal('value', 'Unbalanced quotes in configuration line');
  const reading = readDirective(directive, words, valueOf(config, directive), how.adding);
  if (!reading.ok) return { ...reading, why: 'value' };
  if (!directive.simulated) {
    return { ok: true, config: { ...config, others: { ...config.others, [directive.name]: printDirective(directive, reading.value) } } };
  }
  return { ok: true, config: { ...config, [directive.field]: clamped(directive, reading.value, how.runtime) } };
}

/**
 * CONFIG GET: names and values that match, in the order of the table. A pattern (`*`, `?`, `[`) finds old
 * names as well, under the old name, and no hidden directive; a plain name finds just that (config.c: configGetCommand).
 */
export function getDirective(config: ServerConfig, profile: KnowsDirectives, pattern: string): readonly (readonly [name: string, value: string])[] {
  if (!/[[*?]/.test(pattern)) {
    const directive = findDirective(profile, pattern);
    return directive === undefined ? [] : [[pattern, directiveText(config, directive)]];
  }
  const found: [string, string][] = [];
  for (const [name, directive] of profile.directives.byName) {
    if (!directive.hidden && matchesGlob(pattern, name, true)) found.push([name, directiveText(config, directive)]);
  }
  return found;
}

/** The value of a directive as CONFIG GET prints it. */
export function directiveText(config: ServerConfig, directive: Directive): string {
  if (!directive.simulated) return config.others[directive.name] ?? printDirective(directive, directive.default);
  return printDirective(directive, valueOf(config, directive));
}

/** What Redis says of a name that it does not know, with all names that it might have been. */
export function unknownDirective(profile: KnowsDirectives): DirectiveRefusal {
  return refusal('unknown', 'Bad directive or wrong number of arguments', directiveNames(profile));
}

function refusal(why: DirectiveRefusal['why'], reason: string, candidates: readonly string[] = []): DirectiveRefusal {
  return { ok: false, why, reason, suggestion: null, candidates };
}

function valueOf(config: ServerConfig, directive: Directive): DirectiveValue {
  if (!directive.simulated) return directive.default;
  return config[directive.field as Exclude<keyof ServerConfig, 'others'>];
}

/** config.c: updateHZ, resizeReplicationBacklog */
function clamped({ clamp }: Directive, value: DirectiveValue, runtime: boolean): DirectiveValue {
  if (clamp === null || typeof value !== 'number' || (clamp.when === 'runtime' && !runtime)) return value;
  return Math.min(Math.max(value, clamp.min), clamp.max);
}

/** At start, `save "3600 1 300 100"` is `save 3600 1 300 100`, for directives that take several; `save ""` stays what it is. */
function splitLoneArgument(directive: Directive, args: readonly string[]): readonly string[] | null {
  return takesSeveral(directive) && args.length === 1 && args[0] !== '' ? splitArguments(args[0]!) : args;
}
