/**
 * Bugs that nothing notices, and why that is right: by the name of the value (`handshake.requests: inline`) or of the bug.
 * A reason names what would have to be there to see it.
 */
export const UNSEEN: Readonly<Record<string, string>> = {
  'limits.checked: new-node': 'what waits grows by nodes alone, so the hard limit misses nothing; and at the soft one the cron compares (limits.cronChecks) in the tick that moves the clock it goes by. Before 6.2, without that cron, the other value is seen',
  'aof.instants: as-sent': 'since 7.0 what is sent speaks of instants already (stream.expire, stream.setWithTtl): there is nothing left to rewrite, and this spares the look',
};
