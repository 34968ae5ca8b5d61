// The built heartbeat script in a real browser: what a server comes to know of tabs that are switched, closed,
// killed, cut off. Recorded times are compared with when it was done; they may differ by `close_ms`.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Display, launch, until, type Browser, type Tab } from './browser.ts';
import { FixtureServer, type Beat, type Session } from './fixture_server.ts';

const close_ms = 300;
const beat_ms = 5_000;
const visible = 1;
const focused = 2;
const watching = visible | focused;
const gone = -1;

let server: FixtureServer;
let browser: Browser;
let tab: Tab;

const begin = async (address = '/'): Promise<Session> => {
  await tab.goto(server.origin + address);
  await tab.evaluate('hartslag.start({ attendance: true })');
  await tab.wait_for('window.state == "beating"');
  return until('the first beat', () => (server.latest?.beats.length ? server.latest : undefined));
};

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

const near = (beat: Beat, { begun_ms, done_ms }: Span) => {
  assert.ok(beat.at_ms >= begun_ms - close_ms, `recorded ${begun_ms - beat.at_ms} ms before it was begun`);
  assert.ok(beat.at_ms <= done_ms + close_ms, `recorded ${beat.at_ms - done_ms} ms after it was done`);
};

/** The beat of these facts that came of what was done then, with that time. */
const recorded = async (session: Session, span: Span, facts: number, most_ms?: number) => {
  const beat = await until(`a beat of ${facts}`, () =>
    session.beats.find((one) => one.facts == facts && one.at_ms >= span.begun_ms - close_ms), most_ms);
  near(beat, span);
  return beat;
};

const numbered = ({ beats }: Session) =>
  assert.deepEqual(beats.map(({ n }) => n), beats.map((_, index) => index + 1));

const longest_gap = (beats: Beat[]) =>
  Math.max(0, ...beats.slice(1).map(({ at_ms }, index) => at_ms - beats[index]!.at_ms));

