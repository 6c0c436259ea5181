import type { GalleryName } from './runs.ts';

/**
 * The hashes of the gallery, on every machine, in the test runner and in the built command line.
 *
 * They change when what is told changes: a fact added, moved or reworded, a behaviour of a server corrected, a
 * scenario edited. They may NOT change by refactoring, for speed, with another Node, or with what reports print. Whoever
 * changes one says in the commit which fact moved first (`sim run --trace`, before and after), and why that is right.
 */
export const GOLDEN_HASHES: Readonly<Record<GalleryName, string>> = {
  'first-sync': '7ce390d091d4bb57',
  'short-disconnect': '3e8b9f6dcb7ff236',
  'backlog-overflow': '9c557fe42c9a1797',
  'master-restart': '2d774fe8dfcd92af',
  'backlog-edge': 'd31d1d8718b3eb97',
  'repl-timeout-idle': 'aca30bcb4cb34d05',
  'repl-timeout-transfer': 'da31d3601d4f9bdc',
  'diskless-hostage': '3702a42754802952',
};
