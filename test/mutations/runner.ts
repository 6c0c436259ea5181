/**
 * Runs each test as it is, and then again with each bug that it could notice: one whose field it has read. What it imports stays
 * loaded, and a test takes milliseconds, so a bug is found out for the price of the tests before the one that notices it.
 */
import { setMaxListeners } from 'node:events';
import { appendFileSync, readFileSync, statSync } from 'node:fs';
import { relative } from 'node:path';
import { getFn } from 'vitest/suite';
import { type RunnerTestCase, TestRunner } from 'vitest';
import { fieldValues, plant } from './field-bugs.ts';
import { watchReads } from './reads.ts';
import { ORDERS, type Orders, WITNESSES, type Witness } from './orders.ts';

const { names } = JSON.parse(readFileSync(ORDERS, 'utf8')) as Orders;
const wanted = new Set(names);

export default class MutationRunner extends TestRunner {
  private waiting = fieldValues().filter(({ name }) => wanted.has(name));
  private seen = 0;

  readonly runTask = async (test: RunnerTestCase): Promise<void> => {
    const run = getFn(test);
    setMaxListeners(0, test.context.signal); // one more for each time that it runs
    const stop = watchReads();
    let reads: ReadonlySet<string>;
    try {
      await run();
    } finally {
      reads = new Set(stop());
    }
    this.forgetNoticed();
    for (const value of this.waiting) {
      for (const bug of value.bugs) {
        if (!reads.has(`${bug.into} ${bug.path}`)) continue;
        const takeOut = plant(bug);
        const failed = await fails(run);
        takeOut();
        // A test that does not bear repetition would fail anyway.
        if (!failed || await fails(run)) continue;
        const witness: Witness = { name: value.name, planted: `${bug.into} as ${bug.from}`, by: `${relative('', test.file.filepath)}: ${test.fullTestName}` };
        appendFileSync(WITNESSES, `${JSON.stringify(witness)}\n`);
        break;
      }
    }
  };

  /** What a test of another thread has noticed, or one before this. */
  private forgetNoticed(): void {
    const { size } = statSync(WITNESSES);
    if (size === this.seen) return;
    this.seen = size;
    const found = new Set(readFileSync(WITNESSES, 'utf8').split('\n').filter((line) => line !== '').map((line) => (JSON.parse(line) as Witness).name));
    this.waiting = this.waiting.filter(({ name }) => !found.has(name));
  }
}

async function fails(run: () => unknown): Promise<boolean> {
  try {
    await run();
    return false;
  } catch {
    return true;
  }
}
