// E06 Refusing is as easy as consenting; consent can be withdrawn while watching, at once.
/// <reference path="../support/ws.d.ts" />
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { Stage, beats_of, desk, listen, phone } from '../support/browser.ts';
import { start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';
import { until } from '../support/until.ts';

let server: Server;
let staff: Staff;
let stage: Stage;
let event: Event;
let count = 0;

before(async () => {
  server = await start_server();
  staff = await server.sign_up();
  event = await staff.create_event({ event: 'studiedag' });
  stage = await Stage.open();
});
after(async () => {
  await stage?.close();
  await server?.end();
});

async function register() {
  const email = `kijker-${++count}@kijker.example`;
  const { link, door } = await server.register_and_read(event, { name: 'Ana Peeters', email });
  return { email, link, door: door!, sessions: async () => (await staff.person(event, email)).sessions };
}

/** A viewer who agreed and has watched for half a minute. */
async function watching() {
  const viewer = await register();
  const { session, t } = await server.open_session(event, { link: viewer.door, consent: true });
  await server.watch(t!, 30_000, 7);
  const intervals = async () => (await viewer.sessions()).find((one) => one.session == session)!.intervals;
  return { ...viewer, session, t: t!, intervals };
}

const total_ms = (intervals: { start: string; end: string }[]) =>
  intervals.reduce((sum, { start, end }) => sum + Date.parse(end) - Date.parse(start), 0);

// What makes one button easier to see or to hit than another.
const looks = [
  'fontSize', 'fontWeight', 'fontFamily', 'color', 'backgroundColor', 'borderTopWidth', 'borderTopColor', 'borderTopStyle', 'boxShadow', 'opacity',
  'textDecorationLine', 'textTransform', 'paddingTop', 'paddingLeft', 'borderTopLeftRadius', 'cursor', 'visibility', 'display', 'filter', 'transform', 'outlineStyle',
];

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [screen, viewport] of Object.entries({ phone, desk })) {
    test(`E06 yes and no look alike: ${colorScheme}, ${screen}, all languages`, async () => {
      const { door } = await register();
      const page = await stage.page({ viewport, colorScheme });
      for (const language of ['nl', 'fr', 'en', 'de']) {
        await page.goto(`${server.origin}/e/${event.event}/watch/${door}?lang=${language}`);
        await page.waitForSelector('#consent:not([hidden])');
        const [yes, no] = await page.locator('[data-consent]').evaluateAll((buttons, names) => buttons.map((button) => {
          const style = getComputedStyle(button) as unknown as Record<string, string>;
          const { x, y, width, height } = button.getBoundingClientRect();
          return {
            choice: (button as HTMLElement).dataset['consent'], tag: button.tagName, type: (button as HTMLButtonElement).type, tab: (button as HTMLElement).tabIndex,
            disabled: (button as HTMLButtonElement).disabled, focused: document.activeElement == button,
            looks: Object.fromEntries(names.map((name) => [name, style[name]])), box: { x, y, width, height },
          };
        }), looks);
        assert.equal(yes!.choice, 'yes');
        assert.equal(no!.choice, 'no');
        assert.deepEqual({ ...no, choice: 0, box: 0 }, { ...yes, choice: 0, box: 0 }, language);
        assert.ok(Math.abs(yes!.box.width - no!.box.width) <= 2, `${language}: ${yes!.box.width} and ${no!.box.width} px wide`);
        assert.ok(Math.abs(yes!.box.height - no!.box.height) <= 2, `${language}: ${yes!.box.height} and ${no!.box.height} px high`);
        const beside = Math.abs(yes!.box.y - no!.box.y) <= 2 || Math.abs(yes!.box.x - no!.box.x) <= 2;
        assert.ok(beside, `${language}: neither beside nor under each other`);
      }
    });
  }
}

test('E06 a no takes one press, by mouse or by keyboard, as a yes does', async () => {
  for (const choice of ['yes', 'no']) {
    const { door } = await register();
    const page = await stage.page();
    await page.goto(`${server.origin}/e/${event.event}/watch/${door}`);
    await page.focus('[data-consent="yes"]');
    if (choice == 'no') {
      await page.keyboard.press('Tab');
      assert.equal(await page.evaluate('document.activeElement.dataset.consent'), 'no', 'the next stop after the yes');
    }
    await page.keyboard.press('Enter');
    await page.waitForSelector(`#measuring[data-state="${choice == 'yes' ? 'on' : 'off'}"]`);
    assert.equal(await page.isVisible('#consent'), false, 'and is not asked again');
    assert.equal(await page.locator('dialog[open], [role=alertdialog]').count(), 0);
    assert.equal(await page.isVisible('#player'), true, 'the broadcast is there either way');
  }
});

