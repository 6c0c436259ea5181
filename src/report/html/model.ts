/** What the page knows of a run, made of it by one pure function: small, and without a browser. */
import { clean } from '../../text.ts';
import { causesOf } from '../../trace/causes.ts';
import { faultsOf } from '../../trace/faults.ts';
import { mostInteresting } from '../../trace/interest.ts';
import { decidingSettings } from '../pretty/settings.ts';
import { timeline } from '../pretty/timeline.ts';
import { count } from '../pretty/words.ts';
import { meaningsOf } from '../glossary.ts';
import type { ReportedRun } from '../reporter.ts';
import { cardsOf, textOf } from './cards.ts';
import { createWords } from './columns.ts';
import { MOST_NODES, writeCurves } from './curves.ts';
import { type Fall, type Lane, PAGE_FORMAT, type PageModel, type StoryLine } from './data.ts';
import { writeFacts } from './fact-table.ts';
import { fallsOf } from './falls.ts';

/** What every page speaks of. */
const BASICS: readonly string[] = ['full resync', 'partial resync', 'PSYNC', 'offset', 'backlog', 'replication ID', 'ACK', 'repl-timeout', 'output buffer', 'lag'];

export function reportModel(run: ReportedRun): PageModel {
  const { outcome, replay } = run;
  const { scenario, seed, server, facts, observed } = outcome;
  const words = createWords();
  const nodes = scenario.nodes.slice(0, MOST_NODES);
  const causes = causesOf(facts);
  const cards = cardsOf(outcome, causes);
  const falls = observed === null ? [] : fallsOf(observed.samples);
  const versionOf = (own: string): string => (own === scenario.server ? server : own);
  return {
    format: PAGE_FORMAT,
    run: {
      name: scenario.name, teaches: paragraphs(scenario.teaches), file: scenario.file, seed,
      servers: [...new Set([server, ...scenario.nodes.map((node) => versionOf(node.server))])],
      verdict: outcome.verdict, verdictDetail: outcome.verdictDetail, durationUs: outcome.virtualUs, events: outcome.events,
      writes: outcome.appliedWrites, hash: outcome.traceHash, replay: replay ?? '', explain: run.explain ?? '', settings: decidingSettings(outcome), nodes: scenario.nodes.length,
    },
    lanes: [
      ...nodes.map((node): Lane => ({ name: node.name, is: 'node', detail: versionOf(node.server) })),
      ...scenario.clients.map((client): Lane => ({ name: client.name, is: 'client', detail: client.to.join(', ') })),
    ],
    cards,
    best: mostInteresting({ facts, resyncs: outcome.resyncs, causes }) ?? -1,
    faults: faultsOf(facts).map(({ words: said, verb, nodes: whom, fromUs, toUs }) => ({ words: clean(said), verb, nodes: whom, fromUs, toUs })),
    falls,
    story: storyOf(run, falls),
    expectations: outcome.expectations.map(({ text, verdict, detail }) => ({ text, verdict, detail })),
    invariants: outcome.invariants.map(({ name, verdict, detail }) => ({ text: name, verdict, detail })),
    facts: writeFacts(facts, words),
    curves: observed === null || observed.samples.length === 0 ? null : writeCurves(observed, nodes.map(({ name }) => name), words),
    glossary: meaningsOf([...cards.flatMap(({ reason }) => reason ?? []), ...BASICS]),
    words: words.list,
  };
}

/** The story of the terminal, and what only those see who look on. */
function storyOf({ outcome }: ReportedRun, falls: readonly Fall[]): StoryLine[] {
  const told = timeline(outcome, false).map((entry): StoryLine => ({
    atUs: entry.atUs, sign: entry.sign, who: entry.who, text: textOf(entry), more: entry.more.map(textOf),
  }));
  const seen = falls.map(({ atUs, replica, master, byte, first }): StoryLine => ({
    atUs, sign: '!', who: clean(replica),
    text: `can no longer go on where it stands: byte ${count(byte)} has left the backlog of ${clean(master)}, whose oldest is now ${count(first)}`, more: [],
  }));
  return [...told, ...seen].sort((one, other) => one.atUs - other.atUs);
}

function paragraphs(text: string): string[] {
  return text.split(/\n\s*\n/).map((one) => one.replace(/\s+/g, ' ').trim()).filter((one) => one !== '');
}
