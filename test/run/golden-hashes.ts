import type { GalleryName } from './runs.ts';

/**
 * The hashes of the gallery, on every machine, in the test runner and in the built command line.
 *
 * They change when what is told changes: a fact added, moved or reworded, a behaviour of a server corrected, a
 * scenario edited. They may NOT change by refactoring, for speed, with another Node, or with what reports print. Whoever
 * changes one says in the commit which fact moved first (`sim run --trace`, before and after), and why that is right.
 */
export const GOLDEN_HASHES: Readonly<Record<GalleryName, string>> = {
  'first-sync': '47d9f8b721b70429',
  'short-disconnect': '9a607be039143ae7',
  'backlog-overflow': 'c2fd5f1f788e4826',
  'master-restart': 'b214d58639ab13ca',
};