test('E06 what comes after a withdrawal is dropped, what came before stays', async () => {
  const { t, session, intervals } = await watching();
  const before_ms = total_ms(await intervals());
  assert.equal(before_ms, 30_000);
  (await server.withdraw({ session, t })).expect(204);
  server.clock.pass(30_000);
  // New beats, and those that a page had kept while the network was gone.
  for (const b of [[[0, 7]], [[60_000, 7], [55_000, 7], [50_000, 7]], [[0, -1]]] as [number, number][][]) {
    const answer = await server.beat(t, 100, b);
    assert.equal(answer.status, 403, `${answer}`);
  }
  assert.equal(total_ms(await intervals()), before_ms);
  (await server.withdraw({ session, t })).expect(204);
});

test('E06 a withdrawal reaches the socket that beats come by', async () => {
  const { t, session, intervals } = await watching();
  await server.settle();
  const socket = new WebSocket(`${server.base.replace('http', 'ws')}/v1/pulse`, { headers: { origin: server.origin } });
  const answers: { n: number; error?: string }[] = [];
  socket.on('message', (text) => answers.push(JSON.parse(String(text))));
  await new Promise<void>((open) => socket.on('open', open));
  (await server.withdraw({ session, t })).expect(204);
  socket.send(JSON.stringify({ t, n: 50, b: [[0, 7]] }));
  await until('an answer', () => answers.length > 0);
  socket.terminate();
  assert.match(answers[0]!.error ?? '', /^\/problems\//);
  assert.equal(total_ms(await intervals()), 30_000);
});

test('E06 a withdrawal that was answered survives a crash', async () => {
  const { t, session, intervals } = await watching();
  (await server.withdraw({ session, t })).expect(204);
  await server.kill();
  await server.start();
  const answer = await server.beat(t, 100, [[0, 7], [0, -1]]);
  assert.equal(answer.status, 403, `${answer}`);
  assert.equal(total_ms(await intervals()), 30_000);
});

test('E06 nobody withdraws for somebody else', async () => {
  const ana = await watching();
  const bo = await watching();
  for (const wrong of [{ session: ana.session, t: bo.t }, { session: ana.session, t: 'x' }, { session: ana.session }, { session: '0'.repeat(26), t: ana.t }]) {
    const answer = await server.withdraw(wrong);
    assert.ok(answer.status >= 400 && answer.status < 500, `${answer}`);
  }
  for (const one of [ana, bo]) {
    server.clock.pass(20_000);
    (await server.beat(one.t, 100, [[10_000, 7], [0, -1]])).expect(200);
    assert.equal(total_ms(await one.intervals()), 40_000);
  }
});

test('E06 the switch beside the video stops measuring at once, for whoever watches', async () => {
  const { door, link, sessions } = await register();
  const page = await stage.page();
  const sent = listen(page);
  await page.goto(`${server.origin}/e/${event.event}/watch/${door}`);
  await page.click('[data-consent="yes"]');
  await page.waitForSelector('#measuring[data-state="on"]');
  await until('a beat', () => beats_of(sent).length > 0);
  await sleep(2_500);
  assert.ok(await page.isVisible('#measuring-switch'));

  const answered = page.waitForResponse((response) => /\/withdraw$/.test(response.url()));
  const pressed_ms = server.clock.now();
  await page.click('#measuring-switch');
  assert.equal(await page.getAttribute('#measuring', 'data-state'), 'off', 'the page says so in the same moment');
  assert.equal((await answered).status(), 204);
  const beats = beats_of(sent);
  await sleep(6_500);
  assert.deepEqual(beats_of(sent), beats, 'the page is silent');

  const [session] = (await sessions()).filter(({ consented }) => consented);
  assert.ok(Math.abs(Date.parse(session!.withdrawn!) - pressed_ms) < 1_000, `${session!.withdrawn}`);
  assert.ok(session!.intervals.every(({ end }) => Date.parse(end) <= pressed_ms + 1_000));
  assert.equal((await server.beat(beats[0]!.t, 999, [[0, 7]])).status, 403);
  const mine = (await server.page(`/e/${event.event}/me/${link}?lang=en`)).expect(200).text;
  assert.match(mine, /withdrawn/);

  // Whoever comes back to it gives consent anew, to a session of its own.
  await page.click('#measuring-switch');
  await until('a second session', async () => (await sessions()).filter(({ consented }) => consented).length == 2);
});
