/** Bugs planted by hand: a small change of the source, of the kind that somebody could make, and that compiles. */
import { resolve } from 'node:path';

export interface Mutation {
  readonly bug: string;
  /** Below src/redis/. */
  readonly file: string;
  /** Occurs exactly once in the file. */
  readonly find: string;
  readonly replace: string;
}

const WINDOW = 'replication/psync.ts';
const CRON = 'replication/cron.ts';
const LINK = 'replication/replica/master-link.ts';
const CACHED = 'replication/replica/cached-master.ts';

export const BY_HAND: readonly Mutation[] = [
  { bug: 'the oldest byte kept cannot be asked for', file: WINDOW, find: 'request.offset >= state.firstByte, request', replace: 'request.offset > state.firstByte, request' },
  { bug: 'the byte before the oldest one can be asked for', file: WINDOW, find: 'request.offset >= state.firstByte, request', replace: 'request.offset >= state.firstByte - 1, request' },
  { bug: 'the next byte to come cannot be asked for', file: WINDOW, find: 'request.offset <= end, request', replace: 'request.offset < end, request' },
  { bug: 'a byte beyond the next one can be asked for', file: WINDOW, find: 'request.offset <= end, request', replace: 'request.offset <= end + 1, request' },
  { bug: 'the second history ends a byte early', file: WINDOW, find: 'request.offset <= state.secondOffset, request', replace: 'request.offset < state.secondOffset, request' },
  { bug: 'the second history ends a byte late', file: WINDOW, find: 'request.offset <= state.secondOffset, request', replace: 'request.offset <= state.secondOffset + 1, request' },
  { bug: 'the second history is not looked at', file: WINDOW, find: "if (state.replid2 === '') return", replace: 'if (true) return' },
  { bug: 'a promoted node forgets its old history', file: 'replication/history.ts', find: '  replication.replid2 = replication.replid;\n', replace: '' },
  { bug: 'the second offset is the last byte shared, not the first one after it', file: 'replication/history.ts', find: 'replication.secondReplidOffset = replication.masterReplOffset + 1;', replace: 'replication.secondReplidOffset = replication.masterReplOffset;' },
  { bug: 'a promoted node keeps its id', file: 'replication/history.ts', find: '  changeReplicationId(server);\n  tellReplid', replace: '  tellReplid' },
  { bug: 'PINGs are not in the stream', file: 'replication/heartbeat.ts', find: '  feedReplicas(server, -1, message);\n', replace: '' },
  { bug: 'PINGs come a second late', file: 'replication/heartbeat.ts', find: "config['repl-ping-replica-period'] === 0", replace: "config['repl-ping-replica-period'] === 1" },
  { bug: 'who waits for a file hears nothing', file: 'replication/heartbeat.ts', find: "if (state === 'wait-bgsave-start' ||", replace: "if (false && state === 'wait-bgsave-start' ||" },
  { bug: 'no SELECT after a full sync', file: 'replication/master/bgsave.ts', find: '  server.replication.slaveSelDb = -1;\n', replace: '' },
  { bug: 'no SELECT after a promotion', file: 'replication/generation/replid.ts', find: '    server.replication.slaveSelDb = -1;\n', replace: '' },
  { bug: 'a SELECT before every write', file: 'replication/feed.ts', find: 'replication.slaveSelDb !== db', replace: 'true' },
  { bug: 'repl-timeout strikes a second early', file: CRON, find: 'silentSeconds <= limitSeconds', replace: 'silentSeconds < limitSeconds' },
  { bug: 'a replica does not acknowledge', file: CRON, find: '!side.prePsync) sendAck(server)', replace: '!side.prePsync && false) sendAck(server)' },
  { bug: 'a silent master is never given up', file: CRON, find: "master === null || linkState !== 'connected'", replace: 'master === null || true' },
  { bug: 'a transfer that stands still is never given up', file: CRON, find: "handshake === null || linkState !== 'transfer'", replace: 'handshake === null || true' },
  { bug: 'an idle backlog is freed a second early', file: CRON, find: 'if (idle <= ttl) return', replace: 'if (idle < ttl) return' },
  { bug: 'an idle backlog is never freed', file: CRON, find: 'ttl === 0 ||', replace: 'true ||' },
  { bug: 'a freed backlog leaves the id as it is', file: CRON, find: '  generation.backlogGone(server);\n', replace: '' },
  { bug: 'the soft limit strikes a second early', file: 'networking.ts', find: 'overSeconds > limit.softSeconds', replace: 'overSeconds >= limit.softSeconds' },
  { bug: 'the hard limit is twice as much', file: 'networking.ts', find: 'hard > 0 && used >= hard', replace: 'hard > 0 && used >= hard * 2' },
  { bug: 'a replica believes to be a byte further', file: LINK, find: '  side.reploff = end;\n', replace: '  side.reploff = end + 1;\n' },
  { bug: 'the offset moves in the middle of a transaction', file: LINK, find: '  if (client.multi !== null) {\n    if (handsOn)', replace: '  if (false) {\n    if (handsOn)' },
  { bug: 'what waited for the end of a pause is kept over a lost link', file: CACHED, find: '    side.unread = [];\n', replace: '' },
  { bug: 'a demoted master asks for its last byte again', file: CACHED, find: 'createMasterSide(replid, masterReplOffset), db', replace: 'createMasterSide(replid, masterReplOffset - 1), db' },
  { bug: 'other data come, and the old backlog stays', file: CACHED, find: "  disconnectReplicas(server, 'full-resync');\n  freeBacklog(server.replication);\n", replace: "  disconnectReplicas(server, 'full-resync');\n" },
  { bug: 'a new backlog begins a byte early', file: 'replication/backlog.ts', find: 'firstByte: replication.masterReplOffset + 1, size', replace: 'firstByte: replication.masterReplOffset, size' },
  { bug: 'the backlog is never trimmed', file: 'replication/backlog.ts', find: 'backlog.histlen > size && trimmed', replace: 'false && trimmed' },
];

/** The file on this machine. */
export function pathOf({ file }: Mutation): string {
  return resolve('src/redis', file);
}

/** The text of the file with the bug in it. */
export function mutated({ bug, file, find, replace }: Mutation, text: string): string {
  const parts = text.split(find);
  if (parts.length !== 2) throw new Error(`"${find}" stands ${parts.length - 1} times in ${file}: ${bug}`);
  return parts.join(replace);
}
