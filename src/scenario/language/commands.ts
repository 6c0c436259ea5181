/** Redis commands as one writes them: a line as typed into redis-cli, or a list of words. */
import { parseConfFile } from '../../redis/config/conf-file.ts';
import type { Bytes } from '../../redis/protocol/payload.ts';
import { NOT_SIMULATED } from '../../redis/profiles/commands.ts';
import { doc, forms, into, leaf, list, mapping, type Report, type Schema } from './schema.ts';
import type { Scope } from './scope.ts';
import { bytes } from './values.ts';

type Command = readonly Bytes[];

/** One command or several: a text (each line a command), or a list of commands, each a text or a list of words. */
export function commands(scope: Scope): Schema<readonly Command[]> {
  return scope.shared('commands', () => makeCommands(scope));
}

function makeCommands(scope: Scope): Schema<readonly Command[]> {
  const lines = commandLines(scope);
  const one = forms<readonly Command[]>(scope, 'a command such as SET key value, or a list of its words', {
    scalar: lines,
    list: into(scope, list(word(scope), 'the words of a command', { minItems: 1 }), (words, report) => simulated([words], report)),
  });
  const several = into(scope, list(one, 'a list of commands', { minItems: 1 }), (groups) => groups.flat());
  return forms<readonly Command[]>(scope, 'a command such as SET key value', { scalar: lines, list: several });
}

/** Quotes and escapes are those of redis-cli and redis.conf; a line that begins with # is a comment. */
function commandLines(scope: Scope): Schema<readonly Command[]> {
  const text = leaf({
    expects: 'a command such as SET key value',
    json: { type: 'string', minLength: 1, examples: ['SET key value', 'CONFIG SET repl-timeout 10'] },
    read: (value) => ({ ok: true, value: String(value) }),
  });
  return into(scope, text, (written, report): readonly Command[] => {
    // Splitting is that of a conf line, whose first word it takes for a name, in lower case: so give it one.
    const lines = utf8(written).split('\n');
    const { lines: found, problems } = parseConfFile(lines.map((line) => (/^\s*(#|$)/.test(line) ? '' : `command ${line}`)).join('\n'));
    if (problems.length > 0) report([], 'quotes are not closed, or something follows a closing quote', 'write " inside double quotes as \\"');
    else if (found.length === 0) report([], 'there is no command here', 'for instance SET key value');
    return simulated(found.map(({ args }) => args), report);
  });
}

/** What Redis knows and we do not is the author's to hear, not an error that a server gives. */
function simulated(said: readonly Command[], report: Report): readonly Command[] {
  for (const [name] of said) {
    if (typeof name === 'string' && NOT_SIMULATED.has(name.toLowerCase())) {
      report([], `${name.toUpperCase()} is a command of Redis that is not simulated`, 'most of strings, lists, sets and hashes are');
    }
  }
  return said;
}

/** A word of a command: text, a number, or so many bytes of filler. */
function word(scope: Scope): Schema<Bytes> {
  const literal = leaf<Bytes>({
    expects: 'a word, or { bytes: 3mb } of filler',
    json: { type: ['string', 'number', 'boolean'] },
    read: (value) => ({ ok: true, value: utf8(String(value)) }),
  });
  const filler = into(scope, mapping('bytes:', { bytes: doc('So many bytes of text that does not compress.', bytes(scope)) }), ({ bytes: length }, report): Bytes => {
    if (length > MAX_WORD) report(['bytes'], 'Redis takes no word longer than 512mb', 'at most 512mb');
    return { seed: length % 2 ** 32, length };
  });
  return forms<Bytes>(scope, `a word, or { bytes: 3mb } of filler`, { scalar: literal, mapping: filler });
}

/** proto-max-bulk-len as a bare server has it. */
const MAX_WORD = 512 * 2 ** 20;

/** Text as bytes, one character each: what is sent to a server is UTF-8. */
export function utf8(text: string): string {
  // eslint-disable-next-line no-control-regex -- ASCII, control characters and all
  if (/^[\u0000-\u007F]*$/.test(text)) return text;
  let encoded = '';
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (code < 0x80) encoded += character;
    else if (code < 0x800) encoded += String.fromCharCode(0xc0 | (code >> 6), tail(code));
    else if (code < 0x10000) encoded += String.fromCharCode(0xe0 | (code >> 12), tail(code >> 6), tail(code));
    else encoded += String.fromCharCode(0xf0 | (code >> 18), tail(code >> 12), tail(code >> 6), tail(code));
  }
  return encoded;
}

function tail(bits: number): number {
  return 0x80 | (bits & 0x3f);
}

