// A real Chromium over the raw DevTools protocol, for whatever depends on which tab is in front, visible or
// focused. Playwright keeps every page visible and focused and proves nothing there.
//
// Headless, tabs of one window behave as they do on a screen, but every window thinks that it has the focus: what
// is about windows needs a Display.
//
//   const browser = await launch();
//   const tab = await browser.tab('http://localhost:8080/');
//   await tab.evaluate('document.title');
//   await browser.close();
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import CDP from 'chrome-remote-interface';

const flags = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required', '--mute-audio',
  '--remote-debugging-port=0',
];

/** Asks again until the answer is truthy, which it returns; fails with what was waited for. */
export const until = async <T>(what: string, ask: () => T | Promise<T>, most_ms = 15_000): Promise<NonNullable<T>> => {
  const end = performance.now() + most_ms;
  for (;;) {
    const answer = await ask();
    if (answer) return answer as NonNullable<T>;
    if (performance.now() > end) throw new Error(`waited ${most_ms} ms in vain: ${what}`);
    await sleep(25);
  }
};

export class Tab {
  readonly client: CDP.Client;
  readonly id: string;
  readonly #port: number;

  constructor(client: CDP.Client, id: string, port: number) {
    this.client = client;
    this.id = id;
    this.#port = port;
  }

  /** Goes there, and returns when the page has loaded. */
  async goto(url: string) {
    const loaded = new Promise((done) => this.client.once('Page.loadEventFired', done));
    const { errorText } = await this.client.send('Page.navigate', { url });
    if (errorText) throw new Error(`${url}: ${errorText}`);
    await loaded;
  }

  /** The value of an expression in the page; a promise is waited for. Runs as if the visitor had clicked. */
  async evaluate<T = unknown>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.client.send('Runtime.evaluate', {
      expression, awaitPromise: true, returnByValue: true, userGesture: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** Waits until an expression in the page is truthy. */
  wait_for<T = unknown>(expression: string, most_ms?: number) {
    return until(expression, () => this.evaluate<T>(expression), most_ms);
  }

  /** Clicks in the middle of what a selector finds. */
  async click(selector: string) {
    const at = await this.evaluate<{ x: number; y: number }>(`(() => {
      const found = document.querySelector(${JSON.stringify(selector)});
      found.scrollIntoView({ block: 'center', behavior: 'instant' });
      const { left, top, width, height } = found.getBoundingClientRect();
      return { x: left + width / 2, y: top + height / 2 };
    })()`);
    for (const type of ['mousePressed', 'mouseReleased']) {
      await this.client.send('Input.dispatchMouseEvent', { type, ...at, button: 'left', clickCount: 1 });
    }
  }

  /** Brings this tab to the front of its window: it becomes visible and focused, the one before it hidden. */
  async front() {
    await this.client.send('Page.bringToFront');
  }

  /** Cuts the page from every network, or connects it again. */
  async network(state: 'offline' | 'online') {
    await this.client.send('Network.enable');
    await this.client.send('Network.emulateNetworkConditions', {
      offline: state == 'offline', latency: 0, downloadThroughput: -1, uploadThroughput: -1,
    });
  }

  /** 'frozen' is what a browser does to hidden tabs to save energy, 'active' the end of that. */
  async lifecycle(state: 'frozen' | 'active') {
    await this.client.send('Page.setWebLifecycleState', { state });
  }

  /** A PNG of what the tab shows. */
  async screenshot(): Promise<Buffer> {
    const { data } = await this.client.send('Page.captureScreenshot', { format: 'png' });
    return Buffer.from(data, 'base64');
  }

  /** Closes the tab as its visitor would. */
  async close() {
    await this.client.send('Page.close').catch(() => {});
    await this.client.close().catch(() => {});
    await until('the tab to be gone', async () =>
      !(await CDP.List({ port: this.#port })).some((target) => target.id == this.id));
  }
}

export class Browser {
  readonly process: ChildProcess;
  readonly #port: number;
  readonly #folder: string;

  constructor(process: ChildProcess, port: number, folder: string) {
    this.process = process;
    this.#port = port;
    this.#folder = folder;
    // A test that dies leaves no browser behind.
    globalThis.process.once('exit', this.#end);
  }

  readonly #end = () => {
    try {
      globalThis.process.kill(-this.process.pid!, 'SIGKILL');
    } catch {
      // It has ended already.
    }
  };

  /** A new tab, in front of the others. */
  async tab(url = 'about:blank', where: 'same window' | 'new window' = 'same window'): Promise<Tab> {
    const control = await CDP({ port: this.#port, target: await this.#control() });
    const { targetId } = await control.send('Target.createTarget', {
      url: 'about:blank', newWindow: where == 'new window',
    });
    await control.close();
    const client = await CDP({ port: this.#port, target: targetId });
    const tab = new Tab(client, targetId, this.#port);
    await client.send('Page.enable');
    await tab.front();
    if (url != 'about:blank') await tab.goto(url);
    return tab;
  }

  /** Ends the browser as a crash or a power cut does: no page is told. */
  async kill() {
    this.#end();
    globalThis.process.off('exit', this.#end);
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }

  /** Ends the browser in order: every page is told that it goes. */
  async close() {
    const ended = new Promise((done) => this.process.once('exit', done));
    const control = await CDP({ port: this.#port, target: await this.#control() });
    await control.send('Browser.close').catch(() => {});
    await Promise.race([ended, sleep(5_000, undefined, { ref: false })]);
    await this.kill();
  }

  async #control() {
    const { webSocketDebuggerUrl } = await CDP.Version({ port: this.#port });
    return webSocketDebuggerUrl;
  }
}

/** A screen of its own with a window manager, for windows that cover each other and take the focus. */
export class Display {
  readonly name: string;
  readonly #processes: ChildProcess[];

  private constructor(name: string, processes: ChildProcess[]) {
    this.name = name;
    this.#processes = processes;
    process.once('exit', this.close);
  }

  static async open() {
    const screen = ['-screen', '0', '1280x800x24', '-nolisten', 'tcp', '-displayfd', '3'];
    const server = spawn('Xvfb', screen, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
    let number = '';
    server.stdio[3]!.on('data', (part) => (number += part));
    await until('Xvfb to have a screen', () => number.endsWith('\n'));
    const name = `:${number.trim()}`;
    const manager = spawn('openbox', [], { env: { ...process.env, DISPLAY: name }, stdio: 'ignore' });
    return new Display(name, [manager, server]);
  }

  readonly close = () => {
    process.off('exit', this.close);
    for (const child of this.#processes) child.kill();
  };
}

export interface Launch {
  /** Real windows there; without it, headless. */
  display?: Display;
  args?: string[];
}

export const launch = async ({ display, args = [] }: Launch = {}): Promise<Browser> => {
  const folder = await mkdtemp(join(tmpdir(), 'hartslag-browser-'));
  const all = [...flags, `--user-data-dir=${folder}`, ...(display ? [] : ['--headless=new']), ...args];
  // A group of its own, so that its helpers end with it.
  const child = spawn('/usr/bin/chromium', [...all, 'about:blank'], {
    detached: true, stdio: 'ignore', env: { ...process.env, ...(display ? { DISPLAY: display.name } : {}) },
  });
  const port = await until('the browser to listen', async () => {
    if (child.exitCode !== null) throw new Error(`chromium ended with ${child.exitCode}`);
    return Number((await readFile(join(folder, 'DevToolsActivePort'), 'utf8').catch(() => '')).split('\n')[0]);
  }, 30_000);
  return new Browser(child, port, folder);
};
