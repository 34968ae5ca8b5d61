// N06 A public page and address take reports of misuse, weakness or wrongly held data; each opens a tracked incident or request.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { Stage, accessibility_faults, desk as wide, phone, scrolls_sideways, shoot } from '../support/browser.ts';
import { Officer, hour_ms, type Incident } from '../support/incidents.ts';
import { declared, languages, path_of, shipped } from '../support/policy.ts';
import { desk, detail } from '../support/requests.ts';
import { binary, start_server, type Server } from '../support/server.ts';
import { until } from '../support/until.ts';

let server: Server;
let officer: Officer;
let stage: Stage;
const parties = declared('videoevent').parties as Record<string, string>;
/** As src/rights/limits.h has them. */
const reports_per_client = 10;
const opened_per_address = 6;
const message_bytes = 8 * 1024;

before(async () => {
  server = await start_server();
  officer = new Officer(server, await server.sign_up());
  stage = await Stage.open();
});
after(async () => {
  await stage?.close();
  await server?.end();
});

const post = (fields: Record<string, string>, language = 'nl', to = server) =>
  to.post(`/report?lang=${language}`, new URLSearchParams(fields), { origin: to.origin, 'sec-fetch-site': 'same-origin', accept: 'text/html' });
const misuse = (message: string, more = {}) => post({ about: 'misuse', message, ...more });
/** The incident that an answer says was opened. */
const opened = (answer: { expect(status: number): { header(name: string): string } }) => {
  const incident = new URL(answer.expect(303).header('location'), server.origin).searchParams.get('receipt')!;
  assert.match(incident, /^[0-9a-hjkmnp-tv-z]{26}$/);
  return { incident };
};
/** Later, so that this client may report again. */
const an_hour_later = () => server.clock.pass(hour_ms + 1);

/** A mail as a mail server hands it to the program. */
function receive(headers: Record<string, string>, text: string, to = server) {
  const lines = Object.entries({ From: 'Bo Claes <bo@elders.example>', Subject: 'Een melding', ...headers }).map(([name, value]) => `${name}: ${value}`);
  execFileSync(binary, ['request', 'receive', '--data', to.data], { input: [...lines, '', text, ''].join('\r\n') });
}
const one_more = async (before: Incident[]) => until('an incident', async () => (await officer.list()).find(({ incident }) => !before.some((one) => one.incident == incident)));

test('N06 a report of misuse or a weakness opens an incident whose clocks run, under a number that the reporter gets', async () => {
  for (const [about, language, says] of [['misuse', 'nl', 'Misbruik'], ['weakness', 'fr', 'Een zwakke plek']] as const) {
    const answer = await post({ about, message: ` Ik zag ${about}.\n` }, language);
    const { incident } = opened(answer);
    const shown = (await server.page(answer.header('location'))).expect(200).text;
    assert.ok(shown.includes(incident) && shown.includes(`lang="${language}"`));
    const row = (await officer.list()).find((one) => one.incident == incident)!;
    assert.deepEqual([row.found, row.state, row.risk], ['page', 'suspected', 'unassessed']);
    assert.match(row.what, new RegExp(`^${says}.*: Ik zag ${about}\\.$`), 'in the language of the officer');
    assert.ok(row.duties.length > 0 && row.duties.every((duty) => duty.open && Date.parse(duty.due) > server.clock.now()));
    assert.ok(Math.abs(Date.parse(row.aware) - server.clock.now()) < 60_000, 'from receipt');
    assert.equal((await officer.read(row)).reporter, null);
    await until('the officer to be told', () => server.mails().find(({ to, text }) => to == 'dpo@lichtbeeld.example' && text.includes(incident)));
  }
  assert.equal((await server.page('/report?receipt=00000000000000000000000000')).status, 404, 'nothing is confirmed that was not received');
});

test('N06 who says who they are gets the number by mail in their language; it lies sealed, for the policy\'s term', async () => {
  const email = 'finder@elders.example';
  const { incident } = opened(await post({ about: 'weakness', message: 'A page stood open.', name: 'Fin Finder', email }, 'en'));
  const mail = await server.mail_to(email);
  assert.match(mail.subject, /received your report/);
  assert.ok(mail.text.includes(incident));
  const { reporter } = await officer.read({ incident });
  assert.deepEqual(reporter, { name: 'Fin Finder', email, language: 'en' });
  assert.ok(!(await officer.list()).some((row) => JSON.stringify(row).includes(email)), 'a list names nobody');
  for (const word of [email, 'Fin Finder', 'A page stood open']) {
    assert.deepEqual(server.files_with(word).filter((path) => !path.startsWith('mail/')), [], `${word} in clear`);
  }
  // Whoever has what people ask has the reporters too.
  const reach = await officer.open({ properties: ['requests'] });
  assert.equal((await officer.affected(reach)).people, 1);
});

