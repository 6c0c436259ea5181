/** SORT and SORT_RO (sort.c). SORT … STORE travels as it was sent: the same data give the same list. */
import { newList, removeKey, setContainer } from '../dataset/keyspace.ts';
import { setItems } from '../dataset/list.ts';
import { bytesToString } from '../protocol/make.ts';
import type { Bytes, Reply } from '../protocol/payload.ts';
import { longArgument, parseDouble, text, word } from './arguments.ts';
import { command, type CommandSpec } from './command.ts';
import type { CommandContext } from './context.ts';
import { deleteKey, lookupRead } from './lookup.ts';
import { array, bulk, error, integer, NIL, SYNTAX_ERROR, WRONG_TYPE, type ErrorReply } from './replies.ts';

interface SortOptions {
  descending: boolean;
  alpha: boolean;
  first: number;
  /** -1: all. */
  count: number;
  by: string | null;
  readonly get: string[];
  store: string | null;
}

function parse(argv: readonly Bytes[], readOnly: boolean): SortOptions | ErrorReply {
  const options: SortOptions = { descending: false, alpha: false, first: 0, count: -1, by: null, get: [], store: null };
  for (let i = 2; i < argv.length; i++) {
    const option = word(argv[i]);
    const left = argv.length - i - 1;
    if (option === 'asc' || option === 'desc') options.descending = option === 'desc';
    else if (option === 'alpha') options.alpha = true;
    else if (option === 'limit' && left >= 2) {
      const [first, count] = [longArgument(argv[++i]), longArgument(argv[++i])];
      if (typeof first === 'object') return first;
      if (typeof count === 'object') return count;
      [options.first, options.count] = [first, count];
    } else if (option === 'by' && left >= 1) options.by = text(argv[++i]);
    else if (option === 'get' && left >= 1) options.get.push(text(argv[++i]));
    else if (option === 'store' && left >= 1 && !readOnly) options.store = text(argv[++i]);
    else return SYNTAX_ERROR;
  }
  return options;
}

/** sort.c: sortCommandGeneric */
function sort(ctx: CommandContext, argv: readonly Bytes[], readOnly: boolean): Reply {
  const options = parse(argv, readOnly);
  if ('type' in options) return options;
  const elements = elementsOf(ctx, text(argv[1]));
  if ('type' in elements) return elements;
  const sorted = inOrder(ctx, elements.items, elements.isSet, options);
  if ('type' in sorted) return sorted;
  const chosen = limited(sorted.items, options);
  const rows = chosen.flatMap((item) => (options.get.length === 0 ? [item] : options.get.map((pattern) => lookupByPattern(ctx, pattern, item))));
  if (options.store === null) return array(rows.map((row) => (row === null ? NIL : bulk(row))));
  store(ctx, options.store, rows.map((row) => row ?? ''));
  return integer(rows.length);
}

interface Elements {
  readonly items: readonly Bytes[];
  readonly isSet: boolean;
}

function elementsOf(ctx: CommandContext, key: string): Elements | ErrorReply {
  const entry = lookupRead(ctx, key);
  if (entry === undefined) return { items: [], isSet: false };
  switch (entry.type) {
    case 'list': return { items: entry.value.items, isSet: false };
    case 'set': return { items: [...entry.value.members], isSet: true };
    case 'zset': return { items: entry.value.order.map(({ member }) => member), isSet: false };
    default: return WRONG_TYPE;
  }
}

/**
 * BY a pattern without a star means: leave it. A set has no order to leave when the outcome is stored, so it is
 * sorted by its bytes, that replicas come to the same.
 */
function inOrder(ctx: CommandContext, items: readonly Bytes[], isSet: boolean, options: SortOptions): Pick<Elements, 'items'> | ErrorReply {
  let { by, alpha } = options;
  if (by !== null && !by.includes('*')) {
    if (!isSet || options.store === null) return { items: options.descending && !isSet ? items.toReversed() : items };
    [by, alpha] = [null, true];
  }
  const sign = options.descending ? -1 : 1;
  const weights: { item: Bytes; name: string; weight: string | number | null }[] = [];
  for (const item of items) {
    const value = by === null ? item : lookupByPattern(ctx, by, item);
    const weight = value === null ? null : alpha ? bytesToString(value) : parseDouble(bytesToString(value));
    if (value !== null && weight === null) return error("ERR One or more scores can't be converted into double");
    weights.push({ item, name: bytesToString(item), weight: weight ?? (alpha ? null : 0) });
  }
  const compare = (a: string | number | null, b: string | number | null): number => (a === b ? 0 : a === null ? -1 : b === null ? 1 : a < b ? -1 : 1);
  weights.sort((a, b) => sign * (compare(a.weight, b.weight) || (by === null || !alpha ? compare(a.name, b.name) : 0)));
  return { items: weights.map(({ item }) => item) };
}

function limited(items: readonly Bytes[], { first, count }: SortOptions): readonly Bytes[] {
  const from = Math.max(first, 0);
  return count < 0 ? items.slice(from) : items.slice(from, from + count);
}

/** sort.c: lookupKeyByPattern. `#` is the element itself, `weight_*` a string, `h_*->field` a field of a hash. */
function lookupByPattern(ctx: CommandContext, pattern: string, element: Bytes): Bytes | null {
  if (pattern === '#') return element;
  const star = pattern.indexOf('*');
  if (star < 0) return null;
  const arrow = pattern.indexOf('->', star);
  const isField = arrow >= 0 && arrow + 2 < pattern.length;
  const key = (isField ? pattern.slice(0, arrow) : pattern).replace('*', () => bytesToString(element));
  const entry = lookupRead(ctx, key);
  if (isField) return entry?.type === 'hash' ? (entry.value.fields.get(pattern.slice(arrow + 2)) ?? null) : null;
  return entry?.type === 'string' ? entry.value : null;
}

function store(ctx: CommandContext, key: string, items: readonly Bytes[]): void {
  if (items.length === 0) {
    if (deleteKey(ctx, key)) ctx.dirty++;
    return;
  }
  const list = newList(ctx.keyspace);
  setItems(list, items);
  const before = removeKey(ctx.keyspace, ctx.db, key);
  setContainer(ctx.keyspace, ctx.db, key, 'list', list, null);
  ctx.touch(ctx.db, key);
  if (!before) ctx.keyReady(ctx.db, key);
  ctx.dirty += items.length;
}

export const SORT_COMMANDS: readonly CommandSpec[] = [
  command('sort', -2, ['write', 'denyoom'], [1, 1, 1], (ctx, argv) => sort(ctx, argv, false)),
  command('sort_ro', -2, ['readonly'], [1, 1, 1], (ctx, argv) => sort(ctx, argv, true)),
];
