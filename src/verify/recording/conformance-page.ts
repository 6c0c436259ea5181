/** What was replayed as a page for people: case × version, and every difference that is known. */
import type { KnownDifference } from './known.ts';
import { isKnown } from './known.ts';
import type { ReplayResult } from './replay.ts';

/** One cell of the table. */
export function cellOf(result: ReplayResult | undefined, known: readonly KnownDifference[]): string {
  if (result === undefined) return '–';
  return isKnown(result, known) ? 'known' : result.verdict === 'agree' ? '✓' : `**${result.verdict}**`;
}

export interface PageContent {
  readonly versions: readonly string[];
  readonly cases: readonly string[];
  readonly results: readonly ReplayResult[];
  readonly known: readonly KnownDifference[];
}

export function conformancePage({ versions, cases, results, known }: PageContent): string {
  const byKey = new Map(results.map((result) => [`${result.case} ${result.version}`, result]));
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const count = (version: string): string => {
    const own = results.filter((result) => result.version === version);
    return `${own.filter(({ verdict }) => verdict === 'agree').length} of ${own.length}`;
  };
  return [
    '# Conformance', '',
    'Recordings of real servers, replayed. Each row is a case of `test/golden/`, each column a version that it was recorded with:',
    '✓ the replay agrees in everything that was recorded (every offset, reply, connection, log line and time), `known`: it differs where',
    'the list below says and nowhere else, – it was not recorded with that version.', '',
    'Made by `npm run conformance -- --table docs/conformance.md`; `npm test` replays all of it and fails when a cell is another.', '',
    `**${results.filter(({ verdict }) => verdict === 'agree').length} of ${results.length} recordings agree.**`, '',
    row(['case', ...versions]), row(['---', ...versions.map(() => '---')]),
    row(['', ...versions.map(count)]),
    ...cases.map((id) => row([`\`${id}\``, ...versions.map((version) => cellOf(byKey.get(`${id} ${version}`), known))])),
    '', '## Known differences', '',
    ...(known.length === 0 ? ['None.'] : [row(['case', 'versions', 'where', 'reason', 'evidence']), row(['---', '---', '---', '---', '---']),
      ...known.map((one) => row([`\`${one.case}\``, one.versions.join(', '), one.paths.map((path) => `\`${path}\``).join(', '), one.reason, one.evidence]))]),
    '',
  ].join('\n');
}
