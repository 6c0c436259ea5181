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

  /** When all that is committed will have left: now or earlier when the wire is idle. */
  busyUntilUs: number = 0;

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
    this.busyUntilUs = this.leavesAtUs(this.committed);
    return this.busyUntilUs;
  }

  /**
   * The same for bytes that come from another wire, the last of them now: they may have passed while they came,
   * from when this one was free. Returns when the last has passed; not before now.
   */
  follow(bytes: number, nowUs: number): number {
    this.committed += bytes;
    this.busyUntilUs = this.leavesAtUs(this.committed);
    if (this.busyUntilUs <= nowUs) this.anchor(nowUs);
    return this.busyUntilUs;
  }

  /** `follow`, if they have all passed by now. */
  passes(bytes: number, nowUs: number): boolean {
    const idleUs = nowUs - this.busyUntilUs;
    if (idleUs < 0) return false;
    // Enough without a division; the exact answer counts from the anchor.
    const isEnough = Math.min(idleUs, SECOND_US) * this.bytesPerS >= bytes * SECOND_US;
    if (!isEnough && this.leavesAtUs(this.committed + bytes) > nowUs) return false;
    this.committed += bytes;
    this.anchor(nowUs);
    return true;
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

  /** Takes back the places of all bytes that have not left. One in the making starts again. */
  takeBack(nowUs: number): void {
    this.committed = this.left(nowUs);
    this.anchor(nowUs);
  }

  /**
   * Takes back all places behind byte `to`, none of which has left. What is committed at this same instant follows
   * without a gap: the byte in the making becomes theirs.
   */
  release(to: number, nowUs: number): void {
    this.committed = to;
    this.busyUntilUs = this.leavesAtUs(to);
    this.interruptedUs = nowUs;
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
    this.busyUntilUs = nowUs;
  }

  private check(): void {
    const rate = this.bytesPerS;
    assert(Number.isInteger(rate) && rate >= 0 && rate <= MAX_BYTES_PER_S, `a rate of ${rate} bytes per second`);
  }
}
