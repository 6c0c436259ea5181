/**
 * The third kind of wrong: a bug of ours.
 *
 * An author's mistake is a `ScenarioError` and a failed expectation is a verdict; both are expected
 * and explained. What is thrown here should never happen. Whoever started the run catches it and
 * prints the command that replays it (exit code 70).
 */

export class SimulatorBug extends Error {
  override readonly name: string = 'SimulatorBug';
}

/** States what must be true whatever the input is. Throws SimulatorBug when it is not. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new SimulatorBug(message);
}

/** The end of an exhaustive `switch`: compiles only while every case is handled. */
export function unreachable(value: never): never {
  throw new SimulatorBug(`this case cannot exist: ${JSON.stringify(value)}`);
}
