// X02 A changed policy is a new version; consent given for a purpose that changed no longer counts and is asked again.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Stage, beats_of, listen } from '../support/browser.ts';
import { changed_policy, start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';
import { until } from '../support/until.ts';

let server: Server;
let staff: Staff;
let stage: Stage;
let event: Event;
const asked = 'Mogen we meten wanneer je kijkt?';
const asked_otherwise = 'Mogen we bijhouden wanneer je kijkt?';

/** The question reads otherwise: what was agreed to is not what is asked now. */
const other_question = (text: string) => text.replace(asked, asked_otherwise);
/** Somebody else answers for the mail address of the officer: nothing that a viewer agreed to. */
const other_officer = (text: string) => text.replace('dpo@lichtbeeld.example', 'functionaris@lichtbeeld.example');

async function in_force(change: (text: string) => string) {
  server.options.policy = changed_policy(server.folder, change);
  await server.restart();
}

const version = async (door: string) => {
  const page = await server.page(`/e/${event.event}/watch/${door}`);
  return (JSON.parse(/id="page">(.*?)<\/script>/s.exec(page.text)![1]!) as { notice: string }).notice;
};

let count = 0;
async function register() {
  const email = `kijker-${++count}@kijker.example`;
  const { link, door } = await server.register_and_read(event, { name: 'Ana Peeters', email });
  return { email, link, door: door! };
}
const states = async (link: string) => {
  const own = await server.page(`/e/${event.event}/me/${link}`, 'nl');
  return [...own.expect(200).text.matchAll(/· (gevraagd|toestemming gegeven|vervallen omdat de vraag veranderde|geweigerd)</g)].map(([, what]) => what);
};

before(async () => {
  server = await start_server();
  staff = await server.sign_up();
  event = await staff.create_event({ event: 'debat' });
  stage = await Stage.open();
});
after(async () => {
  await stage?.close();
  await server?.end();
});

test('X02 consent for a purpose that changed lapses, and its session measures no more', async () => {
  const { door, link } = await register();
  const before_change = await version(door);
  const session = await server.open_session(event, { link: door, consent: true, notice: before_change });
  (await server.beat(session.t!, 1, [[0, 3]])).expect(200);

  await in_force(other_question);
  const after_change = await version(door);
  assert.notEqual(after_change, before_change);
  assert.ok(after_change.startsWith('20'), 'a version begins with its date');
  (await server.beat(session.t!, 2, [[0, 3]])).expect(401);
  assert.deepEqual((await states(link)).slice(-2), ['toestemming gegeven', 'vervallen omdat de vraag veranderde']);

  // A yes to the old question is no answer to the new one.
  (await server.ask_session(event, { link: door, consent: true, notice: before_change })).expect(409);
  const again = await server.open_session(event, { link: door, consent: true, notice: after_change });
  (await server.beat(again.t!, 1, [[0, 3]])).expect(200);
  await in_force((text) => text);
});

test('X02 what changes elsewhere in the policy lets no consent lapse', async () => {
  const { door, link } = await register();
  const session = await server.open_session(event, { link: door, consent: true, notice: await version(door) });
  (await server.beat(session.t!, 1, [[0, 3]])).expect(200);
  const before_change = await version(door);
  await in_force(other_officer);
  assert.notEqual(await version(door), before_change, 'another version all the same');
  (await server.beat(session.t!, 2, [[0, 3]])).expect(200);
  assert.equal((await states(link)).at(-1), 'toestemming gegeven');
  await in_force((text) => text);
});

test('X02 an answer keeps the version, the words and the receipt of its own time', async () => {
  const { door, link } = await register();
  const old = await version(door);
  await server.open_session(event, { link: door, consent: true, notice: old });
  const own = (await server.page(`/e/${event.event}/me/${link}`, 'nl')).expect(200).text;
  const address = [...own.matchAll(/href="(\/e\/[^"]+\/receipts\/[^"]+)"/g)].at(-1)![1]!;
  await in_force(other_question);
  const receipt = (await server.get(address)).expect(200).json<{
    schema_version: string; shown: string; privacy_notice: { version: string }; events: { state: string }[];
    purposes: { basis: string; pii: { retention: string }[] }[];
  }>();
  assert.match(receipt.schema_version, /27560/);
  assert.equal(receipt.privacy_notice.version, old);
  assert.ok(receipt.shown.startsWith(asked), receipt.shown);
  assert.equal(receipt.events.at(-1)!.state, 'given');
  assert.equal(receipt.purposes[0]!.basis, 'consent');
  assert.ok(receipt.purposes[0]!.pii.every(({ retention }) => retention == '14 days after event end'));
  // Somebody else's page does not give it.
  const other = await register();
  (await server.get(address.replace(link, other.link))).expect(404);
  await in_force((text) => text);
});

test('X02 a page that is open asks again, and measures only after a new yes', async () => {
  const { door } = await register();
  const page = await stage.page();
  const sent = listen(page);
  await page.goto(`${server.origin}/e/${event.event}/watch/${door}?lang=nl`);
  await page.click('[data-consent=yes]');
  await until('the first beats', () => beats_of(sent).length > 0);
  await in_force(other_question);
  await page.waitForSelector('#consent:not([hidden]) >> text=' + asked_otherwise, { timeout: 40_000 });
  const beaten = beats_of(sent).length;
  assert.equal(await page.getAttribute('#measuring', 'data-state'), 'undecided');
  await page.click('[data-consent=yes]');
  await until('beats under the new consent', () => beats_of(sent).length > beaten);
  await until('the line to say so', async () => (await page.getAttribute('#measuring', 'data-state')) == 'on');
  await page.close();
});
