/**
 * Acknowledged offsets, as a master shows them, can be one ACK old. Which offsets follow one another is known from the
 * ACKs that passed on the link, of either side: 0 before the first, then one after another.
 */
import { type Json, type JsonObject, type Observed, isList, isObject, isUnstable } from './format.ts';

export interface AckLadders {
  /** May a master show one of these for a replica (`<r1>`) where the other was expected? */
  oneStepApart(master: string, replica: Json, expected: Json, got: Json): boolean;
}

export function ackLadders(...sides: readonly Observed[]): AckLadders {
  const ladders = new Map<string, (readonly number[])[]>();
  for (const { links } of sides) {
    for (const [link, { connections }] of links) {
      const list = ladders.get(link) ?? [];
      list.push(...connections.flatMap(laddersOf));
      ladders.set(link, list);
    }
  }
  return {
    oneStepApart(master, replica, expected, got) {
      const name = typeof replica === 'string' ? /^<(.+)>$/.exec(replica)?.[1] : undefined;
      if (name === undefined) return false;
      // ROLE prints them as texts.
      const [a, b] = [Number(expected), Number(got)];
      if (typeof expected !== typeof got || Number.isNaN(a) || Number.isNaN(b)) return false;
      return (ladders.get(`${name}>${master}`) ?? []).some((steps) => {
        const at = steps.indexOf(a);
        return at >= 0 && (steps[at - 1] === b || steps[at + 1] === b);
      });
    },
  };
}

function laddersOf(connection: JsonObject): (readonly number[])[] {
  return choices(connection['acks'])
    .filter(isObject)
    .flatMap((acks) => choices(acks['distinct']))
    .filter(isList)
    .map((offsets) => [0, ...offsets.filter((offset) => typeof offset === 'number' && offset !== 0)] as number[]);
}

function choices(value: Json | undefined): readonly Json[] {
  if (value === undefined) return [];
  if (!isUnstable(value)) return [value];
  return isList(value.unstable) ? value.unstable.flatMap(choices) : [];
}
