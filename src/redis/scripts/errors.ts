/**
 * What is said when a script fails, in the words of its generation (scripting.c: luaPushError, evalGenericCommand; since 7.0
 * script.c: scriptCall, eval.c).
 */
import type { ScriptErrorForm } from '../profiles/stream.ts';
import type { ScriptError } from './run.ts';

/** Why a command of a script was not run. */
export interface RefusalWords {
  readonly noArguments: string;
  readonly badArguments: string;
  readonly unknown: string;
  readonly arity: string;
  readonly notAllowed: string;
  readonly afterRandom: string;
}

const SINCE_7_0: RefusalWords = {
  noArguments: 'ERR Please specify at least one argument for this redis lib call',
  badArguments: 'ERR Lua redis lib command arguments must be strings or integers',
  unknown: 'ERR Unknown Redis command called from script',
  arity: 'ERR Wrong number of args calling Redis command from script',
  notAllowed: 'ERR This Redis command is not allowed from script',
  afterRandom: '',
};

const BEFORE: RefusalWords = {
  noArguments: 'Please specify at least one argument for redis.call()',
  badArguments: 'Lua redis() command arguments must be strings or integers',
  unknown: 'Unknown Redis command called from Lua script',
  arity: 'Wrong number of args calling Redis command From Lua script',
  notAllowed: 'This Redis command is not allowed from scripts',
  afterRandom: 'Write commands not allowed after non deterministic commands',
};

export function refusalWords(form: ScriptErrorForm): RefusalWords {
  return form === 'structured' ? SINCE_7_0 : BEFORE;
}

/** What the script itself sees of a refusal: from 2.8 to 6.2 with the line in front of it. */
export function seenByScript(form: ScriptErrorForm, text: string, line: number): string {
  return form === 'place' || form === 'place-trimmed' ? `@user_script: ${line}: ${text}` : text;
}

/**
 * A reply of the server that is made a script's error as a whole, sign and line end included, up to 6.2. The end becomes spaces in the
 * error that is answered, and since 6.0 is cut off there.
 */
export function wholeReply(form: ScriptErrorForm, text: string): string {
  return form === 'structured' ? text : form === 'place-trimmed' ? `-${text}` : `-${text}  `;
}

/** The error that the caller hears. */
export function scriptFailure(form: ScriptErrorForm, sha: string, { text, line, kind }: ScriptError): string {
  if (form === 'structured') return `${text} script: ${sha}, on @user_script:${line}.`;
  const what = kind === 'lua' ? text.replace(/^ERR /, '') : text;
  const place = form === 'plain' ? '' : `@user_script:${line}: `;
  return `ERR Error running script (call to f_${sha}): ${place}${what}${form === 'place-trimmed' ? '' : ' '}`;
}
