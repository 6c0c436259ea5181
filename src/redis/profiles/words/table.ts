/** The words of every group of a profile, in the order in which `sim versions` shows them. */
import type { Profile } from '../profile.ts';
import { BGSAVE_WORDS, HEARTBEAT_WORDS, HISTORY_WORDS, SHUTDOWN_WORDS, SYNC_WORDS } from './master.ts';
import { COMMANDS_WORDS, EVICTION_WORDS, EXPIRY_WORDS, REFUSALS_WORDS, SCRIPTS_WORDS, STREAM_WORDS } from './stream.ts';
import type { GroupWords } from './words.ts';

type Groups = Omit<Profile, 'name' | 'version' | 'directives'>;

export const WORDS: { readonly [Group in keyof Groups]: GroupWords<Groups[Group]> } = {
  handshake: {
    title: 'The replica on its way to the master',
    fields: {
      requests: {
        label: 'form of its requests',
        says: { inline: 'A replica sends its requests as lines', resp: 'A replica sends its requests as RESP arrays; SYNC stays a line' },
      },
      introduction: {
        label: 'pace of its introduction',
        says: {
          'one-by-one': 'What stands between PING and PSYNC is sent one by one, each when the one before was answered',
          burst: 'What stands between PING and PSYNC is sent in one burst',
        },
      },
      capabilities: {
        label: 'REPLCONF capa',
        says: { '': 'A replica tells no capability', '*': 'A replica tells the capabilities {}' },
      },
      tellsVersion: {
        label: 'REPLCONF version',
        says: { true: 'A replica tells its own version', false: 'A replica does not tell its version' },
      },
      asks: {
        label: 'how it asks to be synced',
        says: { sync: 'A replica knows only SYNC: every resync is full', psync: 'A replica asks by PSYNC, and by SYNC where that is not known' },
      },
      refusal: {
        label: '-NOMASTERLINK and -LOADING',
        says: {
          'is-an-error': 'A master that cannot serve now is taken for one that knows no PSYNC: what was known is lost, and SYNC follows',
          'may-mean-later': 'A master that cannot serve now is asked again later, for the same',
        },
      },
      brokenOff: {
        label: 'connection lost in the handshake',
        says: {
          'read-as-an-error': 'The error of the read counts as the master’s reply: in the place of the one to PSYNC it costs a full resync',
          'given-up': 'The attempt is given up, and the next one asks for the same',
        },
      },
      forgets: {
        label: 'what goes with a full resync',
        says: {
          'at-the-verdict': 'Cached master, sub-replicas and backlog go as soon as the master says FULLRESYNC: a transfer that breaks is followed by PSYNC ? -1',
          'before-the-load': 'Cached master, sub-replicas and backlog stay until the whole file is there: a transfer that breaks is followed by the same question',
        },
      },
      reconnectAtOnce: {
        label: 'after a lost link',
        says: { true: 'The replica tries again at once', false: 'The replica tries again at the next second of its cron' },
      },
      acksLoad: {
        label: 'first acknowledgement',
        says: {
          never: 'The first ACK goes out with the cron',
          'eof-framing': 'The first ACK goes out at once after a file without a length, else with the cron',
          always: 'The first ACK goes out as soon as the file is loaded',
        },
      },
    },
  },
  load: {
    title: 'The file of a full sync at the replica',
    fields: {
      file: {
        label: 'when it becomes dbfilename',
        says: { 'installed-first': 'The file takes the place of dbfilename before old data are flushed', 'installed-later': 'Old data are flushed before the file takes the place of dbfilename' },
      },
      syncsFile: {
        label: 'fsync of the file',
        says: { true: 'The whole file is fsynced before it is installed', false: 'The end of the file is not fsynced' },
      },
      appendOnly: {
        label: 'append-only file meanwhile',
        says: {
          'goes-on': 'The append-only file goes on, and starts over when the data are loaded',
          'off-meanwhile': 'The append-only file is off while data are loaded, and starts over also when that fails',
          'off-until-success': 'The append-only file is off until a sync succeeds',
        },
      },
      savingChild: {
        label: 'child that saves the old data',
        says: { 'goes-on': 'A child that saves the old data goes on', 'is-killed': 'A child that saves the old data is killed' },
      },
      signsOfLife: {
        label: 'newlines to the master',
        says: { true: 'While it flushes and loads it sends its master a newline a second', false: 'While it flushes and loads its master hears nothing' },
      },
      swapdb: {
        label: 'repl-diskless-load swapdb',
        says: { 'sets-aside': 'Old data are set aside while new ones load, and nobody is served', 'loads-beside': 'Old data of the same history are served while new ones load' },
      },
    },
  },
  product: {
    title: 'What it calls itself',
    fields: {
      title: { label: 'name', says: { Redis: 'Errors that name the product say Redis', Valkey: 'Errors that name the product say Valkey' } },
      passesFor: { label: 'release of Redis', says: { null: 'It tells clients its own release', '*': 'It tells clients that it is Redis {}' } },
    },
  },
  replconf: {
    title: 'REPLCONF at the master',
    fields: { options: { label: 'known options', says: 'A master knows of REPLCONF: {}' } },
  },
  wait: {
    title: 'WAIT',
    fields: {
      target: {
        label: 'what is waited for',
        says: {
          'last-command': 'WAIT waits for the offset at which the client’s last command of any kind left the stream',
          'last-write': 'WAIT waits for the client’s last command that moved the offset',
        },
      },
      onReplica: { label: 'on a replica', says: { counts: 'WAIT on a replica counts its own replicas', 'is-refused': 'WAIT on a replica is refused' } },
    },
  },
  auth: {
    title: 'Passwords',
    fields: {
      wrongPassword: { label: 'with a wrong one', says: 'To a wrong password the answer is “{}”' },
      needless: { label: 'where none is needed', says: 'To a password that nobody asked for the answer is “{}”' },
    },
  },
  link: {
    title: 'The replica on its link',
    fields: {
      offset: {
        label: 'what its offset counts',
        says: {
          none: 'A replica counts nothing: every lost link ends in a full resync, of its own replicas, too',
          read: 'A replica’s offset counts bytes read; its own replicas get a stream of its making',
          applied: 'A replica’s offset counts bytes applied, and its own replicas get the same bytes at the same offsets',
        },
      },
      acks: {
        label: 'REPLCONF ACK',
        says: { offset: 'ACK tells the offset', 'offset-and-fsync': 'ACK tells the offset, and up to where the append-only file is fsynced' },
      },
      errors: {
        label: 'a command that fails',
        says: {
          'pass-unheard': 'That a command of the stream failed is told nobody', 'composed-ones-are-told': 'That a command of the stream failed is logged, unless the error is a common one',
          'are-told': 'That a command of the stream failed is logged',
        },
      },
      inline: {
        label: 'a line in the stream',
        says: { 'is-obeyed': 'A line in the stream is a command like any other', 'is-a-protocol-error': 'After a line in the stream nothing more is taken in, and the link is not cached' },
      },
    },
  },
  history: HISTORY_WORDS,
  sync: SYNC_WORDS,
  bgsave: BGSAVE_WORDS,
  heartbeat: HEARTBEAT_WORDS,
  shutdown: SHUTDOWN_WORDS,
  backlog: {
    title: 'Backlog',
    fields: {
      countsCommandsWithoutBacklog: {
        label: 'offset without a backlog',
        says: {
          true: 'With an append-only file the offset of a master without a backlog moves by one per command, for WAITAOF',
          false: 'The offset of a master without a backlog stands still',
        },
      },
      freedShows: {
        label: 'INFO of a freed backlog',
        says: { 'what-it-held': 'INFO goes on showing the window of a backlog that was freed', zeros: 'INFO shows zeros for a backlog that was freed' },
      },
    },
  },
  limits: {
    title: 'Output buffer limits of replicas',
    fields: {
      hardLimitFloor: {
        label: 'least hard limit',
        says: { 'backlog-size': 'A hard limit below repl-backlog-size counts as repl-backlog-size', none: 'The hard limit counts as configured, however small' },
      },
      checked: {
        label: 'when it is compared',
        says: {
          'each-part': 'What waits is compared with the limit whenever something is appended to the list behind the first 16 kB',
          'new-node': 'What waits is compared with the limit when it takes one more block',
        },
      },
      cronChecks: {
        label: 'limit without traffic',
        says: { true: 'The cron compares, too: a soft limit fires without new writes', false: 'Without new writes nothing is compared, and a soft limit does not fire' },
      },
      closing: {
        label: 'replica past its limit',
        says: {
          'by-cron': 'A replica past its limit is closed by the next tick of the cron, and is fed and sent to until then',
          mute: 'A replica past its limit gets nothing more, and is closed when the turn ends',
          'keeps-blocks': 'A replica past its limit holds its part of the stream until the turn ends, and is fed until then',
          'lets-go': 'A replica past its limit is fed no more, and holds nothing of the stream',
        },
      },
    },
  },
  children: {
    title: 'Forked children',
    fields: {
      shutsDown: {
        label: 'closing what a child has open',
        says: {
          never: 'A replica that is dropped during a save learns of it when the saving child ends',
          'full-sync': 'A replica that is dropped while it waits for a save learns of it at once; others learn of it when the child ends',
          always: 'A replica that is dropped during a save learns of it at once',
        },
      },
      abandonedSave: {
        label: 'save for nobody',
        says: { finished: 'A save to disk goes on when the replicas that wanted it are gone', killed: 'A save to disk is stopped when the replicas that wanted it are gone' },
      },
    },
  },
  diskless: {
    title: 'Full syncs without a disk',
    fields: {
      transfer: {
        label: 'who writes to replicas',
        says: {
          child: 'The saving child writes to the replicas itself; it gives up one that takes nothing for twice repl-timeout',
          parent: 'The saving child writes into a pipe, and its parent to the replicas; its cron drops one that takes nothing for repl-timeout',
        },
      },
      earlyAck: {
        label: 'ACK before the child’s end is seen',
        says: { 'waits-for-next': 'The stream begins with the next acknowledgement', 'looks-at-child': 'The master looks for the child, and the stream begins at once' },
      },
    },
  },
  output: {
    title: 'The stream as it waits for its readers',
    fields: {
      store: {
        label: 'what waits',
        says: {
          'own-buffers': 'Each replica has what it has not read in a buffer of its own, and there is no backlog',
          copies: 'Each replica has a copy of what it has not read, and the backlog is a ring of exactly its size, emptied when that changes',
          'shared-blocks': 'The backlog and all replicas share one list of blocks: the backlog holds whole blocks, and what a slow replica holds up',
        },
      },
      replies: {
        label: 'replies on a replica’s link',
        says: { 'stand-in-the-stream': 'What a replica is answered on its link stands in the stream', disconnect: 'A replica whose command has a reply is disconnected' },
      },
      nodes: {
        label: 'what a copy counts as',
        says: {
          strings: 'What waits counts as the memory of strings of up to 16 kB, which double when they grow',
          'strings-embedded': 'What waits counts as the memory of strings of up to 16 kB, which double when they grow; short ones stand alone',
          'string-lengths': 'What waits counts as its bytes, and some for each 16 kB',
          blocks: 'What waits counts as blocks of 16 kB, full or not',
        },
      },
    },
  },
  aof: {
    title: 'Append-only file',
    fields: {
      file: {
        label: 'the file',
        says: {
          commands: 'The append-only file is commands, and nothing else can be read', 'behind-an-rdb': 'The append-only file is commands, with an RDB before them if wanted',
          parts: 'The append-only file is several in a directory, where it moves an old one',
        },
      },
      everysec: {
        label: 'appendfsync everysec',
        says: { 'wall-second': 'It syncs when the second of the clock has changed', '1000-ms': 'It syncs when 1000 ms have passed since the last time' },
      },
      instants: {
        label: 'times to live in the file',
        says: {
          'of-expire-and-setex': 'EXPIRE and SETEX are written with an instant; SET … EX is not, and counts anew when the file is read',
          'of-set-too': 'EXPIRE, SETEX and SET … EX are written as SET and PEXPIREAT', 'as-pxat': 'EXPIRE is written as PEXPIREAT, SET … PX as SET … PXAT',
          'as-sent': 'Times to live are written as they are sent',
        },
      },
    },
  },
  commands: COMMANDS_WORDS,
  refusals: REFUSALS_WORDS,
  stream: STREAM_WORDS,
  expiry: EXPIRY_WORDS,
  eviction: EVICTION_WORDS,
  scripts: SCRIPTS_WORDS,
  info: {
    title: 'INFO',
    fields: {
      lacks: { label: 'fields', says: { '': 'INFO has all fields of 7.2', '*': 'INFO lacks {}' } },
      replicaLine: {
        label: 'a replica’s line',
        says: { bare: 'A master’s INFO tells the address and state of a replica', named: 'A master’s INFO tells the acknowledged offset and the lag of a replica' },
      },
      neverUp: {
        label: 'a link that was never up',
        says: { 'since-1970': 'A link that was never up is down since 1970', 'minus-one': 'A link that was never up is down since -1 seconds' },
      },
      dualChannel: {
        label: 'syncs over two connections in INFO',
        says: {
          true: 'INFO tells the type of each replica connection, how many rdb channels wait for their main channel, and the replica’s own buffer',
          false: 'INFO knows one kind of replica connection',
        },
      },
    },
  },
  rdb: {
    title: 'RDB files',
    fields: {
      version: { label: 'format', says: 'Files are written in format {}, and newer ones are refused' },
      versionField: { label: 'field of the version', says: 'The server’s version stands in the header as {}' },
      baseField: {
        label: 'field of the AOF’s base',
        says: { 'aof-base': 'The header says in aof-base whether an AOF follows', 'aof-preamble': 'The header says in aof-preamble whether an AOF follows' },
      },
      header: {
        label: 'header',
        says: {
          none: 'A file has no header fields', server: 'The header names the server, and nothing of replication',
          history: 'The header tells the replication id, the offset and the database of the stream',
        },
      },
      tableSizes: {
        label: 'sizes of databases',
        says: { absent: 'A database does not say its size', written: 'A database begins with its number of keys, and of those with an expiry' },
      },
      expiredKeys: {
        label: 'expired keys',
        says: { 'left-out': 'Keys that have expired are not saved', saved: 'Keys that have expired and are still in memory are saved' },
      },
      scripts: {
        label: 'scripts',
        says: { absent: 'Scripts are not saved', fields: 'A file that tells of the history holds the remembered scripts' },
      },
      access: {
        label: 'last access',
        says: { absent: 'When a key was used is not saved', saved: 'With an LRU or LFU policy it is saved when, or how often, a key was used' },
      },
    },
  },
  values: {
    title: 'Forms of values',
    fields: {
      compact: {
        label: 'small containers',
        says: { ziplist: 'Small containers, and parts of lists, are ziplists', listpack: 'Small containers, and parts of lists, are listpacks' },
      },
      lists: {
        label: 'lists',
        says: {
          'one-or-items': 'A list is one ziplist, or saved item by item', nodes: 'A list is a chain of compact nodes',
          'lone-node': 'A list is a chain of compact nodes, the first filling by a rule of its own',
        },
      },
      setListpacks: {
        label: 'small sets',
        says: { true: 'Small sets are kept and saved as one listpack', false: 'Small sets that are not all integers are saved member by member' },
      },
      scores: {
        label: 'scores of large sorted sets',
        says: { text: 'Scores of large sorted sets are saved as text', binary: 'Scores of large sorted sets are saved as eight bytes' },
      },
      doubles: {
        label: 'doubles as text',
        says: {
          'digits-17-whole-52': 'Doubles are written with 17 digits, whole ones up to 2^52 as integers',
          'digits-17': 'Doubles are written with 17 digits, whole ones up to 2^62 as integers',
          shortest: 'Doubles are written in the fewest digits that read back the same',
        },
      },
    },
  },
};
