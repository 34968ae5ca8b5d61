// One build of the application and one browser for all tests of a file.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { start_fixture, type Fixture } from './fixture_server.ts';
import type { EventDetail } from '../../web/staff/src/lib/types.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const require = createRequire(import.meta.url);

/** The built application: the folder that STAFF_DIST names, else a build made now. */
export function built(): string {
  const given = process.env['STAFF_DIST'];
  if (given && existsSync(given)) return given;
  const folder = `${root}/build/tests/staff`;
  execFileSync(process.execPath, [`${root}/node_modules/vite/bin/vite.js`, 'build', '-c', `${root}/web/staff/vite.config.ts`, '--logLevel', 'error'], {
    env: { ...process.env, OUT_DIR: folder },
    stdio: 'inherit',
  });
  return folder;
}

export class Stage {
  readonly fixture: Fixture;
  readonly browser: Browser;
  /** What pages complained about: refusals of the content security policy, errors of scripts. */
  readonly complaints: string[] = [];

  private constructor(fixture: Fixture, browser: Browser) {
    this.fixture = fixture;
    this.browser = browser;
  }

  static async open(events: EventDetail[]): Promise<Stage> {
    const fixture = await start_fixture(built(), events);
    const browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
    return new Stage(fixture, browser);
  }

  async page(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'nl-BE', timezoneId: 'America/New_York', reducedMotion: 'reduce', ...options });
    const page = await context.newPage();
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (line) => {
      if (line.type() === 'error' && /Content Security Policy/.test(line.text())) this.complaints.push(line.text());
    });
    return page;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.fixture.close();
  }
}

const axe_source = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds wrong on the page, as "rule: element" lines. */
export async function accessibility_faults(page: Page): Promise<string[]> {
  await page.evaluate(axe_source);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(where: Document, options: object): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }> } };
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const { violations } = await axe.run(document, { runOnly: { type: 'tag', values: tags } });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary ?? ''}`));
  });
}
