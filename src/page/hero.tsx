/** The answer to the first question: why was this resync full, or partial? */
import type { Card, Term } from '../report/html/data.ts';
import { Reason } from './glossary.tsx';
import { WindowPicture } from './window-picture.tsx';
import { instant, span } from './words.ts';

interface HeroProps {
  readonly cards: readonly Card[];
  /** The command that explains them, all but which; ''. */
  readonly explain: string;
  readonly chosen: number;
  readonly choose: (card: number) => void;
  readonly goTo: (atUs: number, lengthUs?: number) => void;
  readonly glossary: readonly Term[];
}

export function Hero({ cards, explain, chosen, choose, goTo, glossary }: HeroProps) {
  const card = cards[chosen];
  if (card === undefined) {
    return <section class="hero" aria-labelledby="why"><h2 id="why">No resync</h2><p class="why">No replica asked for anything in this run.</p></section>;
  }
  return (
    <section class="hero" aria-labelledby="why">
      {cards.length > 1 && <Chooser cards={cards} chosen={chosen} choose={choose} />}
      <div class="hero-grid">
        <div class="hero-text">
          <h2 id="why">{questionOf(card)}</h2>
          <p class="why">{card.why}</p>
          <p class="facts">
            <Verdict card={card} /> <b>{card.replica}</b> asked <b>{card.master === '' ? 'its master' : card.master}</b> at{' '}
            <button type="button" class="time" onClick={() => goTo(card.atUs)}>{instant(card.atUs)}</button>
            {card.endedUs !== null && <> · {card.outcome === 'done' ? 'in step' : card.outcome} after {span(card.endedUs - card.atUs)}</>}
            {card.reason !== null && <> · reason <Reason reason={card.reason} words={glossary} /></>}
          </p>
          {card.origin !== '' && <p class="origin">{card.origin}</p>}
          {card.advice !== '' && <p class="advice"><span class="advice-title">What would have kept it partial</span> {card.advice}.</p>}
          {explain !== '' && card.kind === 'full' && card.reason !== 'first-contact' && (
            <p class="note">What else would have spared it, proved by running again: <code class="replay">{explain} --resync {chosen + 1} --why-not partial</code></p>
          )}
          {card.lines.length > 0 && <ul class="lines">{card.lines.map((line) => <li key={line}>{line}</li>)}</ul>}
        </div>
        <div class="hero-proof">
          <WindowPicture card={card} />
          {card.checks.length > 0 && <Checks card={card} />}
        </div>
      </div>
      <div class="hero-more">
        <Chain card={card} goTo={goTo} />
        <Log card={card} goTo={goTo} />
      </div>
    </section>
  );
}

function questionOf({ kind, outcome, reason }: Card): string {
  if (outcome === 'refused') return 'Why was this resync refused?';
  if (kind === 'full') return 'Why was this resync full?';
  if (kind === 'partial') return 'Why was this resync partial?';
  return reason === null ? 'What became of this resync?' : 'Why this answer?';
}

export function Verdict({ card }: { readonly card: Pick<Card, 'kind' | 'outcome'> }) {
  const word = card.kind === 'full' ? 'FULL' : card.kind === 'partial' ? 'PARTIAL' : card.outcome === 'refused' ? 'REFUSED' : 'NO ANSWER';
  return <span class={`verdict ${word.toLowerCase().replace(' ', '-')}`}>{word}</span>;
}

/** More than these are not worth a button each. */
const BUTTONS = 12;

function Chooser({ cards, chosen, choose }: Pick<HeroProps, 'cards' | 'chosen' | 'choose'>) {
  if (cards.length > BUTTONS) {
    return (
      <nav class="chooser" aria-label="Resyncs of this run">
        <label>Resync <select value={chosen} onChange={(event) => choose(Number(event.currentTarget.value))}>
          {cards.map(({ atUs, replica, kind, reason, outcome }, index) => (
            <option key={index} value={index}>{index + 1} of {cards.length}: {instant(atUs)} {replica} {kind?.toUpperCase() ?? outcome} {reason}</option>
          ))}
        </select></label>
        <button type="button" disabled={chosen === 0} onClick={() => choose(chosen - 1)}>previous</button>
        <button type="button" disabled={chosen === cards.length - 1} onClick={() => choose(chosen + 1)}>next</button>
      </nav>
    );
  }
  return (
    <nav class="chooser" aria-label="Resyncs of this run">
      <span class="chooser-title">Resyncs</span>
      <ul>
        {cards.map((card, index) => (
          <li key={index}>
            <button type="button" aria-pressed={index === chosen} onClick={() => choose(index)}>
              <span class="chip-time">{instant(card.atUs)}</span> {card.replica} <Verdict card={card} />
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Checks({ card }: { readonly card: Card }) {
  return (
    <div class="checks-box">
      <h3>What {card.master === '' ? 'the master' : card.master} checked, in this order</h3>
      <ol class="checks">
        {card.checks.map(({ name, passed, numbers }, index) => (
          <li key={name} class={passed ? 'yes' : 'no'}>
            <span class="sign" role="img" aria-label={passed ? 'yes' : 'no'}>{passed ? '✓' : '✗'}</span>
            <span class="check-name">{name}</span>
            <span class="numbers">{numbers}</span>
            {index === card.checks.length - 1 && <span class="so">⇒ {card.kind === 'partial' ? 'partial' : 'full'}</span>}
          </li>
        ))}
      </ol>
    </div>
  );
}

function Chain({ card, goTo }: Pick<HeroProps, 'goTo'> & { readonly card: Card }) {
  if (card.chain.length < 2) return null;
  return (
    <details open class="chain">
      <summary>The chain of causes, from the beginning</summary>
      <ol>
        {card.chain.map(({ atUs, node, text }, index) => (
          <li key={index}><button type="button" class="time" onClick={() => goTo(atUs)}>{instant(atUs, 1_000)}</button> <b>{node}</b> {text}</li>
        ))}
      </ol>
    </details>
  );
}

function Log({ card, goTo }: Pick<HeroProps, 'goTo'> & { readonly card: Card }) {
  if (card.log.length === 0) return null;
  const nodes = [...new Set(card.log.map(({ node }) => node))];
  return (
    <details class="logs">
      <summary>What a real server of that version logs then</summary>
      {nodes.map((node) => (
        <div key={node}>
          <h4>{node}</h4>
          <ol class="log">
            {card.log.filter((line) => line.node === node).map(({ atUs, text }, index) => (
              <li key={index}><button type="button" class="time" onClick={() => goTo(atUs)}>{instant(atUs, 1_000)}</button> {text}</li>
            ))}
          </ol>
        </div>
      ))}
    </details>
  );
}
