/**
 * Our own recording of a replay, in the shape of the recordings of real servers.
 *
 * Ids and digests stay as they are (40 digits): comparing pairs them with the letters of the other side.
 */
import type { Fact } from '../../trace/fact.ts';
import type { StepResult } from '../../scenario/player.ts';
import type { ConnectionRecord } from './connection-record.ts';
import type { Json, JsonObject, Observed, ObservedLink } from './format.ts';
import { isList } from './format.ts';
import { type Address, createNames } from './names.ts';
import type { RelayRecorder } from './relay-recorder.ts';
import { resultRow, skippedRow } from './results.ts';
import type { PlannedStep } from './to-scenario.ts';

/** What a run left to be written down. */
export interface Played {
  readonly steps: readonly StepResult[];
  readonly relays: RelayRecorder;
  readonly facts: readonly Fact[];
  readonly addresses: readonly Address[];
}

/** The log lines that a server of this node's version prints for a fact; most facts have none. */
export type LogView = (fact: Fact) => readonly string[];

export function observe(plan: readonly PlannedStep[], played: Played, logView: LogView): Observed {
  const names = createNames(played.addresses);
  const { starts, endUs } = stepTimes(plan, played.steps);
  const byIndex = new Map(played.steps.map((step) => [step.index, step]));
  const results = plan.flatMap((planned, index) => {
    if (planned.skipped) return [skippedRow(planned.step, index)];
    const result = byIndex.get(planned.answers)?.result;
    const row = result === undefined ? null : resultRow(planned.step, index, result, names);
    return row === null ? [] : [row];
  });
  return {
    runs: 1,
    stable: true,
    step_ms: starts.map(time),
    end_ms: time(endUs),
    results,
    links: new Map([...played.relays.links].map(([name, records]) => [name, linkOf(name, records, endUs, played.addresses)])),
    log: logOf(played.facts, logView, (text) => names.inText(text)),
    notes: [],
  };
}

/** When each step of the case began: as soon as the one before it was over. */
function stepTimes(plan: readonly PlannedStep[], results: readonly StepResult[]): { starts: number[]; endUs: number } {
  const ended = new Map(results.map((result) => [result.index, result.endedUs]));
  const starts: number[] = [];
  let now = 0;
  for (const { first, count } of plan) {
    starts.push(now);
    for (let index = first; index < first + count; index++) now = ended.get(index) ?? now;
  }
  return { starts, endUs: now };
}

function time(us: number): Json {
  const ms = Math.round(us / 1000);
  return [ms, ms];
}

// ------------------------------------------------------------------ links

function linkOf(name: string, records: readonly ConnectionRecord[], endUs: number, addresses: readonly Address[]): ObservedLink {
  const replica = name.split('>', 1)[0]!;
  const ports = addresses.filter(({ node }) => node === replica).map(({ port }) => port);
  const rows = records.map((record) => {
    const row = { open_ms: time(record.openUs), close_ms: time(record.closeUs ?? endUs), ...record.row() };
    return { ...row, closed_by: record.closedBy ?? 'end', sent: ownPort(row, replica, ports) };
  });
  return { psync: summary(rows), connections: folded(rows) };
}

/** The replica's own port, as it announces it, is its name. */
function ownPort(row: JsonObject, replica: string, ports: readonly number[]): Json {
  const sent = isList(row['sent']) ? row['sent'] : [];
  return sent.map((line) => {
    const match = typeof line === 'string' ? /^(REPLCONF listening-port )(\d+)$/i.exec(line) : null;
    return match !== null && ports.includes(Number(match[2])) ? `${match[1]!}<${replica}>` : line;
  });
}

/** The outcomes in a row; a refusal several times in a row is written once, with a `+`. */
export function summary(rows: readonly JsonObject[]): string {
  const list: string[] = [];
  for (const row of rows) {
    const outcomes = typeof row['outcome'] === 'string' ? row['outcome'].split(' ') : [];
    for (const outcome of outcomes) {
      const refused = outcome.startsWith('-') || outcome === '?';
      if (refused && list.at(-1)?.replace(/\+$/, '') === outcome) list[list.length - 1] = `${outcome}+`;
      else list.push(outcome);
    }
  }
  return list.join(' ');
}

/** Equal rows of refusals one after another become one row, from the first opening to the last close. */
function folded(rows: readonly JsonObject[]): readonly JsonObject[] {
  const list: JsonObject[] = [];
  let repeats = 0;
  let last = '';
  for (const row of rows) {
    const key = isRefusal(row) ? JSON.stringify({ ...row, open_ms: null, close_ms: null }) : '';
    if (key !== '' && key === last) {
      repeats++;
      list[list.length - 1] = { ...list.at(-1)!, close_ms: row['close_ms']!, repeats: [repeats, repeats] };
    } else {
      repeats = 1;
      list.push(row);
    }
    last = key;
  }
  return list;
}

function isRefusal(row: JsonObject): boolean {
  const outcome = row['outcome'];
  return typeof outcome !== 'string' || !outcome.split(' ').some((one) => one === 'F' || one === 'f' || one === 'P');
}

// ------------------------------------------------------------------ log

function logOf(facts: readonly Fact[], view: LogView, named: (text: string) => string): ReadonlyMap<string, readonly string[]> {
  const log = new Map<string, string[]>();
  for (const fact of facts) {
    const lines = view(fact).map((line) => withoutClient(named(line)));
    if (lines.length === 0) continue;
    const list = log.get(fact.node);
    if (list === undefined) log.set(fact.node, [...lines]);
    else list.push(...lines);
  }
  return log;
}

/** Recordings keep what was said in every run; the client that asked had another id and port each time. */
function withoutClient(line: string): string {
  return line.replace(/ \(user request from '.*'\)$/, '');
}
