/** Observers of the stream in the simulated world: each on a host of its own, what it hears written down command by command. */
import { Observer } from '../clients/observer.ts';
import { bytesToString } from '../redis/protocol/make.ts';
import type { Message } from '../redis/protocol/payload.ts';
import { forEachMessageEnding } from '../redis/replication/stream-log.ts';
import type { ObserverSpec } from '../scenario/scenario.ts';
import { Process } from './process.ts';
import type { World } from './world.ts';

export function addObserver(world: World, spec: ObserverSpec, nameIndex: number): Observer {
  const { name } = spec;
  const process = new Process(world, world.hostOf(name), nameIndex);
  const observer = new Observer(world.clientPorts(process, `observer/${name}`), world.clientAddress(world.node(spec.to)), {
    attached: (how, replid, offset) => {
      world.tell(nameIndex, process.cause, { kind: 'observer-attached', observer: name, to: spec.to, how, replid, offset });
    },
    heard: ({ payload, from, to }, offset) => {
      const said = (message: Message, end: number): void => {
        // Pieces are numbered by the stream of who wrote it; the observer counts the same bytes.
        world.trace.streamed(name, { atUs: world.kernel.nowUs, offset: offset + (end - from), bytes: message.size, words: wordsOf(message) });
      };
      if (payload.kind === 'stream') forEachMessageEnding(payload, from, to, said);
      // A 2.6 master sends message by message.
      else if (payload.kind !== 'rdb' && payload.kind !== 'batch' && to === payload.size) said(payload, to);
    },
    lost: (why) => {
      world.tell(nameIndex, process.cause, { kind: 'observer-lost', observer: name, why });
    },
  });
  process.machine = observer;
  return observer;
}

/** Longer words would be kept a second time for nobody. */
const MAX_WORD = 200;

function wordsOf(message: Message): string[] {
  if (message.kind !== 'command') return message.kind === 'line' ? [message.text.trim()] : [];
  return message.argv.map((word) => (word.length <= MAX_WORD ? bytesToString(word) : `(${word.length} bytes)`));
}
