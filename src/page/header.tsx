/** Which run this is, and what it came to. */
import type { PageRun } from './run.ts';
import type { Choice } from './theme.ts';
import { count, span } from './words.ts';

interface HeaderProps {
  readonly run: PageRun;
  /** Names of all runs of the report. */
  readonly runs: readonly string[];
  readonly chosen: number;
  readonly choose: (run: number) => void;
  readonly dark: boolean;
  readonly setTheme: (choice: Choice) => void;
}

const VERDICTS = { passed: ['✓', 'passed'], failed: ['✗', 'failed'], undecided: ['?', 'undecided'], error: ['✗', 'error'] } as const;

export function Header({ run: { run, lanes }, runs, chosen, choose, dark, setTheme }: HeaderProps) {
  const [sign, word] = VERDICTS[run.verdict];
  return (
    <header>
      <div class="header-line">
        <h1>{run.name}</h1>
        <span class={`badge ${run.verdict}`}><span aria-hidden="true">{sign}</span> {word}</span>
        {runs.length > 1 && (
          <label class="runs">run <select value={chosen} onChange={(event) => choose(Number(event.currentTarget.value))}>{runs.map((name, index) => <option key={index} value={index}>{name}</option>)}</select></label>
        )}
        <button type="button" class="theme" onClick={() => setTheme(dark ? 'light' : 'dark')}>{dark ? 'light' : 'dark'}</button>
      </div>
      {run.teaches.map((text) => <p key={text} class="teaches">{text}</p>)}
      <p class="meta">
        seed {run.seed} · {run.servers.join(', ')} · {run.nodes} {run.nodes === 1 ? 'node' : 'nodes'}{run.nodes > lanes.filter(({ is }) => is === 'node').length && ' (the first 60 are shown)'} · {span(run.durationUs)} · {count(run.writes)} writes
        {run.settings.length > 0 && <> · decided by {run.settings.join(', ')}</>}
      </p>
      {run.verdictDetail !== '' && <p class="verdict-detail">{run.verdictDetail}</p>}
    </header>
  );
}
