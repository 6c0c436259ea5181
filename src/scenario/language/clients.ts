/** Clients: who says what to whom, how often, with which keys and values. */
import type { Bytes } from '../../redis/protocol/payload.ts';
import { formatDuration, parseCount, parseDuration } from '../../units.ts';
import type { IntRange, KeyPattern, LoadSpec, OperationSpec, RateSpec, TemplateWord } from '../scenario.ts';
import { commands } from './commands.ts';
import type { Path } from '../tree.ts';
import { choice, doc, forms, integer, into, leaf, type LeafResult, list, mapping, maybe, oneOrMore, quantity, type Report, type Schema } from './schema.ts';
import type { Scope } from './scope.ts';
import { bytesRange, duration, keyPattern, nodeName, parseLimitedRate, RATE_PATTERN, readRange } from './values.ts';

/** `fromUs` null: only when the timeline starts it. */
export type WrittenClient = Omit<LoadSpec, 'name' | 'fromUs'> & { readonly fromUs: number | null };

const DEFAULT_KEY: KeyPattern = { before: 'key:', range: { from: 1, to: 10_000 }, after: '' };
const DEFAULT_VALUE: IntRange = { from: 100, to: 100 };
const DEFAULT_BURST = 100;
const MAX_CONNECTIONS = 10_000;

const WRITE: OperationSpec = { weight: 1, text: 'SET {key} {value}', commands: [[[{ text: 'SET' }], [{ gap: 'key' }], [{ gap: 'value' }]]] };
const READ: OperationSpec = { weight: 1, text: 'GET {key}', commands: [[[{ text: 'GET' }], [{ gap: 'key' }]]] };

export function client(scope: Scope): Schema<WrittenClient> {
  const shape = {
    to: doc('The server; of several, each in its turn.', oneOrMore(scope, nodeName(scope), 'the name of a node, or a list of nodes')),
    writes: maybe('How often it writes: 400/s; or unpaced: as quickly as replies come.', paceOf(scope)),
    reads: maybe('How often it reads: 400/s; or unpaced.', paceOf(scope)),
    command: maybe('What it says instead: INCR counter:{1..100}, or a list of such operations with weights; the gaps {key} and {value} are filled.', operations(scope)),
    rate: maybe('How often it says the command: 400/s; or unpaced.', paceOf(scope)),
    pacing: maybe('even: at equal distances; poisson: by chance; bursty: many at once. even if not said.', choice(['even', 'poisson', 'bursty'], { random: 'poisson', constant: 'even', regular: 'even', burst: 'bursty' })),
    burst: maybe('Bursty: so many at once; 100 if not said.', integer(1, 1_000_000)),
    connections: maybe('So many connections to each server, used in turn; 1 if not said.', integer(1, MAX_CONNECTIONS)),
    pipeline: maybe('Unpaced: so many operations in one write, and the next when all are answered; 1 if not said.', integer(1, 100_000)),
    from: maybe('When it begins; 0s if not said. never: the timeline starts it.', fromTime()),
    until: maybe('When it ends; with the run if not said.', duration(scope)),
    key: maybe('Which keys: "user:{1..10k}". "key:{1..10k}" if not said.', keyPattern(scope)),
    value: maybe('Size of a value, or a range of sizes; 100b if not said.', bytesRange(scope)),
    db: maybe('The database; 0 if not said.', integer(0, 1_000_000)),
  };
  return into(scope, mapping('a load such as { to: master, writes: 400/s }', shape), (written, report): WrittenClient => {
    const { from = 0, until = null } = written;
    if (until !== null && from !== null && until <= from) report(['until'], `it would end before it begins, at ${formatDuration(from)}`);
    const { said, pace } = whatAndHowOften(written, report);
    if (written.value !== undefined && !says(said, 'value')) report(['value'], written.reads === undefined ? 'this command has no {value}' : 'a client that reads has no values', null, 'key');
    if (written.key !== undefined && !says(said, 'key')) report(['key'], 'this command has no {key}', null, 'key');
    if (pace === 'unpaced' && written.pacing !== undefined) report(['pacing'], 'what is unpaced has no pacing', null, 'key');
    if (pace !== 'unpaced' && written.pipeline !== undefined) report(['pipeline'], 'a pipeline belongs to what is unpaced', `write ${written.reads === undefined ? 'writes' : 'reads'}: unpaced`, 'key');
    if (written.pacing !== 'bursty' && written.burst !== undefined) report(['burst'], 'a burst belongs to pacing: bursty', null, 'key');
    return {
      to: written.to,
      operations: said,
      rate: pace === 'unpaced' ? null : pace,
      pacing: written.pacing ?? 'even',
      burst: written.burst ?? DEFAULT_BURST,
      pipeline: written.pipeline ?? 1,
      connections: written.connections ?? 1,
      fromUs: from,
      untilUs: until,
      key: written.key ?? DEFAULT_KEY,
      valueBytes: written.value ?? DEFAULT_VALUE,
      db: written.db ?? 0,
    };
  });
}

type Pace = RateSpec | 'unpaced';

interface WrittenPaces {
  readonly writes?: Pace | undefined;
  readonly reads?: Pace | undefined;
  readonly rate?: Pace | undefined;
  readonly command?: readonly OperationSpec[] | undefined;
}

