/** Words of commands, refusals, the stream, expiry and scripts. */
import type { CommandsProfile, RefusalsProfile } from '../commands.ts';
import type { EvictionProfile, ExpiryProfile, ScriptsProfile, StreamProfile } from '../stream.ts';
import type { GroupWords } from './words.ts';

export const COMMANDS_WORDS: GroupWords<CommandsProfile> = {
  title: 'Commands',
  fields: {
    arities: { label: 'commands', says: { '*': 'It knows these commands, with so many arguments: {}' } },
    flags: { label: 'flags of commands', says: { '': 'The flags of commands are those of 7.2', '*': 'These commands had other flags than in 7.2: {}' } },
    unknown: {
      label: 'an unknown command',
      says: {
        name: 'An unknown command is named in the error', backticks: 'An unknown command and its first arguments stand in the error, between backticks',
        quotes: 'An unknown command and its first arguments stand in the error, between quotes',
      },
    },
    clientTypes: { label: 'types of CLIENT KILL', says: { '': 'CLIENT KILL knows no types', '*': 'CLIENT KILL TYPE knows {}' } },
    setOptions: { label: 'options of SET', says: { '*': 'SET takes {}' } },
    setNxGet: { label: 'SET … NX GET', says: { refused: 'SET takes NX or GET, not both', allowed: 'SET takes NX and GET together' } },
    invalidExpire: { label: 'a time to live below 1', says: { 'in SETEX': 'A time to live below 1 is an error “in SETEX”, whatever the command', 'in name': 'A time to live below 1 is an error “in” the command', "in 'name' command": 'A time to live below 1 is an error “in” the quoted “command”' } },
    wrongType: { label: 'a value of another type', says: { ERR: 'A value of another type is an error with the code ERR', WRONGTYPE: 'A value of another type is an error with the code WRONGTYPE' } },
    blockingTimeout: { label: 'timeout of blocking pops', says: { integer: 'Blocking pops wait whole seconds', float: 'Blocking pops may wait fractions of a second' } },
  },
};

export const REFUSALS_WORDS: GroupWords<RefusalsProfile> = {
  title: 'What is refused, and how',
  fields: {
    follower: { label: 'word for a follower', says: { slave: 'Errors speak of slaves', replica: 'Errors speak of replicas' } },
    config: {
      label: 'CONFIG GET and SET',
      says: {
        'one-tersely': 'CONFIG takes one setting; what is wrong with it is not said', 'one-with-help': 'CONFIG takes one setting; what is wrong with it is not said, but that there is a CONFIG HELP',
        'one-with-reason': 'CONFIG takes one setting, and says what is wrong with its value', several: 'CONFIG takes several settings, and refuses all for one that is wrong',
      },
    },
    noAuth: { label: 'without the password', says: 'Who gave no password hears “{}”' },
    exec: {
      label: 'EXEC',
      says: {
        'by-its-own-flags': 'EXEC runs whatever was queued: only its own flags count',
        'by-its-own-flags-and-readonly': 'EXEC runs what was queued, but no writes on a node that became a read-only replica',
        'by-what-it-queued': 'EXEC is refused for what any of its commands would be refused for',
      },
    },
    spoilTransaction: {
      label: 'a refusal inside MULTI',
      says: { 'not-readonly-nor-loading': 'A refusal while queueing aborts the transaction, but READONLY and LOADING do not', all: 'Every refusal while queueing aborts the transaction' },
    },
    afterDiskError: {
      label: 'after a failed snapshot',
      says: {
        writes: 'After a failed snapshot writes are refused', 'writes-and-ping-of-a-master': 'After a failed snapshot a master refuses writes and PING',
        'writes-and-ping': 'After a failed snapshot writes and PING of clients are refused, on a replica too',
      },
    },
    misconf: { label: 'text of MISCONF', says: 'Then clients hear “{}”' },
    replicaTouchesKeys: {
      label: 'keys over a replica’s connection',
      says: {
        allowed: 'A connection that became a replica may still read and write keys', refused: 'A connection that became a replica can’t “interract” with keys',
      },
    },
    quit: { label: 'QUIT', says: { first: 'QUIT is served before anything else is looked at', command: 'QUIT is a command like another' } },
  },
};

