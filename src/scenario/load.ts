/**
 * A scenario's text to a complete value, or all that is wrong with it, each with its place.
 *
 *   text ─► tree (yaml.ts) ─► options (overrides.ts) ─► sections (language/) ─► scenario (assemble.ts)
 *
 * Pure: a conf file is read by whoever calls.
 */
import { assemble } from './assemble.ts';
import { type Entry, type Finding, unknownKey, validate } from './language/schema.ts';
import { createScope, type Scope } from './language/scope.ts';
import { SECTION_NAMES, type SectionName, SECTIONS, type Sections } from './language/sections.ts';
import { type Outline, outlineOf, sameOutline } from './outline.ts';
import { applyOverrides, type Change, type Override } from './overrides.ts';
import { type Problem, ScenarioError } from './place.ts';
import type { Scenario } from './scenario.ts';
import { normaliseText, placeOf, type Source } from './source.ts';
import { childOf, entriesOf, type Origins, spanAt, toPlain, type Written } from './tree.ts';
import { whatIfProblems } from './what-if.ts';
import { readYaml } from './yaml.ts';

export interface LoadOptions {
  /** `--set PATH=VALUE`, in order: later ones win. */
  readonly overrides?: readonly Override[];
  /** Reads a conf file by its path relative to the scenario; throws when it cannot. Without it, conf files are refused. */
  readonly readFile?: (relative: string) => string;
  /** Settings that only other versions know are left out instead of refused; `Loaded.leftOut` names them. */
  readonly leaveOutUnknown?: boolean;
}

export interface Loaded {
  readonly scenario: Scenario;
  /** What would come of it with something changed: no business of a run. */
  readonly whatIf: readonly Change[];
  /** Settings that were left out, as the version does not know them. */
  readonly leftOut: readonly string[];
  /** What was written, options included. */
  readonly root: Written;
}

/** After so many it is kinder to stop. */
const MAX_PROBLEMS = 40;

export function loadScenario(text: string, fileName: string, options: LoadOptions = {}): Scenario {
  return load(text, fileName, options).scenario;
}

/** As `loadScenario`, with the tree that it was made from. */
export function load(text: string, fileName: string, options: LoadOptions = {}): Loaded {
  const source: Source = { file: fileName, text: normaliseText(text), main: true };
  const yaml = readYaml(source);
  if (!yaml.ok) throw new ScenarioError(yaml.problems);
  if (yaml.root.kind !== 'mapping') {
    const found = yaml.root.kind === 'list' ? 'a list' : 'a text';
    throw new ScenarioError([{ message: `a scenario is a mapping, and this is ${found}`, suggestion: 'begin with name: and nodes:', place: placeOf(spanAt(yaml.root, [])) }]);
  }
  return loadTree(yaml.root, fileName, options);
}

/** What reading needs to know of the names of a scenario, and the schemas made for them: of use for the next attempt, if those are the same. */
interface Reading {
  readonly outline: Outline;
  readonly origins: Origins;
  readonly scope: Scope;
  /** What was read of it. */
  readonly sections: { -readonly [Name in SectionName]?: Sections[Name] };
}

/** Verbs stand in them, which name links and replies: one is not read without the other. */
const WITH_VERBS: readonly SectionName[] = ['timeline', 'actors'];

/** What was read before and holds still: all but what the options change. Nothing, if they change who is there. */
function readingOf(outline: Outline, before: Reading | null, touched: ReadonlySet<string>): Reading {
  if (before === null || !sameOutline(before.outline, outline)) {
    const origins: Origins = new WeakMap();
    return { outline, origins, scope: createScope(outline, origins), sections: {} };
  }
  const sections = { ...before.sections };
  const verbsTouched = WITH_VERBS.some((name) => touched.has(name));
  for (const name of SECTION_NAMES) if (touched.has(name) || (verbsTouched && WITH_VERBS.includes(name))) delete sections[name];
  if (verbsTouched) {
    before.scope.relays.clear();
    before.scope.replies.clear();
    before.scope.versions.clear();
  }
  return { ...before, sections };
}

