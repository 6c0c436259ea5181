/** A reply in one line, for people and for expectations. */
import { bytesToString } from './make.ts';
import type { Reply } from './payload.ts';

/** `OK`, `12`, `-READONLY You can't write …`, `(nil)`, `[a, b]`; long strings cut short. */
export function replyText(reply: Reply): string {
  switch (reply.type) {
    case 'status':
      return reply.text;
    case 'error':
      return `-${reply.text}`;
    case 'integer':
      return String(reply.value);
    case 'bulk':
      return reply.value.length <= MAX_TEXT ? bytesToString(reply.value) : `${bytesToString(reply.value).slice(0, MAX_TEXT)}…`;
    case 'nil':
    case 'nil-array':
      return '(nil)';
    case 'array':
      return `[${reply.items.map(replyText).join(', ')}]`;
  }
}

const MAX_TEXT = 1000;
