// B11 A data breach is reported to the client within 24 hours.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Officer, hour_ms, hours, type Incident } from '../support/incidents.ts';
import { path_of } from '../support/policy.ts';
import { start_server, type Server } from '../support/server.ts';
import { MailServer } from '../support/smtp.ts';
import { until } from '../support/until.ts';

let server: Server;
let officer: Officer;
const clients = [
  { name: 'Winkelketen NV', email: 'privacy@winkelketen.example', language: 'nl' },
  { name: 'Maison Dupont', email: 'dpo@dupont.example', language: 'fr' },
];

before(async () => {
  server = await start_server({ policy: path_of('bureau'), organisation: 'Kompas Marketing' });
  officer = new Officer(server, await server.sign_up());
});
after(() => server?.end());

const mails_to = (email: string, incident: Incident) => server.mails().filter((mail) => mail.to == email && mail.attachments.some(({ content }) => content.includes(incident.incident)));

test('B11 every client whose data it are is told within 24 hours, in their language, with what is known', async () => {
  const incident = await officer.open({ what: 'Een bestand van een klant ging naar een verkeerd adres.' });
  const duty = incident.duties.find(({ whom }) => whom == 'controller')!;
  assert.equal(hours(incident, duty), 24, 'through nights and weekends');
  (await officer.assess(incident, 'unlikely')).expect(200);
  assert.equal((await officer.tell(incident, 'controller', { tell: false, reasons: 'Het valt wel mee.' })).status, 409);
  assert.equal((await officer.tell(incident, 'controller')).status, 400, 'somebody has to be named');
  (await officer.change(incident, { clients })).expect(200);
  assert.equal((await officer.tell(incident, 'controller', { tell: false, reasons: 'Eigen gegevens.', exception: 'own_data' })).status, 409, 'not with a client named');
  (await officer.tell(incident, 'controller')).expect(200);
  const done = await officer.was_told(incident, 'controller');
  assert.ok(Date.parse(done) <= Date.parse(duty.due));
  const [dutch] = mails_to(clients[0]!.email, incident);
  assert.match(dutch!.text, /Winkelketen NV[^]*verkeerd adres/);
  const [french] = mails_to(clients[1]!.email, incident);
  assert.match(french!.text, /Maison Dupont[^]*pièce jointe/);
  assert.match(french!.attachments[0]!.content, /<html lang="fr">[^]*verkeerd adres/);
  assert.equal(mails_to(clients[0]!.email, incident).length, 1);
});

test('B11 the clock is seen and heard: reminders, and loud when it is late', async () => {
  const incident = await officer.open({ what: 'Een portaal stond open.', clients });
  const before = await officer.overdue();
  const aware = Date.parse(incident.aware);
  const mails = (subject: RegExp) => server.mails().filter((mail) => subject.test(mail.subject) && mail.text.includes(incident.incident)).length;
  server.clock.pass_to(aware + 22 * hour_ms + 1_000);
  await until('a reminder two hours before', () => mails(/wacht: de klant/) >= 1, 60_000);
  assert.equal((await officer.duty(incident, 'controller')).stage, 'last');
  server.clock.pass_to(aware + 24 * hour_ms + 60_000);
  await until('the officer to be told', () => mails(/^Te laat: de klant/) == 1, 60_000);
  assert.equal((await officer.duty(incident, 'controller')).stage, 'overdue');
  assert.ok((await officer.overdue()) > before);
  // Late is better than never, and stays visible.
  (await officer.assess(incident, 'some')).expect(200);
  (await officer.tell(incident, 'controller')).expect(200);
  await officer.was_told(incident, 'controller');
  assert.equal((await officer.duty(incident, 'controller')).late, true);
});

test('B11 a client that no mail reaches is not told, until somebody says how they were', async () => {
  const post = await MailServer.start(undefined, /^weg@/);
  const other = await start_server({ policy: path_of('bureau'), organisation: 'Kompas Marketing', smtp: `smtp+plain://127.0.0.1:${post.port}` });
  try {
    const desk = new Officer(other, await other.sign_up());
    const incident = await desk.open({ what: 'Een schijf is kwijt.', clients: [clients[0], { name: 'Weg BV', email: 'weg@klant.example', language: 'nl' }] });
    (await desk.assess(incident, 'some')).expect(200);
    assert.equal((await desk.told(incident, 'controller', { how: 'Gebeld.' })).status, 409, 'decided first');
    (await desk.tell(incident, 'controller')).expect(200);
    await post.mail_to(clients[0]!.email);
    await until('the other mail to be refused', async () => (await desk.read(incident)).client_states['failed'] == 1, 60_000);
    assert.equal((await desk.duty(incident, 'controller')).done, null, 'not while one of them knows nothing');
    assert.equal((await desk.told(incident, 'controller', { how: '' })).status, 400);
    (await desk.told(incident, 'controller', { how: 'De tweede klant is gebeld.' })).expect(200);
    assert.ok((await desk.duty(incident, 'controller')).done);
  } finally {
    await other.end();
    await post.close();
  }
});
