/**
 * The scripts that a server remembers, by the SHA-1 of their text (eval.c). They are not data: since 7.0 no file holds them, no
 * replica is told of them, and a restart forgets them.
 */
import type { Bytes } from '../protocol/payload.ts';
import { bytesToString } from '../protocol/make.ts';
import { sha1Hex } from '../sha1.ts';
import { parseLua, type Statement } from './lua.ts';

/** What a `#!lua flags=…` line declares (script.h: SCRIPT_FLAG_…). */
export interface ScriptFlags {
  readonly noWrites: boolean;
  readonly allowOom: boolean;
  readonly allowStale: boolean;
}

export interface Script {
  readonly sha: string;
  readonly text: string;
  readonly body: readonly Statement[];
  /** null: no `#!` line, as all scripts before 7.0 (SCRIPT_FLAG_EVAL_COMPAT_MODE). */
  readonly flags: ScriptFlags | null;
}

/** Both by sha; what came by EVAL, the least recently used first. */
export interface ScriptCache {
  readonly loaded: Map<string, Script>;
  readonly evaluated: Map<string, Script>;
  /** Those that every replica and the append-only file know, so that EVALSHA may be sent as it is (server.repl_scriptcache_dict, 2.8 to 6.2). */
  readonly knownToAll: Set<string>;
}

export function createScriptCache(): ScriptCache {
  return { loaded: new Map(), evaluated: new Map(), knownToAll: new Set() };
}

export function findScript(cache: ScriptCache, sha: string): Script | undefined {
  return cache.loaded.get(sha) ?? cache.evaluated.get(sha);
}

export function scriptTexts({ loaded, evaluated }: ScriptCache): readonly string[] {
  return [...loaded.values(), ...evaluated.values()].map(({ text }) => text);
}

/**
 * eval.c: luaCreateFunction. The script, known or new, or what is wrong with it. `by` decides whether it may be forgotten:
 * of those that came by EVAL only `limit` are kept (luaScriptsLRUAdd).
 */
export function rememberScript(cache: ScriptCache, source: Bytes, by: 'load' | 'eval', limit: number): Script | string {
  const text = bytesToString(source);
  const sha = sha1Hex(text);
  const known = findScript(cache, sha);
  if (known !== undefined) return known;
  const header = readHeader(text);
  if (typeof header === 'string') return header;
  const parsed = parseLua(text.slice(header.length));
  if (!parsed.ok) return `ERR replsim runs a part of Lua (redis.call, redis.pcall, local, if, return, operators), and "${parsed.at}" in line ${parsed.line} of the script is not in it`;
  const script: Script = { sha, text, body: parsed.body, flags: header.flags };
  if (by === 'load') cache.loaded.set(sha, script);
  else {
    while (cache.evaluated.size >= limit) cache.evaluated.delete(cache.evaluated.keys().next().value!);
    cache.evaluated.set(sha, script);
  }
  return script;
}

/** It was run: it is the last to be forgotten. */
export function touchScript({ evaluated }: ScriptCache, script: Script): void {
  if (evaluated.delete(script.sha)) evaluated.set(script.sha, script);
}

const FLAGS = ['no-writes', 'allow-oom', 'allow-stale', 'no-cluster', 'allow-cross-slot-keys'];

/** eval.c: evalExtractShebangFlags. `length`: of the line, its end not included, so that lines keep their numbers. */
export function readHeader(text: string): { readonly flags: ScriptFlags | null; readonly length: number } | string {
  if (!text.startsWith('#!')) return { flags: null, length: 0 };
  const length = text.indexOf('\n');
  if (length < 0) return 'ERR Invalid script shebang';
  const [engine = '', ...options] = text.slice(0, length).split(/\s+/).filter((word) => word !== '');
  if (engine !== '#!lua') return `ERR Unexpected engine in script shebang: ${engine}`;
  const given = new Set<string>();
  for (const option of options) {
    if (!option.startsWith('flags=')) return `ERR Unknown lua shebang option: ${option}`;
    for (const flag of option.slice('flags='.length).split(',')) {
      if (!FLAGS.includes(flag)) return `ERR Unexpected flag in script shebang: ${flag}`;
      given.add(flag);
    }
  }
  return { flags: { noWrites: given.has('no-writes'), allowOom: given.has('allow-oom'), allowStale: given.has('allow-stale') }, length };
}