export const STREAM_WORDS: GroupWords<StreamProfile> = {
  title: 'The stream',
  fields: {
    ping: { label: 'heartbeat', says: { PING: 'The heartbeat in the stream is spelled PING', ping: 'The heartbeat in the stream is spelled ping' } },
    effects: {
      label: 'effects, and MULTI in the stream',
      says: {
        'at-first-not-read': 'Effects are sent one by one; MULTI goes when a transaction comes to its first command that is no read, even if nothing changes',
        'at-first-not-read-nor-admin': 'Effects are sent one by one; MULTI goes when a transaction comes to its first command that neither reads nor administers, even if nothing changes',
        'at-first-sent': 'Effects are sent one by one; MULTI goes before the first one of a transaction',
        gathered: 'The effects of a command or transaction are gathered in order and sent together, in MULTI and EXEC if they are two or more',
      },
    },
    select: { label: 'SELECT of a transaction', says: { 'before-multi': 'The SELECT that a transaction needs goes before its MULTI', inside: 'The SELECT that a transaction needs goes behind its MULTI' } },
    several: { label: 'several commands from one', says: { bare: 'Several commands that come from one are sent bare', wrapped: 'Several commands that come from one are sent in MULTI and EXEC' } },
    sentOn: {
      label: 'what counts as a change',
      says: { 'any-change-of-dirty': 'A SAVE or DEBUG RELOAD that resets the count of changes is sent on', 'growth-of-dirty': 'Only what adds to the count of changes is sent on' },
    },
    setWithTtl: {
      label: 'SET with a time to live',
      says: { 'as-given': 'SETEX and SET … EX are sent as given', px: 'SETEX and SET … EX are sent as SET … PX', pxat: 'SETEX and SET … EX are sent as SET … PXAT, an instant' },
    },
    expire: { label: 'EXPIRE', says: { 'as-given': 'EXPIRE is sent as given: it counts from when the replica gets it', pexpireat: 'EXPIRE is sent as PEXPIREAT, an instant' } },
    getset: { label: 'GETSET', says: { 'as-given': 'GETSET is sent as given', set: 'GETSET is sent as SET' } },
    getdel: { label: 'GETDEL', says: { 'unlink-if-lazy': 'GETDEL is sent as DEL, or as UNLINK with lazyfree-lazy-user-del', del: 'GETDEL is sent as DEL' } },
    incrbyfloat: { label: 'INCRBYFLOAT', says: { set: 'INCRBYFLOAT is sent as SET, which ends the key’s time to live on replicas', 'set-keepttl': 'INCRBYFLOAT is sent as SET … KEEPTTL' } },
    spopBatch: { label: 'SPOP with a count', says: { 1: 'SPOP with a count is sent as one SREM per member', '*': 'SPOP with a count is sent as SREMs of up to {} members' } },
    spopAll: { label: 'SPOP of a whole set', says: { del: 'SPOP of a whole set is sent as DEL', 'unlink-if-lazy': 'SPOP of a whole set is sent as DEL, or as UNLINK with lazyfree-lazy-server-del' } },
    brpoplpush: { label: 'BRPOPLPUSH', says: { 'as-given': 'BRPOPLPUSH that finds an item is sent as given', rpoplpush: 'BRPOPLPUSH that finds an item is sent as RPOPLPUSH' } },
    brpoplpushServed: { label: 'BRPOPLPUSH that waited', says: { 'rpop-lpush': 'BRPOPLPUSH that waited is sent as RPOP and LPUSH', rpoplpush: 'BRPOPLPUSH that waited is sent as RPOPLPUSH' } },
    ltrim: { label: 'LTRIM without effect', says: { always: 'LTRIM is sent even if it trimmed nothing', 'if-trimmed': 'LTRIM is sent if it trimmed something' } },
    flushdb: { label: 'FLUSHDB without effect', says: { 'if-not-empty': 'FLUSHDB is sent if there was something', always: 'FLUSHDB is sent even if there was nothing' } },
  },
};

