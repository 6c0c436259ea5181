/**
 * When bytes leave a wire of a given rate: exactly, in whole bytes and whole µs.
 *
 * All bytes ever given to the wire are numbered from 1. Byte n of a busy period that began at `anchorUs`
 * has left when `anchorUs + n · 1e6 / rate` has come, so what has left by now and when a byte will have
 * left are the same equation read two ways, and never disagree. The anchor moves only when the wire
 * was idle or its rate changes, never when asked, so no remainder is lost however often one asks.
 */

import { assert } from '../assert.ts';

const SECOND_US = 1_000_000;
/** Up to here every product below stays under 2^53. */
const MAX_BYTES_PER_S = 9_000_000_000;

export class ByteClock {
  /** Bytes that were given a place on the wire; those that have left included. */
  committed: number = 0;
  /** 0: no limit, and no clock. */
  bytesPerS: number;

  private anchorUs: number = 0;
  private anchorBytes: number = 0;
  /** The instant of the last interruption: the wire was not idle before what follows. */
  private interruptedUs: number = -1;

  constructor(bytesPerS: number) {
    this.bytesPerS = bytesPerS;
    this.check();
  }

  /** Gives `bytes` more a place behind the others; returns when the last of them will have left. */
  commit(bytes: number, nowUs: number): number {
    if (nowUs > this.busyUntilUs && nowUs !== this.interruptedUs) this.anchor(nowUs);
    this.committed += bytes;
    return this.busyUntilUs;
  }

  /** When all that is committed will have left: now or earlier when the wire is idle. */
  get busyUntilUs(): number {
    return this.leavesAtUs(this.committed);
  }

  /** When byte number `n` has left; n is of the present busy period. */
  leavesAtUs(n: number): number {
    const bytes = n - this.anchorBytes;
    const seconds = Math.floor(bytes / this.bytesPerS);
    const rest = bytes - seconds * this.bytesPerS;
    return this.anchorUs + seconds * SECOND_US + Math.ceil((rest * SECOND_US) / this.bytesPerS);
  }

  /** How many bytes have left by now, of all that were ever committed. */
  left(nowUs: number): number {
    const us = nowUs - this.anchorUs;
    const seconds = Math.floor(us / SECOND_US);
    const rest = us - seconds * SECOND_US;
    const bytes = seconds * this.bytesPerS + Math.floor((rest * this.bytesPerS) / SECOND_US);
    return Math.min(this.committed, this.anchorBytes + bytes);
  }

  /** Takes back the places of all bytes that have not left; returns when the last one left. One in the making starts again. */
  takeBack(nowUs: number): number {
    this.committed = this.left(nowUs);
    const leftUs = this.busyUntilUs;
    this.anchor(nowUs);
    return leftUs;
  }

  /** The same, in favour of others whose bytes are committed at this instant: the byte in the making becomes theirs. */
  interrupt(nowUs: number): number {
    this.committed = this.left(nowUs);
    this.interruptedUs = nowUs;
    return this.busyUntilUs;
  }

  /** Nothing may be committed that has not left (`takeBack` first). */
  setRate(bytesPerS: number, nowUs: number): void {
    this.bytesPerS = bytesPerS;
    this.check();
    this.anchor(nowUs);
  }

  private anchor(nowUs: number): void {
    this.anchorUs = nowUs;
    this.anchorBytes = this.committed;
  }

  private check(): void {
    const rate = this.bytesPerS;
    assert(Number.isInteger(rate) && rate >= 0 && rate <= MAX_BYTES_PER_S, `a rate of ${rate} bytes per second`);
  }
}
