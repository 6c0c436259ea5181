/** A place in a text, 1-based, for messages to its author. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Characters to underline, at least 1. */
  readonly length: number;
  /** The whole line, when it is not one of the scenario's own text: of a conf file, or an option. */
  readonly excerpt?: string;
}

/** One mistake of the author. */
export interface Problem {
  readonly message: string;
  readonly suggestion: string | null;
  readonly place: Place | null;
}

/** The author's mistake: one or several problems, each with its place. Exit code 2. */
export class ScenarioError extends Error {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(problems.map((problem) => problem.message).join('\n'));
    this.name = 'ScenarioError';
    this.problems = problems;
  }
}
