// The server is killed again and again, under load, at moments that nobody chose; it starts again, and is held against
// what was acknowledged before: none of it lost, none doubled, no message there by half.
//
//   KILLS=1000 SEED=7 node --test tests/crash/kill.test.ts
//
// Time goes by while the server is dead, so that viewers have something to tell of; a beat's moment is told by its age, as
// a page does.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { start_server } from '../support/server.ts';
import type { Event } from '../support/staff.ts';
import { until } from '../support/until.ts';
import { check_session, Reader } from './reader.ts';
import { Random } from '../support/random.ts';
import { Registrar } from './registrar.ts';
import { Viewer, type Life } from './viewer.ts';

const kills = Number(process.env['KILLS'] ?? 50);
const random = Random.of_environment();
const viewer_count = 8;
const registrar_count = 2;
const minute_ms = 60_000;
/** How often the server looks for events to seal. */
const seal_round_ms = 30_000;
/** A mail that was being sent is free again after five minutes (src/outbox/limits.h). */
const mail_lease_ms = 6 * minute_ms;
const counts = { beats: 0, by_http: 0, by_socket: 0, unanswered: 0, sessions: 0, withdrawals: 0 };

const server = await start_server();
after(() => server.end());

async function prepare() {
  const staff = await server.sign_up();
  const create = async (title: string, minutes: number) => {
    const now = server.clock.now();
    const event = await staff.create_event({
      title, starts: new Date(now - 10 * minute_ms).toISOString(), ends: new Date(now + minutes * minute_ms).toISOString(),
    });
    return { event, reader: await Reader.of(server, staff, event) };
  };

  // Events that end one after the other, and are sealed once a server has lived long enough to know it.
  const short: { viewer: Viewer; reader: Reader }[] = [];
  for (let i = 0; i < Math.min(100, Math.max(3, kills / 4 - 6)); ++i) {
    const { event, reader } = await create(`Kort ${i}`, 2 + i);
    const viewer = new Viewer(server, event, random, counts, i);
    await viewer.register();
    await viewer.open();
    short.push({ viewer, reader });
  }
  server.clock.pass(minute_ms);
  for (const { viewer } of short) await viewer.tell();
  return { ...(await create('Lang', 23 * 60)), short };
}

/** Starts it; sometimes kills it while it starts. */
async function start() {
  while (random.once_in(6)) {
    const starting = server.start().then(() => true, () => false);
    await sleep(random.between(1, 80));
    await server.kill();
    await starting;
  }
  server.clock.pass(random.between(5_000, 25_000));
  await server.start();
}

async function check_viewers(viewers: Viewer[], reader: Reader) {
  for (const viewer of viewers) {
    const person = await reader.person(viewer.email);
    for (const session of viewer.sessions) check_session(session, person);
    const known = new Set(viewer.sessions.map(({ session }) => session));
    const unknown = person.sessions.filter(({ session }) => !known.has(session));
    assert.ok(unknown.length <= viewer.unanswered_openings, `${viewer.email} has ${unknown.length} sessions too many`);
    for (const { intervals } of unknown) assert.deepEqual(intervals, []);
  }
}

/** Each registration there once, whole; one confirmation to each, or the same one again. */
async function check_registrations(registrars: Registrar[], viewers: Viewer[], reader: Reader, event: Event) {
  // What a killed server was sending is due again; mails go in order, so that the last one says that all went.
  server.clock.pass(mail_lease_ms);
  const last = { name: 'Laatste', email: 'laatste@kijker.example' };
  assert.equal((await server.register(event, last)).status, 303);
  await server.mail_to(last.email);

  const registered = new Map(registrars.flatMap((registrar) => [...registrar.acknowledged]));
  for (const { email, name } of [...viewers, last]) registered.set(email, name);
  const people = await reader.people();
  assert.equal(new Set(people.map(({ email }) => email)).size, people.length, 'somebody is there twice');
  assert.deepEqual(new Map(people.map(({ email, name }) => [email, name] as const).sort()), new Map([...registered].sort()));

  const confirmations = new Map<string, string[]>();
  for (const mail of server.mails()) {
    if (mail.subject != `Je bent ingeschreven: ${event.title}`) continue;
    const id = mail.headers.get('message-id');
    assert.ok(id, `${mail.file} has no Message-ID`);
    confirmations.set(mail.to, [...(confirmations.get(mail.to) ?? []), id]);
  }
  let again = 0;
  for (const email of registered.keys()) {
    const ids = confirmations.get(email) ?? [];
    assert.equal(new Set(ids).size, 1, `${email} got ${ids.length} confirmations: ${ids.join(' ')}`);
    again += ids.length - 1;
  }
  assert.deepEqual([...confirmations.keys()].filter((email) => !registered.has(email)), []);
  return { registered: registered.size, again };
}

test(`${kills} kills under load, seed ${random.seed}`, { timeout: minute_ms + kills * 20_000 }, async (context) => {
  context.diagnostic(`SEED=${random.seed}`);
  const { event, reader, short } = await prepare();
  const viewers = Array.from({ length: viewer_count }, (_, i) => new Viewer(server, event, random, counts, i));
  const registrars = Array.from({ length: registrar_count }, (_, i) => new Registrar(server, event, i));
  for (const viewer of viewers) await viewer.register();

  for (let kill = 0; kill < kills; ++kill) {
    const life: Life = { over: false };
    const living = [...viewers, ...registrars].map((one) => one.live(life));
    await Promise.race([sleep(random.between(10, 500)), Promise.all(living)]);
    const dead = server.kill();
    life.over = true;
    await Promise.all([dead, ...living]);
    for (const viewer of viewers) viewer.server_died();
    await start();
    for (const viewer of viewers) await viewer.check();
    if (kill % 10 == 9) await check_viewers([random.one_of(viewers)], reader);
  }

  for (const viewer of viewers) await viewer.finish();
  for (const registrar of registrars) if (registrar.open) await registrar.register_one({ over: false });
  await check_viewers(viewers, reader);
  const { registered, again } = await check_registrations(registrars, viewers, reader, event);
  await server.kill();
  await server.start();
  await check_viewers(viewers, reader);
  for (const { viewer, reader: of_short } of short) await check_viewers([viewer], of_short);
  const count_segments = () => readdirSync(join(server.data, 'pulse')).filter((name) => name.endsWith('.segment')).length;
  server.clock.pass(60 * minute_ms);
  const segments = await until('an event to be sealed', count_segments, 2 * seal_round_ms);
  await server.kill();
  await server.start();
  for (const { viewer, reader: of_short } of short) await check_viewers([viewer], of_short);
  context.diagnostic(`${JSON.stringify(counts)}, ${registered} registered, ${again} mails sent again, ${segments} segments`);
  assert.ok(counts.by_http > kills && counts.by_socket > kills, 'there was hardly any load');
});