test('N06 a report of wrongly held data opens a request, with its own clock', async () => {
  const before = await officer.list();
  const about_data = { about: 'data', message: 'Ik heb mij nooit ingeschreven.' };
  assert.equal((await post(about_data)).status, 422, 'whoever asks has to be answered');
  const answer = (await post({ ...about_data, name: 'Ana Peeters', email: 'ana@elders.example' })).expect(303);
  assert.match(answer.header('location'), /^\/requests\/[^/?]+\?lang=nl$/);
  (await server.page(answer.header('location'))).expect(200);
  const rows = await desk(officer.staff);
  assert.equal(rows.length, 1);
  assert.ok(Date.parse(rows[0]!.due) > server.clock.now());
  assert.equal((await detail(officer.staff, rows[0]!.request)).message, about_data.message);
  await server.mail_to('ana@elders.example');
  assert.equal((await officer.list()).length, before.length);
});

test('N06 a mail to the published address opens an incident, and to the privacy contact a request', async () => {
  an_hour_later();
  const address = parties['report-contact']!;
  // To it alone, in blind copy, and in capitals among others.
  const ways: Record<string, string>[] = [
    { To: `Meldpunt <${address}>` },
    { To: 'iedereen@elders.example', 'Delivered-To': address },
    { To: `a@elders.example, ${address.toUpperCase()}, b@elders.example` },
  ];
  for (const [number, headers] of ways.entries()) {
    const known = await officer.list();
    receive(headers, `Op uw pagina staat iets van mij open, dat hoort niet. (${number})\n\nBo`);
    const row = await one_more(known);
    assert.deepEqual([row.found, row.state], ['mail', 'suspected']);
    assert.ok(row.what.includes(`(${number})`) && row.what.includes('Een melding'));
    assert.deepEqual((await officer.read(row)).reporter, { name: 'Bo Claes', email: 'bo@elders.example', language: 'nl' });
    await until('an acknowledgement', () => server.mails().find(({ to, text }) => to == 'bo@elders.example' && text.includes(row.incident)));
  }
  const incidents = await officer.list();
  const requests = await desk(officer.staff);
  receive({ To: `x${address}, ${address}.elders.example, ${parties['privacy-contact']}` }, 'Wat bewaart u van mij?');
  await until('a request', async () => (await desk(officer.staff)).length == requests.length + 1);
  // Answering a program would go on for ever.
  receive({ To: address, 'Auto-Submitted': 'auto-replied' }, 'Ik ben met vakantie.');
  receive({ To: address, From: 'niemand' }, 'Zonder afzender.');
  await until('two mails to be put aside', () => server.files().filter(({ path }) => path.startsWith('requests/bad/')).length == 2);
  assert.equal((await officer.list()).length, incidents.length);
});

test('N06 page and address are found from every page, and by a program that looks for them', async () => {
  const address = parties['report-contact']!;
  for (const path of ['/privacy', '/privacy/cookies', '/requests', '/report']) assert.match((await server.page(path, 'nl')).expect(200).text, /<footer[^]*href="\/report\?lang=nl"/, path);
  assert.ok((await server.page('/report', 'nl')).text.includes(`href="mailto:${address}"`));
  assert.ok((await server.page('/privacy', 'nl')).text.includes(`href="mailto:${address}"`));
  const answer = (await server.get('/.well-known/security.txt')).expect(200);
  assert.match(answer.header('content-type'), /^text\/plain; charset=utf-8$/i);
  const fields = answer.text.trimEnd().split('\n').map((line) => /^([A-Za-z-]+): (\S.*)$/.exec(line)!.slice(1) as [string, string]);
  const all = (name: string) => fields.filter((field) => field[0] == name).map((field) => field[1]);
  assert.deepEqual(all('Contact'), [`mailto:${address}`, `${server.origin}/report?about=weakness`]);
  assert.deepEqual(all('Canonical'), [`${server.origin}/.well-known/security.txt`]);
  assert.deepEqual(all('Policy'), [`${server.origin}/report`]);
  assert.deepEqual(all('Preferred-Languages'), ['nl, fr, en, de']);
  const expires = Date.parse(all('Expires')[0]!) - server.clock.now();
  assert.ok(all('Expires').length == 1 && expires > 0 && expires < 365 * 24 * hour_ms);
});

