/** Sentences about resyncs and losses, short and with their numbers. */
import { formatBytes, formatCount, formatInstant, formatSpan } from '../../units.ts';
import type { Resync } from '../../checks/outcome.ts';
import type { Fact, FactBody } from '../../trace/fact.ts';
import { totalOf } from '../../trace/phases.ts';
import { backlogAdvice } from '../../trace/advice.ts';
import type { BacklogBegin } from '../../trace/backlogs.ts';
import { clean } from '../../text.ts';
import { rich, together, toned, type Rich } from './rich.ts';

/** `13 836 112`, never broken at a line's end. */
export function count(value: number): string {
  return together(formatCount(value));
}

/** `1 byte`, `350 bytes` */
export function bytes(value: number): string {
  return together(`${formatCount(value)} ${value === 1 ? 'byte' : 'bytes'}`);
}

export function size(value: number): string {
  return together(formatBytes(value));
}

export function span(us: number): string {
  return together(formatSpan(us));
}

export function instant(us: number): string {
  return formatInstant(us);
}

/** `8f3c8f…3c8f3c`: enough to tell ids of one run apart. */
export function shortId(replid: string): string {
  return replid.length === 40 ? `${replid.slice(0, 4)}…${replid.slice(-2)}` : clean(replid);
}

export function request({ asked, master }: Resync): string {
  const whom = master === '' ? 'its master' : master;
  return `asks ${clean(whom)}: ${together(`PSYNC ${asked.replid === '?' ? '?' : shortId(asked.replid)} ${formatCount(asked.offset)}`)}`;
}

/** The verdict, its reason, and how it ended: one line. */
export function verdict(resync: Resync, story: Story): Rich {
  const { kind, reason } = resync;
  const rest = [...answerTime(resync), ...ending(resync, story)].map((part) => ` · ${part}`).join('');
  if (kind === null) {
    if (reason === null) return rich(toned('dim', `no answer${rest}`));
    return rich(toned('red', '⇐ refused'), ` ${reason.replace('refused:', '')}${rest}`);
  }
  const word = toned(kind === 'full' ? 'yellow' : 'green', kind === 'full' ? '⇐ FULL' : '⇐ PARTIAL');
  return rich(word, reason === null ? '' : ' ', toned('bold', reason ?? ''), rest);
}

/** A verdict that took its time says when it came. */
function answerTime({ askedAtUs, decidedAtUs }: Resync): string[] {
  return decidedAtUs !== null && decidedAtUs - askedAtUs >= 1_000_000 ? [`decided at ${instant(decidedAtUs)}`] : [];
}

/** Why it was decided so, with the numbers, what would have changed it, and what it waited for. */
export function explanation(resync: Resync, story: Story): string[] {
  return [...decisiveWords(resync, story), waited(resync, story), durations(resync)].filter((line) => line !== '');
}

/** Why it was decided so, with the numbers, and what would have changed it. */
export function decisiveWords(resync: Resync, story: Story): string[] {
  return [...reasonOf(resync).split('; '), emptyStart(resync, story)].filter((line) => line !== '');
}

/** Work of less than a second is not worth a line, a wait of less than a tenth no word, nor work of less than a thousandth. */
const WORTH_A_LINE_US = 1_000_000;
const WORTH_A_WORD_US: { readonly wait: number; readonly work: number } = { wait: 100_000, work: 1_000 };

/** Where one phase takes so long, the others are named even if they took no time. */
const NAMES_ALL_US = 10_000_000;

/** What a full resync spent its time on. The parts add up: what went on at once is told in one. */
function durations({ phases, outcome }: Resync): string {
  const alone = phases.filter(({ during }) => during === null);
  const worked = alone.some(({ phase, fromUs, untilUs }) => phase !== 'wait' && (untilUs === null || untilUs - fromUs >= WORTH_A_LINE_US));
  if (!worked) return '';
  const long = alone.some(({ phase, fromUs, untilUs }) => phase !== 'wait' && untilUs !== null && untilUs - fromUs >= NAMES_ALL_US);
  const parts = alone.flatMap((one) => {
    const { phase, fromUs, untilUs } = one;
    if (untilUs !== null && untilUs - fromUs < WORTH_A_WORD_US[phase === 'wait' ? 'wait' : 'work']) return long && phase !== 'wait' ? [together(`${PHASES[phase]} 0 s`)] : [];
    const names = [...phases.filter((part) => part.during === phase && part.phase !== 'stream').map(({ phase: part }) => PHASES[part]), PHASES[phase]];
    const what = together(names.join(' + '));
    return untilUs === null ? [`${what} since ${instant(fromUs)}`] : [`${what} ${span(untilUs - fromUs)}`];
  });
  const total = totalOf(phases);
  const sum = total === null ? 'so far' : outcome === 'done' ? `${span(total)} in all` : `${span(total)} for nothing`;
  const stream = phases.some(({ phase }) => phase === 'stream') ? '; the stream came over a second connection, and waited at the replica' : '';
  return `${sum}: ${parts.join(', ')}${stream}`;
}

