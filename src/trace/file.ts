/**
 * A saved trace: `replsim-trace/1`, JSON lines. The first line is the header, then one line a milestone
 * (`{"fact":…}`) in order, then one line an observed node state (`{"state":…}`), then what was seen at regular
 * instants, if anybody looked: `{"observed":…}`, one line a look (`{"sample":…}`) and one a message (`{"message":…}`).
 *
 * Only milestones are kept: the hash in the header covers the details, too, and so cannot be computed
 * again from the file. Whatever reads facts (checks, reports) reads them from here as well.
 */
import type { Fact, FactBody, KeyState, NodeState } from './fact.ts';
import type { Observed, Sample, StreamMessage } from './sample.ts';

export const TRACE_FORMAT = 'replsim-trace/1';

export interface TraceHeader {
  /** Name of the scenario. */
  readonly name: string;
  readonly seed: string;
  readonly server: string;
  readonly virtualUs: number;
  /** 16 hex digits; '' when the run was not one of the simulator's. */
  readonly hash: string;
}

export interface TraceFile {
  readonly header: TraceHeader;
  readonly facts: readonly Fact[];
  readonly states: readonly NodeState[];
  /** null: nobody looked. */
  readonly observed: Observed | null;
}

/** The file is not a trace that we can read: a mistake of whoever gave it, with its line. */
export class TraceFileError extends Error {
  /** 1-based. */
  readonly line: number;
  constructor(message: string, line: number) {
    super(`line ${line}: ${message}`);
    this.name = 'TraceFileError';
    this.line = line;
  }
}

/** The lines of the file, each with its line end. */
export function* traceLines({ header, facts, states, observed }: TraceFile): Generator<string> {
  const { name, seed, server, virtualUs, hash } = header;
  yield `${JSON.stringify({ format: TRACE_FORMAT, name, seed, server, virtualUs, hash })}\n`;
  for (const fact of facts) yield `${JSON.stringify({ fact })}\n`;
  for (const state of states) {
    const values = state.values === undefined ? {} : { values: [...state.values] };
    yield `${JSON.stringify({ state: { ...state, info: [...state.info], ...values } })}\n`;
  }
  if (observed === null) return;
  yield `${JSON.stringify({ observed: { everyUs: observed.everyUs } })}\n`;
  for (const sample of observed.samples) yield `${JSON.stringify({ sample })}\n`;
  for (const message of observed.messages) yield `${JSON.stringify({ message })}\n`;
}

/** Reads what `traceLines` wrote. Throws TraceFileError. */
export function readTrace(text: string): TraceFile {
  const lines = text.split('\n');
  const header = readHeader(lines[0] ?? '');
  const facts: Fact[] = [];
  const states: NodeState[] = [];
  const samples: Sample[] = [];
  const messages: StreamMessage[] = [];
  let everyUs: number | null = null;
  for (const [index, line] of lines.entries()) {
    if (index === 0 || line.trim() === '') continue;
    const record = parse(line, index + 1);
    if (isRecord(record['fact'])) facts.push(readFact(record['fact'], facts.length + 1, index + 1));
    else if (isRecord(record['state'])) states.push(readState(record['state'], index + 1));
    else if (isRecord(record['observed'])) everyUs = integer(record['observed'], 'everyUs', index + 1);
    else if (isRecord(record['sample'])) samples.push(readSample(record['sample'], index + 1));
    else if (isRecord(record['message'])) messages.push(readMessage(record['message'], index + 1));
    else throw new TraceFileError('neither a fact nor a node state', index + 1);
  }
  return { header, facts, states, observed: everyUs === null ? null : { everyUs, samples, messages } };
}

type JsonRecord = Readonly<Record<string, unknown>>;

function readHeader(line: string): TraceHeader {
  const record = parse(line.replace(/^\uFEFF/, ''), 1);
  const format = record['format'];
  if (format !== TRACE_FORMAT) {
    const found = typeof format === 'string' ? `it says "${format}"` : 'it does not say so';
    throw new TraceFileError(`this is no trace of the format ${TRACE_FORMAT}: ${found}`, 1);
  }
  return {
    name: string(record, 'name', 1), seed: string(record, 'seed', 1), server: string(record, 'server', 1),
    virtualUs: integer(record, 'virtualUs', 1), hash: string(record, 'hash', 1),
  };
}

function readFact(record: JsonRecord, id: number, line: number): Fact {
  const body = record['body'];
  if (!isRecord(body) || typeof body['kind'] !== 'string') throw new TraceFileError('a fact without a kind', line);
  if (record['id'] !== id) throw new TraceFileError(`the next fact is ${id}, not ${String(record['id'])}: lines are missing or moved`, line);
  return {
    id, atUs: integer(record, 'atUs', line), node: string(record, 'node', line), cause: integer(record, 'cause', line),
    body: body as unknown as FactBody,
  };
}

function readState(record: JsonRecord, line: number): NodeState {
  const { info, values } = record;
  if (!Array.isArray(info)) throw new TraceFileError('a node state without its info', line);
  string(record, 'node', line);
  integer(record, 'atUs', line);
  return {
    ...(record as unknown as NodeState),
    info: new Map(info as [string, string][]),
    ...(Array.isArray(values) ? { values: new Map(values as [string, KeyState | null][]) } : {}),
  };
}

function readSample(record: JsonRecord, line: number): Sample {
  integer(record, 'atUs', line);
  if (!Array.isArray(record['nodes']) || !Array.isArray(record['clients'])) throw new TraceFileError('a sample without its nodes or clients', line);
  return record as unknown as Sample;
}

function readMessage(record: JsonRecord, line: number): StreamMessage {
  string(record, 'from', line);
  string(record, 'to', line);
  integer(record, 'sentUs', line);
  return record as unknown as StreamMessage;
}

function parse(line: string, number: number): JsonRecord {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new TraceFileError('not JSON', number);
  }
  if (!isRecord(value)) throw new TraceFileError('not a JSON object', number);
  return value;
}

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function string(record: JsonRecord, key: string, line: number): string {
  const value = record[key];
  if (typeof value !== 'string') throw new TraceFileError(`"${key}" is not a text`, line);
  return value;
}

function integer(record: JsonRecord, key: string, line: number): number {
  const value = record[key];
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new TraceFileError(`"${key}" is not a whole number`, line);
  return value;
}
