/** The page: what is chosen, and who shows it. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { PageModel } from '../report/html/data.ts';
import { type View, viewAround } from './axis.ts';
import { Charts } from './charts.tsx';
import { Checks } from './checks.tsx';
import { Diagram } from './diagram.tsx';
import type { Shown } from './diagram-draw.ts';
import { gutterOf, RIGHT } from './geometry.ts';
import { Glossary } from './glossary.tsx';
import { Header } from './header.tsx';
import { Hero } from './hero.tsx';
import { type Place, readLink, writeLink } from './link.ts';
import { type PageRun, readRun } from './run.ts';
import { Scrubber } from './scrubber.tsx';
import { StatePanel } from './state-panel.tsx';
import { Facts, Story } from './story.tsx';
import { applyTheme, type Choice, systemIsDark } from './theme.ts';

export function App({ models }: { readonly models: readonly PageModel[] }) {
  const [place, setPlace] = useState<Place>(() => readLink(location.hash));
  const [theme, setTheme] = useState<Choice>(null);
  const [dark, setDark] = useState(systemIsDark);
  const chosen = Math.min(models.length, place.run ?? 1) - 1;
  const run = useMemo(() => readRun(models[chosen]!), [models, chosen]);

  useEffect(() => {
    const follow = (): void => setPlace(readLink(location.hash));
    const media = matchMedia('(prefers-color-scheme: dark)');
    const recolour = (): void => setDark(media.matches);
    addEventListener('hashchange', follow);
    media.addEventListener('change', recolour);
    return () => {
      removeEventListener('hashchange', follow);
      media.removeEventListener('change', recolour);
    };
  }, []);
  // On paper all is light.
  useEffect(() => {
    const before = (): void => { applyTheme('light'); setDark((was) => !was); setDark(false); };
    const after = (): void => { applyTheme(theme); setDark(theme === null ? systemIsDark() : theme === 'dark'); };
    addEventListener('beforeprint', before);
    addEventListener('afterprint', after);
    return () => {
      removeEventListener('beforeprint', before);
      removeEventListener('afterprint', after);
    };
  }, [theme]);
  const choose = (choice: Choice): void => {
    applyTheme(choice);
    setTheme(choice);
    setDark(choice === null ? systemIsDark() : choice === 'dark');
  };
  return (
    <>
      <a class="skip" href="#diagram">To the diagram</a>
      <Header run={run} runs={models.map((model) => model.run.name)} chosen={chosen} choose={(index) => { location.hash = writeLink({ run: index + 1 }); }} dark={dark} setTheme={choose} />
      <Report key={chosen} run={run} place={place} runNumber={chosen + 1} theme={`${dark ? 'dark' : 'light'}`} />
      <Footer run={run} />
    </>
  );
}

interface ReportProps {
  readonly run: PageRun;
  readonly place: Place;
  readonly runNumber: number;
  readonly theme: string;
}

function Report({ run, place, runNumber, theme }: ReportProps) {
  const endUs = Math.max(1, run.run.durationUs);
  const limit = (us: number): number => Math.min(endUs, Math.max(0, us));
  const [card, setCard] = useState(place.resync === undefined ? run.best : Math.min(run.cards.length - 1, place.resync - 1));
  const [atUs, setAtUs] = useState(() => limit(place.atUs ?? run.cards[card]?.atUs ?? 0));
  const [view, setView] = useState<View>({ fromUs: 0, toUs: endUs });
  const [shown, setShown] = useState<Shown>({ stream: true, acks: true, facts: true });
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [typed, setTyped] = useState('');
  const filter = typed.trim().toLowerCase();
  const plots = useRef<HTMLDivElement>(null);
  const width = useWidth(plots);

  useEffect(() => {
    if (place.atUs !== undefined) setAtUs(limit(place.atUs));
    if (place.fromUs !== undefined && place.toUs !== undefined && place.toUs > place.fromUs) setView({ fromUs: limit(place.fromUs), toUs: limit(place.toUs) });
    if (place.resync !== undefined && place.resync <= run.cards.length) setCard(place.resync - 1);
  }, [place]);

  const remember = useCallback((at: number, seen: View, which: number): void => {
    const whole = seen.fromUs === 0 && seen.toUs === endUs;
    history.replaceState(null, '', writeLink({ run: runNumber, atUs: at, ...(whole ? {} : seen), ...(which === run.best ? {} : { resync: which + 1 }) }));
  }, [run, runNumber, endUs]);

  const goTo = useCallback((to: number, lengthUs?: number): void => {
    const at = Math.min(endUs, Math.max(0, to));
    const seen = lengthUs !== undefined ? viewAround(at, lengthUs, endUs) : at < view.fromUs || at > view.toUs ? viewAround(at, view.toUs - view.fromUs, endUs) : view;
    setAtUs(at);
    setView(seen);
    remember(at, seen, card);
  }, [view, card, remember, endUs]);
  const chooseCard = (which: number): void => {
    setCard(which);
    const at = run.cards[which]!.atUs;
    setAtUs(at);
    remember(at, view, which);
  };

  const gutter = gutterOf(width);
  const share = (atUs - view.fromUs) / (view.toUs - view.fromUs);
  const nowAt = gutter + share * (width - gutter - RIGHT);
  return (
    <main>
      <Hero cards={run.cards} explain={run.run.explain} chosen={card} choose={chooseCard} goTo={goTo} glossary={run.glossary} />
      <section class="time-space" id="diagram" tabindex={-1} aria-labelledby="diagram-title">
        <div class="section-head">
          <h2 id="diagram-title">Space and time</h2>
          <p class="note" id="diagram-keys">Nodes are lanes, messages slanted lines, faults hatched bands. Drag to move, Ctrl + wheel to zoom; keys <kbd>+</kbd> <kbd>−</kbd> <kbd>←</kbd> <kbd>→</kbd> <kbd>0</kbd>.</p>
          <Filters run={run} shown={shown} setShown={setShown} hidden={hidden} setHidden={setHidden} typed={typed} setTyped={setTyped} />
        </div>
        <div class="sticky"><Scrubber run={run} atUs={atUs} setAt={setAtUs} settle={() => remember(atUs, view, card)} view={view} setView={setView} /></div>
        <div class={`plots${share >= 0 && share <= 1 ? '' : ' elsewhere'}`} ref={plots} style={{ '--now': `${nowAt}px` }}>
          <div class="now-line" aria-hidden="true" />
          <Diagram run={run} view={view} setView={setView} atUs={atUs} goTo={goTo} width={width} shown={shown} hidden={hidden} filter={filter} theme={theme} />
          <StatePanel run={run} atUs={atUs} hidden={hidden} />
          <Charts run={run} view={view} setView={setView} atUs={atUs} goTo={goTo} width={width} hidden={hidden} theme={theme} />
        </div>
      </section>
      <Story run={run} atUs={atUs} filter={filter} hidden={hidden} goTo={goTo} />
      <Checks expectations={run.expectations} invariants={run.invariants} />
      <Glossary words={run.glossary} />
      <Facts run={run} atUs={atUs} filter={filter} hidden={hidden} goTo={goTo} />
    </main>
  );
}

/** The width of an element, now and when it changes, whole pixels. */
function useWidth(of: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(() => Math.min(1_200, document.documentElement.clientWidth - 32));
  useEffect(() => {
    const element = of.current;
    if (element === null) return undefined;
    const watcher = new ResizeObserver(() => setWidth(Math.max(280, Math.floor(element.clientWidth))));
    watcher.observe(element);
    return () => watcher.disconnect();
  }, []);
  return width;
}

