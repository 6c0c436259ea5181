/** The words of replication, each with its other names and who says it since when. In the order in which one meets them. */
export interface Term {
  readonly term: string;
  /** Other names: older, newer, of a setting, of a line of INFO. */
  readonly also: readonly string[];
  /** One or two sentences. */
  readonly meaning: string;
  /** Which version says what; '' when all say the same. */
  readonly since: string;
}

export interface Chapter {
  readonly title: string;
  readonly terms: readonly Term[];
}

const t = (term: string, also: readonly string[], meaning: string, since = ''): Term => ({ term, also, meaning, since });

export const CHAPTERS: readonly Chapter[] = [
  {
    title: 'Who',
    terms: [
      t('master', ['primary'], 'The server that takes the writes and sends them on to its replicas.', 'Redis says master; Valkey says primary since 8.0, and keeps the old words in INFO.'),
      t('replica', ['slave'], 'A server that copies a master and then applies the same writes in the same order.', 'Redis said slave up to 4.0 and says replica since 5.0; INFO still prints slave0, and settings are known by both names.'),
      t('replicaof', ['SLAVEOF'], 'The setting and the command that make a server a replica; REPLICAOF NO ONE makes it a master again.', 'SLAVEOF up to 4.0, REPLICAOF since 5.0; both are understood since.'),
      t('sub-replica', ['chained replica', 'cascading replica'], 'A replica of a replica: it gets the stream from the one above it.', 'Since 4.0 the same bytes as from the top; before, a stream of that replica’s own making.'),
      t('promotion', ['REPLICAOF NO ONE'], 'A replica becomes a master. It starts a new history and remembers where it left the old one, so that its siblings can go on with it.', 'That siblings can go on: since 4.0.'),
      t('FAILOVER', [], 'A command by which a master hands over to a replica that has everything, while clients wait.', 'Since 6.2.'),
      t('replica-priority', ['slave-priority'], 'A number by which Sentinel prefers one replica to another: lower is better, 0 is never. Replication itself ignores it.', 'slave-priority up to 4.0, replica-priority since 5.0.'),
    ],
  },
  {
    title: 'Where one is',
    terms: [
      t('replication ID', ['replid', 'master_replid', 'run ID', 'run_id'], 'The name of a history of writes, 40 hexadecimal digits. Two servers with the same ID and the same offset have the same data.', 'Since 4.0. From 2.8 to 3.2 the run ID of the master’s process stood for it, so that every restart was a new history.'),
      t('second replication ID', ['replid2', 'master_replid2'], 'The ID of the history that a promoted replica comes from, valid up to second_repl_offset. A request that names it and asks for no byte beyond is still served.', 'Since 4.0.'),
      t('offset', ['master_repl_offset', 'slave_repl_offset', 'replication offset'], 'A place in the stream, counted in bytes. A replica’s offset is how much it has; it asks for the byte after that.', 'Since 2.8.'),
      t('stream', ['replication stream', 'command stream'], 'The bytes that a master sends to all its replicas alike: its writes as commands, and its PINGs.'),
      t('backlog', ['replication backlog', 'repl-backlog'], 'The last bytes of the stream, kept by the master for replicas that come back. What a replica asks for must lie in it.', 'Since 2.8. Up to 6.2 a ring of exactly repl-backlog-size bytes; since 7.0 whole blocks of a buffer that all replicas share, so a little more.'),
      t('repl-backlog-size', [], 'How many bytes of the stream the backlog keeps at least. 1mb unless configured, 10mb in Valkey 8.', 'Since 2.8.'),
      t('repl-backlog-ttl', [], 'After so many seconds without a replica a master frees its backlog, and with it its replication ID. 3600 unless configured; 0: never.', 'Since 2.8.'),
      t('window', [], 'The bytes that the backlog holds now: from repl_backlog_first_byte_offset, repl_backlog_histlen bytes.'),
      t('cached master', ['cached primary'], 'What a replica remembers of its lost master: ID and offset. It is what its next PSYNC asks with; who restarts without a file has none.', 'Since 2.8.'),
    ],
  },
  {
    title: 'How one gets in step',
    terms: [
      t('resync', ['resynchronization'], 'One attempt of a replica to get in step with its master: it asks, the master decides, full or partial.'),
      t('PSYNC', ['PSYNC2'], 'The question of a replica: “I have history ID up to here, give me the next byte”. PSYNC ? -1 asks without a past.', 'Since 2.8; with IDs that outlive a process (PSYNC2) since 4.0.'),
      t('SYNC', [], 'The old question: send me everything. A replica falls back to it when a master does not understand PSYNC.', 'All that 2.6 knows.'),
      t('full resync', ['full sync', '+FULLRESYNC'], 'The master makes a file of all its data (an RDB), sends it, and what was written meanwhile behind it. The replica drops what it had.'),
      t('partial resync', ['partial sync', '+CONTINUE'], 'The master sends only the bytes that the replica missed.', 'Since 2.8.'),
      t('diskless', ['repl-diskless-sync', 'socket target'], 'The file of a full resync goes straight to the replicas, without a file on the master’s disk. It waits repl-diskless-sync-delay seconds for more replicas, since later ones cannot join.', 'Since 2.8.18; the default since 7.0.'),
      t('repl-diskless-load', ['diskless load'], 'How a replica loads the file: from its own disk, or straight from the connection, in place of its data (on-empty-db) or beside it (swapdb).', 'Since 6.0.'),
      t('RDB', ['dump.rdb', 'snapshot'], 'A file with all data at one moment. A child process (BGSAVE) writes it while the server goes on.'),
      t('dual channel', ['rdb channel', 'dual-channel-replication-enabled'], 'A full resync over two connections: one brings the file, the other the stream, which waits at the replica. The master’s output buffer stays small.', 'Valkey 8.0.'),
      t('handshake', [], 'What a replica says before it asks: PING, AUTH, REPLCONF with its port and what it understands.', 'One by one up to 6.0, in one burst since 6.2.'),
    ],
  },
  {
    title: 'Why it was full or partial',
    terms: [
      t('first-contact', [], 'The replica has no past with this master: it asks PSYNC ? -1 and is sent everything. The reason of every first resync.'),
      t('unknown-id', ['Replication ID mismatch', 'Runid mismatch'], 'The replica names a history that the master does not know: another master’s, or that of a master that restarted without its file.'),
      t('past-second-offset', ['Requested offset for second ID was …'], 'The replica has bytes of the old history that the promoted master never got. They are lost, and everything is copied.', 'Since 4.0.'),
      t('no-backlog', [], 'The master keeps no backlog: it never had a replica, or freed it (repl-backlog-ttl).'),
      t('offset-before-backlog', ['lack of backlog'], 'The byte asked for is older than the oldest one kept: the replica was away while more was written than repl-backlog-size.'),
      t('offset-after-end', ['greater than the master replication offset'], 'The replica asks for a byte that the master has not written yet: it is ahead of it, as after a master that lost its last writes.'),
      t('sync-command', [], 'The replica asked SYNC, not PSYNC: it is older than 2.8, or its PSYNC was not understood.'),
      t('in-backlog', [], 'The byte asked for is in the window, and so the resync is partial: the only reason for one.'),
      t('refused', ['NOMASTERLINK', 'LOADING', 'NOAUTH'], 'The master gave no verdict but an error: its own link is down, it is loading, a password is missing. The replica asks again.', 'That NOMASTERLINK and LOADING mean “later”, and nothing is forgotten: since 4.0.'),
    ],
  },
  {
    title: 'Staying in step',
    terms: [
      t('ACK', ['REPLCONF ACK', 'acknowledged offset'], 'Once a second a replica tells its master how far it is. For repl-timeout seconds without one, the master drops it.', 'Since 2.8.'),
      t('PING', ['repl-ping-replica-period', 'repl-ping-slave-period'], 'What a master puts into the stream every 10 seconds, so that an idle link is not silent. It counts in the offset.'),
      t('repl-timeout', [], 'So many seconds of silence end a link: for a replica without data or PING, for a master without ACK. Whole seconds and “more than”, so 60 means 61.'),
      t('lag', ['replica lag'], 'How far a replica is behind: in bytes, its offset against the master’s; in INFO also the seconds since its last ACK.'),
      t('output buffer', ['client output buffer', 'omem'], 'What a master has to send to a replica and could not send yet: during a full resync all that is written meanwhile.'),
      t('client-output-buffer-limit', ['client-output-buffer-limit replica', 'client-output-buffer-limit slave'], 'How large that may grow before the replica is dropped: at once above the hard limit, or after some seconds above the soft one. For replicas 256mb 64mb 60 unless configured.', 'Since 2.6; class slave up to 4.0, replica since 5.0. Since 7.0 a hard limit below repl-backlog-size counts as that.'),
      t('WAIT', [], 'A command that waits until so many replicas have acknowledged what this client wrote. It tells how many did; it undoes nothing.', 'Since 3.0.'),
      t('min-replicas-to-write', ['min-slaves-to-write'], 'With fewer replicas that acknowledged within min-replicas-max-lag seconds, a master refuses writes.', 'Since 2.8; by the new name since 5.0.'),
    ],
  },
  {
    title: 'What breaks',
    terms: [
      t('partition', [], 'Packets between two sides vanish and nobody is told: both ends find out by silence.'),
      t('reset', [], 'A connection is torn down and both ends are told at once.'),
      t('hold', ['hole', 'black hole'], 'Something in between keeps both connections open and passes nothing on; in the end everything arrives at once.'),
      t('converged', [], 'All replicas are online, with their masters’ offsets and their masters’ data.'),
      t('lost write', [], 'A write that a client was told had succeeded, and that no server has in the end: replication is asynchronous.'),
    ],
  },
];
