/** Whether the user has had enough (Ctrl-C), for a command that makes runs. */
import type { Host } from './host.ts';

export interface User {
  readonly hasEnough: boolean;
  /** Nobody listens to Ctrl-C any more. */
  readonly noLongerListening: () => void;
}

export function listenToUser(host: Pick<Host, 'onInterrupt'>): User {
  let hasEnough = false;
  const noLongerListening = host.onInterrupt(() => {
    hasEnough = true;
  });
  return { get hasEnough() { return hasEnough; }, noLongerListening };
}
