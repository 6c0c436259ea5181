import { describe, expect, it } from 'vitest';
import { readRecordings } from '../src/verify/recording/read.ts';
import { replay } from '../src/verify/recording/replay.ts';
import { simulated } from '../src/verify/recording/simulated.ts';
import { profileOf } from '../src/verify/recording/versions.ts';

/** What agrees with real servers, by version, and has to stay so. It only grows: `npm run conformance` shows what is next. */
const AGREES: Readonly<Record<string, readonly string[]>> = {
  '7.2.6': [
    'auth', 'backlog-edge-probe', 'backlog-edge-replica', 'backlog-ttl', 'chain-cut-top', 'chain-full-top', 'chain-no-master-link',
    'chain-promote-middle', 'client-kill-type', 'cut-mid-command', 'debug-reload-master', 'diskless-delay-two', 'expired-read-cut-off-replica',
    'first-sync-aof-master', 'first-sync-data', 'first-sync-defaults', 'first-sync-empty', 'flushall-while-away', 'fullsync-loop',
    'getack-and-wait', 'hard-limit-during-bgsave', 'hard-limit-online', 'hole-down-only', 'hole-longer-backlog-enough',
    'hole-longer-backlog-short', 'hole-shorter-than-timeout', 'idle-without-pings', 'loading-replica', 'master-kill-aof',
    'master-restart-empty', 'master-restart-save', 'multi-select-stream', 'old-master-returns-clean', 'old-master-returns-divergent',
    'partial-after-reset', 'ping-heartbeat', 'promote-sibling', 'promote-sibling-ahead', 'promote-then-write', 'replica-frozen',
    'replica-kill-no-file', 'replica-restart-aof', 'replica-restart-save', 'reset-idle-then-again', 'reset-mid-rdb', 'second-offset-edge',
    'slow-bgsave-keepalive', 'slow-link-latency', 'slow-transfer-buffered', 'slow-transfer-steady', 'stock-overflow', 'transfer-stalled',
    'writes-during-bgsave',
  ],
};

const recordings = readRecordings('test/golden');
const versions = [...new Set(recordings.flatMap(({ observed }) => [...observed.keys()]))].filter((version) => profileOf(version) !== null);

describe.each(versions)('recordings of %s', (version) => {
  const agrees = AGREES[version] ?? [];

  it.each(recordings.filter(({ observed }) => observed.has(version)).map((recording) => [recording.case.id, recording] as const))('%s', (id, recording) => {
    const result = replay(recording, version, simulated);
    if (result.verdict === 'differ') expect(result.differences).toEqual([]);
    if (agrees.includes(id)) expect(result.verdict).toBe('agree');
  });

  it('are there for every case that has to agree', () => {
    expect(agrees.filter((id) => !recordings.some(({ case: { id: known } }) => known === id))).toEqual([]);
  });
});