function loadTree(written: Written, fileName: string, options: LoadOptions, before: Reading | null = null): Loaded {
  const overrides = options.overrides ?? [];
  const { root, touched, directives, problems: optionProblems } = applyOverrides(written, overrides, SECTION_NAMES);
  const reading = readingOf(outlineOf(root), before, touched);
  const { scope, sections } = reading;
  const problems: Problem[] = [...optionProblems];
  const findings: Finding[] = [];
  const tell = (finding: Finding): void => {
    findings.push(finding);
  };

  for (const { key } of entriesOf(root)) {
    if (!Object.hasOwn(SECTIONS, key)) tell({ path: [key], part: 'key', missing: null, ...unknownKey(key, SECTION_NAMES, SYNONYMS) });
  }
  for (const name of SECTION_NAMES) {
    // A change does not change the changes.
    if (before !== null && name === 'what-if') continue;
    const section = childOf(root, name);
    if (section !== undefined) {
      if (!Object.hasOwn(sections, name)) readSection(name, sections, toPlain(section, reading.origins), scope, tell);
    } else if (SECTIONS[name].required) tell({ path: [name], part: 'value', message: '', suggestion: null, missing: SECTIONS[name].says.replace(/\.$/, '').toLowerCase() });
  }
  for (const finding of withoutEchoes(findings)) problems.push(problemAt(root, finding));
  const readFile = options.readFile ?? null;
  const leftOut = options.leaveOutUnknown === true ? new Set<string>() : null;
  const scenario = assemble({ file: fileName, root, scope, sections, directives, readFile, problems, leftOut });
  const whatIf = sections['what-if'] ?? [];
  // Of a scenario as it stands in its file; with options on top, its changes may have lost their sense.
  if (problems.length === 0 && overrides.length === 0) problems.push(...whatIfProblems(whatIf, scenario, root, (overrides) => problemsOf(written, fileName, { ...options, overrides }, reading)));
  if (problems.length > 0) throw new ScenarioError(inOrder(problems, fileName));
  return { scenario, whatIf, leftOut: [...(leftOut ?? [])], root };
}

function problemsOf(written: Written, fileName: string, options: LoadOptions, before: Reading): readonly Problem[] {
  try {
    loadTree(written, fileName, options, before);
    return [];
  } catch (error) {
    if (error instanceof ScenarioError) return error.problems;
    throw error;
  }
}

function readSection<Name extends SectionName>(
  name: Name, sections: { [N in SectionName]?: Sections[N] }, value: unknown, scope: Scope, tell: (finding: Finding) => void,
): void {
  const entry: Entry<NonNullable<Sections[Name]>> = SECTIONS[name];
  const read = validate(scope.schemaOf(entry), value);
  if (read.ok) sections[name] = read.value;
  else for (const finding of read.findings) tell({ ...finding, path: [name, ...finding.path] });
}

/** What other tools, and Redis' own tests, call our sections. */
const SYNONYMS: Readonly<Record<string, string>> = {
  servers: 'nodes', title: 'name', description: 'teaches', events: 'timeline', steps: 'timeline', faults: 'timeline', expectations: 'expect', assert: 'expect',
  links: 'network', version: 'server', load: 'clients', loads: 'clients', workload: 'clients', time: 'duration', settings: 'config', redis: 'server', data_set: 'data',
};

/** Who wrote `nam:` for `name:` need not hear that `name` is missing too. */
function withoutEchoes(findings: readonly Finding[]): Finding[] {
  const meant = new Set(findings.map(({ path, suggestion }) => `${path.slice(0, -1).join('.')} ${suggestion ?? ''}`));
  return findings.filter(({ path, missing }) => missing === null || !meant.has(`${path.slice(0, -1).join('.')} did you mean "${path.at(-1) ?? ''}"?`));
}

function problemAt(root: Written, { path, part, message, suggestion, missing }: Finding): Problem {
  const name = path.at(-1);
  if (missing !== null && typeof name === 'string') {
    return { message: `"${name}" is missing`, suggestion: `add ${name}: ${missing}`, place: placeOf(spanAt(root, path.slice(0, -1))) };
  }
  return { message, suggestion, place: placeOf(spanAt(root, path, part)) };
}

/** By their place in the file; those of options and conf files behind. What is said twice is said once. */
function inOrder(problems: readonly Problem[], file: string): Problem[] {
  const rank = ({ place }: Problem): [number, number, number] => [place === null ? 2 : place.file === file ? 0 : 1, place?.line ?? 0, place?.column ?? 0];
  const sorted = [...problems].sort((a, b) => {
    const [left, right] = [rank(a), rank(b)];
    return left[0] - right[0] || left[1] - right[1] || left[2] - right[2];
  });
  const seen = new Set<string>();
  const distinct = sorted.filter(({ message, place }) => {
    const key = `${place?.file ?? ''}:${place?.line ?? ''}:${place?.column ?? ''}:${message}`;
    const first = !seen.has(key);
    seen.add(key);
    return first;
  });
  if (distinct.length <= MAX_PROBLEMS) return distinct;
  return [...distinct.slice(0, MAX_PROBLEMS), { message: `and ${distinct.length - MAX_PROBLEMS} more`, suggestion: null, place: null }];
}
