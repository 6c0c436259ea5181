/** The window of bytes that a master still keeps, and the byte that its replica asked for. */
import type { Card } from '../report/html/data.ts';
import { count, size } from './words.ts';

/** Below this share of the width nothing could be seen of a part. */
const LEAST = 0.14;

export function WindowPicture({ card }: { readonly card: Card }) {
  const { window: found } = card;
  if (found === null) return null;
  const { asked, first, end, missedBy, began } = found;
  const [low, high] = [Math.min(asked, first), Math.max(asked, end)];
  const parts = asked < first ? [first - asked, end - first] : asked > end ? [end - first, asked - end] : [asked - first, end - asked];
  const shares = sharesOf(parts, high - low);
  const cut = shares[0]! * 100;
  const [askedAt, firstAt, endAt] = asked < first ? [0, cut, 100] : asked > end ? [100, 0, cut] : [cut, 0, 100];
  const toScale = Math.abs(shares[0]! - parts[0]! / Math.max(1, high - low)) < 0.02;
  const kept = end - first;
  return (
    <figure class="window">
      <div class="window-row top">
        <Label at={askedAt} mark="▼" class="asked">{card.replica} asks for byte <b>{count(asked)}</b></Label>
      </div>
      <div class="window-bar" aria-hidden="true">
        {asked < first && <div class="part gone" style={{ left: 0, width: `${cut}%` }}><span>{began === '' ? 'gone' : 'never held'}</span></div>}
        <div class="part kept" style={{ left: `${firstAt}%`, width: `${endAt - firstAt}%` }}><span>kept</span></div>
        {asked > end && <div class="part beyond" style={{ left: `${cut}%`, width: `${100 - cut}%` }}><span>not written yet</span></div>}
        {asked >= first && asked < end && <div class="part sent" style={{ left: `${cut}%`, width: `${100 - cut}%` }}><span>sent again</span></div>}
        <div class="pin" style={{ left: `${askedAt}%` }} />
      </div>
      <div class="window-row bottom">
        <Label at={firstAt} mark="▲" class="first">oldest byte kept <b>{count(first)}</b></Label>
        <Label at={endAt} mark="▲" class="end">next byte <b>{count(end)}</b></Label>
      </div>
      <figcaption>
        {asked < first && <>The backlog of {card.master} kept the last {size(kept)} of its stream. {began === '' ? <>The byte asked for had left it <b>{count(missedBy)} bytes</b> before.</> : <>It never held the byte asked for: it {began}.</>}</>}
        {asked > end && <>{card.master} had not written that byte: it is <b>{count(missedBy)} bytes</b> beyond the next one.</>}
        {asked >= first && asked <= end && (asked === end
          ? <>The byte asked for is the very next one that {card.master} will write: nothing was missed.</>
          : <>The byte asked for is still in the backlog of {card.master}, which kept the last {size(kept)}: from there on <b>{count(end - asked)} bytes</b> are sent again.</>)}
        {!toScale && <span class="note"> Not to scale.</span>}
      </figcaption>
    </figure>
  );
}

/** Shares of the width, each at least so large that it can be seen. */
function sharesOf(parts: readonly number[], total: number): number[] {
  if (total === 0) return [0, 1];
  const shares = parts.map((part) => (part === 0 ? 0 : Math.min(1 - LEAST, Math.max(LEAST, part / total))));
  const sum = shares.reduce((all, share) => all + share, 0);
  return shares.map((share) => share / sum);
}

interface LabelProps {
  readonly at: number;
  readonly mark: string;
  readonly class: string;
  readonly children: preact.ComponentChildren;
}

/** Beside its mark, on whichever side there is room. */
function Label({ at, mark, class: name, children }: LabelProps) {
  const left = at <= 50;
  return (
    <div class={`label ${name} ${left ? 'leftward' : 'rightward'}`} style={left ? { left: `${at}%` } : { right: `${100 - at}%` }}>
      <span class="mark" aria-hidden="true">{mark}</span><span>{children}</span>
    </div>
  );
}