test('N06 nothing is opened by what is no report, and few by one client or for one address', async () => {
  an_hour_later();
  const before = (await officer.list()).length;
  const wrong = [
    {}, { about: 'misuse' }, { about: 'misuse', message: ' \n' }, { about: 'other', message: 'x' }, { about: 'misuse', message: 'x'.repeat(message_bytes + 1) },
    { about: 'misuse', message: 'x', email: 'geen adres' }, { about: 'misuse', message: 'x', name: 'y'.repeat(201) },
    { about: 'misuse', message: 'Koop nu', homepage: 'https://reclame.example' },
  ];
  for (const fields of wrong) {
    const answer = await post(fields as Record<string, string>);
    assert.equal(answer.status, 422, JSON.stringify(fields).slice(0, 60));
    assert.ok(!answer.text.includes('reclame.example'), 'what a program filled in is gone, so that a person can send again');
  }
  assert.equal((await post({ about: 'misuse', message: '<script>alert(1)</script>', email: 'x' })).text.includes('<script>alert'), false);
  assert.equal((await officer.list()).length, before);

  opened(await misuse('x'.repeat(message_bytes)));
  for (let count = 0; count < opened_per_address; ++count) opened(await misuse(`Melding ${count}`, { email: 'doelwit@elders.example' }));
  assert.equal((await misuse('Nog een', { email: 'doelwit@elders.example' })).status, 429, 'a stranger gets few mails');
  for (let count = opened_per_address + 2; count < reports_per_client; ++count) opened(await misuse(`Melding ${count}`));
  assert.equal((await misuse('Een te veel')).status, 429, 'one client cannot drown the desk');
  assert.equal((await officer.list()).length, before + reports_per_client - 1);
  an_hour_later();
  opened(await misuse('Een uur later'));
});

test('N06 without a script, in four languages, wide and on a phone, light and dark', async () => {
  an_hour_later();
  const words = new Set<string>();
  for (const language of languages) {
    const text = (await server.page(`/report?lang=${language}`)).expect(200).text;
    words.add(/<h1>([^<]+)/.exec(text)![1]!);
    assert.ok(!/[{}]|ReportAbout|report\./.test(text.replace(/<(script|style)[^]*?<\/\1>/g, '')), 'no text is missing');
  }
  assert.equal(words.size, languages.length);
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const viewport of [wide, phone]) {
      const page = await stage.page({ colorScheme, viewport });
      await page.goto(`${server.origin}/report?lang=nl`);
      assert.equal(await page.locator('#field-homepage').isVisible(), false);
      await shoot(page, `report-${colorScheme}-${viewport.width}`);
      assert.deepEqual(await accessibility_faults(page), []);
      await page.getByRole('button', { name: 'Verstuur mijn melding' }).click();
      await page.locator('#errors').waitFor();
      await shoot(page, `report-wrong-${colorScheme}-${viewport.width}`);
      assert.deepEqual(await accessibility_faults(page), []);
      assert.equal(await scrolls_sideways(page), false);
      await page.context().close();
    }
  }
  const page = await stage.page({ javaScriptEnabled: false, viewport: phone });
  await page.goto(`${server.origin}/report?lang=nl`);
  // By the keyboard alone.
  await page.getByLabel('Waarover gaat het?').focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Een pagina stond open.');
  for (let step = 0; step < 3; ++step) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'We hebben uw melding ontvangen' }).waitFor();
  await shoot(page, 'report-received');
  assert.equal(await scrolls_sideways(page), false);
  assert.match((await officer.list()).at(-1)!.what + (await officer.list())[0]!.what, /zwakke plek/);
  assert.deepEqual(stage.complaints, []);
});

for (const name of shipped.filter((one) => one != 'videoevent')) {
  test(`N06 under the policy ${name}`, async () => {
    const other = await start_server({ policy: path_of(name) });
    try {
      const there = new Officer(other, await other.sign_up());
      const page = (await other.page('/report', 'nl')).expect(200).text;
      const contacts = declared(name).parties as Record<string, string>;
      assert.ok(page.includes(`href="mailto:${contacts['report-contact'] ?? contacts['privacy-contact']}"`));
      const who = { name: 'Ana Peeters', email: 'ana@elders.example' };
      for (const about of ['misuse', 'weakness']) (await post({ about, message: 'Kijk dit na.', ...who }, 'nl', other)).expect(303);
      const [first] = await there.list();
      const keeps = page.includes('name="email"');
      assert.deepEqual((await there.read(first!)).reporter, keeps ? { ...who, language: 'nl' } : null, 'only what the policy has a place for');
      if (!keeps) assert.deepEqual(other.files_with(who.email), []);
      (await post({ about: 'data', message: 'Dit hoort hier niet.', ...who }, 'nl', other)).expect(303);
      assert.equal((await there.list()).length + (await desk(there.staff)).length, 3);
      if (contacts['report-contact']) {
        receive({ To: contacts['report-contact'] }, 'Er staat iets open.', other);
        await until('an incident', async () => (await there.list()).some(({ found }) => found == 'mail'));
      }
    } finally {
      await other.end();
    }
  });
}

test('N06 who reported goes when the policy\'s term is over', async () => {
  const { incident } = opened(await misuse('Lang geleden.', { email: 'ooit@elders.example' }));
  await server.mail_to('ooit@elders.example');
  assert.equal((await officer.read({ incident })).reporter!.email, 'ooit@elders.example');
  server.clock.pass((3 * 366 + 1) * 24 * hour_ms);
  await until('them to be forgotten', async () => (await officer.read({ incident })).reporter!.email == '', 90_000);
});
