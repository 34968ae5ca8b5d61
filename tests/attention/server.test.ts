// The whole program, from a real video in a real Chromium to the organiser's records: what is recorded of a viewer is
// what the viewer did, and when, to within 300 ms.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { after, before, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Display, launch, until, type Browser, type Tab } from './browser.ts';
import { free_port, start_server, type Server } from '../support/server.ts';
import { MailServer } from '../support/smtp.ts';
import { make_playlist } from '../support/source.ts';
import type { Event, Staff } from '../support/staff.ts';
import { Wire } from '../support/wire.ts';

const close_ms = 300;
const beat_ms = 5_000;
const playing = 4;

let mail: MailServer;
let server: Server;
let wire: Wire;
let staff: Staff;
let event: Event;
let browser: Browser;
let count = 0;

interface Span {
  begun_ms: number;
  done_ms: number;
}

/** When it was done: between the asking and the browser's saying that it had. */
const timed = async (act: () => Promise<unknown>): Promise<Span> => {
  const begun_ms = Date.now();
  await act();
  return { begun_ms, done_ms: Date.now() };
};

interface Phase {
  action: 'active' | 'inactive';
  from_ms: number;
  to_ms: number;
  facts: number[];
}

interface Viewer {
  email: string;
  link: string;
  url: string;
  /** All consented sessions' time, touching intervals of the same action joined. */
  recorded(): Promise<Phase[]>;
}

async function register(opens: 'door' | 'link' = 'door'): Promise<Viewer> {
  const email = `kijker-${++count}@kijker.example`;
  const { door } = await server.register(event, { name: `Kijker ${count}`, email });
  const link = opens == 'door' ? door! : server.personal_link(await mail.mail_to(email));
  return {
    email, link, url: `${server.origin}/e/${event.event}/watch/${link}`,
    async recorded() {
      const phases: Phase[] = [];
      const { sessions } = await staff.person(event, email);
      for (const { start, end, action, facts } of sessions.flatMap(({ intervals }) => intervals)) {
        const last = phases.at(-1);
        if (last && last.to_ms == Date.parse(start) && last.action == action) {
          last.to_ms = Date.parse(end);
          last.facts.push(facts);
        } else {
          phases.push({ action, from_ms: Date.parse(start), to_ms: Date.parse(end), facts: [facts] });
        }
      }
      return phases;
    },
  };
}

/** Goes to the broadcast and starts the film. */
async function open(tab: Tab, { url }: Viewer) {
  await tab.goto(url);
  await tab.wait_for("document.querySelector('#player .big-play')");
  await tab.click('#player .big-play');
  await tab.wait_for("document.querySelector('video')?.currentTime > 0.2", 30_000);
  await tab.evaluate("void addEventListener('hartslag', ({ detail }) => (window.state = detail))");
}

/** Says yes: recording begins between the press and the page's first beat. */
const consent = (tab: Tab) => timed(async () => {
  await tab.click('[data-consent="yes"]');
  await tab.wait_for('window.state == "beating"');
});

const near = (at_ms: number, { begun_ms, done_ms }: Span, what: string) => {
  assert.ok(at_ms >= begun_ms - close_ms, `${what}: recorded ${begun_ms - at_ms} ms before it was begun`);
  assert.ok(at_ms <= done_ms + close_ms, `${what}: recorded ${at_ms - done_ms} ms after it was done`);
};

/** The records are these phases, each from one deed to the next, without a hole between them. */
function same(phases: Phase[], expected: [action: Phase['action'], from: Span, to: Span][]) {
  const shown = phases.map(({ action, from_ms, to_ms }) => `${action} ${to_ms - from_ms} ms`).join(', ');
  assert.deepEqual(phases.map(({ action }) => action), expected.map(([action]) => action), shown);
  for (const [k, [action, from, to]] of expected.entries()) {
    near(phases[k]!.from_ms, from, `phase ${k} (${action}) of ${shown}: its start`);
    near(phases[k]!.to_ms, to, `phase ${k} (${action}) of ${shown}: its end`);
  }
}

/** Waits until the records reach as far as this. */
const reach = (viewer: Viewer, { begun_ms }: Span, most_ms = 15_000) => until('the last beat to be stored', async () => {
  const phases = await viewer.recorded();
  return phases.length > 0 && phases.at(-1)!.to_ms >= begun_ms - close_ms ? phases : undefined;
}, most_ms);

