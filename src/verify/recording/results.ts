/** What steps gave, as rows of `results`. */
import type { Bytes, Reply } from '../../redis/protocol/payload.ts';
import { bytesToString } from '../../redis/protocol/make.ts';
import type { NodeObservation, VerbResult } from '../../scenario/stage.ts';
import type { CaseStep, Json, JsonObject } from './format.ts';
import type { Names } from './names.ts';

/** Null when the step leaves no row: nothing to say of it, or all went well. */
export function resultRow(step: CaseStep, index: number, result: VerbResult, names: Names): JsonObject | null {
  const head = { step: index, do: step.do };
  const server = step.fields['server'] ?? null;
  switch (result.type) {
    case 'none':
      return null;
    case 'timed-out':
      return { ...head, until: step.fields['until'] ?? null, timed_out: true };
    case 'probe': {
      const row = { ...head, server, request: result.request, reply: result.reply };
      return result.reply.startsWith('+CONTINUE') ? { ...row, bytes_after: result.bytesAfter } : row;
    }
    case 'observations':
      return { ...head, servers: Object.fromEntries(result.nodes.map((node) => [node.node, observation(node, names)])) };
    case 'replies': {
      const replies = result.replies.map(replyJson);
      if (step.do === 'commands') return { ...head, server, replies };
      // Settings are only spoken of when one was refused.
      if (step.do === 'config-set') return replies.every((reply) => reply === '+OK') ? null : { ...head, server, reply: replies };
      return replies.length === 0 ? null : { ...head, server, reply: replies[0]! };
    }
  }
}

export function skippedRow(step: CaseStep, index: number): JsonObject {
  return { step: index, do: step.do, skipped: true };
}

/** Status and error with their sign, numbers as such, null, lists; anything else is a bulk string. */
export function replyJson(reply: Reply): Json {
  switch (reply.type) {
    case 'status':
      return `+${reply.text}`;
    case 'error':
      return `-${reply.text}`;
    case 'integer':
      return Number(reply.value);
    case 'bulk':
      return text(reply.value);
    case 'nil':
    case 'nil-array':
      return null;
    case 'array':
      return reply.items.map(replyJson);
  }
}

/** INFO fields that recordings hold: numbers, and texts. */
const NUMBERS = [
  'connected_slaves', 'expired_keys', 'evicted_keys', 'master_sync_in_progress', 'master_repl_offset', 'repl_backlog_active', 'repl_backlog_size',
  'repl_backlog_first_byte_offset', 'repl_backlog_histlen', 'sync_full', 'sync_partial_ok', 'sync_partial_err', 'slave_repl_offset',
  'second_repl_offset', 'slave_read_repl_offset',
];
const TEXTS = ['role', 'master_link_status', 'master_replid', 'master_replid2'];

function observation(node: NodeObservation, names: Names): Json {
  if (node.state === 'down') return 'down';
  if (node.state === 'no-answer') return 'no answer';
  const row: Record<string, Json> = {};
  const replicas: Json[] = [];
  for (const [field, value] of node.info) {
    if (TEXTS.includes(field)) row[field] = value;
    else if (NUMBERS.includes(field)) row[field] = Number(value);
    else if (/^slave\d+$/.test(field)) replicas.push(replica(value, names));
  }
  // The recorder sorted them; ROLE, which it left as it was, shows the order of the list.
  replicas.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (replicas.length > 0) row['replicas'] = replicas;
  row['dbsize'] = node.dbsize;
  if (node.role !== null) row['ROLE'] = role(replyJson(node.role), names);
  row['digest'] = node.digest;
  return row;
}

/** `ip=…,port=…,state=online,offset=…,lag=…`, and `ip,port,state` before 2.8. */
function replica(value: string, names: Names): Json {
  const parts = value.split(',');
  const field = (name: string): string | undefined => parts.find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1);
  const [host, port, state, offset] = value.includes('=')
    ? [field('ip'), field('port'), field('state'), field('offset')]
    : [parts[0], parts[1], parts[2], undefined];
  const known = [names.port(host ?? '', Number(port)), state ?? ''];
  return offset === undefined ? known : [...known, Number(offset)];
}

/** `[master, offset, [[ip, port, acked]…]]` or `[slave, ip, port, state, offset]`. */
function role(reply: Json, names: Names): Json {
  if (!Array.isArray(reply)) return reply;
  const list = reply as readonly Json[];
  if (list[0] === 'master' && Array.isArray(list[2])) {
    const replicas = (list[2] as readonly (readonly Json[])[]).map(([host, port, ...more]) => address(host, port, more, names, true));
    return [list[0], list[1] ?? null, replicas];
  }
  const [host, port, ...more] = list.slice(1);
  return list[0] === 'slave' ? [list[0], ...address(host, port, more, names, false)] : list;
}

function address(host: Json | undefined, port: Json | undefined, more: readonly Json[], names: Names, asText: boolean): Json[] {
  const known = names.port(typeof host === 'string' ? host : '', Number(port));
  const known127 = typeof known === 'string' ? '127.0.0.1' : (host ?? null);
  return [known127, typeof known === 'number' && asText ? String(known) : known, ...more];
}

function text(bytes: Bytes): string {
  return bytesToString(bytes);
}
