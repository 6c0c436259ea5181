/**
 * What a command of our master's is answered goes nowhere. That it was an error is worth a line in the log: the data may have parted
 * (networking.c: afterErrorReply).
 */
import type { Reply } from '../../protocol/payload.ts';
import type { Server } from '../../server.ts';

/** `command`: in lower case; '' when we do not know it. */
export function afterErrorReply(server: Server, command: string, reply: Reply): void {
  if (reply.type === 'array') for (const item of reply.items) afterErrorReply(server, command, item);
  if (reply.type !== 'error') return;
  const { errors } = server.profile.link;
  const logged = errors === 'are-told' || (errors === 'composed-ones-are-told' && !isReady(reply.text));
  server.ports.tell({ kind: 'error-to-master', logged, error: isReady(reply.text) ? `-${reply.text}` : reply.text.slice('ERR '.length), command });
}

/** server.c: createSharedObjects. They stand ready with their code; others are composed from their words. */
function isReady(text: string): boolean {
  return !text.startsWith('ERR ') || READY.has(text);
}

const READY: ReadonlySet<string> = new Set(['ERR syntax error', 'ERR no such key', 'ERR source and destination objects are the same', 'ERR index out of range', 'ERR Operation against a key holding the wrong kind of value']);