suite('a viewer in a browser, the organiser\'s records', { timeout: 600_000 }, () => {
  before(async () => {
    mail = await MailServer.start();
    const front = await free_port();
    server = await start_server({ clock: 'real', front, smtp: `smtp+plain://127.0.0.1:${mail.port}` });
    wire = new Wire(front, () => server.port);
    await wire.mend();
    staff = await server.sign_up();
    event = await staff.create_event({ event: 'avond', kind: 'on-demand', video: { kind: 'live', address: null, captions: false } });
    const { folder } = (await staff.get(`/api/v1/events/${event.event}/live-folder`)).expect(200).json();
    mkdirSync(folder, { recursive: true });
    make_playlist(folder, 180);
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await wire?.cut();
    await server?.end();
    await mail?.close();
  });

  test('watching, another tab, back, and closing', async () => {
    const viewer = await register();
    const tab = await browser.tab();
    await open(tab, viewer);
    const began = await consent(tab);
    await sleep(6_500);
    let other!: Tab;
    const left = await timed(async () => (other = await browser.tab()));
    await sleep(6_500);
    const back = await timed(() => tab.front());
    await sleep(3_000);
    const closed = await timed(() => tab.close());
    await other.close();
    const phases = await reach(viewer, closed);
    same(phases, [['active', began, left], ['inactive', left, back], ['active', back, closed]]);
    assert.ok(phases[0]!.facts.every((facts) => (facts & playing) != 0), 'the film played');
    assert.ok(phases.flatMap(({ facts }) => facts).every((facts) => facts <= 7), 'and nothing else is known');
    await sleep(beat_ms + 1_000);
    assert.deepEqual(await viewer.recorded(), phases, 'a closed tab is not heard of again');
  });

  test('another window', async (context) => {
    const display = await Display.open();
    context.after(display.close);
    const windows = await launch({ display });
    context.after(() => windows.kill());
    const viewer = await register();
    const tab = await windows.tab();
    await open(tab, viewer);
    const began = await consent(tab);
    await sleep(3_000);
    const left = await timed(() => windows.tab('about:blank', 'new window'));
    await sleep(6_000);
    const back = await timed(() => tab.front());
    await sleep(3_000);
    const closed = await timed(() => tab.close());
    same(await reach(viewer, closed), [['active', began, left], ['inactive', left, back], ['active', back, closed]]);
  });

  test('a browser that is killed: at most a beat less, never more', async (context) => {
    const doomed = await launch();
    context.after(() => doomed.kill());
    const viewer = await register();
    const tab = await doomed.tab();
    await open(tab, viewer);
    const began = await consent(tab);
    await sleep(7_500);
    const killed_ms = Date.now();
    await doomed.kill();
    await sleep(beat_ms + 1_000);
    const phases = await viewer.recorded();
    assert.deepEqual(phases.map(({ action }) => action), ['active']);
    near(phases[0]!.from_ms, began, 'the start');
    const missing_ms = killed_ms - phases[0]!.to_ms;
    assert.ok(missing_ms >= 0, `${-missing_ms} ms more than there were`);
    assert.ok(missing_ms <= beat_ms + close_ms, `${missing_ms} ms less`);
  });

  test('a network cut: what was done meanwhile is recorded afterwards, with its times', async () => {
    const viewer = await register();
    const tab = await browser.tab();
    await open(tab, viewer);
    const began = await consent(tab);
    await sleep(6_000);
    await wire.cut();
    const cut_ms = Date.now();
    await sleep(6_000);
    const other = await browser.tab();
    const left = { begun_ms: Date.now(), done_ms: Date.now() };
    await sleep(9_000);
    const back = await timed(() => tab.front());
    await sleep(5_000);
    assert.ok((await viewer.recorded()).at(-1)!.to_ms <= cut_ms + close_ms, 'nothing came through the cut');
    await wire.mend();
    const mended = { begun_ms: Date.now(), done_ms: Date.now() };
    await reach(viewer, mended, 60_000);
    await sleep(2_000);
    const closed = await timed(() => tab.close());
    await other.close();
    same(await reach(viewer, closed), [['active', began, { ...left, begun_ms: left.begun_ms - 1_500 }], ['inactive', { ...left, begun_ms: left.begun_ms - 1_500 }, back], ['active', back, closed]]);
  });

  test('two tabs: each is recorded, and counts once', async () => {
    const viewer = await register();
    const first = await browser.tab();
    await open(first, viewer);
    const began = await consent(first);
    const second = await browser.tab();
    await open(second, viewer);
    await consent(second);
    await sleep(6_000);
    await first.front();
    await sleep(4_000);
    const closed = await timed(async () => {
      await second.close();
      await first.close();
    });
    const person = await until('both sessions\' ends', async () => {
      const found = await staff.person(event, viewer.email);
      const consented = found.sessions.filter((one) => one.consented && one.intervals.length > 0);
      const ends = consented.map(({ intervals }) => Date.parse(intervals.at(-1)!.end));
      return consented.length == 2 && ends.every((end) => end >= closed.begun_ms - close_ms) ? found : undefined;
    });
    const whole_s = (closed.done_ms - began.begun_ms) / 1_000;
    assert.ok(person.open_s <= whole_s + 0.6, `${person.open_s} s of ${whole_s} s`);
    assert.ok(person.open_s >= (closed.begun_ms - began.done_ms) / 1_000 - 0.6, `${person.open_s} s of ${whole_s} s`);
    assert.ok(person.active_s <= person.open_s);
    const separate_s = person.sessions.flatMap(({ intervals }) => intervals).reduce((sum, { start, end }) => sum + (Date.parse(end) - Date.parse(start)) / 1_000, 0);
    assert.ok(separate_s > person.open_s + 8, 'though each tab has its own records');
  });

  test('a refusal: nothing but the opening', async () => {
    const viewer = await register();
    const tab = await browser.tab();
    await open(tab, viewer);
    await tab.click('[data-consent="no"]');
    await sleep(beat_ms + 1_500);
    await tab.close();
    await sleep(500);
    const { sessions, consent: answer } = await staff.person(event, viewer.email);
    assert.ok(sessions.length > 0);
    assert.ok(sessions.every(({ consented, intervals }) => !consented && intervals.length == 0));
    assert.equal(answer, 'refused');
  });

  test('a withdrawal ends it at once, while the film goes on', async () => {
    const viewer = await register();
    const tab = await browser.tab();
    await open(tab, viewer);
    const began = await consent(tab);
    await sleep(6_500);
    const withdrawn = await timed(() => tab.click('#measuring-switch'));
    await sleep(beat_ms + 1_500);
    assert.equal(await tab.evaluate("document.querySelector('video').paused"), false);
    await tab.close();
    await sleep(500);
    const phases = await viewer.recorded();
    assert.deepEqual(phases.map(({ action }) => action), ['active']);
    near(phases[0]!.from_ms, began, 'the start');
    assert.ok(phases[0]!.to_ms <= withdrawn.done_ms, 'nothing after it');
    assert.ok(phases[0]!.to_ms >= withdrawn.begun_ms - beat_ms - close_ms, 'and a beat less at most');
  });

  test('by the personal link out of a mail, on a phone', async () => {
    const viewer = await register('link');
    const tab = await browser.tab();
    await tab.client.send('Emulation.setDeviceMetricsOverride', { width: 360, height: 740, deviceScaleFactor: 2, mobile: true });
    await open(tab, viewer);
    const began = await consent(tab);
    await sleep(6_500);
    const closed = await timed(() => tab.close());
    same(await reach(viewer, closed), [['active', began, closed]]);
  });

  test('hidden and muted for longer than browsers let timers run: recorded as open, all of it', async (context) => {
    // Browsers let a hidden page's timers run once a minute when it has been silent for five minutes; here after 5 s.
    const sleepy = await launch({ args: ['--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/5'] });
    context.after(() => sleepy.kill());
    const viewer = await register();
    const tab = await sleepy.tab();
    await open(tab, viewer);
    await tab.evaluate("document.querySelector('video').muted = true");
    const began = await consent(tab);
    await sleep(2_000);
    await tab.evaluate('{ window.ticks = []; setInterval(() => ticks.push(performance.now()), 1000); }');
    const left = await timed(() => sleepy.tab());
    await sleep(130_000);
    const longest_ms = await tab.evaluate<number>('Math.max(...ticks.slice(1).map((at, k) => at - ticks[k]))');
    assert.ok(longest_ms > 3 * beat_ms, `the page's own timer never stood still for more than ${longest_ms} ms: this browser proves nothing`);
    const closed = await timed(() => tab.close());
    const phases = await reach(viewer, closed);
    same(phases, [['active', began, left], ['inactive', left, closed]]);
  });
});
