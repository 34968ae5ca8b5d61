// M20 Loss, damage or theft of data is reported to all affected users within 72 hours; the incident stays open until its remedy and
// the decision on the policy are recorded.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Officer, hour_ms, hours, letter, letters, row_of, type Document, type Incident } from '../support/incidents.ts';
import { path_of } from '../support/policy.ts';
import { Requester } from '../support/requests.ts';
import { start_server, type Server } from '../support/server.ts';
import { until } from '../support/until.ts';

let server: Server;
let officer: Officer;
const people = new Map([['nl', 'ana@bezoeker.example'], ['fr', 'luc@visiteur.example'], ['en', 'kim@visitor.example'], ['de', 'uwe@besucher.example']]);

before(async () => {
  server = await start_server({ policy: path_of('festival'), organisation: 'Klankveld' });
  officer = new Officer(server, await server.sign_up());
  for (const [language, email] of people) await new Requester(server, email).ask('access', { name: `Iemand ${language}` }, language);
});
after(() => server?.end());

const iso = (ms: number) => new Date(ms).toISOString();
/** The data of the contact form, in the time before now. */
const stolen = () => ({ properties: ['requests'], from: iso(server.clock.now() - 2 * hour_ms), until: iso(server.clock.now()) });
const letter_to = (email: string, text: string) => server.mails().find((mail) => mail.to == email && mail.text.includes(text));

test('M20 everybody affected is found by the program and written to in their own language, within 72 hours', async () => {
  const incident = await officer.open(stolen());
  server.clock.pass(60_000);
  // Who came after it ended has nothing to do with it.
  await new Requester(server, 'later@bezoeker.example').ask('access');

  const duty = incident.duties.find(({ whom }) => whom == 'people')!;
  assert.equal(hours(incident, duty), 72);
  const affected = await officer.affected(incident);
  assert.equal(affected.people, people.size);
  assert.deepEqual(affected.languages, { nl: 1, fr: 1, en: 1, de: 1 });
  assert.equal(affected.gone, 0);

  assert.equal((await officer.tell(incident, 'people')).status, 409, 'not before it is assessed');
  (await officer.assess(incident, 'unlikely')).expect(200);
  // The policy promises it for any breach: an unlikely risk is no way out.
  assert.equal((await officer.tell(incident, 'people', { tell: false, reasons: 'Te veel moeite.' })).status, 409);
  assert.equal((await officer.tell(incident, 'people', { tell: false, reasons: 'Te veel.', exception: 'disproportionate' })).status, 409);
  (await officer.change(incident, { letters: { nl: letter('nl'), fr: letter('fr') } })).expect(200);
  const refused = await officer.tell(incident, 'people');
  assert.equal(refused.status, 400, 'not with a letter that somebody cannot read');
  assert.match(refused.text, /letters/);
  (await officer.change(incident, { letters })).expect(200);
  (await officer.tell(incident, 'people')).expect(200);

  const done = await officer.was_told(incident, 'people');
  assert.ok(Date.parse(done) <= Date.parse(duty.due), 'in time');
  for (const [language, email] of people) {
    const mail = letter_to(email, `happened-${language}`)!;
    assert.ok(mail, `a letter in ${language} to ${email}`);
    assert.match(mail.text, new RegExp(`Iemand ${language}[^]*consequences-${language}[^]*measures-${language}`));
    assert.match(mail.text, /https:/, 'where to complain');
  }
  assert.equal(letter_to('later@bezoeker.example', 'happened-'), undefined);
  const told = await officer.people(incident);
  assert.deepEqual(told.people.map((one) => one.letter), ['sent', 'sent', 'sent', 'sent']);
  assert.deepEqual(told.people.map((one) => one.email).sort(), [...people.values()].sort());
  // Once, whatever happens afterwards.
  await server.restart();
  const count = () => server.mails().filter(({ text }) => text.includes('happened-')).length;
  server.clock.pass(60_000);
  await until('the desk to look at its clocks', async () => (await officer.read(incident)).letter_states['sent'] == 4);
  assert.equal(count(), people.size);
});

test('M20 the letters go out after a crash too', async () => {
  const incident = await officer.open({ ...stolen(), what: 'Een toestel is kwijt.', losses: ['availability'] });
  (await officer.assess(incident, 'some')).expect(200);
  (await officer.change(incident, { letters: Object.fromEntries(['nl', 'fr', 'en', 'de'].map((tag) => [tag, letter(`${tag}-2`)])) })).expect(200);
  (await officer.tell(incident, 'people')).expect(200);
  await server.kill();
  await server.start();
  await officer.was_told(incident, 'people');
  assert.equal(server.mails().filter(({ to, text }) => to == 'luc@visiteur.example' && text.includes('happened-fr-2')).length, 1);
});

