/** All data commands by lower-case name. A new one is a row in the file of its type. */
import { commandTable, type CommandSpec } from './command.ts';
import { BIT_COMMANDS } from './bits.ts';
import { BLOCKING_COMMANDS } from './blocking.ts';
import { EXPIRY_COMMANDS } from './expiry.ts';
import { HASH_COMMANDS } from './hashes.ts';
import { HYPERLOGLOG_COMMANDS } from './hyperloglogs.ts';
import { KEY_COMMANDS } from './keys.ts';
import { LIST_COMMANDS } from './lists.ts';
import { PUBSUB_COMMANDS } from './pubsub.ts';
import { SET_COMMANDS } from './sets.ts';
import { SORT_COMMANDS } from './sort.ts';
import { STRING_COMMANDS } from './strings.ts';
import { ZSET_COMMANDS } from './zsets.ts';

export const DATA_COMMANDS: ReadonlyMap<string, CommandSpec> = commandTable(
  STRING_COMMANDS,
  BIT_COMMANDS,
  HYPERLOGLOG_COMMANDS,
  KEY_COMMANDS,
  EXPIRY_COMMANDS,
  LIST_COMMANDS,
  BLOCKING_COMMANDS,
  HASH_COMMANDS,
  SET_COMMANDS,
  ZSET_COMMANDS,
  SORT_COMMANDS,
  PUBSUB_COMMANDS,
);
