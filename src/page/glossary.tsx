/** What the words of the page mean; the reason of a resync leads here. */
import type { Term } from '../report/html/data.ts';

/** The reason, with its meaning under the pointer, and further down in words. */
export function Reason({ reason, words }: { readonly reason: string; readonly words: readonly Term[] }) {
  const word = words.find(({ term }) => term === (reason.startsWith('refused:') ? 'refused' : reason));
  if (word === undefined) return <code>{reason}</code>;
  const show = (): void => {
    const entry = document.getElementById(idOf(word));
    entry?.scrollIntoView({ block: 'center' });
    entry?.focus({ preventScroll: true });
  };
  return <button type="button" class="term" title={word.meaning} onClick={show}><code>{reason}</code></button>;
}

export function Glossary({ words }: { readonly words: readonly Term[] }) {
  return (
    <section class="glossary" aria-labelledby="glossary-title">
      <h2 id="glossary-title">Words</h2>
      <dl>
        {words.map((word) => (
          <div key={word.term} id={idOf(word)} tabindex={-1}>
            <dt>{word.term}{word.also.length > 0 && <span class="note"> also {word.also.join(', ')}</span>}</dt>
            <dd>{word.meaning}{word.since !== '' && <span class="note"> {word.since}</span>}</dd>
          </div>
        ))}
      </dl>
      <p class="note">More words: <code>sim glossary</code>, and docs/glossary.md.</p>
    </section>
  );
}

function idOf({ term }: Term): string {
  return `word-${term.replace(/[^A-Za-z0-9]+/g, '-')}`;
}
