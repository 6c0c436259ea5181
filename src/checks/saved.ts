/**
 * What a run came to, in a file and out of it: the Outcome as a trace with notes, from which every report can be made again.
 *
 * Kept is what cannot be made from facts: the scenario as it was written, with what the command line changed in it; what was judged,
 * and how; counters of the engine. Resyncs are a view, and made again. What the machine took for it is not kept: the same run
 * makes the same file.
 */
import type { Override } from '../scenario/overrides.ts';
import { loadAgain, type ScenarioText } from '../scenario/scenario-text.ts';
import { integer, isRecord, type JsonRecord, type Note, readTrace, string, TraceFileError, traceLines } from '../trace/file.ts';
import { resyncsOf } from '../trace/resyncs.ts';
import type { ExpectationResult, InvariantResult, Outcome, Verdict } from './outcome.ts';

export interface SavedRun {
  readonly outcome: Outcome;
  /** The command that does the same again; '' when none is known. */
  readonly replay: string;
  /** The command that explains its resyncs; '' when none is known. */
  readonly explain: string;
}

const NOTES = ['scenario', 'verdict', 'expectation', 'invariant'] as const;

/** The lines of the file, each with its line end. */
export function* savedLines({ outcome, replay, explain }: SavedRun, scenario: ScenarioText): Generator<string> {
  const { seed, server, virtualUs, traceHash, facts, nodes, observed, verdict, verdictDetail, events, appliedWrites, expectations, invariants } = outcome;
  const note = (name: (typeof NOTES)[number], record: object): Note => ({ name, record: record as JsonRecord, line: 0 });
  const { file, text, overrides, confFiles, leaveOutUnknown } = scenario;
  yield* traceLines({
    header: { name: outcome.scenario.name, seed, server, virtualUs, hash: traceHash },
    notes: [
      note('scenario', { file, text, overrides, confFiles, leaveOutUnknown }),
      note('verdict', { verdict, detail: verdictDetail, events, appliedWrites, replay, explain }),
      ...expectations.map((one) => note('expectation', one)),
      ...invariants.map((one) => note('invariant', one)),
    ],
    facts, states: nodes, observed,
  });
}

/** Reads what `savedLines` wrote. Throws TraceFileError, and ScenarioError when its scenario is none. */
export function readSaved(text: string): SavedRun {
  const { header, notes, facts, states, observed } = readTrace(text, NOTES);
  const one = (name: (typeof NOTES)[number]): Note => {
    const found = notes.filter((note) => note.name === name);
    if (found.length !== 1) throw new TraceFileError(`this trace has ${found.length === 0 ? 'no' : 'more than one'} "${name}"`, found[1]?.line ?? 1);
    return found[0]!;
  };
  const all = <Result>(name: (typeof NOTES)[number], read: (note: Note) => Result): Result[] => notes.filter((note) => note.name === name).map(read);
  const { record, line } = one('verdict');
  const { scenario } = loadAgain(readScenarioText(one('scenario')));
  const { seed, server, virtualUs, hash } = header;
  // Whoever loaded the scenario knows all servers.
  if (server !== scenario.server) throw new TraceFileError(`"server" is not that of the scenario, which is ${scenario.server}`, 1);
  return {
    replay: string(record, 'replay', line),
    explain: string(record, 'explain', line),
    outcome: {
      scenario, seed, server, virtualUs, traceHash: hash,
      verdict: word(VERDICTS, record, 'verdict', line), verdictDetail: string(record, 'detail', line),
      events: integer(record, 'events', line), appliedWrites: integer(record, 'appliedWrites', line),
      resyncs: resyncsOf(facts), expectations: all('expectation', readExpectation), invariants: all('invariant', readInvariant),
      nodes: states, facts, observed,
    },
  };
}

const VERDICTS: readonly Verdict[] = ['passed', 'failed', 'undecided', 'error'];
const JUDGED: readonly ExpectationResult['verdict'][] = ['held', 'failed', 'undecided', 'not-applicable'];
const INVARIANTS: readonly InvariantResult['verdict'][] = ['held', 'violated', 'not-applicable'];

function readExpectation({ record, line }: Note): ExpectationResult {
  const { place } = record;
  return {
    text: string(record, 'text', line), verdict: word(JUDGED, record, 'verdict', line), detail: string(record, 'detail', line), atUs: integer(record, 'atUs', line),
    place: !isRecord(place) ? null : { ...place, file: string(place, 'file', line), line: integer(place, 'line', line), column: integer(place, 'column', line) },
  };
}

function readInvariant({ record, line }: Note): InvariantResult {
  return {
    name: string(record, 'name', line), verdict: word(INVARIANTS, record, 'verdict', line), detail: string(record, 'detail', line), compared: integer(record, 'compared', line),
  };
}

function readScenarioText({ record, line }: Note): ScenarioText {
  const list = (key: string, fields: readonly string[]): JsonRecord[] => {
    const value = record[key];
    if (!Array.isArray(value) || !value.every(isRecord)) throw new TraceFileError(`"${key}" is not a list`, line);
    for (const one of value) for (const field of fields) string(one, field, line);
    return value;
  };
  return {
    file: string(record, 'file', line), text: string(record, 'text', line), leaveOutUnknown: record['leaveOutUnknown'] === true,
    overrides: list('overrides', ['path', 'value']).map((one) => readOverride(one, line)),
    confFiles: list('confFiles', ['path', 'text']) as unknown as ScenarioText['confFiles'],
  };
}

function readOverride(record: JsonRecord, line: number): Override {
  const [path, value] = [string(record, 'path', line), string(record, 'value', line)];
  const { typed } = record;
  if (typed === undefined) return { path, value };
  if (!isRecord(typed)) throw new TraceFileError('"typed" is not there', line);
  const { asList } = typed;
  const [option, text, valueFrom] = [string(typed, 'option', line), string(typed, 'text', line), integer(typed, 'valueFrom', line)];
  if (!/^--[a-z-]+$/.test(option)) throw new TraceFileError('"option" is no option of a command', line);
  if (valueFrom < 0 || valueFrom > text.length) throw new TraceFileError('"valueFrom" is no place in "text"', line);
  return { path, value, typed: { option, text, valueFrom, ...(asList === true ? { asList } : {}) } };
}

function word<Word extends string>(words: readonly Word[], record: JsonRecord, key: string, line: number): Word {
  const found = words.find((one) => one === record[key]);
  if (found === undefined) throw new TraceFileError(`"${key}" is none of ${words.join(', ')}`, line);
  return found;
}
