/**
 * `npm run causes [FILE…]`: for every resync of every scenario, what explain names as its first cause is taken out of the scenario, and the run is
 * made again: the resync must be gone. One that goes back to nothing but the start of its node must be a first contact.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { partsOf, type Proof, prove, type Tried } from '../../src/explore/proof.ts';
import type { Part } from '../../src/explore/without.ts';
import { partWords } from '../../src/report/explain/words.ts';
import { start } from '../../src/run.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { causesOf } from '../../src/trace/causes.ts';

const FIRST_CONTACTS = new Set(['first-contact', 'sync-command', 'refused:NOMASTERLINK']);

const files = process.argv.slice(2);
const all = files.length > 0 ? files : ['scenarios', 'scenarios/myths'].flatMap((folder) => readdirSync(folder).filter((name) => name.endsWith('.yaml')).sort().map((name) => join(folder, name)));

let resyncs = 0;
let runs = 0;
let wrong = 0;
for (const file of all) {
  const tried = make(loadScenario(readFileSync(file, 'utf8'), file));
  const causes = causesOf(tried.outcome.facts);
  for (const [index, resync] of tried.outcome.resyncs.entries()) {
    resyncs++;
    const origin = causes.origin(resync.facts.asked);
    const right = origin.is === 'start' ? FIRST_CONTACTS.has(resync.reason ?? '') : isProved(proofOf(tried, index), partsOf(origin, tried));
    if (right) continue;
    wrong++;
    const proof = origin.is === 'start' ? null : proofOf(tried, index);
    console.log(`${file}: resync ${index + 1} of ${resync.replica} (${resync.reason ?? 'no answer'}): ${origin.is}${proof === null ? '' : `, ${proof.is} without ${proof.parts.map(partWords).join('; ')}`}`);
  }
}
console.log(`${resyncs} resyncs of ${all.length} scenarios, ${runs} runs: ${wrong === 0 ? 'each goes back to what explain names' : `${wrong} do not go back to what explain names`}`);
process.exitCode = wrong === 0 && resyncs > 0 ? 0 : 1;

function make(scenario: Scenario): Tried {
  runs++;
  const run = start(scenario);
  while (!run.advance(1_000_000));
  return { outcome: run.outcome(), steps: run.steps };
}

function proofOf(tried: Tried, index: number): Proof {
  const search = prove(tried, index);
  let next = search.next();
  while (next.done !== true) next = search.next(make(next.value));
  return next.value;
}

/** By what explain names, or by part of it. */
function isProved({ is, parts }: Proof, named: readonly Part[]): boolean {
  return (is === 'alone' || is === 'each' || is === 'any') && parts.some((part) => named.some((one) => partWords(one) === partWords(part)));
}
