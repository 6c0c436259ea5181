/**
 * In which form a value is kept, and therefore saved: small containers as one string, larger ones item by item.
 *
 * The form is read off the value as it is, as if it had been built by adding its items one by one in
 * their present order. Redis remembers more: a container that was once large never becomes small again, and a
 * list keeps the nodes that pushes and pops at both ends left. Both matter only to sizes, by some bytes.
 */
import type { ServerConfig } from '../config.ts';
import type { HashValue } from '../dataset/hash.ts';
import type { ListValue } from '../dataset/list.ts';
import type { SetValue } from '../dataset/set.ts';
import type { ZsetValue } from '../dataset/zset.ts';
import type { ValuesProfile } from '../profiles/profile.ts';
import { formatDouble, isWholeScore } from '../protocol/double.ts';
import type { Bytes } from '../protocol/payload.ts';
import { canonicalInteger, elementSize, EMPTY_LISTPACK_BYTES } from './listpack.ts';
import type { Element } from './listpack.ts';
import { EMPTY_ZIPLIST_BYTES, ziplistEntrySize } from './ziplist.ts';

/** The settings that decide it. */
export type FormConfig = Pick<
  ServerConfig,
  | 'hash-max-listpack-entries' | 'hash-max-listpack-value' | 'zset-max-listpack-entries' | 'zset-max-listpack-value'
  | 'set-max-listpack-entries' | 'set-max-listpack-value' | 'set-max-intset-entries' | 'list-max-listpack-size'
  | 'list-max-ziplist-entries' | 'list-max-ziplist-value'
>;

/** What of a profile decides it. */
export type FormProfile = Pick<ValuesProfile, 'compact' | 'lists' | 'setListpacks' | 'doubles'>;

/** Small: one string, made of these. */
interface CompactForm {
  readonly form: 'compact';
  readonly elements: readonly Element[];
}

export type HashForm = CompactForm | { readonly form: 'table' };

/** t_hash.c: hashTypeTryConversion, hashTypeSet */
export function hashForm({ fields }: HashValue, config: FormConfig): HashForm {
  const longest = config['hash-max-listpack-value'];
  if (fields.size > config['hash-max-listpack-entries']) return { form: 'table' };
  const elements: Bytes[] = [];
  for (const [field, value] of fields) {
    if (field.length > longest || value.length > longest) return { form: 'table' };
    elements.push(field, value);
  }
  return { form: 'compact', elements };
}

export type ZsetForm = CompactForm | { readonly form: 'skiplist' };

/** t_zset.c: zsetTypeCreate, zsetAdd */
export function zsetForm({ order }: ZsetValue, config: FormConfig, { compact, doubles }: FormProfile): ZsetForm {
  const longest = config['zset-max-listpack-value'];
  if (order.length > config['zset-max-listpack-entries']) return { form: 'skiplist' };
  const elements: Element[] = [];
  for (const { member, score } of order) {
    if (member.length > longest) return { form: 'skiplist' };
    elements.push(member, compact === 'listpack' && isWholeScore(score, doubles) ? score : formatDouble(score, doubles));
  }
  return { form: 'compact', elements };
}

export type SetForm =
  | { readonly form: 'intset'; readonly integers: readonly bigint[] }
  | CompactForm
  | { readonly form: 'table' };

/** t_set.c: setTypeCreate, setTypeAddAux. Integers are kept sorted until something else comes; they stay in front of it. */
export function setForm({ members }: SetValue, config: FormConfig, profile: FormProfile): SetForm {
  const integers: bigint[] = [];
  let elements: string[] | null = null;
  const mostEntries = config['set-max-listpack-entries'];
  const longest = config['set-max-listpack-value'];
  for (const member of members) {
    if (elements === null) {
      const integer = canonicalInteger(member);
      if (integer !== null) {
        integers.push(integer);
        if (integers.length > config['set-max-intset-entries']) return { form: 'table' };
        continue;
      }
      if (!profile.setListpacks) return { form: 'table' };
      elements = integers.toSorted((a, b) => (a < b ? -1 : 1)).map(String);
      if (elements.some(({ length }) => length > longest)) return { form: 'table' };
    }
    if (elements.length >= mostEntries || member.length > longest) return { form: 'table' };
    elements.push(member);
  }
  return elements === null ? { form: 'intset', integers } : { form: 'compact', elements };
}

export type ListForm = CompactForm | { readonly form: 'items' } | { readonly form: 'nodes'; readonly nodes: readonly (readonly Bytes[])[] };

export function listForm({ items }: ListValue, config: FormConfig, { compact, lists }: FormProfile): ListForm {
  if (lists !== 'one-or-items') return { form: 'nodes', nodes: listNodes(items, config['list-max-listpack-size'], compact, lists === 'lone-node') };
  // t_list.c of 2.8: listTypeTryConversion, listTypePush
  const longest = config['list-max-ziplist-value'];
  const small = items.length <= config['list-max-ziplist-entries'] && items.every((item) => item.length <= longest);
  return small ? { form: 'compact', elements: items } : { form: 'items' };
}

/** Bytes of a list node by list-max-listpack-size -1 to -5. */
const NODE_BYTES = [4096, 8192, 16_384, 32_768, 65_536];
/** Where the size says how many items a node may have, its bytes are limited all the same. */
const SAFE_NODE_BYTES = 8192;

/** quicklist.c: quicklistNodeExceedsLimit, before 7.2 a part of _quicklistNodeAllowInsert */
function exceedsNode(fill: number, bytes: number, items: number): boolean {
  if (fill < 0) return bytes > NODE_BYTES[Math.min(-fill, NODE_BYTES.length) - 1]!;
  return bytes > SAFE_NODE_BYTES || items > Math.max(fill, 1);
}

/** quicklist.c: what an item is assumed to take beside its bytes (SIZE_ESTIMATE_OVERHEAD, before 7.0 ziplist_overhead). */
function itemOverhead(compact: ValuesProfile['compact'], length: number): number {
  if (compact === 'listpack') return 8;
  return (length < 254 ? 1 : 5) + (length < 64 ? 1 : length < 16_384 ? 2 : 5);
}

/**
 * The nodes of a list that grew on the right (quicklist.c: quicklistPushTail). With a lone node (t_list.c: listTypeTryConvertListpack)
 * the first began as a listpack of its own, which counts its next item without the overhead.
 */
function listNodes(items: readonly Bytes[], fill: number, compact: ValuesProfile['compact'], loneFirst: boolean): readonly (readonly Bytes[])[] {
  const emptyBytes = compact === 'listpack' ? EMPTY_LISTPACK_BYTES : EMPTY_ZIPLIST_BYTES;
  const nodes: Bytes[][] = [];
  let node: Bytes[] = [];
  let bytes = emptyBytes;
  let previous = 0;
  let lone = loneFirst;
  for (const item of items) {
    if (lone && exceedsNode(fill, bytes + item.length, node.length + 1)) lone = false;
    if (!lone && node.length > 0 && exceedsNode(fill, bytes + item.length + itemOverhead(compact, item.length), node.length + 1)) {
      nodes.push(node);
      node = [];
      bytes = emptyBytes;
      previous = 0;
    }
    node.push(item);
    previous = compact === 'listpack' ? elementSize(item) : ziplistEntrySize(item, previous);
    bytes += previous;
  }
  if (node.length > 0) nodes.push(node);
  return nodes;
}