function whatAndHowOften({ writes, reads, rate: often, command }: WrittenPaces, report: Report): { readonly said: readonly OperationSpec[]; readonly pace: Pace } {
  const nothing = { said: command ?? [WRITE], pace: { count: 1, perUs: 1 } };
  if (command !== undefined) {
    if (writes !== undefined || reads !== undefined) report([writes === undefined ? 'reads' : 'writes'], 'a client with a command has a rate of its own', 'write rate: 400/s', 'key');
    else if (often === undefined) report([], 'this does not say how often', 'add rate: 400/s');
    return { said: command, pace: often ?? nothing.pace };
  }
  if (often !== undefined) report(['rate'], 'rate: belongs to a command', 'write writes: or reads:', 'key');
  else if (writes === undefined && reads === undefined) report([], 'this client does nothing', 'add writes: 400/s or reads: 400/s');
  else if (writes !== undefined && reads !== undefined) report(['reads'], 'a client writes or reads', 'make two clients', 'key');
  return writes === undefined && reads !== undefined ? { said: [READ], pace: reads } : { said: [WRITE], pace: writes ?? nothing.pace };
}

function says(operations: readonly OperationSpec[], gap: 'key' | 'value'): boolean {
  return operations.some(({ commands }) => commands.some((words) => words.some((word) => word.some((part) => 'gap' in part && part.gap === gap))));
}

/** `400/s`, or `unpaced`. */
export function paceOf(scope: Scope): Schema<Pace> {
  return scope.shared('pace', () =>
    quantity<Pace>('a rate such as 400/s, or unpaced', (text) => (text === 'unpaced' ? { ok: true, value: text } : parseLimitedRate(text)), {
      type: 'string', pattern: `^(unpaced|${RATE_PATTERN})$`, examples: ['400/s', 'unpaced'],
    }),
  );
}

// ------------------------------------------------------------------ commands with gaps

/** `INCR counter:{1..100}`; several lines or `run:` with a list are said in one write; several operations are picked by weight. */
function operations(scope: Scope): Schema<readonly OperationSpec[]> {
  const run = commands(scope);
  const alone = into(scope, run, (list, report): readonly OperationSpec[] => [operationOf(list, 1, report, [])]);
  const shape = { run: doc('What is said; several commands go in one write.', run), weight: maybe('How often, beside the others; 1 if not said.', integer(1, 1_000_000)) };
  const weighed = into(scope, mapping('run: and a weight', shape), (written, report) => operationOf(written.run, written.weight ?? 1, report, ['run']));
  const one = into(scope, run, (list, report) => operationOf(list, 1, report, []));
  const expects = 'a command such as INCR counter:{1..100}';
  const several = list(forms<OperationSpec>(scope, `${expects}, or { run: …, weight: 3 }`, { scalar: one, mapping: weighed }), 'a list of operations', { minItems: 1 });
  return forms<readonly OperationSpec[]>(scope, expects, { scalar: alone, list: several, mapping: into(scope, weighed, (operation) => [operation]) });
}

function operationOf(list: readonly (readonly Bytes[])[], weight: number, report: Report, path: Path): OperationSpec {
  const wordOf = (word: Bytes): TemplateWord => {
    if (typeof word === 'string') {
      const read = readTemplate(word);
      if (read.ok) return read.value;
      report(path, read.message, read.suggestion);
    } else report(path, 'filler has a gap of its own here', 'write {value}, and value: 3mb');
    return [];
  };
  const text = list.map((argv) => argv.map((word) => typeof word === 'string' ? quoted(word) : '').join(' ')).join('\n');
  return { weight, text, commands: list.map((argv) => argv.map(wordOf)) };
}

/** As it may be written again. */
function quoted(word: string): string {
  return word === '' || /[\s"'\\]/.test(word) ? JSON.stringify(word) : word;
}

/** `user:{1..10k}`, `{key}`, `{value}`; other braces mean themselves. */
function readTemplate(word: string): LeafResult<TemplateWord> {
  if (word === '{value}') return { ok: true, value: [{ gap: 'value' }] };
  const parts: TemplateWord[number][] = [];
  let text = '';
  const flush = (): void => {
    if (text !== '') parts.push({ text });
    text = '';
  };
  for (const piece of word.split(/(\{[^{}]*\})/)) {
    const inside = /^\{(.*)\}$/s.exec(piece)?.[1];
    if (inside === 'value') return { ok: false, message: `{value} must be a word of its own, found "${word}"`, suggestion: 'its size is value:' };
    if (inside === 'key') {
      flush();
      parts.push({ gap: 'key' });
    } else if (inside?.includes('..') === true) {
      const range = readRange(inside, parseCount);
      if (!range.ok) return range;
      flush();
      parts.push({ range: range.value });
    } else text += piece;
  }
  flush();
  return { ok: true, value: parts.length === 0 ? [{ text: '' }] : parts };
}

function fromTime(): Schema<number | null> {
  return leaf<number | null>({
    expects: 'a time such as 10s, or never',
    json: { type: 'string', examples: ['10s', 'never'] },
    read: (value) => {
      if (value === 'never') return { ok: true, value: null };
      const time = parseDuration(String(value));
      return time.ok ? time : { ok: false, message: time.problem, suggestion: parseDuration(time.suggestion).ok ? `did you mean ${time.suggestion}?` : `for instance ${time.suggestion}, or never` };
    },
  });
}