interface FiltersProps {
  readonly run: PageRun;
  readonly shown: Shown;
  readonly setShown: (shown: Shown) => void;
  readonly hidden: ReadonlySet<string>;
  readonly setHidden: (hidden: ReadonlySet<string>) => void;
  readonly typed: string;
  readonly setTyped: (typed: string) => void;
}

function Filters({ run, shown, setShown, hidden, setHidden, typed, setTyped }: FiltersProps) {
  const toggle = (name: string): void => {
    const next = new Set(hidden);
    if (!next.delete(name)) next.add(name);
    setHidden(next);
  };
  return (
    <fieldset class="filters">
      <legend class="sr">What is shown</legend>
      {([['stream', 'stream', 'key-stream'], ['acks', 'acknowledgements', 'key-ack'], ['facts', 'facts and their messages', 'key-fact']] as const).map(([name, words, key]) => (
        <label key={name}><input type="checkbox" checked={shown[name]} onChange={() => setShown({ ...shown, [name]: !shown[name] })} /><span class={`swatch ${key}`} aria-hidden="true" />{words}</label>
      ))}
      <span class="lanes-filter">
        {run.lanes.length > 1 && run.lanes.length <= 12 && run.lanes.map(({ name }) => (
          <label key={name}><input type="checkbox" checked={!hidden.has(name)} onChange={() => toggle(name)} />{name}</label>
        ))}
      </span>
      <label class="search">filter <input type="search" value={typed} placeholder="partition, psync, replica-a …" onInput={(event) => setTyped(event.currentTarget.value)} /></label>
    </fieldset>
  );
}

function Footer({ run: { run } }: { readonly run: PageRun }) {
  return (
    <footer>
      <p>Made by replsim, a deterministic simulator of Redis replication. The same scenario, seed and version give the same run, byte for byte: trace <code>{run.hash}</code>.</p>
      {run.replay !== '' && <p>Again: <code class="replay">{run.replay}</code></p>}
    </footer>
  );
}
