/** What happened, in the words of the terminal report; and all facts behind it. */
import { useMemo, useState } from 'preact/hooks';
import type { StoryLine } from '../report/html/data.ts';
import type { PageFact } from '../report/html/read.ts';
import { plain, type PageRun } from './run.ts';
import { count, instant } from './words.ts';

interface StoryProps {
  readonly run: PageRun;
  readonly atUs: number;
  /** Lower case; '': everything. */
  readonly filter: string;
  readonly hidden: ReadonlySet<string>;
  readonly goTo: (atUs: number, lengthUs?: number) => void;
}

const SIGN_WORDS: ReadonlyMap<string, string> = new Map([['✂', 'fault'], ['✚', 'healed or started'], ['›', 'order'], ['!', 'note']]);

export function Story({ run, atUs, filter, hidden, goTo }: StoryProps) {
  const lines = run.story.filter((line) => !hidden.has(line.who) && matches(line, filter));
  const now = lines.findLastIndex((line) => line.atUs <= atUs);
  return (
    <section class="story" aria-labelledby="story-title">
      <h2 id="story-title">What happened</h2>
      {lines.length === 0 && <p class="note">Nothing matches the filter.</p>}
      <ol>
        {lines.map((line, index) => (
          <li key={index} class={`${SIGN_CLASSES.get(line.sign) ?? ''}${index === now ? ' now' : ''}`}>
            <button type="button" class="time" onClick={() => goTo(line.atUs)}>{instant(line.atUs)}</button>
            <span class="sign" role={line.sign === '' ? undefined : 'img'} aria-label={SIGN_WORDS.get(line.sign)}>{line.sign}</span>
            <div><b>{line.who}</b> {line.text}{line.more.map((more, at) => <p key={at} class={verdictClass(more)}>{more}</p>)}</div>
          </li>
        ))}
      </ol>
    </section>
  );
}

const SIGN_CLASSES: ReadonlyMap<string, string> = new Map([['✂', 'fault'], ['✚', 'healed'], ['!', 'warning']]);

function verdictClass(text: string): string {
  return text.startsWith('⇐ FULL') ? 'said-full' : text.startsWith('⇐ PARTIAL') ? 'said-partial' : text.startsWith('⇐') ? 'said-refused' : '';
}

function matches({ who, text, more }: StoryLine, filter: string): boolean {
  return filter === '' || [who, text, ...more].some((one) => one.toLowerCase().includes(filter));
}

/** Rows of the table at a time. */
const PAGE = 100;

export function Facts({ run, atUs, filter, hidden, goTo }: StoryProps) {
  const [open, setOpen] = useState(false);
  const [more, setMore] = useState(PAGE);
  const found = useMemo(() => (open ? run.facts.filter((fact) => !hidden.has(fact.node) && factMatches(fact, filter)) : []), [open, run, filter, hidden]);
  // Around the chosen instant: a few before it, the rest behind.
  const from = Math.max(0, found.findIndex((fact) => fact.atUs >= atUs) - 20);
  const shown = found.slice(from, from + more);
  return (
    <section class="all-facts" aria-labelledby="facts-title">
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary><h2 id="facts-title">All {count(run.facts.length)} facts</h2></summary>
        <p class="note">{count(found.length)} match; shown from the chosen instant on. A fact names what caused it by its number.</p>
        <div class="table-scroll" tabindex={0} role="region" aria-label="Facts">
          <table>
            <thead><tr><th scope="col" class="number">no.</th><th scope="col" class="number">time</th><th scope="col">who</th><th scope="col">what</th><th scope="col" class="number">caused by</th></tr></thead>
            <tbody>
              {shown.map((fact) => (
                <tr key={fact.id} class={fact.atUs <= atUs ? 'past' : ''}>
                  <td class="number">{count(fact.id)}</td>
                  <td class="number"><button type="button" class="time" onClick={() => goTo(fact.atUs)}>{instant(fact.atUs, 1)}</button></td>
                  <td>{fact.node === '' ? 'scenario' : fact.node}</td>
                  <td><b>{plain(fact.kind)}</b> <span class="fields">{fieldsText(fact)}</span></td>
                  <td class="number">{fact.cause === 0 ? '' : count(fact.cause)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {from + more < found.length && <button type="button" onClick={() => setMore(more + 5 * PAGE)}>Show more</button>}
      </details>
    </section>
  );
}

function fieldsText({ fields }: PageFact): string {
  return fields.map(([name, value]) => `${name}: ${typeof value === 'number' ? count(value) : typeof value === 'string' ? value : JSON.stringify(value)}`).join(' · ');
}

function factMatches(fact: PageFact, filter: string): boolean {
  return filter === '' || `${fact.node} ${plain(fact.kind)} ${fieldsText(fact)}`.toLowerCase().includes(filter);
}
