/**
 * `node scripts/run-ts.js test/docs/find-log-sources.ts REDIS.git VALKEY.git`: looks every line that we claim, and no
 * recording holds, up in the source of its version, at its tag, and writes down in which file it is logged (log-sources.json). Two clones are needed, with all tags; nothing of
 * them is kept but the names of files.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { corpusEvidence } from './log-lines.ts';
import { LOG_SOURCES, type LogSources } from './log-sources.ts';

/** `"one" "two"`, with what a macro may put in between. */
const LITERAL = /"(?:[^"\\\n]|\\.)*"(?:\s*(?:[A-Z]\w*\s*)?"(?:[^"\\\n]|\\.)*")*/g;
const FORMAT = /%[-+ 0#]*(?:\*|\d+)?(?:\.(?:\*|\d+))?(?:hh|h|ll|l|j|z|t|L)?[diouxXeEfgGcspaA]/g;
const ESCAPES: Readonly<Record<string, string>> = { n: '', r: '', t: ' ', '"': '"', "'": "'", '\\': '\\' };
/** Other programs, and what is not simulated. */
const OTHERS = /(?:cli|benchmark|check-|sentinel|cluster)/;
/** What both must share, to be looked at more closely. */
const GRAM = 8;
/** Of the letters of a line so many must stand in its source; the rest was put in there. */
const ENOUGH = 0.55;

interface Format {
  readonly file: string;
  /** What varies is one sign: ANY. */
  readonly text: string;
}

const ANY = '\u0001';
/** Texts that are put into another one (networking.c: setProtocolError). */
const COMPOSED = [/Master using the inline protocol\. Desync\?/, /Query buffer during protocol error: .*$/];

const [redis, valkey] = process.argv.slice(2);
if (redis === undefined || valkey === undefined) throw new Error('two git directories are needed: that of Redis, and that of Valkey');

const evidence = corpusEvidence(process.cwd());
const sources: Record<string, Record<string, string[]>> = {};
let missing = 0;
for (const version of evidence.versions) {
  const [repository, tag] = version.startsWith('valkey-') ? [valkey, version.slice('valkey-'.length)] : [redis, version];
  const formats = formatsAt(repository, tag);
  const files: Record<string, string[]> = (sources[version] = {});
  for (const { sentence, seen } of evidence.of(version)) {
    if (seen > 0) continue;
    const found = fileOf(COMPOSED.reduce((line, part) => line.replace(part, ANY), sentence).replaceAll('…', ANY), formats);
    if (found === null) {
      missing++;
      console.log(`${version}: ${sentence}`);
    } else (files[found] ??= []).push(sentence);
  }
}
writeFileSync(join(process.cwd(), LOG_SOURCES), `${JSON.stringify(sources satisfies LogSources, null, 1)}\n`);
console.log(missing === 0 ? 'every line that no recording holds stands in its source' : `${missing} lines stand in no source`);
process.exitCode = missing === 0 ? 0 : 1;

/** What is handed to a logging function, by each of its shorter parts. */
function formatsAt(repository: string, tag: string): Map<string, Format[]> {
  const git = (...words: string[]): string => execFileSync('git', ['-C', repository, ...words], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  const byGram = new Map<string, Format[]>();
  for (const file of git('ls-tree', '-r', '--name-only', tag, 'src').split('\n')) {
    if (!/\.[ch]$/.test(file) || OTHERS.test(file)) continue;
    const source = git('show', `${tag}:${file}`);
    for (const { 0: literal, index } of source.matchAll(LITERAL)) {
      if (!isLogged(source, index)) continue;
      const format: Format = {
        file, text: [...literal.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, part]) => part!).join('').replaceAll(/\\(.)/g, (_, sign: string) => ESCAPES[sign] ?? '').replaceAll(FORMAT, ANY).trim(),
      };
      for (const gram of gramsOf(format.text)) {
        const known = byGram.get(gram);
        if (known === undefined) byGram.set(gram, [format]);
        else known.push(format);
      }
    }
  }
  return byGram;
}

function gramsOf(text: string): Set<string> {
  return new Set(Array.from({ length: Math.max(0, text.length - GRAM + 1) }, (_, at) => text.slice(at, at + GRAM)).filter((gram) => !gram.includes(ANY)));
}

/** It stands in a call of serverLog or redisLog, or is made for one: as the text of a protocol error, of an error of the handshake. */
function isLogged(source: string, index: number): boolean {
  const statement = source.slice(Math.max(0, index - 600), index);
  return /(?:Log(?:Raw|FromHandler)?|sdscatprintf|sdscatfmt|snprintf|abortFailover)\s*\([^;]*$/.test(statement);
}

/** The file of the format that has most of a line in common; null: none has enough. */
function fileOf(line: string, formats: ReadonlyMap<string, readonly Format[]>): string | null {
  const candidates = new Set([...gramsOf(line)].flatMap((gram) => formats.get(gram) ?? []));
  const [best] = [...candidates].map(({ file, text }) => ({ file, common: inCommon(line, text) })).sort((one, other) => other.common - one.common);
  return best !== undefined && best.common >= ENOUGH * line.replaceAll(ANY, '').length ? best.file : null;
}

/** How many signs two texts have in common, when each ANY of either stands for any words; -1: they cannot be the same. */
function inCommon(one: string, other: string): number {
  let row: number[] = [];
  for (let i = 0; i <= one.length; i++) {
    const next: number[] = [];
    for (let j = 0; j <= other.length; j++) {
      const [a, b] = [one[i - 1], other[j - 1]];
      const isAny = a === ANY || b === ANY;
      next[j] = Math.max(
        i === 0 && j === 0 ? 0 : -1,
        i > 0 && j > 0 && row[j - 1]! >= 0 && (a === b || isAny) ? row[j - 1]! + (isAny ? 0 : 1) : -1,
        i > 0 && isAny ? (row[j] ?? -1) : -1,
        j > 0 && isAny ? next[j - 1]! : -1,
      );
    }
    row = next;
  }
  return row[other.length]!;
}