const PHASES: Readonly<Record<Resync['phases'][number]['phase'], string>> = {
  wait: 'waiting', save: 'save', transfer: 'transfer', stream: 'stream beside it', flush: 'flush', load: 'load', 'aof-rewrite': 'AOF rewrite',
};

/** A master that was started without its file cannot know what it knew before. */
function emptyStart({ reason, master, facts: { decided } }: Resync, { startOf }: Story): string {
  const start = reason === 'unknown-id' ? startOf(master, decided) : null;
  if (start === null || start.atUs === 0 || start.body.kind !== 'server-started' || start.body.loaded !== 'nothing') return '';
  return `${clean(master)} started empty at ${instant(start.atUs)}: an RDB saved at its shutdown would have kept the id`;
}

/** Why it was decided so, with the numbers; what would have changed it follows a semicolon. */
export function reasonOf(resync: Pick<Resync, 'reason' | 'evidence' | 'backlog'>): string {
  const { reason, evidence } = resync;
  if (reason === null || evidence === null) return '';
  const { askedReplid, askedOffset, replid, replid2, secondOffset, firstByte, masterOffset, missedBy, toSend, backlogSize } = evidence;
  switch (reason) {
    case 'unknown-id':
      return `it names the history ${shortId(askedReplid)}, the master knows only ${shortId(replid)}${/^0*$/.test(replid2) ? '' : ` and ${shortId(replid2)}`}`;
    case 'past-second-offset':
      return `it wants byte ${count(askedOffset)} of ${shortId(askedReplid)}, which the master shares only up to ${count(secondOffset - 1)}; it had ${bytes(missedBy)} that the master does not have`;
    case 'no-backlog':
      return 'the master keeps no backlog';
    case 'offset-before-backlog':
      return [`the oldest byte kept is ${count(firstByte)}, ${count(missedBy)} too late`, backlogWords(resync)].filter((part) => part !== '').join('; ');
    case 'offset-after-end':
      return `it wants byte ${count(askedOffset)}, ${count(missedBy)} further than the next one that the master will write (${count(masterOffset + 1)})`;
    case 'sync-command':
      return 'the replica speaks no PSYNC, or was told to fall back from it';
    case 'in-backlog':
      if (toSend === 0) return 'nothing was missed';
      return toSend <= backlogSize
        ? `${bytes(toSend)} were missed; the backlog keeps at least ${count(backlogSize)}`
        : `${bytes(toSend)} were missed; the backlog is sure to keep only ${count(backlogSize)}: its oldest block saved them`;
    default:
      return '';
  }
}

/** What would have kept a request partial that came too late for the backlog, or why no size would have. */
function backlogWords(resync: Parameters<typeof backlogAdvice>[0]): string {
  const advice = backlogAdvice(resync);
  switch (advice?.is) {
    case 'size':
      return `${together(`repl-backlog-size ${advice.kb}kb`)} would have kept it partial`;
    case 'began-later':
      return `no size ${advice.began.how === 'copy' ? 'of this backlog alone ' : ''}would have kept it: ${advice.began.how === 'copy' ? 'it' : 'the backlog'} ${beganWords(advice.began)}`;
    default:
      return '';
  }
}

/** `began anew with its process, at byte 133 235` */
export function beganWords({ byte, how }: BacklogBegin): string {
  return `${BEGAN[how]}, at ${together(`byte ${formatCount(byte)}`)}`;
}

const BEGAN: Readonly<Record<BacklogBegin['how'], string>> = {
  process: 'began anew with the process', 'first-replica': 'began with the first replica', copy: 'began anew with the copy of other data', freed: 'had been freed (repl-backlog-ttl), and began anew',
};

