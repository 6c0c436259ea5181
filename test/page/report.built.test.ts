/** The HTML report in a browser, as somebody opens it from disk. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { htmlPage } from '../../src/report/html/html.ts';
import { reportModel } from '../../src/report/html/model.ts';
import { run } from '../../src/run.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { smallOverflow } from '../run/runs.ts';
import { open, openBrowser, PATIENCE_MS, present, required, seriousViolations } from './browser.ts';

/** Of the whole project, whatever else is on the machine. */
const LIMIT_BYTES = 500_000;

const HOSTILE = 'x</script><script>alert(1)</script><img src=x onerror=alert(2)>\u2028 $& y';

describe('the HTML report in Chromium', () => {
  const template = (): string => readFileSync(join(import.meta.dirname, '../../dist/page.html'), 'utf8');
  const overflow = { outcome: run(smallOverflow(), { sampleEveryUs: 200_000 }), wallMs: 1, replay: 'sim run scenarios/backlog-overflow.yaml' };
  const { falls } = reportModel(overflow);
  let browser: Browser | null = null;
  let folder = '';
  let file = '';

  beforeAll(async () => {
    if (!present && !required) {
      console.warn('not run, as there is no Chromium here: the HTML report in a browser (apt-get install chromium)');
      return;
    }
    folder = mkdtempSync(join(tmpdir(), 'replsim-page-'));
    file = join(folder, 'overflow.html');
    writeFileSync(file, htmlPage(template(), [overflow]));
    browser = await openBrowser();
  });

  afterAll(async () => {
    await browser?.close();
    if (folder !== '') rmSync(folder, { recursive: true, force: true });
  });

  /** A test with a page of its own. */
  const inBrowser = (name: string, test: (chromium: Browser) => Promise<void>): void => {
    it(name, async () => {
      if (browser === null) expect(required, 'Chromium is required').toBe(false);
      else await test(browser);
    });
  };

  /** What the page shows once it has drawn: after a gesture it does so in a frame of its own. */
  const shown = <T>(read: () => Promise<T>) => expect.poll(read, { timeout: PATIENCE_MS });

  const rowOf = (page: Page, node: string) => page.locator('.state tbody tr', { has: page.locator('th', { hasText: node }) });

  inBrowser('answers the first question on the first screen, and asks nobody for anything', async (chromium) => {
    const { page, complaints } = await open(chromium, file);
    await shown(() => page.locator('h1').textContent()).toBe('Backlog overflow');
    await shown(() => page.locator('h2').first().textContent()).toBe('Why was this resync full?');
    const { asked, first } = reportModel(overflow).cards.at(-1)!.window!;
    const why = (await page.locator('p.why').textContent())!.replaceAll(/\s/g, '');
    expect(why).toContain(String(asked));
    expect(why).toContain(String(first));
    for (const part of ['p.why', '.window-bar', '.checks li.no']) {
      const box = (await page.locator(part).boundingBox())!;
      expect(box.y + box.height, part).toBeLessThan(900);
    }
    await shown(() => page.locator('canvas').count()).toBeGreaterThanOrEqual(6);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  inBrowser('leads from the reason of a resync to what that word means', async (chromium) => {
    const { page, complaints } = await open(chromium, file);
    await page.getByRole('button', { name: 'offset-before-backlog' }).click();
    await shown(() => page.locator('.glossary div:focus').textContent()).toContain('older than the oldest one kept');
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  inBrowser('is scrubbed to where the offset falls out of the window, and shows it', async (chromium) => {
    const { page, complaints } = await open(chromium, file);
    const { atUs, afterUs } = falls[0]!;
    const slider = page.getByRole('slider', { name: 'Instant of the run' });
    await slider.fill(String(afterUs - 1_000_000));
    await shown(() => rowOf(page, 'replica-a').textContent()).toContain('its next byte is kept');
    const before = (await page.locator('.now-line').boundingBox())!.x;
    await slider.fill(String(atUs + 1_000_000));
    await shown(() => rowOf(page, 'replica-a').textContent()).toContain('its next byte fell out of the window');
    await shown(async () => (await page.locator('.now-line').boundingBox())!.x).toBeGreaterThan(before);
    await shown(() => page.locator('.state h2').textContent()).toMatch(/^At 24\.\d+s$/);
    await shown(() => page.locator('.state .active').textContent()).toContain('partition master ╳ replica-a');
    await slider.dispatchEvent('change');
    await shown(() => page.evaluate('location.hash')).toMatch(/^#t=24\.\d+s$/);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  inBrowser('opens at the instant of its link, and follows another', async (chromium) => {
    const { page } = await open(chromium, file, '#t=71.3s&from=60s&to=90s&resync=1');
    await shown(() => page.locator('.state h2').textContent()).toBe('At 71.300s');
    await shown(() => page.locator('.diagram canvas').getAttribute('aria-label')).toContain('from 60.0s to 90.0s');
    await shown(() => page.locator('.hero code').first().textContent()).toBe('first-contact');
    await page.evaluate(`location.hash = '#t=5s'`);
    await page.locator('.state h2', { hasText: 'At 5.000s' }).waitFor();
    await page.context().close();
  });

  inBrowser('is used by keyboard: zoom, pan, what happened next, another resync', async (chromium) => {
    const { page } = await open(chromium, file, '#t=50s');
    const diagram = page.locator('.diagram canvas');
    await diagram.focus();
    await page.keyboard.press('+');
    await shown(() => diagram.getAttribute('aria-label')).toContain('from 25.0s to 115.0s');
    await page.keyboard.press('ArrowRight');
    await shown(() => diagram.getAttribute('aria-label')).toContain('from 36.3s to 126.3s');
    await page.keyboard.press('0');
    await shown(() => diagram.getAttribute('aria-label')).toContain('from 0.0s to 180.0s');
    await page.getByRole('button', { name: 'To what happens next' }).press('Enter');
    await shown(() => page.locator('.state h2').textContent()).toBe('At 75.001s');
    await page.getByRole('button', { name: /0\.0s replica-b/ }).press('Enter');
    await shown(() => page.locator('p.why').textContent()).toContain('replica-b came without a history');
    await page.context().close();
  });

  for (const width of [1280, 820, 390]) inBrowser(`breaks no name and no label in two: ${width} px`, async (chromium) => {
    const { page } = await open(chromium, file, '', { viewport: { width, height: 850 } });
    const broken = await page.evaluate<string[]>(`[...document.querySelectorAll('.state tbody th, .state code, .part span')].filter((one) => {
      const text = document.createRange();
      text.selectNodeContents(one);
      return new Set([...text.getClientRects()].map(({ top }) => top)).size > 1;
    }).map((one) => one.textContent)`);
    expect(broken).toEqual([]);
    await page.context().close();
  });

  inBrowser('filters what is told', async (chromium) => {
    const { page } = await open(chromium, file);
    await page.getByRole('searchbox').fill('gives up');
    await shown(() => page.locator('.story li').count()).toBe(1);
    await page.getByRole('searchbox').fill('nothing like that');
    await page.locator('.story', { hasText: 'Nothing matches' }).waitFor();
    await page.getByRole('searchbox').fill('');
    await page.getByRole('checkbox', { name: 'replica-b' }).uncheck();
    await shown(() => page.locator('.state tbody tr').count()).toBe(2);
    await page.getByText(/^All \d+ facts$/).click();
    // Its rows are made once it stands open.
    await page.locator('.all-facts tbody tr').nth(10).waitFor();
    await page.context().close();
  });

  for (const [colorScheme, width] of [['light', 1280], ['dark', 1280], ['light', 390]] as const) inBrowser(`has nothing serious against it for axe: ${colorScheme}, ${width} px`, async (chromium) => {
    const { page } = await open(chromium, file, '', { colorScheme, viewport: { width, height: 850 } });
    await page.evaluate(`for (const one of document.querySelectorAll('details')) one.open = true`);
    // Rows are made once what holds them stands open.
    await page.locator('.all-facts tbody tr').first().waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth'), 'nothing sticks out').toBe(true);
    await page.context().close();
  });

  inBrowser('shows hostile names as text', async (chromium) => {
    const scenario = loadScenario(`
name: ${JSON.stringify(HOSTILE)}
teaches: ${JSON.stringify(HOSTILE)}
duration: 3s
nodes: { master: {}, replica: { replicaof: master } }
clients: { app: { to: master, writes: 10/s, key: ${JSON.stringify(`k${HOSTILE}`)}, value: 3b } }
timeline: [{ at: 1s, command: { node: master, run: ${JSON.stringify(`SET '${HOSTILE}' 1`)} } }]
`, 'hostile.yaml');
    const hostile = join(folder, 'hostile.html');
    writeFileSync(hostile, htmlPage(template(), [{ outcome: run(scenario, { sampleEveryUs: 100_000 }), wallMs: 1 }, overflow]));
    const { page, complaints } = await open(chromium, hostile);
    await shown(() => page.locator('h1').textContent()).toBe(HOSTILE);
    await shown(() => page.locator('img').count()).toBe(0);
    await page.getByRole('combobox').selectOption('1');
    await page.locator('h1', { hasText: 'Backlog overflow' }).waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  inBrowser('lets nothing run that came another way, and is small', async (chromium) => {
    expect(Buffer.byteLength(template())).toBeLessThan(LIMIT_BYTES);
    const smuggled = join(folder, 'smuggled.html');
    writeFileSync(smuggled, htmlPage(template(), [overflow]).replace('</body>', '<script>alert(1)</script><img src="http://127.0.0.1:9/x"></body>'));
    const { page, complaints } = await open(chromium, smuggled);
    // Once both were refused, nothing is still to come.
    await shown(() => Promise.resolve(complaints.filter((one) => one.includes('Content Security Policy')).length)).toBeGreaterThanOrEqual(2);
    expect(complaints.filter((one) => one.startsWith('dialog'))).toEqual([]);
    await page.context().close();
  });

  inBrowser('prints on light paper, without what only a screen can use', async (chromium) => {
    const { page, complaints } = await open(chromium, file, '', { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print' });
    await page.evaluate(`dispatchEvent(new Event('beforeprint'))`);
    await shown(() => page.locator('.scrubber').isVisible()).toBe(false);
    await shown(() => page.locator('p.why').isVisible()).toBe(true);
    await shown(() => page.evaluate('document.documentElement.dataset.theme')).toBe('light');
    expect((await page.pdf({ format: 'A4' })).length).toBeGreaterThan(20_000);
    await page.evaluate(`dispatchEvent(new Event('afterprint'))`);
    await shown(() => page.evaluate('document.documentElement.dataset.theme ?? null')).toBeNull();
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
