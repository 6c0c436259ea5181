/** Explained resyncs for other programs: `replsim-explain/1`. The shape is published by `json-schema.ts`. */
import type { Answer, Counterfactual, Counterfactuals, Probe } from '../../explore/counterfactual/answer.ts';
import type { Proof } from '../../explore/proof.ts';
import type { Origin } from '../../trace/causes.ts';
import type { NodeState } from '../../trace/fact.ts';
import { jsonResync, type JsonResync } from '../json.ts';
import { plain } from '../pretty/rich.ts';
import { storyBefore } from './story.ts';
import type { ToldResync, ToldRun } from './told.ts';
import { originWords, partWords, shownOrigin } from './words.ts';

export const EXPLAIN_FORMAT = 'replsim-explain/1';

export interface JsonExplain {
  format: typeof EXPLAIN_FORMAT;
  scenario: string;
  file: string;
  seed: string;
  server: string;
  traceHash: string;
  /** All of them, in the order in which replicas asked. */
  resyncs: (JsonResync & { number: number; cause: JsonCause })[];
  /** Those that were asked for. */
  explanations: JsonExplanation[];
}

export interface JsonExplanation {
  number: number;
  servers: { master: string; replica: string };
  checks: { name: string; passed: boolean; left: string | number; relation: string; right: string | number }[];
  story: { atUs: number; node: string; text: string }[];
  cause: JsonCause;
  proof: { is: Proof['is']; withoutIt: { what: string; atUs: number | null }[]; runs: string[] };
  forgottenAtUs: number | null;
  log: { atUs: number; node: string; line: string }[];
  before: { master: JsonBefore | null; replica: JsonBefore | null };
  /** null: --why-not was not asked. */
  whyNot: JsonWhyNot | null;
}

export interface JsonWhyNot {
  asked: Counterfactuals['asked'];
  runs: number;
  best: string | null;
  knobs: { knob: string; paths: string[]; was: number | null; unit: Counterfactual['unit']; answer: Answer['is']; edges: { holds: JsonProbe; fails: JsonProbe }[]; why: string }[];
}

export interface JsonProbe {
  value: number;
  set: { path: string; value: string }[];
  fate: Probe['fate'];
  reason: JsonResync['reason'];
}

export interface JsonCause {
  is: Origin['is'];
  words: string;
  /** Ids of facts, as in a saved trace. */
  facts: number[];
}

export interface JsonBefore {
  node: string;
  running: boolean;
  info: Record<string, string>;
}

export function explainJson(run: ToldRun): string {
  return `${JSON.stringify(explainReport(run), null, 2)}\n`;
}

export function explainReport(run: ToldRun): JsonExplain {
  const { outcome: { scenario, seed, server, traceHash, resyncs, facts }, causes, told } = run;
  const causeOf = (asked: number): JsonCause => jsonCause(causes.origin(asked), facts);
  return {
    format: EXPLAIN_FORMAT, scenario: scenario.name, file: scenario.file, seed, server, traceHash,
    resyncs: resyncs.map((resync, index) => ({ number: index + 1, ...jsonResync(resync), cause: causeOf(resync.facts.asked) })),
    explanations: told.map((one) => jsonExplanation(one, run)),
  };
}

function jsonExplanation({ explanation, proof, whyNot }: ToldResync, run: ToldRun): JsonExplanation {
  const { number, servers, checks, goneAtUs, log, before } = explanation;
  return {
    number, servers: { ...servers },
    checks: checks.map(({ name, passed, left, relation, right }) => ({ name, passed, left, relation, right })),
    story: storyBefore(explanation, run).map(({ atUs, who, text }) => ({ atUs, node: who, text: plain(text) })),
    cause: jsonCause(shownOrigin(explanation.origin, proof), run.outcome.facts),
    proof: { is: proof.is, withoutIt: proof.parts.map((part) => ({ what: partWords(part), atUs: part.is === 'step' ? part.atUs : null })), runs: [...proof.runs] },
    forgottenAtUs: goneAtUs,
    log: log.map(({ atUs, node, line }) => ({ atUs, node, line })),
    before: { master: jsonBefore(before.master), replica: jsonBefore(before.replica) },
    whyNot: whyNot === null ? null : jsonWhyNot(whyNot),
  };
}

function jsonWhyNot({ asked, runs, best, knobs }: Counterfactuals): JsonWhyNot {
  return {
    asked, runs, best,
    knobs: knobs.map(({ knob, paths, was, unit, answer }) => ({
      knob, paths: [...paths], was, unit, answer: answer.is,
      edges: (answer.is === 'edge' ? [answer.edge] : answer.is === 'several' ? answer.edges : []).map(({ holds, fails }) => ({ holds: jsonProbe(holds), fails: jsonProbe(fails) })),
      why: answer.is === 'not-tried' ? answer.why : '',
    })),
  };
}

function jsonProbe({ value, set, fate, reason }: Probe): JsonProbe {
  return { value, set: set.map(({ path, value: text }) => ({ path, value: text })), fate, reason };
}

function jsonCause(origin: Origin, facts: ToldRun['outcome']['facts']): JsonCause {
  const ids = origin.is === 'fault' ? origin.faults.map(({ fact }) => fact) : origin.is === 'order' || origin.is === 'load' ? [origin.fact] : [];
  return { is: origin.is, words: originWords(origin, facts), facts: ids };
}

function jsonBefore(state: NodeState | null): JsonBefore | null {
  // Object.fromEntries defines properties, so that no name means anything else (`__proto__`).
  return state === null ? null : { node: state.node, running: state.running, info: Object.fromEntries(state.info) };
}
