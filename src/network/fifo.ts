/**
 * A queue chained through its own items, so that moving an item from one queue to the next costs no memory.
 * An item stands in one queue at a time.
 */

export interface Chained<T> {
  next: T | null;
}

export class Fifo<T extends Chained<T>> {
  head: T | null = null;
  tail: T | null = null;

  push(item: T): void {
    item.next = null;
    if (this.tail === null) this.head = item;
    else this.tail.next = item;
    this.tail = item;
  }

  shift(): T | null {
    const first = this.head;
    if (first === null) return null;
    this.head = first.next;
    if (this.head === null) this.tail = null;
    first.next = null;
    return first;
  }

  unshift(item: T): void {
    item.next = this.head;
    this.head = item;
    this.tail ??= item;
  }

  /** Puts a whole chain, `first` to `last`, in front. */
  unshiftChain(first: T, last: T): void {
    last.next = this.head;
    this.head = first;
    this.tail ??= last;
  }

  /** Cuts the queue after `item` (null: before the first) and returns what came behind. The chain's end is the old tail. */
  cutAfter(item: T | null): T | null {
    const rest = item === null ? this.head : item.next;
    if (item === null) this.head = null;
    else item.next = null;
    this.tail = item;
    return rest;
  }
}
