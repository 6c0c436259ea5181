/** Whether two messages are the same bytes said the same way; a synthetic value equals the text that it stands for. */
import type { Bytes, Message, Reply } from './payload.ts';
import { bytesToString } from './make.ts';

export function equalBytes(a: Bytes, b: Bytes): boolean {
  if (a.length !== b.length) return false;
  if (typeof a !== 'string' && typeof b !== 'string' && a.seed === b.seed) return true;
  return bytesToString(a) === bytesToString(b);
}

/** Redis compares command names and keywords without regard to case. */
export function equalWord(bytes: Bytes | undefined, lowerCase: string): boolean {
  return typeof bytes === 'string' && bytes.length === lowerCase.length && bytes.toLowerCase() === lowerCase;
}

export function equalReplies(a: Reply, b: Reply): boolean {
  switch (a.type) {
    case 'status':
    case 'error':
      return b.type === a.type && b.text === a.text;
    case 'integer':
      return b.type === 'integer' && b.value === a.value;
    case 'bulk':
      return b.type === 'bulk' && equalBytes(a.value, b.value);
    case 'nil':
    case 'nil-array':
      return b.type === a.type;
    case 'array':
      return (
        b.type === 'array' && b.items.length === a.items.length && a.items.every((item, i) => equalReplies(item, b.items[i]!))
      );
  }
}

export function equalMessages(a: Message, b: Message): boolean {
  switch (a.kind) {
    case 'command':
      return b.kind === 'command' && b.argv.length === a.argv.length && a.argv.every((bytes, i) => equalBytes(bytes, b.argv[i]!));
    case 'line':
      return b.kind === 'line' && b.text === a.text;
    case 'reply':
      return b.kind === 'reply' && equalReplies(a.reply, b.reply);
  }
}
