import type { GalleryName } from './runs.ts';

/**
 * The hashes of the gallery, on every machine, in the test runner and in the built command line.
 *
 * They change when what is told changes: a fact added, moved or reworded, a behaviour of a server corrected, a
 * scenario edited. They may NOT change by refactoring, for speed, with another Node, or with what reports print. Whoever
 * changes one says in the commit which fact moved first (`sim run --trace`, before and after), and why that is right.
 */
export const GOLDEN_HASHES: Readonly<Record<GalleryName, string>> = {
  'first-sync': '2d5a7866cfd2d962',
  'short-disconnect': 'f889bc3420140005',
  'backlog-overflow': 'f827ece708531c4e',
  'master-restart': 'a45f245e75691481',
};
