/** What the npm package exports: read a scenario, run it, tell what came of it. */
export { SimulatorBug } from './assert.ts';
export type { ExpectationResult, InvariantResult, Outcome, Resync, Verdict } from './checks/outcome.ts';
export type { Answer, Counterfactual, Counterfactuals, Edge, Fate, KnobName, NotTried, Probe } from './explore/counterfactual/answer.ts';
export { type Profile, profiles } from './redis/profiles/index.ts';
export { jsonReport, type JsonReport } from './report/json.ts';
export { REPORTERS } from './report/registry.ts';
export { PLAIN, type ReportedRun, type Reporter, type ReporterOptions } from './report/reporter.ts';
export { type Run, run, type RunOptions, start } from './run.ts';
export { scenarioJsonSchema } from './scenario/json-schema.ts';
export { type LoadOptions, loadScenario } from './scenario/load.ts';
export { type Place, type Problem, ScenarioError } from './scenario/place.ts';
export { renderProblems } from './scenario/render.ts';
export type { Scenario } from './scenario/scenario.ts';
export type { Fact, NodeState } from './trace/fact.ts';