/** Where the words find what a resync alone does not say. */
export interface Story {
  /** All milestones; the one with id n is at n - 1. */
  readonly facts: readonly Fact[];
  /** What a master told of waiting and starting for one of its connections, in order. */
  stepsOf(master: string, fd: number): readonly Fact[];
  /** The last start of this node before a fact. */
  startOf(node: string, before: number): Fact | null;
}

/** How a resync ended, in few words. */
function ending(resync: Resync, { facts }: Story): string[] {
  const { kind, outcome, endedAtUs, askedAtUs } = resync;
  const endUs = endedAtUs ?? askedAtUs;
  switch (outcome) {
    case 'done':
      return [...(kind === 'full' && resync.bytes > 0 ? [size(resync.bytes)] : []), endUs - askedAtUs < 10_000 ? 'online at once' : `online at ${instant(endUs)}`];
    case 'aborted': {
      const ended = facts[resync.facts.ended - 1];
      return [`aborted at ${instant(endUs)}${ended === undefined ? '' : `: ${whyAborted(ended.body, resync)}`}`];
    }
    case 'refused':
      return [];
    case 'unfinished':
      return ['not finished when the run ended'];
  }
}

/** What a full resync waited for before its RDB was begun. */
function waited({ kind, endedAtUs, facts: { decided: id } }: Resync, { facts, stepsOf }: Story): string {
  const decided = facts[id - 1];
  if (kind !== 'full' || decided === undefined || !('fd' in decided.body)) return '';
  let what: keyof typeof WAITS | null = null;
  for (const { id: step, body, atUs } of stepsOf(decided.node, decided.body.fd)) {
    if (step < decided.id) continue;
    if (endedAtUs !== null && atUs > endedAtUs) break;
    if (body.kind === 'sync-waits') what = body.for;
    if (body.kind === 'fullresync-sent') return what === null || atUs - decided.atUs < WORTH_A_WORD_US.wait ? '' : `waited ${span(atUs - decided.atUs)} ${WAITS[what]}`;
  }
  return what === null ? '' : `waits ${WAITS[what]}`;
}

const WAITS = {
  'bgsave-attached': 'for the BGSAVE that was already running',
  'bgsave-incompatible': 'for the next BGSAVE: it could not join the one that ran',
  'bgsave-socket': 'for the next BGSAVE: the one that ran went straight to others',
  'diskless-delay': 'for others (repl-diskless-sync-delay)',
  'other-child': 'for another child process to end',
} as const;

/** What ended an attempt, as a clause. */
export function whyAborted(body: FactBody, { bytes: received }: Resync): string {
  switch (body.kind) {
    case 'transfer-aborted':
      if (body.why === 'connection-lost') return received > 0 ? `connection lost after ${bytes(received)}` : 'connection lost before the first byte of the RDB';
      return body.error === '' ? body.why : `${body.why} (${clean(body.error)})`;
    case 'load-failed':
      return `the RDB could not be loaded${body.error === '' ? '' : ` (${clean(body.error)})`}`;
    case 'link-timeout':
      return `nothing came for ${together(`${body.silentSeconds} s`)} (${together(`repl-timeout ${body.limitSeconds}`)})`;
    case 'link-handshake-lost':
      return 'the connection was lost before the answer';
    case 'link-handshake-error':
      return clean(body.error);
    case 'role-changed':
      return body.role === 'master' ? 'it became a master' : 'it was told to follow another master';
    case 'process-ended':
      return 'its process ended';
    case 'server-stopped':
      return 'it shut down';
    default:
      return 'it asked anew';
  }
}

type Lost = Extract<FactBody, { kind: 'link-lost' }>['cause'];

/** Why a link ended, as a clause. */
export const LOSSES: Readonly<Record<Lost, string>> = {
  'peer-closed': 'the connection was closed',
  'repl-timeout': 'repl-timeout passed in silence',
  'output-buffer-limit': 'client-output-buffer-limit',
  'client-kill': 'CLIENT KILL',
  replicaof: 'REPLICAOF',
  'replid-changed': 'the replication id changed',
  'full-resync': 'a full resync brings other data',
  'bgsave-failed': 'the BGSAVE failed',
  shutdown: 'shutdown',
  'protocol-error': 'protocol error',
  'file-sent': 'it wanted the file only, and has it',
};