export const EXPIRY_WORDS: GroupWords<ExpiryProfile> = {
  title: 'Keys whose time has come',
  fields: {
    onReplica: {
      label: 'on a replica',
      says: {
        seen: 'A replica answers with keys whose time has come, until its master deletes them', 'hidden-from-reads': 'A replica hides keys whose time has come from commands that only read',
        hidden: 'A replica hides keys whose time has come from all its clients',
      },
    },
    exists: { label: 'EXISTS on a replica', says: { 'in-memory': 'EXISTS counts what is in memory, expired or not', 'like-reads': 'EXISTS counts what a read would find' } },
    ttlOfMissing: { label: 'TTL of a missing key', says: 'TTL of a missing key is {}' },
    keys: { label: 'KEYS on a master', says: { deletes: 'KEYS deletes the expired keys that it meets', 'leaves-out': 'KEYS leaves expired keys out, and where they are' } },
    del: { label: 'DEL of an expired key', says: { ordinary: 'DEL of an expired key deletes it and counts it', 'gone-already': 'DEL of an expired key finds it gone' } },
    randomKey: { label: 'RANDOMKEY on a replica', says: { 'tries-for-ever': 'RANDOMKEY looks for a key that has not expired until it finds one', 'gives-up': 'RANDOMKEY names an expired key when it found nothing else in 100 tries' } },
    ownKeysOfReplica: { label: 'a replica’s own keys', says: { stay: 'Keys that a writable replica gave a time to live itself stay in memory', expire: 'Keys that a writable replica gave a time to live itself are deleted by it' } },
    cycle: { label: 'cycle in the background', says: { draws: 'The cycle draws 20 keys at random, again while more than a quarter had expired', walks: 'The cycle walks through the keys by 20, on while more than a tenth had expired' } },
  },
};

export const EVICTION_WORDS: GroupWords<EvictionProfile> = {
  title: 'When memory is full',
  fields: {
    picks: { label: 'which keys go', says: { 'one-of-each-database': 'Each database gives up the best of its samples', 'best-of-pool': 'The best of the samples of all databases goes, with sixteen candidates kept' } },
    afterConfigSet: { label: 'after a lower maxmemory', says: { 'at-once': 'A lower maxmemory deletes keys within CONFIG SET', next: 'A lower maxmemory deletes keys as soon as the command or transaction is over' } },
    queueing: { label: 'queueing without memory', says: { allowed: 'Without memory, commands that need none may still be queued in MULTI', refused: 'Without memory, nothing can be queued in MULTI' } },
  },
};

export const SCRIPTS_WORDS: GroupWords<ScriptsProfile> = {
  title: 'Scripts',
  fields: {
    travel: {
      label: 'how scripts travel',
      says: { text: 'Scripts are sent as text, and run again by replicas', 'text-or-effects': 'Scripts are sent as text, or, if they ask for it, as what they did', effects: 'Scripts are sent as what they did' },
    },
    evalsha: { label: 'EVALSHA in the stream', says: { eval: 'EVALSHA is sent as EVAL with the text', 'eval-once': 'EVALSHA is sent as EVAL the first time, then as it is' } },
    select: { label: 'SELECT in a script', says: { 'moves-caller': 'SELECT in a script moves its caller', own: 'SELECT in a script is the script’s own' } },
    load: { label: 'SCRIPT LOAD', says: { kept: 'SCRIPT LOAD is not sent on', 'sent-on': 'SCRIPT LOAD is sent on' } },
    flush: { label: 'SCRIPT FLUSH', says: { kept: 'SCRIPT FLUSH is not sent on', 'sent-on': 'SCRIPT FLUSH is sent on' } },
    error: {
      label: 'error of a script',
      says: {
        plain: 'The error of a script names it, and what failed', place: 'The error of a script names it, the line, and what failed, with the line’s end as a space',
        'place-trimmed': 'The error of a script names it, the line, and what failed', structured: 'The error of a script begins with the error that it met, code and all',
      },
    },
    unknownSha: { label: 'EVALSHA of nothing known', says: 'An EVALSHA of nothing known hears “{}”' },
    evalCacheLimit: { label: 'memory for EVAL', says: { Infinity: 'Scripts that came by EVAL are all remembered', '*': 'The last {} scripts that came by EVAL are remembered' } },
  },
};
