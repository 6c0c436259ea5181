import type { GalleryName } from './runs.ts';

/**
 * The hashes of the gallery, on every machine, in the test runner and in the built command line.
 *
 * They change when what is told changes: a fact added, moved or reworded, a behaviour of a server corrected, a
 * scenario edited. They may NOT change by refactoring, for speed, with another Node, or with what reports print. Whoever
 * changes one says in the commit which fact moved first (`sim run --trace`, before and after), and why that is right.
 */
export const GOLDEN_HASHES: Readonly<Record<GalleryName, string>> = {
  'first-sync': '2d1e4f96ec36d68e',
  'short-disconnect': '3f06622b187690b1',
  'backlog-overflow': '2612ce2e3669c9d5',
  'master-restart': '50383dd13aa9bb87',
};
