/**
 * A real Chromium, as a reader has it, and what it complains about. Where there is none, the tests pass and say what they did not run;
 * `.ci/run` installs it and sets REPLSIM_CHROMIUM=required, with which they fail instead.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { readFileSync } from 'node:fs';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const found = (process.env['PATH'] ?? '').split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name))).find((file) => existsSync(file));

export const required: boolean = process.env['REPLSIM_CHROMIUM'] === 'required';
export const present: boolean = found !== undefined;

/** Longer than anything takes here, however busy the machine. */
export const PATIENCE_MS = 60_000;

export async function openBrowser(): Promise<Browser> {
  // Without a sandbox: as root there is none.
  return chromium.launch({ ...(found === undefined ? {} : { executablePath: found }), args: ['--no-sandbox'], timeout: PATIENCE_MS });
}

export interface Opened {
  readonly page: Page;
  /** Errors and warnings of the console, exceptions, and requests for anything but the file itself. */
  readonly complaints: string[];
}

export async function open(browser: Browser, file: string, hash = '', options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  const url = `file://${file}`;
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== url) complaints.push(`request: ${request.url()}`);
  });
  // A page that never comes is a fault, a slow machine is none.
  page.setDefaultTimeout(PATIENCE_MS);
  page.setDefaultNavigationTimeout(PATIENCE_MS);
  await page.goto(url + hash);
  await page.waitForSelector('footer');
  await drawn(page);
  return { page, complaints };
}

/** Until all is in place that the page does only once it was seen: listeners on the window, the curves, its width. Each is done a frame later. */
async function drawn(page: Page): Promise<void> {
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))');
}

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds that is serious or critical: rule, and the first element. */
export async function seriousViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const violations = await page.evaluate<Violation[]>(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)`);
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''} ${nodes[0]?.failureSummary ?? ''}`);
}
