/**
 * A saved trace: `replsim-trace/2`, JSON lines. The first line is the header, then one line a milestone
 * (`{"fact":…}`) in order, then one line an observed node state (`{"state":…}`), then what was seen at regular
 * instants, if anybody looked: `{"observed":…}`, one line a look (`{"sample":…}`) and one a message (`{"message":…}`).
 * What a run was judged by and came to stands between header and facts, under names that `checks/saved.ts` knows.
 *
 * Only milestones are kept: the hash in the header covers the details, too, and so cannot be computed
 * again from the file. Whatever reads facts (checks, reports) reads them from here as well.
 */
import type { Fact, FactBody, KeyState, NodeState } from './fact.ts';
import type { Observed, Sample, StreamMessage } from './sample.ts';
import { wrongMessage, wrongSample, wrongState } from './sample-shapes.ts';
import { wrongBody } from './shapes.ts';

export const TRACE_FORMAT = 'replsim-trace/2';

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
  /** What others than the trace have to say of the run, each under its name. */
  readonly notes: readonly Note[];
  readonly facts: readonly Fact[];
  readonly states: readonly NodeState[];
  /** null: nobody looked. */
  readonly observed: Observed | null;
}

export interface Note {
  readonly name: string;
  readonly record: JsonRecord;
  /** Where it stood, 1-based; 0: it was not read from a file. */
  readonly line: number;
}

/** The file is not a trace that we can read: a mistake of whoever gave it, with its line. */
export class TraceFileError extends Error {
  /** 1-based. */
  readonly line: number;
  /** What is wrong, without the line. */
  readonly what: string;
  constructor(message: string, line: number) {
    super(`line ${line}: ${message}`);
    this.name = 'TraceFileError';
    this.line = line;
    this.what = message;
  }
}

/** The lines of the file, each with its line end. */
export function* traceLines(file: TraceFile): Generator<string> {
  const { name, seed, server, virtualUs, hash } = file.header;
  const records = [...recordsOf(file)];
  yield `${JSON.stringify({ format: TRACE_FORMAT, lines: 1 + records.length, name, seed, server, virtualUs, hash })}\n`;
  for (const record of records) yield `${JSON.stringify(record)}\n`;
}

function* recordsOf({ notes, facts, states, observed }: TraceFile): Generator<object> {
  for (const { name, record } of notes) yield { [name]: record };
  for (const fact of facts) yield { fact };
  for (const state of states) {
    const values = state.values === undefined ? {} : { values: [...state.values] };
    yield { state: { ...state, info: [...state.info], ...values } };
  }
  if (observed === null) return;
  yield { observed: { everyUs: observed.everyUs } };
  for (const sample of observed.samples) yield { sample };
  for (const message of observed.messages) yield { message };
}

/** Reads what `traceLines` wrote. `noted`: names of the notes that may stand in it. Throws TraceFileError. */
export function readTrace(text: string, noted: readonly string[] = []): TraceFile {
  const lines = text.split('\n');
  const { header, count } = readHeader(lines[0] ?? '');
  const notes: Note[] = [];
  const facts: Fact[] = [];
  const states: NodeState[] = [];
  const samples: Sample[] = [];
  const messages: StreamMessage[] = [];
  let everyUs: number | null = null;
  let [read, last] = [1, 1];
  for (const [index, line] of lines.entries()) {
    if (index === 0 || line.trim() === '') continue;
    const number = index + 1;
    read++;
    last = number;
    const [[name, record] = ['', null], ...more] = Object.entries(parse(line, number));
    if (!isRecord(record) || more.length > 0) throw new TraceFileError('neither a fact nor anything else that a trace holds', number);
    if (name === 'fact') facts.push(readFact(record, facts.length + 1, number));
    else if (name === 'state') states.push(readState(record, number));
    else if (name === 'observed') everyUs = integer(record, 'everyUs', number);
    else if (name === 'sample') samples.push(readSample(record, samples[0], number));
    else if (name === 'message') messages.push(readMessage(record, number));
    else if (noted.includes(name)) notes.push({ name, record, line: number });
    else throw new TraceFileError('neither a fact nor anything else that a trace holds', number);
  }
  if (read !== count) throw new TraceFileError(`the file ends here, after ${read} of ${count} lines: it was cut off, or lines were added`, last);
  return { header, notes, facts, states, observed: everyUs === null ? null : { everyUs, samples, messages } };
}

export type JsonRecord = Readonly<Record<string, unknown>>;

function readHeader(line: string): { readonly header: TraceHeader; readonly count: number } {
  const record = parse(line.replace(/^\uFEFF/, ''), 1);
  const format = record['format'];
  if (format !== TRACE_FORMAT) {
    const found = typeof format === 'string' ? `it says "${format}"` : 'it does not say so';
    throw new TraceFileError(`this is no trace of the format ${TRACE_FORMAT}: ${found}`, 1);
  }
  if (!/^(?:[0-9a-f]{16})?$/.test(string(record, 'hash', 1))) throw new TraceFileError('"hash" is not 16 hexadecimal digits', 1);
  if (integer(record, 'virtualUs', 1) < 0) throw new TraceFileError('"virtualUs" is less than nothing', 1);
  const header = {
    name: string(record, 'name', 1), seed: string(record, 'seed', 1), server: string(record, 'server', 1),
    virtualUs: integer(record, 'virtualUs', 1), hash: string(record, 'hash', 1),
  };
  return { header, count: integer(record, 'lines', 1) };
}

function readFact(record: JsonRecord, id: number, line: number): Fact {
  const body = record['body'];
  if (!isRecord(body) || typeof body['kind'] !== 'string') throw new TraceFileError('a fact without a kind', line);
  if (record['id'] !== id) throw new TraceFileError(`the next fact is ${id}, not ${String(record['id'])}: lines are missing or moved`, line);
  const wrong = wrongBody(body);
  if (wrong !== null) throw new TraceFileError(`this is no fact of a run: ${wrong}`, line);
  const cause = integer(record, 'cause', line);
  if (cause >= id || cause < 0) throw new TraceFileError(`fact ${id} cannot be caused by ${cause}`, line);
  return {
    id, atUs: integer(record, 'atUs', line), node: string(record, 'node', line), cause,
    body: body as unknown as FactBody,
  };
}

function readState(record: JsonRecord, line: number): NodeState {
  const wrong = wrongState(record);
  if (wrong !== null) throw new TraceFileError(`this is no state of a node: ${wrong}`, line);
  const { info, values } = record;
  return {
    ...(record as unknown as NodeState),
    info: new Map(info as [string, string][]),
    ...(values === undefined ? {} : { values: new Map(values as [string, KeyState | null][]) }),
  };
}

function readSample(record: JsonRecord, first: Sample | undefined, line: number): Sample {
  const wrong = wrongSample(record, first);
  if (wrong !== null) throw new TraceFileError(`this is no sample of a run: ${wrong}`, line);
  return record as unknown as Sample;
}

function readMessage(record: JsonRecord, line: number): StreamMessage {
  const wrong = wrongMessage(record);
  if (wrong !== null) throw new TraceFileError(`this is no message of a run: ${wrong}`, line);
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

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function string(record: JsonRecord, key: string, line: number): string {
  const value = record[key];
  if (typeof value !== 'string') throw new TraceFileError(`"${key}" is not a text`, line);
  return value;
}

export function integer(record: JsonRecord, key: string, line: number): number {
  const value = record[key];
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new TraceFileError(`"${key}" is not a whole number`, line);
  return value;
}
