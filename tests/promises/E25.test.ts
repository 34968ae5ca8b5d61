// E25 Access within seven calendar days; a mail to the published address opens a tracked request, the deadline runs
// from its receipt, and a late one is impossible to overlook.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { Requester, decide, desk, detail, faults_of, latest } from '../support/requests.ts';
import { binary, start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';
import { until } from '../support/until.ts';

let server: Server;
let staff: Staff;
let event: Event;
let count = 0;
const day_ms = 86_400_000;

before(async () => {
  server = await start_server();
  staff = await server.sign_up();
  event = await staff.create_event({ event: 'webinar', fields: ['name', 'email', 'organisation'] });
});
after(() => server?.end());

const fresh = () => `kijker-${++count}@kijker.example`;
const register = (email: string) => server.register_and_read(event, { name: 'Ana Peeters', email, organisation: 'Zorgpunt De Linde' });

/** The seventh day after receipt in Brussels, moved past weekends and holidays; feasts that move have unit tests. */
function day_of(instant: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Brussels' }).format(new Date(instant));
}
function due_day(received: string): string {
  const day = new Date(`${day_of(received)}T12:00:00Z`);
  day.setUTCDate(day.getUTCDate() + 7);
  const holidays = ['01-01', '05-01', '07-21', '08-15', '11-01', '11-11', '12-25'];
  while ([0, 6].includes(day.getUTCDay()) || holidays.includes(day.toISOString().slice(5, 10))) day.setUTCDate(day.getUTCDate() + 1);
  return day.toISOString().slice(0, 10);
}

test('E25 everything that is held comes in one signed archive: page, JSON, CSV; with purpose, basis, source and end', async () => {
  const email = fresh();
  const { door } = await register(email);
  const { t } = await server.open_session(event, { link: door!, consent: true });
  await server.watch(t!, 60_000, 7);
  await staff.viewers(event, 'csv');

  const ana = await new Requester(server, email).ask('access', { message: 'Graag alles.' });
  const row = await latest(staff);
  assert.equal(row.right, 'access');
  assert.equal(row.state, 'received');
  // Nobody is given anything before it is known who they are.
  assert.equal((await decide(staff, row.request, { grant: true, reasons: '' })).status, 409);
  await ana.show_who();
  assert.equal((await detail(staff, row.request)).identified_by, 'code');
  (await decide(staff, row.request, { grant: true, reasons: 'Alstublieft.' })).expect(200);

  const members = await ana.answer();
  const key = (await server.get('/requests/key.pem')).expect(200).text;
  assert.deepEqual(faults_of(members, key), []);
  assert.equal(members.get('key.pem')!.toString(), key);
  const changed = new Map(members).set('answer.json', Buffer.from('{}'));
  assert.deepEqual(faults_of(changed, key), ['answer.json']);

  const answer = JSON.parse(members.get('answer.json')!.toString());
  const held = answer.properties.find((one: { property: string }) => one.property == 'webinar');
  const value = (name: string) => held.data.find((one: { name: string }) => one.name == name);
  for (const [name, text] of [['name', 'Ana Peeters'], ['email', email], ['organisation', 'Zorgpunt De Linde']]) {
    const one = value(name!);
    assert.equal(one.value, text);
    assert.deepEqual(one.source, ['registration form']);
    assert.ok(one.purposes.length > 0 && one.purposes.every(({ basis, says }: any) => basis && says), name);
    assert.ok(one.policy && one.stored && one.kept && one.then, name);
  }
  assert.equal(held.sessions.length, 1);
  assert.equal(held.consents.at(-1).state, 'given');
  assert.ok(held.consents.at(-1).text.length > 20);
  assert.ok(held.mails.length > 0);
  assert.ok(held.acts.some(({ act }: { act: string }) => act.startsWith('events.')), 'the export is told');
  assert.equal(answer.authority.complaints.startsWith('https://'), true);
  assert.ok(answer.recipients.length > 0);
  assert.ok(answer.decisions.every(({ logic }: { logic: string }) => logic));
  assert.match(members.get('records-webinar.csv')!.toString(), /^session,start,end,duration,action\r\n\S+,active\r\n$/);
  assert.match(members.get('answer.html')!.toString(), /Zorgpunt De Linde/);
  assert.match(members.get('data.csv')!.toString(), new RegExp(email));
});

test('E25 the clock runs from receipt, by the policy: the seventh day, its last hour', async () => {
  const email = fresh();
  await new Requester(server, email).ask('access');
  const { received, due } = await latest(staff);
  assert.equal(day_of(due), due_day(received));
  assert.equal(day_of(new Date(Date.parse(due) + 1_000).toISOString()) > day_of(due), true, 'the last hour of the day');
});

test('E25 a mail to the published address opens a tracked request, whose clock runs from its receipt', async () => {
  const email = fresh();
  await register(email);
  const mail = [`From: Ana Peeters <${email}>`, 'To: privacy@lichtbeeld.example', 'Subject: Inzage in mijn gegevens',
    'Message-ID: <1@kijker.example>', 'Content-Type: text/plain; charset=utf-8', '', 'Ik wil graag inzage in alle gegevens die u van mij bewaart.', '', 'Ana Peeters', ''].join('\r\n');
  const before = Date.now();
  execFileSync(binary, ['request', 'receive', '--data', server.data], { input: mail });
  const row = await until('the mail to open a request', async () => (await desk(staff)).find(({ channel }) => channel == 'mail'));
  assert.equal(row.right, 'access');
  assert.equal(row.language, 'nl');
  assert.ok(Date.parse(row.received) >= before - 1_000 && Date.parse(row.received) <= Date.now() + 1_000, 'received when it was received');
  assert.equal(day_of(row.due), due_day(row.received));
  const answer = await until('an acknowledgement', () => server.mails().find(({ to, subject }) => to == email && /vraag ontvangen/.test(subject)));
  assert.match(answer.text, /\/requests\//);
  // What no program should answer: it is kept for a person to look at.
  execFileSync(binary, ['request', 'receive', '--data', server.data], { input: mail.replace('Subject:', 'Auto-Submitted: auto-replied\r\nSubject:') });
  await until('the automatic mail to be set aside', () => server.files().some(({ path }) => path.startsWith('requests/bad/')));
  assert.equal((await desk(staff)).filter(({ channel }) => channel == 'mail').length, 1);
});

test('E25 a mail that came while the program was away is not lost, and not counted twice', async () => {
  const email = fresh();
  await server.stop();
  execFileSync(binary, ['request', 'receive', '--data', server.data], { input: `From: Bo <${email}>\nSubject: access to my data please\n\nI would like a copy of my data. Thank you.\n\nBo\n` });
  await server.start();
  await until('the request', async () => (await desk(staff)).some(({ language, channel }) => channel == 'mail' && language == 'en'));
  await server.restart();
  assert.equal((await desk(staff)).filter(({ language, channel }) => channel == 'mail' && language == 'en').length, 1);
});

test('E25 only the link and the mailed code open the answer: few tries, ten minutes, once', async () => {
  const email = fresh();
  await register(email);
  const ana = await new Requester(server, email).ask('access');
  const { request } = await latest(staff);
  for (let i = 0; i < 5; ++i) {
    const code = i == 0 ? await ana.code() : '0000 0000';
    const wrong = i == 0 ? code.replace(/\d/, (digit) => String((Number(digit) + 1) % 10)) : code;
    assert.match((await ana.identify(wrong)).header('location'), /wrong=code/);
  }
  assert.match((await ana.identify('0000 0000')).header('location'), /wrong=over/, 'five tries');
  const late = await ana.code();
  server.clock.pass(10 * 60_000 + 1_000);
  assert.match((await ana.identify(late)).header('location'), /wrong=over/, 'ten minutes');
  await ana.show_who();
  (await decide(staff, request, { grant: true, reasons: '' })).expect(200);
  const code = await ana.code();
  (await ana.fetch(code)).expect(200);
  assert.match((await ana.fetch(code)).header('location'), /wrong=over/, 'once');
  for (const wrong of ['x', ana.link.slice(0, -1) + (ana.link.endsWith('A') ? 'B' : 'A')]) assert.equal((await server.page(`/requests/${wrong}`)).status, 404);
  // The answer is kept for its time and destroyed then.
  server.clock.pass(31 * day_ms);
  await until('the answer to be destroyed', async () => (await detail(staff, request)).state == 'closed', 60_000);
  assert.ok(!server.files().some(({ path }) => path == `requests/answer-${request}`));
});

test('E25 reminders come before the end, and an overdue request is loud everywhere', async () => {
  const email = fresh();
  await new Requester(server, email).ask('access');
  const { request, due } = await latest(staff);
  const overdue = async () => Number(/^hartslag_requests_overdue (\d+)$/m.exec((await server.local('/metrics')).text)![1]);
  const before = await overdue();
  const reminders = () => server.mails().filter(({ to, text }) => to == 'dpo@lichtbeeld.example' && text.includes(request)).length;
  assert.equal(reminders(), 0);
  server.clock.pass_to(Date.parse(due) - 12 * 3_600_000);
  await until('a reminder to the officer', () => reminders() >= 1, 60_000);
  server.clock.pass_to(Date.parse(due) + 60_000);
  const told = () => server.mails().some(({ to, subject, text }) => to == 'dpo@lichtbeeld.example' && /^Te laat/.test(subject) && text.includes(request));
  await until('the officer to be told that it is late', told, 60_000);
  assert.equal((await desk(staff)).find((row) => row.request == request)!.stage, 'overdue');
  assert.equal(await overdue(), before + 1);
  assert.equal((await staff.get('/api/v1/me')).expect(200).json().requests.overdue, before + 1);
});

test('E25 an extension is told with reasons, once, within the first month; a refusal has reasons and names the authority', async () => {
  const email = fresh();
  const ana = await new Requester(server, email).ask('access');
  const { request, received } = await latest(staff);
  assert.equal((await staff.post(`/api/v1/requests/${request}/extend`, { reasons: '' })).status, 400);
  const extended = (await staff.post(`/api/v1/requests/${request}/extend`, { reasons: 'Er zijn zeer veel gegevens.' })).expect(200).json();
  const months = Date.parse(extended.due) - Date.parse(received);
  assert.ok(months > 88 * day_ms && months < 97 * day_ms, 'one month and two more');
  assert.match((await until('the mail', () => ana.mails().find(({ subject }) => /komt later/.test(subject)))).text, /zeer veel gegevens/);
  assert.equal((await staff.post(`/api/v1/requests/${request}/extend`, { reasons: 'Nog eens.' })).status, 409);
  assert.equal((await decide(staff, request, { grant: false, reasons: '' })).status, 400);
  (await decide(staff, request, { grant: false, reasons: 'U bent niet wie u zegt.' })).expect(200);
  const refusal = await until('the refusal', () => ana.mails().find(({ subject }) => /niet ingewilligd/.test(subject)));
  assert.match(refusal.text, /U bent niet wie u zegt\.[\s\S]*klacht[\s\S]*https:/);
});

test('E25 whoever asks is in no file in clear', async () => {
  const email = fresh();
  await new Requester(server, email).ask('access', { message: 'Canarivogel in de kolenmijn' });
  for (const text of [email, 'Canarivogel in de kolenmijn']) {
    assert.deepEqual(server.files_with(text).filter((path) => !path.startsWith('mail/')), []);
  }
});
