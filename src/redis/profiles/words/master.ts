/** The words of what a master does, and of what becomes of a history. */
import type { BgsaveProfile, HeartbeatProfile, HistoryProfile, ShutdownProfile, SyncProfile } from '../profile.ts';
import type { GroupWords } from './words.ts';

export const HISTORY_WORDS: GroupWords<HistoryProfile> = {
  title: 'History, roles and restarts',
  fields: {
    generation: {
      label: 'name of a history',
      says: {
        'sync-only': 'A history has no name and no offset: whoever comes back is sent everything',
        'run-id': 'A history is the stream of one process and has its run id; a replica sends its own replicas a stream of its own',
        replid: 'A history has an id of its own and remembers the one before; a replica hands on the bytes of its master',
      },
    },
    replicasOfDemoted: {
      label: 'replicas of a demoted node',
      says: { dropped: 'A node that becomes a replica drops its own replicas at once', kept: 'A node that becomes a replica keeps its own replicas as long as they can go on' },
    },
    newIdAtPromotion: {
      label: 'new id at a promotion',
      says: { 'before-letting-go': 'The new id is taken before the old master is let go', 'after-letting-go': 'The new id is taken after the old master was let go' },
    },
    restoredFromRdb: {
      label: 'position in the RDB',
      says: {
        'by-replicas': 'A replica that starts takes up the id and the offset, if its RDB names any; a master begins a new history',
        'by-everyone': 'A replica that starts takes up the id and the offset, if its RDB names any; a master, too, as its second id',
      },
    },
    finalPings: {
      label: 'PINGs at the end',
      says: {
        count: 'PINGs count like all that stands in the stream',
        'are-forgotten': 'PINGs at the end of the stream are forgotten when the link is lost or the role changes',
      },
    },
  },
};

export const SYNC_WORDS: GroupWords<SyncProfile> = {
  title: 'The master asked for a resync',
  fields: {
    noMasterLink: { label: 'while its own link is down', says: 'A replica without its master answers -{}' },
    pendingOutput: { label: 'with replies pending', says: 'A connection with replies to come is answered -{}' },
    badOffset: {
      label: 'offset that is no number',
      says: {
        'full-resync-if-our-id': 'An offset that is no number makes a full resync, with an error after its first line if the id is right',
        'full-resync': 'An offset that is no number makes a full resync, with an error after its first line',
        refused: 'An offset that is no number is refused',
      },
    },
  },
};

export const BGSAVE_WORDS: GroupWords<BgsaveProfile> = {
  title: 'The BGSAVE behind a full resync',
  fields: {
    withoutDelay: {
      label: 'diskless without delay',
      says: { 'at-the-cron': 'Without a delay a diskless BGSAVE starts at the next second of the cron', 'at-once': 'Without a delay a diskless BGSAVE starts at once' },
    },
    afterAnother: {
      label: 'after another one',
      says: { 'at-once': 'Who came too late for a BGSAVE gets the next one as soon as that ends', 'after-the-delay': 'Who came too late for a BGSAVE gets the next one as the delay allows' },
    },
    delayed: {
      label: 'what is delayed',
      says: { 'every-one': 'A BGSAVE left to the cron waits for repl-diskless-sync-delay, even one to disk', 'the-diskless': 'Only with repl-diskless-sync a BGSAVE left to the cron waits for the delay' },
    },
    due: {
      label: 'end of the delay',
      says: { 'longer-than-delay': 'The delay is over when somebody has waited longer than that', 'as-long-as-delay': 'The delay is over when somebody has waited as long as that' },
    },
  },
};

export const HEARTBEAT_WORDS: GroupWords<HeartbeatProfile> = {
  title: 'Signs of life',
  fields: {
    dropsSilent: {
      label: 'silent replicas',
      says: {
        online: 'An online replica that came by PSYNC and is silent for repl-timeout is dropped',
        'online-and-stalled': 'An online replica that came by PSYNC and is silent for repl-timeout is dropped, and one that stops reading a diskless transfer',
      },
    },
  },
};

export const SHUTDOWN_WORDS: GroupWords<ShutdownProfile> = {
  title: 'Shutdown',
  fields: {
    waitsForReplicas: {
      label: 'waits for replicas',
      says: { true: 'SHUTDOWN waits until the replicas have everything, or shutdown-timeout has passed', false: 'SHUTDOWN waits for nobody' },
    },
    flushesReplicas: {
      label: 'last words',
      says: { true: 'What replicas have not been sent leaves with the last breath', false: 'What replicas have not been sent is lost with the process' },
    },
  },
};
