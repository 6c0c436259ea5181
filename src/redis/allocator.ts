/** What an allocation really takes, bytes: the rounding that shows wherever a server counts allocations instead of contents. */

export type Allocator = 'jemalloc' | 'libc';

/** jemalloc's size classes: multiples of 16 up to 128, then four per doubling. */
export function jemallocUsable(size: number): number {
  if (size <= 8) return 8;
  if (size <= 128) return Math.ceil(size / 16) * 16;
  let doubling = 128;
  while (doubling * 2 < size) doubling *= 2;
  const step = doubling / 4;
  return Math.ceil(size / step) * step;
}

/** malloc_usable_size of the GNU C library on 64 bit: chunks are multiples of 16, of which 8 are its own. */
export function libcUsable(size: number): number {
  return Math.max(Math.ceil((size + 8) / 16) * 16, 32) - 8;
}

/** zmalloc.c: zmalloc_size without HAVE_MALLOC_SIZE (libc up to 3.2): the size asked for, in words, and the word in front that remembers it. */
export function prefixedSize(size: number): number {
  return Math.ceil(size / 8) * 8 + 8;
}
