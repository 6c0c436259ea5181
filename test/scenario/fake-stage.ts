/** A Stage in which nothing happens but time: it writes down what it is asked, and the test decides what holds and what is done. */
import type { Condition, Verb } from '../../src/scenario/scenario.ts';
import type { Asked, Done, Stage } from '../../src/scenario/stage.ts';

interface Waiter {
  readonly condition: Condition;
  readonly then: () => void;
}

export interface FakeStage extends Stage {
  /** `12.5s kill master`, in order. */
  readonly log: string[];
  /** Verbs that were begun and wait for the test to call `done`; others are done at once. */
  readonly inHand: Map<Verb['do'], Done>;
  /** Runs to this time, event by event. */
  runTo(us: number): void;
  /** From now on this condition holds. */
  holds(is: Condition['is']): void;
}

/** `next`: what is drawn, in turn; then the least. */
export function createFakeStage(slowVerbs: readonly Verb['do'][] = [], next: number[] = []): FakeStage {
  let now = 0;
  let sequence = 0;
  const events: { us: number; sequence: number; then: () => void }[] = [];
  const waiters = new Set<Waiter>();
  const holding = new Set<Condition['is']>();
  const log: string[] = [];
  const inHand = new Map<Verb['do'], Done>();
  const say = (text: string): void => {
    log.push(`${now / 1e6}s ${text}`);
  };
  const stage: FakeStage = {
    log,
    inHand,
    nowUs: () => now,
    at: (us, then) => {
      events.push({ us: Math.max(us, now), sequence: sequence++, then });
    },
    when: (condition, _pollUs, then) => {
      const waiter = { condition, then };
      waiters.add(waiter);
      if (holding.has(condition.is)) wake(waiter);
      return () => {
        waiters.delete(waiter);
      };
    },
    draw: (stream, from, to) => {
      say(`draw ${stream}`);
      return Math.min(to, Math.max(from, next.shift() ?? from));
    },
    perform: (verb, done) => {
      say(verb.do);
      if (slowVerbs.includes(verb.do)) inHand.set(verb.do, done);
      else done({ type: 'none' });
    },
    checkpoint: ({ expectations }: Asked) => {
      say(`expect ${expectations.map((expectation) => expectation.text).join(', ')}`);
    },
    note: (text) => {
      say(`note ${text}`);
    },
    runTo: (us) => {
      for (;;) {
        events.sort((a, b) => a.us - b.us || a.sequence - b.sequence);
        const event = events[0];
        if (event === undefined || event.us > us) break;
        events.shift();
        now = event.us;
        event.then();
      }
      now = us;
    },
    holds: (is) => {
      holding.add(is);
      for (const waiter of waiters) if (waiter.condition.is === is) wake(waiter);
    },
  };
  const wake = (waiter: Waiter): void => {
    stage.at(now, () => {
      if (waiters.delete(waiter)) waiter.then();
    });
  };
  return stage;
}
