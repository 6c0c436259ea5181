/**
 * Log lines that a replay has and its recording lacks, of the kinds that recordings of that version hold: each with its reason.
 *
 * A recording holds the lines that were there in every run, of equal ones in a row one, and of one text at most two
 * (`moreLines` in src/verify/recording/compare-log.ts). Whatever differs from run to run is missing there, and is no difference.
 */
export interface LogExtra {
  /** null: in any. */
  readonly cases: readonly string[] | null;
  readonly line: RegExp;
  readonly reason: string;
}

export const LOG_EXTRAS: readonly LogExtra[] = [
  {
    cases: null, line: /^Client … omem=\d+ … scheduled to be closed ASAP/,
    reason: 'names ids, ages and buffers of the moment: hardly two runs say the same; where a recording has it, the output buffer is ours to the byte',
  },
  {
    cases: null, line: /^(?:Error reply to PING from \w+: '-Reading from|I\/O error reading bulk count from)/,
    reason: 'ends in the error that some other call left behind: three words, by chance',
  },
  {
    cases: ['reset-mid-rdb', 'transfer-stalled'], line: /^Connection with \w+ \S+ lost\.$/,
    reason: 'in some runs the replica is named by its number, as the kernel no longer knew its address',
  },
  {
    cases: ['promote-sibling', 'promote-sibling-ahead', 'stock-overflow'], line: /^Waiting for end of BGSAVE for SYNC$/,
    reason: 'the second replica comes while the BGSAVE of the first one runs, or just after: by chance; 3.2.13, 6.0.20 and 7.4.1 have the line',
  },
  {
    cases: ['hard-limit-during-bgsave'], line: /^Can't attach the \w+ to the current BGSAVE/,
    reason: 'the replica is back before the killed child is reaped, or after; recordings of 5.0.14, 6.2.16, 7.2.6 and 7.4.1 have the line',
  },
  {
    cases: ['hard-limit-online', 'stock-overflow', 'failover-command'], line: /^(?:Trying a partial resynchronization|Unable to partial resync with)/,
    reason: 'names the offset at which the link was lost, which was another one in each run',
  },
];
