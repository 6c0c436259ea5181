/**
 * The parts in which a message of the stream reaches a replica's own buffer (replication.c: replicationFeedSlaves): `*argc`, and for
 * each argument `$length`, the argument itself, and a line end.
 */
import { bytesLength } from '../../protocol/make.ts';
import type { Command } from '../../protocol/payload.ts';

/** server.h: OBJ_SHARED_BULKHDR_LEN: shorter headers are strings that everybody shares, which are never embedded. */
const SHARED_HEADER_LENGTH = 32;

/** One part of `length` bytes; `small`: it is a string of its own. Returns false if no more is wanted. */
export type TakePart = (length: number, small: boolean) => boolean;

/** Gives the parts of a command in order. False: `take` refused one. */
export function appendParts({ argv }: Command, take: TakePart): boolean {
  if (!take(3 + digits(argv.length), argv.length >= SHARED_HEADER_LENGTH)) return false;
  for (const argument of argv) {
    const length = bytesLength(argument);
    if (!take(3 + digits(length), length >= SHARED_HEADER_LENGTH)) return false;
    if (length > 0 && !take(length, true)) return false;
    if (!take(2, false)) return false;
  }
  return true;
}

function digits(n: number): number {
  let count = 1;
  for (let rest = n; rest >= 10; rest = Math.floor(rest / 10)) count += 1;
  return count;
}
