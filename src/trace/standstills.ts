/**
 * Commands after which a server does nothing for a while: DEBUG SLEEP stops its only thread, CLIENT PAUSE keeps it from carrying out
 * what it is told. The timeline says them like any other, so they are no faults that have to heal; but who hears nothing meanwhile
 * may have them to blame.
 */
import type { Fact } from './fact.ts';
import type { FaultSpan } from './faults.ts';
import { saidBy } from './orders.ts';

export interface Standstills {
  feed(fact: Fact): void;
  /** As faults are: from the command to the end of what it asked for. */
  readonly spans: readonly FaultSpan[];
}

interface Span extends FaultSpan {
  toUs: number;
  /** The whole time without a break: its thread can tell nothing meanwhile. */
  readonly sleeps: boolean;
  readonly pauses: boolean;
  /** It told something all the same: the command was refused (enable-debug-command). */
  wasRefused: boolean;
}

/** The command is on its way to the server for no longer. */
const ARRIVES_US = 1_000_000;

export function createStandstills(): Standstills {
  const all: Span[] = [];
  const end = (atUs: number, isIt: (span: Span) => boolean): void => {
    for (const span of all) if (span.toUs > atUs && isIt(span)) span.toUs = atUs;
  };
  return {
    feed: ({ id, atUs, node, body }) => {
      if (node !== '') {
        for (const span of all) if (span.sleeps && span.nodes.includes(node) && atUs > span.fromUs + ARRIVES_US && atUs < span.toUs) span.wasRefused = true;
      }
      if (body.kind === 'process-ended') end(atUs, ({ nodes }) => nodes.includes(body.node));
      if (body.kind !== 'verb') return;
      const commands = saidBy(body);
      if (commands.some((command) => /^CLIENT UNPAUSE\b/i.test(command))) end(atUs, ({ nodes, pauses }) => pauses && nodes.join() === body.nodes.join());
      const begin = (forUs: number, how: Pick<Span, 'sleeps' | 'pauses'>): void => {
        if (forUs > 0) all.push({ fact: id, verb: body.verb, words: body.words, nodes: body.nodes, fromUs: atUs, toUs: atUs + forUs, healedBy: 0, wasRefused: false, ...how });
      };
      const [naps, waits] = [durations(commands, SLEEP, 1_000_000), durations(commands, PAUSE, 1_000)];
      begin(naps.reduce((sum, us) => sum + us, 0), { sleeps: naps.length === 1, pauses: false });
      begin(Math.max(0, ...waits), { sleeps: false, pauses: true });
    },
    get spans() {
      return all.filter(({ wasRefused }) => !wasRefused);
    },
  };
}

/** What it says of seconds, and of milliseconds. */
const SLEEP = /^DEBUG SLEEP (\d+(?:\.\d+)?)(?: |$)/i;
const PAUSE = /^CLIENT PAUSE (\d+)(?: |$)/i;

/** µs */
function durations(commands: readonly string[], pattern: RegExp, unitUs: number): number[] {
  return commands.flatMap((command) => {
    const found = pattern.exec(command);
    return found === null ? [] : [Math.round(Number(found[1]) * unitUs)];
  });
}
