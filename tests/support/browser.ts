// Debian's Chromium through Playwright, for all that is not about attention: Playwright keeps every page visible
// and focused (tests/attention/browser.ts tells the truth about that).
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import type { Server } from './server.ts';
import { Authenticator } from './totp.ts';

export type { BrowserContext, Page } from 'playwright-core';

const require = createRequire(import.meta.url);
const axe_source = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

export const phone = { width: 360, height: 740 };
export const desk = { width: 1280, height: 900 };

export class Stage {
  readonly browser: Browser;
  /** What pages complained about: refusals of the content security policy, errors of scripts. */
  readonly complaints: string[] = [];

  private constructor(browser: Browser) {
    this.browser = browser;
  }

  static async open(): Promise<Stage> {
    const args = ['--no-sandbox', '--disable-quic', '--autoplay-policy=no-user-gesture-required', '--mute-audio'];
    return new Stage(await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args }));
  }

  /** A page of a visitor who was never here: no cookies, nothing stored. */
  async page(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({
      viewport: desk, locale: 'nl-BE', timezoneId: 'Europe/Brussels', reducedMotion: 'reduce', ...options,
    });
    const page = await context.newPage();
    page.on('pageerror', (error) => this.complaints.push(`${page.url()}: ${error.message}`));
    page.on('console', (line) => {
      if (line.type() == 'error' && /Content Security Policy|Refused to/.test(line.text())) {
        this.complaints.push(`${page.url()}: ${line.text()}`);
      }
    });
    return page;
  }

  async close() {
    await this.browser.close();
  }
}

/** Makes this visitor's browser the one that a member is known by. */
export async function take_known_browser(page: Page, server: Server, email: string) {
  const [name, value] = server.devices.get(email)!.split('=');
  await page.context().addCookies([{ name: name!, value: value!, url: server.origin }]);
}

/** On the page that shows that a browser is not known: the operator lets it in. */
export async function vouch_for_page(page: Page, server: Server, email: string) {
  await page.getByRole('heading', { name: 'Bevestig deze browser' }).waitFor();
  const half = (await page.context().cookies()).find(({ name }) => /^(__Host-)?hartslag$/.test(name))!;
  await server.vouch(email, `${half.name}=${half.value}`);
}

/** On the page that asks for it: a code of a member's authenticator. */
export async function give_code(page: Page, server: Server, email: string) {
  await page.getByLabel('Code van zes cijfers').fill(await server.code(email));
  await page.getByRole('button', { name: 'Bevestig' }).click();
}

/** On the page that shows a new authenticator: takes it for `server`, confirms it, and keeps the recovery codes. */
export async function set_up_authenticator(page: Page, server: Server, email: string): Promise<string[]> {
  const secret = await page.getByLabel('Of neem deze sleutel over in de app').inputValue();
  server.authenticators.set(email, new Authenticator(secret.replaceAll(' ', '')));
  await page.getByLabel('De zes cijfers die de app nu toont').fill(await server.code(email));
  await page.getByRole('button', { name: 'Bevestig' }).click();
  await page.getByRole('heading', { name: 'Bewaar je herstelcodes' }).waitFor();
  return page.locator('li code').allTextContents();
}

/** On the page that shows recovery codes: says that they are kept, and goes on. */
export async function keep_codes(page: Page) {
  await page.getByLabel('Ik heb de codes op een veilige plaats bewaard').check();
  await page.getByRole('button', { name: 'Ga verder' }).click();
}

/** What axe finds wrong on the page, as "rule: element" lines. */
export async function accessibility_faults(page: Page): Promise<string[]> {
  await page.evaluate(axe_source);
  return page.evaluate(async () => {
    interface Violation { id: string; nodes: { html: string; failureSummary?: string }[] }
    const { axe } = window as unknown as { axe: { run(where: Document, options: object): Promise<{ violations: Violation[] }> } };
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await axe.run(document, { runOnly: { type: 'tag', values: tags } });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary ?? ''}`));
  });
}

/** True if there is something to the right that one has to scroll for. */
export function scrolls_sideways(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
}

/** Keeps a picture of the whole page in the folder that SHOTS names, if it names one. */
export async function shoot(page: Page, name: string) {
  const folder = process.env['SHOTS'];
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

/** Everything that a page sends, from now on: requests, and the messages of its sockets. */
export interface Sent {
  requests: { url: string; method: string; body: string; headers: Record<string, string> }[];
  messages: { url: string; text: string }[];
}

export function listen(page: Page): Sent {
  const sent: Sent = { requests: [], messages: [] };
  page.on('request', (request) => {
    sent.requests.push({ url: request.url(), method: request.method(), body: request.postData() ?? '', headers: request.headers() });
  });
  page.on('websocket', (socket) => {
    sent.requests.push({ url: socket.url(), method: 'GET', body: '', headers: {} });
    socket.on('framesent', ({ payload }) => sent.messages.push({ url: socket.url(), text: String(payload) }));
  });
  return sent;
}

/** The beats among it, over whichever transport. */
export function beats_of({ requests, messages }: Sent): { t: string; n: number; b: [number, number][] }[] {
  const posted = requests.filter(({ url, method }) => method == 'POST' && new URL(url).pathname == '/v1/pulse').map(({ body }) => body);
  return [...posted, ...messages.filter(({ url }) => new URL(url).pathname == '/v1/pulse').map(({ text }) => text)]
    .map((text) => JSON.parse(text));
}

/** What a context keeps between pages, as one would find it in the browser's settings. */
export async function kept_by(context: BrowserContext): Promise<string[]> {
  const kept = (await context.cookies()).map(({ name, domain }) => `cookie ${name} of ${domain}`);
  for (const page of context.pages()) {
    kept.push(...(await page.evaluate(async () => [
      ...Object.keys(localStorage).map((key) => `localStorage ${key}`),
      ...Object.keys(sessionStorage).map((key) => `sessionStorage ${key}`),
      ...(await indexedDB.databases()).map(({ name }) => `indexedDB ${name}`),
      ...(await (self.caches?.keys() ?? [])).map((name) => `cache ${name}`),
      ...(await (navigator.serviceWorker?.getRegistrations() ?? [])).map(({ scope }) => `service worker ${scope}`),
      ...(window.name ? [`window.name ${window.name}`] : []),
    ])));
  }
  return kept;
}

/** Photographed, nothing wrong with its accessibility and nothing cut off: light and dark, at a desk and on a phone. */
export async function looks_right(page: Page, name: string) {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const viewport of [desk, phone]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(viewport);
      const what = `${name}-${colorScheme}-${viewport.width}`;
      await shoot(page, what);
      assert.deepEqual(await accessibility_faults(page), [], what);
      assert.equal(await scrolls_sideways(page), false, what);
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(desk);
}
