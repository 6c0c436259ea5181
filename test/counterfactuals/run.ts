/**
 * `npm run counterfactuals -- [FILE…]`: what would have spared each full resync of the gallery, and whether every answer holds at
 * its value and fails one step beyond. Two scenarios at a time. Exit code 1 when one does not.
 */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { processHost } from '../../src/cli/host.ts';
import type { Counterfactual, Probe } from '../../src/explore/counterfactual/answer.ts';
import { formatInstant } from '../../src/units.ts';
import { type Checked, checkScenario } from './gallery.ts';

const WORKERS = 2;
const [first, ...more] = process.argv.slice(2);
if (first === '--one') await one(more[0]!);
else await all(first === undefined ? gallery() : [first, ...more]);

function gallery(): string[] {
  return readdirSync('scenarios').filter((name) => name.endsWith('.yaml')).map((name) => `scenarios/${name}`).sort();
}

async function all(files: readonly string[]): Promise<void> {
  const waiting = [...files];
  let failed = 0;
  const work = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const { code, text } = await child(file);
      process.stdout.write(text);
      if (code !== 0) failed++;
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
  console.log(`\n${files.length} scenarios: ${failed === 0 ? 'every counterfactual holds at its value and fails one step beyond' : `${failed} with a wrong answer`}`);
  process.exitCode = failed === 0 ? 0 : 1;
}

function child(file: string): Promise<{ code: number | null; text: string }> {
  return new Promise((done) => {
    const process_ = spawn(process.execPath, [process.argv[1]!, '--one', file], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    process_.stdout.on('data', (part: Buffer) => {
      text += part.toString();
    });
    process_.on('close', (code) => {
      done({ code, text });
    });
  });
}

async function one(file: string): Promise<void> {
  const began = performance.now();
  const checked = await checkScenario(file, processHost());
  const wrong = checked.flatMap(({ claims }) => claims.filter((claim) => claim.wrong !== ''));
  console.log(`\n${file}${checked.length === 0 ? ': nothing to spare' : ''}  ${((performance.now() - began) / 1_000).toFixed(0)} s`);
  for (const each of checked) for (const line of linesOf(each)) console.log(line);
  process.exitCode = wrong.length === 0 ? 0 : 1;
}

function linesOf({ replica, askedAtUs, reason, found, claims }: Checked): string[] {
  const wrong = claims.filter((claim) => claim.wrong !== '').map(({ wrong: why, knob }) => `      WRONG ${knob}: ${why}`);
  return [`  ${replica} at ${formatInstant(askedAtUs)}, full ${reason}: ${found.runs} runs, best ${found.best ?? 'none'}`, ...found.knobs.map(line), ...wrong];
}

function line({ knob, answer, probes }: Counterfactual): string {
  const fates = [...new Set(probes.map(({ fate }) => fate))].join(', ');
  const words = ((): string => {
    switch (answer.is) {
      case 'edge':
        return `${set(answer.edge.holds)} ${answer.edge.holds.fate} | ${set(answer.edge.fails)} ${answer.edge.fails.fate}`;
      case 'several':
        return `not monotone: ${answer.edges.map(({ holds, fails }) => `${set(holds)} ${holds.fate} | ${set(fails)} ${fails.fate}`).join('; ')}`;
      case 'none':
        return `none of ${probes.length} values (${fates})`;
      case 'not-tried':
        return answer.why;
    }
  })();
  return `    ${knob.padEnd(18)} ${words}`;
}

function set({ set: changes }: Probe): string {
  return changes.length === 0 ? 'as it is' : changes.map(({ path, value }) => `${path}=${value}`).join(' ');
}
