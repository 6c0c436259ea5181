/** What passes between `npm run mutations` and the threads that run the tests: files, for a runner of vitest is given nothing else. */
import { resolve } from 'node:path';

const FOLDER = resolve('node_modules/.cache/replsim/mutations');

/** An `Orders`. */
export const ORDERS: string = resolve(FOLDER, 'orders.json');
/** A `Witness` on each line. */
export const WITNESSES: string = resolve(FOLDER, 'witnesses.jsonl');

export interface Orders {
  /** Values of fields (`FieldValue.name`) that nobody has noticed yet. */
  readonly names: readonly string[];
}

export interface Witness {
  readonly name: string;
  /** `redis-4.0 as redis-5.0` */
  readonly planted: string;
  /** `file: test` */
  readonly by: string;
}
