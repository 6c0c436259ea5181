/** One scenario in many versions: what each generation came to, and what changed from one to the next, with the numbers behind it. */
import type { Resync, Verdict } from '../../checks/outcome.ts';
import type { Generation, Range, ReplicaResyncs } from '../../explore/range.ts';
import { clean } from '../../text.ts';
import { shortName, whoAre } from './generations.ts';
import { MARKS, TONES } from './marks.ts';
import type { RangeLine } from './range.ts';
import { rich, type Rich, together, toned } from './rich.ts';
import { reasonOf } from './words.ts';

/** Each line is a text that hangs beside its lead. `generations` are those of the range. */
export function matrixLines({ runs, skipped }: Range, generations: readonly Generation[]): RangeLine[] {
  const servers = runs.map(({ server }) => server);
  const names = generations.map((generation) => whoAre(servers, servers.map((server) => generation.servers.includes(server))));
  const lines: RangeLine[] = [
    { lead: rich(' '), text: rich(toned('bold', together(`${servers.length} versions`)), toned('dim', together(` · seed ${runs[0]!.seed}`)), toned('dim', generations.length === 1 ? ' · all came to the same' : '')) },
  ];
  generations.forEach(({ verdict, why, resyncs }, index) => {
    lines.push({ lead: rich('   ', toned(TONES[verdict], MARKS[verdict]), ' '), text: rich(toned('bold', names[index]!), ...verdictWords(verdict, why)) });
    for (const own of resyncs) lines.push({ lead: rich('       ', toned('cyan', own.replica), '  '), text: cells(own) });
    if (resyncs.length === 0) lines.push({ lead: rich('       '), text: rich(toned('dim', 'nobody asked for a resync')) });
  });
  for (const settings of new Set(runs.map(({ without }) => without.join(', ')))) {
    if (settings === '') continue;
    const who = whoAre(servers, runs.map(({ without }) => without.join(', ') === settings));
    lines.push({ lead: rich('   ', toned('dim', '–'), ' '), text: rich(toned('dim', `${who}: run without ${settings}, which it does not know`)) });
  }
  for (const { server, why } of skipped) lines.push({ lead: rich('   ', toned('dim', '–'), ' '), text: rich(toned('dim', `${shortName(server)}: ${clean(why)}`)) });
  const changes = changesOf(generations, servers);
  if (changes.length > 0) lines.push({ lead: rich(''), text: rich('') }, { lead: rich(' '), text: rich(toned('bold', 'What changed')) }, ...changes);
  return lines;
}

function verdictWords(verdict: Verdict, why: string): Rich {
  return verdict === 'passed' ? [] : rich('  ', toned(TONES[verdict], verdict), why === '' ? '' : toned('dim', `: ${clean(why)}`));
}

function cells({ done }: ReplicaResyncs): Rich {
  if (done.length === 0) return rich(toned('red', 'no resync was completed'));
  return done.flatMap((resync, index) => [...(index === 0 ? [] : rich(', ')), ...cell(resync)]);
}

function cell({ kind, reason }: Resync): Rich {
  const tone = kind === 'partial' ? 'green' : 'yellow';
  return rich(toned(tone, together(`${(kind ?? 'none').toUpperCase()} ${reason ?? ''}`.trimEnd())));
}

/** From each version to the next that came to something else: the resync of each replica that differs most, and its numbers. */
function changesOf(generations: readonly Generation[], servers: readonly string[]): RangeLine[] {
  const of = (server: string): Generation => generations.find((generation) => generation.servers.includes(server))!;
  return servers.slice(1).flatMap((server, index): RangeLine[] => {
    const elder = servers[index]!;
    const [before, after] = [of(elder), of(server)];
    if (before === after) return [];
    const lead = rich('   ', toned('bold', together(`${shortName(elder)} → ${shortName(server)}`)), '  ');
    const told = after.resyncs.flatMap((own) => difference(before.resyncs.find(({ replica }) => replica === own.replica), own));
    // Where one became partial, or full, the others that only have another reason are no news.
    const news = told.some(({ ofKind }) => ofKind) ? told.filter(({ ofKind }) => ofKind) : told;
    const words = news.length > 0 ? news.flatMap(({ lines }) => lines) : [rich(`the verdict: ${after.verdict} instead of ${before.verdict}`)];
    return words.map((text, line) => ({ lead: line === 0 ? lead : rich(' '.repeat(lead.reduce((sum, span) => sum + span.text.length, 0))), text }));
  });
}

interface Told {
  /** Whether one became partial, or full; otherwise it has another reason. */
  readonly ofKind: boolean;
  readonly lines: readonly Rich[];
}

function difference(before: ReplicaResyncs | undefined, { replica, done }: ReplicaResyncs): Told[] {
  const old = before?.done ?? [];
  const differ = Array.from({ length: Math.max(done.length, old.length) }, (_, index) => index).filter((index) => key(done[index]) !== key(old[index]));
  // One that became partial, or full, says more than one that has another reason.
  const at = differ.find((index) => done[index]?.kind !== old[index]?.kind) ?? differ[0];
  if (at === undefined) return [];
  const [was, is] = [old[at], done[at]];
  const words = is === undefined ? rich(toned('dim', 'no further resync')) : cell(is);
  const instead = was === undefined ? rich(toned('dim', 'nothing')) : cell(was);
  const why = is === undefined ? '' : reasonOf(is);
  const whyBefore = was === undefined ? '' : reasonOf(was);
  const lines = [
    rich(toned('cyan', replica), ': ', ...words, ' instead of ', ...instead),
    ...(whyBefore === '' ? [] : [rich(toned('dim', `before: ${whyBefore}`))]),
    ...(why === '' ? [] : [rich(toned('dim', `now: ${why}`))]),
  ];
  return [{ ofKind: is?.kind !== was?.kind, lines }];
}

function key(resync: Resync | undefined): string {
  return resync === undefined ? '' : `${resync.kind ?? ''} ${resync.reason ?? ''}`;
}
