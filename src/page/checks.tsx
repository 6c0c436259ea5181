/** What was expected, and what must always hold. */
import type { Check } from '../report/html/data.ts';

const SIGNS: Readonly<Record<Check['verdict'], readonly [string, string]>> = {
  held: ['✓', 'held'], failed: ['✗', 'failed'], violated: ['✗', 'violated'], undecided: ['?', 'undecided'], 'not-applicable': ['–', 'not meant for this version'],
};

export function Checks({ expectations, invariants }: { readonly expectations: readonly Check[]; readonly invariants: readonly Check[] }) {
  return (
    <section class="judged" aria-labelledby="judged-title">
      <h2 id="judged-title">Expectations and invariants</h2>
      <div class="judged-grid">
        <List title="The scenario expects" checks={expectations} none="The scenario expects nothing." />
        <List title="Must always hold" checks={invariants} none="Nothing was compared." />
      </div>
    </section>
  );
}

function List({ title, checks, none }: { readonly title: string; readonly checks: readonly Check[]; readonly none: string }) {
  return (
    <div>
      <h3>{title}</h3>
      {checks.length === 0 ? <p class="note">{none}</p> : (
        <ul class="judgements">
          {checks.map(({ text, verdict, detail }, index) => (
            <li key={index} class={verdict}>
              <span class="sign" role="img" aria-label={SIGNS[verdict][1]}>{SIGNS[verdict][0]}</span>
              <span>{text}{detail !== '' && <span class="detail"> {detail}</span>}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
