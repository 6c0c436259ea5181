/** Runs for other programs: `replsim-run/1`. The shape is published by `json-schema.ts`. */
import type { InvariantResult, Outcome, ExpectationResult, Resync, Verdict } from '../checks/outcome.ts';
import type { Range } from '../explore/range.ts';
import type { NodeState } from '../trace/fact.ts';
import type { ReportedRun, Reporter } from './reporter.ts';

export const REPORT_FORMAT = 'replsim-run/1';

export interface JsonReport {
  format: typeof REPORT_FORMAT;
  runs: JsonRun[];
}

export interface JsonRun {
  scenario: string;
  file: string;
  seed: string;
  server: string;
  verdict: Verdict;
  virtualUs: number;
  events: number;
  appliedWrites: number;
  /** null: not known. */
  wallMs: number | null;
  traceHash: string;
  /** Of many runs, a line each; this one is the first of the worst. null: there was one run. */
  range: JsonRangeRun[] | null;
  /** One seed in several versions: those who came to the same. null: no such run. */
  generations: JsonGeneration[] | null;
  /** Versions that the scenario is not for, with `--server all`. */
  skipped: { server: string; why: string }[];
  resyncs: JsonResync[];
  expectations: { text: string; verdict: ExpectationResult['verdict']; detail: string }[];
  invariants: { name: string; verdict: InvariantResult['verdict']; detail: string }[];
  nodes: Record<string, JsonNode>;
}

export interface JsonRangeRun {
  seed: string;
  server: string;
  verdict: Verdict;
  why: string;
  traceHash: string;
  resyncs: JsonAnswer[];
  without: string[];
}

/** The completed resyncs of one replica, in order. */
export interface JsonAnswer {
  replica: string;
  done: { kind: Resync['kind']; reason: Resync['reason'] }[];
}

/** Versions that came to the same. */
export interface JsonGeneration {
  servers: string[];
  verdict: Verdict;
  resyncs: JsonAnswer[];
}

export interface JsonResync {
  atUs: number;
  replica: string;
  master: string;
  kind: Resync['kind'];
  reason: Resync['reason'];
  outcome: 'done' | 'aborted' | 'refused';
  asked: { replid: string; offset: number };
  evidence: NonNullable<Resync['evidence']> | null;
  bytes: number;
  endedAtUs: number | null;
  phases: JsonPhase[];
}

export type JsonPhase = { -readonly [Key in keyof Resync['phases'][number]]: Resync['phases'][number][Key] };

export interface JsonNode {
  role: NodeState['role'];
  replid: string;
  replid2: string;
  offset: number;
  secondOffset: number;
  backlog: { active: boolean; size: number; firstByte: number; length: number };
  keys: number;
  digest: string;
  sync: { full: number; partialOk: number; partialErr: number };
}

export function jsonReporter(): Reporter {
  return {
    run: () => '',
    end: (runs) => `${JSON.stringify(jsonReport(runs), null, 2)}\n`,
  };
}

export function jsonReport(runs: readonly ReportedRun[]): JsonReport {
  return { format: REPORT_FORMAT, runs: runs.map(jsonRun) };
}

function jsonRun({ outcome, wallMs, range }: ReportedRun): JsonRun {
  const { scenario, seed, server, verdict, virtualUs, events, appliedWrites, traceHash, nodes }: Outcome = outcome;
  return {
    scenario: scenario.name, file: scenario.file, seed, server, verdict, virtualUs, events, appliedWrites,
    wallMs: wallMs === null ? null : Math.round(wallMs * 1000) / 1000,
    traceHash,
    range: range?.runs.map(jsonRangeRun) ?? null,
    generations: range?.generations?.map(({ servers, verdict: judged, resyncs }) => ({ servers: [...servers], verdict: judged, resyncs: resyncs.map(jsonAnswer) })) ?? null,
    skipped: range?.skipped.map(({ server: version, why }) => ({ server: version, why })) ?? [],
    resyncs: outcome.resyncs.map(jsonResync),
    expectations: outcome.expectations.map(({ text, verdict: judged, detail }) => ({ text, verdict: judged, detail })),
    invariants: outcome.invariants.map(({ name, verdict: judged, detail }) => ({ name, verdict: judged, detail })),
    // Object.fromEntries defines properties, so that no name of a node means anything else (`__proto__`).
    nodes: Object.fromEntries(nodes.map((state) => [state.node, jsonNode(state)])),
  };
}

function jsonRangeRun({ seed, server, verdict, why, traceHash, resyncs, without }: Range['runs'][number]): JsonRangeRun {
  return { seed, server, verdict, why, traceHash, resyncs: resyncs.map(jsonAnswer), without: [...without] };
}

function jsonAnswer({ replica, done }: Range['runs'][number]['resyncs'][number]): JsonAnswer {
  return { replica, done: done.map(({ kind, reason }) => ({ kind, reason })) };
}

export function jsonResync({ askedAtUs, replica, master, kind, reason, outcome, asked, evidence, bytes, endedAtUs, phases }: Resync): JsonResync {
  return {
    atUs: askedAtUs, replica, master, kind, reason, outcome: outcome === 'unfinished' ? 'aborted' : outcome,
    asked: { replid: asked.replid, offset: asked.offset },
    evidence: evidence === null ? null : { ...evidence },
    bytes, endedAtUs,
    phases: phases.map(({ phase, fromUs, untilUs, during }) => ({ phase, fromUs, untilUs, during })),
  };
}

function jsonNode({ role, replid, replid2, offset, secondOffset, backlog, keys, digest, sync }: NodeState): JsonNode {
  return {
    role, replid, replid2, offset, secondOffset,
    backlog: { active: backlog.active, size: backlog.size, firstByte: backlog.firstByte, length: backlog.length },
    keys, digest,
    sync: { full: sync.full, partialOk: sync.partialOk, partialErr: sync.partialErr },
  };
}
