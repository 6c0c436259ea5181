import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLanes, type Lanes } from '../../../src/redis/dataset/digest.ts';
import { createList, hashList, popLeft, popRight, pushLeft, pushRight, setItem, setItems, type ListValue } from '../../../src/redis/dataset/list.ts';
import { createOwner } from '../../../src/redis/dataset/trie.ts';

function hashOf(list: ListValue): Lanes {
  const out = createLanes();
  hashList(out, list);
  return out;
}

function listOf(items: readonly string[]): ListValue {
  const list = createList(createOwner());
  setItems(list, items);
  return list;
}

test('a list that was pushed and popped at both ends hashes like one built from left to right', () => {
  const item = fc.constantFrom('a', 'b', 'c');
  const step = fc.oneof(
    fc.record({ do: fc.constantFrom('pushLeft', 'pushRight', 'set'), item, at: fc.nat() }),
    fc.record({ do: fc.constantFrom('popLeft', 'popRight'), item, at: fc.nat() }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const list = createList(createOwner());
      const model: string[] = [];
      for (const { do: what, item: value, at } of steps) {
        if (what === 'pushLeft') {
          pushLeft(list, value);
          model.unshift(value);
        } else if (what === 'pushRight') {
          pushRight(list, value);
          model.push(value);
        } else if (what === 'popLeft') expect(popLeft(list)).toBe(model.shift());
        else if (what === 'popRight') expect(popRight(list)).toBe(model.pop());
        else if (model.length > 0) setItem(list, at % model.length, (model[at % model.length] = value));
        expect(list.items).toEqual(model);
        expect(hashOf(list)).toEqual(hashOf(listOf(model)));
      }
    }),
  );
});

test('the place of an item counts', () => {
  const orders = [['a', 'b', 'c'], ['c', 'b', 'a'], ['a', 'c', 'b'], ['a', 'a', 'b', 'c'], ['abc'], []].map((items) => hashOf(listOf(items)));
  expect(new Set(orders.map(({ low }) => low)).size).toBe(orders.length);
  expect(new Set(orders.map(({ high }) => high)).size).toBe(orders.length);
});
