/** The file: data put into a page, in which nothing of a scenario can become markup. */
import { describe, expect, it } from 'vitest';
import { dataText, htmlPage, htmlReporter } from '../../../src/report/html/html.ts';
import type { PageModel } from '../../../src/report/html/data.ts';
import { PLAIN, type ReportedRun } from '../../../src/report/reporter.ts';
import { run } from '../../../src/run.ts';
import { loadScenario } from '../../../src/scenario/load.ts';

const TEMPLATE = '<title>replsim-title</title><script type="application/json">"replsim-data"</script>';

const HOSTILE = '</script><script>alert(1)</script><!-- $& \u2028 \u2029 "replsim-data" & <b>';

const hostile: ReportedRun = {
  outcome: run(loadScenario(`
name: ${JSON.stringify(HOSTILE)}
teaches: ${JSON.stringify(`It teaches ${HOSTILE}`)}
duration: 3s
nodes: { master: {}, replica: { replicaof: master } }
clients: { app: { to: master, writes: 10/s, key: ${JSON.stringify('k</script>')}, value: 3b } }
timeline:
  - at: 1s
    command: { node: master, run: ${JSON.stringify("SET '</script><img src=x onerror=alert(1)>' '\u2028'")} }
`, 'hostile</script>.yaml'), { sampleEveryUs: 100_000 }),
  wallMs: 1, replay: `sim run '${HOSTILE}'`,
};

describe('a scenario full of markup', () => {
  const page = htmlPage(TEMPLATE, [hostile]);
  const [, title = '', data = ''] = /^<title>(.*?)<\/title><script type="application\/json">(.*)<\/script>$/s.exec(page)!;

  it('ends no element, and begins none', () => {
    expect(data).not.toMatch(/[<>&\u2028\u2029]/);
    expect(title).not.toMatch(/[<>]/);
    expect(page.match(/<script/g)).toHaveLength(1);
  });

  it('is read back letter by letter', () => {
    const [model] = JSON.parse(data) as [PageModel];
    expect(model.run.name).toBe(HOSTILE);
    expect(model.run.replay).toContain(HOSTILE);
    expect(model.story.map(({ text }) => text).join()).toContain('<img src=x onerror=alert(1)>');
  });
});

it('holds all runs of a report', () => {
  expect(JSON.parse(dataText([...htmlModels()]))).toHaveLength(2);
});

function htmlModels(): PageModel[] {
  const text = htmlPage(TEMPLATE, [hostile, hostile]);
  return JSON.parse(/json">(.*)<\/script>$/s.exec(text)![1]!) as PageModel[];
}

it('needs the page, and says where it is', () => {
  const reporter = htmlReporter({ width: 80, paint: PLAIN, unicode: true, verbosity: 'normal' });
  expect(() => reporter.end([hostile])).toThrow('replsim/page.html');
});
