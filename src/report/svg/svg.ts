/**
 * A run as a still picture: nodes as lanes over time, who asked whom, how long each resync took, what was broken meanwhile. For
 * slides and pages: one SVG, 1280 wide, light or dark as its reader prefers, without scripts and without anything from elsewhere.
 */
import type { Outcome } from '../../checks/outcome.ts';
import { clean } from '../../text.ts';
import { formatCount, formatSpan } from '../../units.ts';
import { chartOf } from '../chart/chart.ts';
import type { Reporter } from '../reporter.ts';
import { drawChart, type Picture, WIDTH } from './picture.ts';
import { escapeXml } from './xml.ts';

/** What one sees at a glance. */
const MOST = { lanes: 10, resyncs: 20, notes: 20 } as const;

/** Several runs stand below each other. */
export function svgReporter(): Reporter {
  return { run: () => '', end: (runs) => image(runs.map(({ outcome }) => ({ outcome, picture: pictureOf(outcome) }))) };
}

function pictureOf(outcome: Outcome): Picture {
  return drawChart(chartOf(outcome, MOST), { title: clean(outcome.scenario.name), about: aboutOf(outcome), verdict: outcome.verdict });
}

function aboutOf({ seed, server, scenario, virtualUs, traceHash }: Outcome): string {
  const { length } = scenario.nodes;
  return `seed ${seed} · ${server} · ${formatCount(length)} ${length === 1 ? 'node' : 'nodes'} · ${formatSpan(virtualUs)} of Redis · trace ${traceHash.slice(0, 12)}`;
}

function image(runs: readonly { readonly outcome: Outcome; readonly picture: Picture }[]): string {
  let height = 0;
  const parts = runs.map(({ picture }) => {
    const part = `<g transform="translate(0 ${height})">\n${picture.shapes.join('\n')}\n</g>`;
    height += picture.height;
    return part;
  });
  const title = runs.map(({ outcome }) => `${clean(outcome.scenario.name)}: ${outcome.verdict}`).join('; ');
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title desc">
<title id="title">${escapeXml(title)}</title>
<desc id="desc">${escapeXml(runs.map(({ picture }) => picture.words).join(' '))}</desc>
<style>${STYLE}</style>
<defs>
<pattern id="broken" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="3" height="8" class="stripe"/></pattern>
<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" class="tip"/></marker>
<marker id="lost" viewBox="0 0 8 8" refX="4" refY="4" markerWidth="9" markerHeight="9"><path d="M1 1 7 7M7 1 1 7" class="cross"/></marker>
</defs>
<rect width="${WIDTH}" height="${height}" class="paper"/>
${parts.join('\n')}
</svg>
`;
}

/** Colours that the colour-blind tell apart (after Okabe and Ito), and words beside each. */
const STYLE = `
:root{--paper:#fff;--ink:#1b1f24;--dim:#5b636d;--rule:#c4cad1;--full:#b75301;--partial:#00794f;--broken:#a2336f}
@media(prefers-color-scheme:dark){:root{--paper:#14171b;--ink:#e8eaed;--dim:#a4acb6;--rule:#4a525c;--full:#f0933f;--partial:#3fc28f;--broken:#e58bb8}}
text{font:14px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;fill:var(--ink)}
.title{font-size:24px;font-weight:600}.lane{font-size:16px;font-weight:600}.small{font-size:12px}.end{text-anchor:end}.middle{text-anchor:middle}
text.dim{fill:var(--dim)}text.passed{fill:var(--partial)}text.failed,text.error{fill:var(--full)}text.undecided{fill:var(--dim)}text.broke{fill:var(--broken)}
.paper{fill:var(--paper)}.rule{stroke:var(--rule)}.grid{stroke:var(--rule);stroke-dasharray:2 5}.rail{stroke:var(--rule);stroke-width:3}
.stripe{fill:var(--broken);opacity:.4}.fault{fill:url(#broken)}.faultlink{fill:var(--broken);opacity:.07}
.tip{fill:var(--ink)}.cross{stroke:var(--ink);stroke-width:1.5;fill:none}.ask{stroke:var(--ink);stroke-width:1.5;fill:none}
rect.full{fill:var(--full)}rect.partial{fill:var(--partial)}rect.refused,rect.unanswered{fill:var(--broken)}rect.full.vain{stroke:var(--full)}rect.partial.vain{stroke:var(--partial)}rect.refused.vain,rect.unanswered.vain{stroke:var(--broken)}rect.full.vain,rect.partial.vain,rect.refused.vain,rect.unanswered.vain{fill:var(--paper);stroke-width:2}
text.onspan{font-size:12px;font-weight:600;fill:var(--paper)}text.onspan.vain{fill:var(--ink)}.file{fill:var(--full);opacity:.22}
.number{fill:var(--paper);stroke:var(--ink);stroke-width:1.5}.digits{font-size:11px;font-weight:600;text-anchor:middle}
`;