suite('the heartbeat script in a browser', { timeout: 300_000 }, () => {
  before(async () => {
    server = await FixtureServer.start();
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await server?.cut();
  });
  beforeEach(async () => {
    server.fault = undefined;
    server.sockets = 'served';
    server.answers = 'sent';
    server.sessions.length = server.messages.length = 0;
    tab = await browser.tab();
  });
  afterEach(() => tab.close());

  test('says nothing before it is started', async () => {
    await tab.goto(server.origin);
    assert.equal(await tab.evaluate('typeof hartslag.start'), 'function');
    await sleep(1_500);
    assert.deepEqual([server.sessions, server.messages], [[], []]);
  });

  test('a session without a token stays silent', async () => {
    await tab.goto(server.origin);
    await tab.evaluate('hartslag.start({ attendance: false })');
    await tab.wait_for('window.state == "stopped"');
    await sleep(1_500);
    assert.equal(server.messages.length, 0);
  });

  test('watching: a beat every five seconds, over the socket', async () => {
    let session!: Session;
    const started = await timed(async () => (session = await begin()));
    near(session.beats[0]!, started);
    await until('four beats', () => session.beats.length >= 4, 25_000);
    numbered(session);
    assert.ok(session.beats.every(({ facts }) => facts == watching));
    assert.ok(longest_gap(session.beats) <= beat_ms + 2 * close_ms);
    assert.equal(session.beats.at(-1)!.way, 'socket');
  });

  test('another tab in front, and back', async () => {
    const session = await begin();
    let other!: Tab;
    await recorded(session, await timed(async () => (other = await browser.tab())), 0);
    // Hidden and silent, it goes on beating.
    const before = session.beats.length;
    await until('two beats of a hidden page', () => session.beats.length >= before + 2, 15_000);
    assert.ok(longest_gap(session.beats) <= beat_ms + 2 * close_ms);
    await recorded(session, await timed(() => tab.front()), watching);
    await other.close();
  });

  test('a frame of another site has the focus: the page has it too, until another tab comes', async () => {
    const session = await begin('/framed');
    await tab.click('iframe');
    await tab.wait_for('document.activeElement.tagName == "IFRAME"');
    const clicked_ms = Date.now();
    await until('a beat after the click', () => session.beats.at(-1)!.at_ms > clicked_ms);
    assert.ok(session.beats.every(({ facts }) => facts == watching));
    let other!: Tab;
    await recorded(session, await timed(async () => (other = await browser.tab())), 0);
    await other.close();
  });

  test('playing, muted, paused', async () => {
    const session = await begin();
    const samples = 8_000 * 30;
    await tab.evaluate(`(() => {
      const bytes = new DataView(new ArrayBuffer(44 + ${samples}));
      const text = (at, value) => [...value].forEach((c, i) => bytes.setUint8(at + i, c.charCodeAt(0)));
      text(0, 'RIFF'); bytes.setUint32(4, 36 + ${samples}, true); text(8, 'WAVEfmt '); bytes.setUint32(16, 16, true);
      bytes.setUint16(20, 1, true); bytes.setUint16(22, 1, true); bytes.setUint32(24, 8000, true);
      bytes.setUint32(28, 8000, true); bytes.setUint16(32, 1, true); bytes.setUint16(34, 8, true);
      text(36, 'data'); bytes.setUint32(40, ${samples}, true);
      for (let at = 44; at < bytes.byteLength; ++at) bytes.setUint8(at, 128);
      window.sound = new Audio(URL.createObjectURL(new Blob([bytes.buffer], { type: 'audio/wav' })));
      document.body.append(sound);
    })()`);
    for (const [act, facts] of [
      ['sound.play()', watching | 4 | 8], ['sound.muted = true', watching | 4], ['sound.pause()', watching],
    ] as const) {
      await recorded(session, await timed(() => tab.evaluate(act)), facts);
    }
  });

  test('closing the tab is told, by sendBeacon', async () => {
    const session = await begin();
    const last = await recorded(session, await timed(() => tab.close()), gone);
    assert.equal(last.way, 'beacon');
    assert.equal(session.beats.at(-1), last);
    numbered(session);
    tab = await browser.tab();
  });

  test('leaving and coming back by the history: the same session goes on', async () => {
    const session = await begin();
    await recorded(session, await timed(() => tab.goto(`${server.origin}/elsewhere`)), gone);
    const back = await timed(async () => {
      await tab.evaluate('void setTimeout(() => history.back())');
      await tab.wait_for('document.title == "Page"');
    });
    await recorded(session, back, watching);
    assert.equal(server.sessions.length, 1);
    numbered(session);
  });

  test('a frozen page is gone until it resumes', async () => {
    const session = await begin();
    // Browsers freeze hidden tabs only.
    const other = await browser.tab();
    await recorded(session, await timed(() => tab.lifecycle('frozen')), gone);
    const count = session.beats.length;
    await sleep(beat_ms + 1_000);
    assert.equal(session.beats.length, count);
    const resumed = await timed(() => tab.lifecycle('active'));
    near(await until('a beat after', () => session.beats[count]), resumed);
    await recorded(session, await timed(() => tab.front()), watching);
    await other.close();
  });

  test('marks come with their time, once, and beats behind them keep their numbers', async () => {
    const session = await begin();
    const marked = await timed(() =>
      tab.evaluate('for (const value of ["a", "b", "c"]) hartslag.mark("click", value)'));
    await until('three marks', () => session.marks.length == 3);
    assert.deepEqual(session.marks.map(({ kind, value }) => [kind, value]), [['click', 'a'], ['click', 'b'], ['click', 'c']]);
    for (const { at_ms } of session.marks) {
      assert.ok(at_ms >= marked.begun_ms - close_ms && at_ms <= marked.done_ms + close_ms);
    }
    const count = session.beats.length;
    await until('a beat more', () => session.beats.length > count);
    const numbers = [...session.beats, ...session.marks].map(({ n }) => n).sort((a, b) => a - b);
    assert.deepEqual(numbers, numbers.map((_, index) => index + 1));
  });

  test('a network cut: what was seen meanwhile arrives afterwards, with its times', async () => {
    const session = await begin();
    await until('a second beat', () => session.beats.length >= 2);
    await server.cut();
    await sleep(2_000);
    let other!: Tab;
    const left = await timed(async () => (other = await browser.tab()));
    await sleep(3_000);
    const back = await timed(() => tab.front());
    await sleep(9_000);
    assert.ok(session.beats.at(-1)!.at_ms < left.begun_ms);
    await server.connect();
    await recorded(session, left, 0, 30_000);
    await recorded(session, back, watching);
    numbered(session);
    assert.ok(longest_gap(session.beats) <= beat_ms + 2 * close_ms);
    assert.equal(server.sessions.length, 1);
    await other.close();
  });

  test('a page offline: the same', async () => {
    const session = await begin();
    await tab.network('offline');
    await server.cut();
    await sleep(7_000);
    await server.connect();
    await tab.network('online');
    const back_ms = Date.now();
    await until('a beat after', () => session.beats.at(-1)!.at_ms > back_ms, 30_000);
    numbered(session);
    assert.ok(longest_gap(session.beats) <= beat_ms + 2 * close_ms);
  });

  test('answers that are lost: sent again, stored once', async () => {
    const session = await begin();
    server.answers = 'lost';
    const sent = server.messages.length;
    await until('a beat sent three times', () => {
      const times = new Map<number, number>();
      for (const { message } of server.messages.slice(sent)) times.set(message.n, (times.get(message.n) ?? 0) + 1);
      return [...times.values()].some((count) => count >= 3);
    }, 30_000);
    server.answers = 'sent';
    const before = session.last;
    await until('what is new', () => session.last > before, 30_000);
    numbered(session);
    assert.ok(longest_gap(session.beats) <= beat_ms + 2 * close_ms);
  });

  test('a socket that swallows is given up for fetch', async () => {
    const session = await begin();
    await until('a beat by socket', () => session.beats.at(-1)!.way == 'socket');
    server.answers = 'lost';
    await until('fetch', () => server.messages.at(-1)!.way == 'fetch', 25_000);
    server.answers = 'sent';
    await until('the acknowledgement', () => session.beats.length >= 5, 30_000);
    numbered(session);
  });

  test('no sockets: fetch; no page: sendBeacon', async () => {
    server.sockets = 'none';
    const session = await begin();
    await until('three beats', () => session.beats.length >= 3, 20_000);
    assert.ok(session.beats.every(({ way }) => way == 'fetch'));
    const left = await timed(() => tab.goto(`${server.origin}/elsewhere`));
    assert.equal((await recorded(session, left, gone)).way, 'beacon');
    numbered(session);
  });

  for (const status of [429, 503]) {
    test(`${status}: the same beats again, not before Retry-After`, async () => {
      const session = await begin();
      server.fault = { status, retry_after_s: 3 };
      const refused = await until('a refused fetch', () =>
        server.messages.findLast(({ way, at_ms }) => way == 'fetch' && at_ms > session.beats.at(-1)!.at_ms));
      server.fault = undefined;
      const next = await until('the next message', () => server.messages.find(({ at_ms }) => at_ms > refused.at_ms), 20_000);
      assert.ok(next.at_ms - refused.at_ms >= 3_000);
      numbered(session);
      assert.ok(longest_gap(session.beats) <= beat_ms + 2 * close_ms);
    });
  }

  test('403: the page stops', async () => {
    const session = await begin();
    session.state = 'stopped';
    await tab.wait_for('window.state == "stopped"');
    const count = server.messages.length;
    await sleep(beat_ms + 1_500);
    assert.equal(server.messages.length, count);
    assert.equal(server.sessions.length, 1);
  });

  test('401: a new session with the same consent, numbered from 1', async () => {
    const session = await begin();
    session.state = 'expired';
    await until('a second session', () => server.sessions.length == 2);
    const next = server.latest;
    await until('its beats', () => next.beats.length >= 2);
    numbered(next);
    assert.deepEqual(next.asked, session.asked);
  });

  test('withdrawing is silent at once, and told', async () => {
    const session = await begin();
    await tab.evaluate('hartslag.withdraw()');
    assert.equal(session.state, 'stopped');
    assert.equal(await tab.evaluate('state'), 'stopped');
    const count = server.messages.length;
    const other = await browser.tab();
    await other.close();
    await sleep(beat_ms + 1_500);
    assert.equal(server.messages.length, count);
  });

  test('withdrawn before the session was there: it is ended', async () => {
    await tab.goto(server.origin);
    await tab.evaluate('(hartslag.start({ attendance: true }), hartslag.withdraw())');
    await until('the session to be ended', () => server.latest?.state == 'stopped');
    assert.equal(server.messages.length, 0);
  });

  test('it ends with the event, and withdraws nothing', async () => {
    await tab.goto(server.origin);
    const ends_ms = Date.now() + 3_000;
    await tab.evaluate('hartslag.start({ attendance: true }, 3_000)');
    await tab.wait_for('window.state == "stopped"');
    assert.equal(server.latest.state, 'open');
    const other = await browser.tab();
    await other.close();
    assert.ok(server.messages.every(({ at_ms }) => at_ms < ends_ms + close_ms));
  });

  test('a browser that is killed: its last beat is its last word', async (context) => {
    const doomed = await launch();
    context.after(() => doomed.kill());
    const own = tab;
    tab = await doomed.tab();
    const session = await begin();
    tab = own;
    await until('a second beat', () => session.beats.length >= 2);
    const killed_ms = Date.now();
    await doomed.kill();
    const count = session.beats.length;
    await sleep(beat_ms + 1_000);
    assert.equal(session.beats.length, count);
    assert.ok(session.beats.every(({ facts, at_ms }) => facts == watching && at_ms <= killed_ms));
    assert.ok(killed_ms - session.beats.at(-1)!.at_ms <= beat_ms + close_ms);
  });

  test('another window in front: it has the focus', async (context) => {
    const display = await Display.open();
    context.after(display.close);
    const windows = await launch({ display });
    context.after(() => windows.kill());
    const own = tab;
    tab = await windows.tab();
    const session = await begin();
    const watched = tab;
    tab = own;
    await until('the focus', () => session.beats.at(-1)!.facts == watching);
    const left = await timed(() => windows.tab(`${server.origin}/elsewhere`, 'new window'));
    near(await until('a beat without focus', () =>
      session.beats.find(({ facts, at_ms }) => !(facts & focused) && at_ms >= left.begun_ms)), left);
    await recorded(session, await timed(() => watched.front()), watching);
  });
});