/** An incident of which everybody was told, as far as anybody has to be. */
async function told_incident(): Promise<Incident> {
  const incident = await officer.open({ ...stolen(), letters });
  (await officer.assess(incident, 'unlikely')).expect(200);
  (await officer.tell(incident, 'authority', { tell: false, reasons: 'Alles was versleuteld.' })).expect(200);
  (await officer.tell(incident, 'people')).expect(200);
  await officer.was_told(incident, 'people');
  return incident;
}

test('M20 an incident stays open until its remedy and the decision on the policy are on record', async () => {
  const fresh = await officer.open();
  assert.equal((await officer.close(fresh)).status, 409);
  assert.deepEqual((await officer.read(fresh)).missing, ['assessment', 'authority', 'people', 'remedy', 'policy_decision']);

  const incident = await told_incident();
  assert.deepEqual((await officer.read(incident)).missing, ['remedy', 'policy_decision']);
  assert.equal((await officer.close(incident)).status, 409);
  (await officer.change(incident, { remedy: 'De schijf is vervangen en gewist.' })).expect(200);
  assert.equal((await officer.close(incident)).status, 409, 'the policy too');
  (await officer.change(incident, { remedy: '', policy_decision: 'Het beleid blijft zoals het is.' })).expect(200);
  assert.equal((await officer.close(incident)).status, 409, 'the remedy too');
  assert.equal((await officer.read(incident)).closed, null);
  (await officer.change(incident, { remedy: 'De schijf is vervangen en gewist.' })).expect(200);
  const closed = (await officer.close(incident)).expect(200).json<Incident>();
  assert.ok(closed.closed);
  assert.equal(closed.state, 'concluded');
  assert.equal((await officer.change(incident, { what: 'Er was niets.' })).status, 409, 'what is closed is not told otherwise');
});

test('M20 reminders come at 12, 24, 48 and 66 hours, and a promise that is late is loud everywhere', async () => {
  const incident = await officer.open({ ...stolen(), what: 'Nog een.' });
  const before = await officer.overdue();
  const reminders = () => server.mails().filter(({ subject, text }) => text.includes(incident.incident) && /wacht: wie getroffen is/.test(subject)).length;
  const aware = Date.parse(incident.aware);
  for (const [count, hour] of [12, 24, 48, 66].entries()) {
    server.clock.pass_to(aware + hour * hour_ms - 60_000);
    assert.equal(reminders(), count, `before ${hour} hours`);
    server.clock.pass_to(aware + hour * hour_ms + 1_000);
    await until(`a reminder at ${hour} hours`, () => reminders() == count + 1, 60_000);
  }
  server.clock.pass_to(aware + 72 * hour_ms + 60_000);
  await until('the officer to be told that it is late', () => server.mails().some(({ subject, text }) => /^Te laat: wie getroffen is/.test(subject) && text.includes(incident.incident)), 60_000);
  const duty = await officer.duty(incident, 'people');
  assert.equal(duty.stage, 'overdue');
  assert.equal(duty.late, true);
  assert.ok((await officer.overdue()) > before);
  assert.ok((await officer.staff.get('/api/v1/me')).expect(200).json().incidents.overdue > 0);
});

test('M20 the notification is filled in, names nobody, and comes in four languages', async () => {
  const incident = await officer.open({ ...stolen(), consequences: 'Ongewenste mail.', measures: 'Nieuwe sleutels.' });
  const titles = new Set<string>();
  for (const language of people.keys()) {
    const document = (await officer.notification(incident, `format=json&lang=${language}`)).json<Document>();
    titles.add(document.sections.map(({ title }) => title).join());
    assert.equal(row_of(document, 'people', 'people'), String((await officer.affected(incident)).people));
    assert.match(row_of(document, 'event', 'what'), /gestolen/);
    assert.equal(row_of(document, 'measures', 'measures'), 'Nieuwe sleutels.');
    for (const email of people.values()) assert.ok(!JSON.stringify(document).includes(email));
  }
  assert.equal(titles.size, 4);
  assert.match((await officer.notification(incident, 'format=markdown')).text, /^# /);
  assert.match((await officer.notification(incident)).text, /<h1>/);
});
