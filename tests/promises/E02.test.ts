// E02 The form opens the page, or a personal, unique link is mailed that opens it, or both, as the event says.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { changed_policy, start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';
import { until } from '../support/until.ts';

let server: Server;
let staff: Staff;
let count = 0;

before(async () => {
  server = await start_server();
  staff = await server.sign_up();
});
after(() => server?.end());

const create = (given: Partial<Event>) => staff.create_event({ event: `lezing-${++count}`, ...given });
const person = (name: string) => ({ name, email: `${name.toLowerCase()}-${++count}@kijker.example` });
const opens = async (event: Event, link: string) => /id="player"/.test((await server.page(`/e/${event.event}/watch/${link}`)).text);

test('E02 form: filling it in opens the page at once', async () => {
  const event = await create({ opens_by: 'form' });
  const { status, door, location } = await server.register(event, person('Ana'));
  assert.equal(status, 303);
  assert.ok(location.startsWith(`/e/${event.event}/watch/`), location);
  assert.ok(await opens(event, door!));
});

test('E02 form: what is mailed leads to the event and to the own page, and opens nothing else', async () => {
  const event = await create({ opens_by: 'form' });
  const ana = person('Ana');
  const { door } = await server.register(event, ana);
  const mail = await server.mail_to(ana.email);
  const entrance = `${server.origin}/e/${event.event}`;
  const own = /\/me\/([^/?]+)$/.exec(mail.links.find((link) => link.includes('/me/'))!)![1]!;
  assert.deepEqual(new Set(mail.links), new Set([entrance, `${entrance}/me/${own}`]));
  const [calendar] = mail.attachments;
  const unfolded = calendar!.content.replace(/\r\n /g, '');
  assert.ok(unfolded.includes(entrance) && !unfolded.includes('/watch/') && !unfolded.includes(own), unfolded);
  for (const part of [mail.html, mail.text]) assert.doesNotMatch(part, /\/watch\//);

  assert.equal(await opens(event, own), false);
  const turned = await server.page(`/e/${event.event}/watch/${own}`);
  assert.deepEqual([turned.status, turned.header('location').split('?')[0]], [303, `/e/${event.event}`]);
  assert.equal((await server.ask_session(event, { link: own, consent: true })).status, 404);
  const page = (await server.page(`/e/${event.event}/me/${own}`)).expect(200);
  assert.ok(page.text.includes(ana.email) && !page.text.includes('/watch/'));
  assert.ok(await opens(event, door!), 'while the form\'s door does');
  await server.open_session(event, { link: door!, consent: true });
  assert.equal((await staff.person(event, ana.email)).sessions.length, 1);
});

test('E02 form: coming back by the form opens it again, and mails nothing; the own page\'s link is mailed when asked', async () => {
  const event = await create({ opens_by: 'form' });
  const ana = person('Ana');
  await server.register(event, ana);
  const first = await server.mail_to(ana.email);
  server.clock.pass(120_000);
  const again = await server.register(event, ana);
  assert.ok(await opens(event, again.door!));
  const asked = await server.post(`/e/${event.event}/me/${again.door}/mail`, new URLSearchParams(), {
    origin: server.origin, 'sec-fetch-site': 'same-origin', accept: 'text/html',
  });
  assert.equal(asked.status, 303);
  assert.doesNotMatch((await server.page(asked.header('location'))).expect(200).text, /\/watch\//);
  const mail = await until('a second mail', () => server.mails().find(({ to, file }) => to == ana.email && file != first.file));
  assert.deepEqual(mail.links.filter((link) => link.includes('/me/')), first.links.filter((link) => link.includes('/me/')));
  assert.doesNotMatch(mail.text + mail.html + mail.attachments.map(({ content }) => content).join(), /\/watch\//);
  assert.equal(server.mails().filter(({ to }) => to == ana.email).length, 2, 'registering again mailed nothing');
});

test('E02 link: a door that was given while the form opened the page does not open it any more', async () => {
  const event = await create({ opens_by: 'both' });
  const ana = person('Ana');
  const { door, link } = await server.register_and_read(event, ana);
  (await staff.patch(`/api/v1/events/${event.event}`, { opens_by: 'link' })).expect(200);
  assert.equal(await opens(event, door!), false);
  assert.equal((await server.ask_session(event, { link: door!, consent: true })).status, 404);
  assert.ok(await opens(event, link));
  (await staff.patch(`/api/v1/events/${event.event}`, { opens_by: 'form' })).expect(200);
  assert.equal(await opens(event, link), false);
  assert.ok(await opens(event, door!));
});

test('E02 link: the form opens nothing, the mailed link does', async () => {
  const event = await create({ opens_by: 'link' });
  const ana = person('Ana');
  const { status, location, door, answer } = await server.register(event, ana);
  assert.equal(status, 303);
  assert.equal(door, undefined);
  assert.equal(location.split('?')[0], `/e/${event.event}/registered`);
  assert.equal(answer.header('set-cookie'), '');
  const registered = (await server.page(location)).expect(200);
  assert.doesNotMatch(registered.text + answer.text, /\/watch\/|\/me\//);

  const mail = await server.mail_to(ana.email);
  const link = server.personal_link(mail);
  assert.ok(link.length >= 22, 'too long to guess: 128 bits and more');
  assert.equal(mail.links[0], `${server.origin}/e/${event.event}/watch/${link}`);
  assert.ok(await opens(event, link));
});

test('E02 both: the form opens the page, and so does the link; both are the same viewer', async () => {
  const event = await create({ opens_by: 'both' });
  const ana = person('Ana');
  const { door, link } = await server.register_and_read(event, ana);
  assert.ok(await opens(event, door!));
  assert.ok(await opens(event, link));
  assert.notEqual(door, link);
  await server.open_session(event, { link: door!, consent: false });
  await server.open_session(event, { link, consent: false });
  const { viewers } = await staff.report(event);
  assert.deepEqual([viewers.registered, viewers.opened], [1, 1]);
  assert.equal((await staff.person(event, ana.email)).sessions.length, 2);
});

test('E02 each viewer has a link of their own, good for one event', async () => {
  const event = await create({ opens_by: 'link' });
  const other = await create({ opens_by: 'link' });
  const everybody = ['Ana', 'Bo', 'Cas', 'Dirk', 'Els'].map(person);
  const links = await Promise.all(everybody.map(async (one) => (await server.register_and_read(event, one)).link));
  assert.equal(new Set(links).size, everybody.length);
  for (const [at, link] of links.entries()) {
    await server.open_session(event, { link });
    assert.equal((await staff.person(event, everybody[at]!.email)).sessions.length, 1, 'it opens in its own name');
    assert.equal(await opens(other, link), false);
  }
  const [link] = links;
  for (const wrong of [link!.slice(1), link! + 'A', link!.toLowerCase(), link!.split('').reverse().join('')]) {
    if (!links.includes(wrong)) assert.equal(await opens(event, wrong), false, wrong);
  }
});

test('E02 registering again mails the same link to its owner, and tells whoever typed it nothing', async () => {
  const event = await create({ opens_by: 'link' });
  const ana = person('Ana');
  const first = await server.register_and_read(event, ana);
  server.clock.pass(120_000);
  const known = server.mails().length;
  const again = await server.register(event, { name: 'Iemand Anders', email: ana.email.toUpperCase() });
  const shown = ({ answer }: { answer: { status: number; headers: object; text: string } }) => {
    const { date: _, ...headers } = answer.headers as Record<string, string>;
    return { status: answer.status, headers, text: answer.text };
  };
  assert.deepEqual(shown(again), shown(first));

  const mail = await server.mail_to(ana.email, /link/i);
  assert.equal(server.mails().length, known + 1);
  assert.equal(server.personal_link(mail), first.link);
  const { people } = await staff.people(event);
  assert.deepEqual(people.map(({ name, email }) => [name, email]), [[ana.name, ana.email]], 'and changes nothing');
});

test('E02 an event can open only in ways that the policy allows', async () => {
  const policy = changed_policy(server.folder, (text) => text.replace('opens-by: [form, link]', 'opens-by: [link]'));
  const strict = await start_server({ policy });
  try {
    const organiser = await strict.sign_up();
    const times = { starts: '2030-01-01T10:00:00.000Z', ends: '2030-01-01T11:00:00.000Z' };
    for (const opens_by of ['form', 'both', 'anybody']) {
      const answer = await organiser.post('/api/v1/events', { title: 'X', ...times, opens_by });
      assert.equal(answer.status, 400, `${answer}`);
      assert.ok(answer.json().errors.some(({ pointer }: { pointer: string }) => pointer == '#/opens_by'), `${answer}`);
    }
    (await organiser.post('/api/v1/events', { title: 'X', ...times, opens_by: 'link' })).expect(201);
  } finally {
    await strict.end();
  }
});
