// X01 The policy is the program. What it does not declare cannot be stored; what it declares is enforced. A policy that
// the code has never seen (new purpose, field, fact, term, language, right) works without a rebuild.
//
// The policy below is written while the test runs, and its names are drawn: no program can have been written for it.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { read_html, rows_of, section } from '../support/policy.ts';
import { Requester, decide, desk, latest } from '../support/requests.ts';
import { day_ms, ended, minute_ms, stores_with } from '../support/retention.ts';
import { binary, start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';
import { read_csv } from '../support/table.ts';

const drawn = () => Array.from({ length: 9 }, () => String.fromCharCode(97 + randomInt(26))).join('');
/** Names that nobody has thought of before. */
const [firing, steward, potter, pots, maker, post, clay, since, oven, letters, writer, reply_to, words, recount, warm] =
  Array.from({ length: 15 }, drawn) as [string, ...string[]] & string[];
/** Words that people read, just as new. */
const [asks, label, claim, why] = Array.from({ length: 4 }, () => `${drawn()} ${drawn()}`) as [string, string, string, string];
const both = (text: string) => `{ nl: ${text}, de: ${text} auf Deutsch }`;

const policy_of = ({ measures = true, term = '3 days after event end' } = {}) => `
policy: ${drawn()}
languages: [de, nl]
in-force: 2026-11-05
law: DE
opens-by: [form]
parties:
  controller: { name: Töpferkreis, contact: kreis@toepfer.example, country: DE }
  officer: { name: Ina Ton, contact: ina@toepfer.example, country: DE }
  authority: de-bfdi
places:
  shed: { says: ${both('de werkplaats')}, country: DE, by: controller, holds: [${[pots, oven, letters, ...(measures ? [warm] : [])].join(', ')}] }
purposes:
  ${steward}: { basis: contract, says: ${both(why!)} }
${measures ? `  ${firing}: { basis: consent, says: ${both('om te weten wanneer de oven aan mag')} }` : ''}
  ${potter}: { basis: legal-obligation, says: ${both('om te antwoorden')} }
data:
  ${pots}:
    says: ${both('wie meedoet')}
    from: registration form
    fields:
      ${maker}: { type: name, label: ${both(label!)} }
      ${post}: { type: email, label: ${both('waar post aankomt')} }
      ${clay}: { type: choice, label: ${both('soort klei')}, choices: { red: ${both('rood')}, white: ${both('wit')} } }
      ${since}: { type: 'date?', label: ${both('pottenbakker sinds')} }
    for: [${steward}]
    class: self-managed
    keep: ${term}
    then: erase
  ${oven}: { says: ${both('dat de pagina openging')}, records: [opened], for: [${steward}], class: pseudonymous, keep: ${term}, then: erase }
${measures ? `  ${warm}: { says: ${both('of het beeld te zien en te horen is')}, facts: [focused, audible], for: [${firing}], class: pseudonymous, keep: ${term}, then: erase }` : ''}
  ${letters}:
    says: ${both('wat iemand vraagt')}
    from: contact form
    fields:
      ${writer}: { type: name, label: ${both('wie vraagt')} }
      ${reply_to}: { type: email, label: ${both('waar het antwoord heen gaat')} }
      ${words}: { type: 'text?', label: ${both('de vraag')} }
    for: [${potter}]
    class: held
    keep: 1 years
    then: erase
${measures ? `consent:
  ${firing}:
    ask: every viewing
    asks: ${both(asks!)}
    explains: ${both('alleen of je kijkt en luistert')}
    accept: ${both('goed')}
    decline: ${both('liever niet')}
    given: ${both('we tellen mee')}
    declined: ${both('we tellen niet mee')}
    refused: [${oven}]` : ''}
rights:
  access: { within: 20 days, formats: [page, json], by: officer }
  portability: { within: 20 days, formats: [csv], by: officer }
  correction: { within: 20 days, by: officer }
  erasure: { within: 20 days, by: officer }
  restriction: { within: 20 days, by: officer }
${measures ? '  withdrawal: { within: without delay, by: officer }' : ''}
  ${recount}: { does: access, says: ${both(claim!)}, within: 4 days, formats: [page, json], by: officer }
  identity: [personal link and mailed code]
breach:
  tell: { authority: law, people: law }
disclosures: [court order]
cookies:
  __Host-hartslag: { where: cookie, kind: functional, says: ${both('houdt een medewerker aangemeld')}, lifetime: 8 hours, read-by: controller }
  hartslag: { where: cookie, kind: functional, says: ${both('hetzelfde zonder certificaat')}, lifetime: 8 hours, read-by: controller }
`;

let folder: string;
let file: string;
let server: Server;
let staff: Staff;
let event: Event;
const people = new Map([['Gesine Krug', 'red'], ['Wout Draaischijf', 'white']].map(([name, kind]) =>
  [name!, { email: `${drawn()}@draaischijf.example`, clay: kind!, undeclared: drawn() }]));
const gesine = people.get('Gesine Krug')!;
let door: string;
let session: string;

const fields_of = (name: string) => {
  const { email, clay: kind, undeclared } = people.get(name)!;
  return { [maker!]: name, [post!]: email, [clay!]: kind, [since!]: '2001-02-03', organisation: undeclared, [drawn()]: undeclared };
};

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hartslag-x01-'));
  file = join(folder, 'policy.yaml');
  writeFileSync(file, policy_of());
  const { status, stdout } = spawnSync(binary, ['policy', 'check', file], { encoding: 'utf8' });
  assert.equal(status, 0, stdout);
  server = await start_server({ policy: file });
  staff = await server.sign_up();
  event = await staff.create_event({ event: 'stookdag', language: 'de', opens_by: 'form', fields: [maker!, post!, clay!, since!], required: [maker!, post!, clay!] });
});
after(async () => {
  await server?.end();
  rmSync(folder, { recursive: true, force: true });
});

test('X01 the form asks for the fields, in the languages, and takes what they are', async () => {
  const declared = (await staff.get('/api/v1/policy')).expect(200).json();
  assert.deepEqual(declared.languages, ['de', 'nl']);
  assert.deepEqual(declared.fields.map(({ name }: { name: string }) => name), [maker, post, clay, since]);
  assert.deepEqual(declared.facts, ['focused', 'audible']);
  for (const [language, text] of [['nl', label], ['de', `${label} auf Deutsch`], ['fr', `${label} auf Deutsch`]]) {
    const html = (await server.page(`/e/stookdag?lang=${language}`)).expect(200).text;
    assert.match(html, new RegExp(`<label for="field-${maker}">${text}<`));
    const form = /<form.*?<\/form>/s.exec(html)![0];
    assert.deepEqual([...form.matchAll(/<(?:input|select)[^>]* name="(\w+)"/g)].map(([, name]) => name), [maker, post, clay, since]);
    assert.match(html, new RegExp(`name="${post}" type="email"`));
    assert.match(html, new RegExp(`name="${since}" type="date"`));
    assert.match(html, /<option value="red"/);
    assert.ok(!/hreflang="(fr|en)"/.test(html), 'no other language is offered');
  }
  const wrong = await server.register(event, { ...fields_of('Gesine Krug'), [clay!]: 'gold' });
  assert.equal(wrong.status, 422, `${wrong.answer}`);
  assert.match(wrong.answer.text, new RegExp(`id="error-${clay}"`));
});

test('X01 what is declared is stored under its name, and what is not, nowhere', async () => {
  const registered = await server.register(event, fields_of('Gesine Krug'));
  door = registered.door!;
  assert.ok(door, `${registered.answer}`);
  (await server.open_session(event, { link: door }));
  const one = await staff.person(event, gesine.email);
  assert.deepEqual(one.fields, { [maker!]: 'Gesine Krug', [post!]: gesine.email, [clay!]: 'red', [since!]: '2001-02-03' });
  assert.equal(one.name, 'Gesine Krug');
  const [columns] = read_csv((await staff.viewers(event, 'csv')).text);
  assert.ok(columns!.includes('name') && columns!.includes('email'));
  const answers = await Promise.all(['people', `people/${one.viewer}`].map((path) => staff.get(`/api/v1/events/stookdag/${path}`)));
  for (const { text } of answers) assert.ok(!text.includes(gesine.undeclared));
  await server.mail_to(gesine.email);
  for (const { text } of server.mails()) assert.ok(!text.includes(gesine.undeclared));
  // A field of another datum, which no registration form asks for, is no way in either.
  assert.equal((await staff.post('/api/v1/events', { ...event, event: 'anders', fields: [maker, post, writer] })).status, 400);
});

test('X01 consent is asked in its words, for its purpose, and no other', async () => {
  const html = (await server.page(`/e/stookdag/watch/${door}?lang=nl`)).expect(200).text;
  assert.match(html, new RegExp(`data-purpose="${firing}"`));
  assert.ok(html.includes(asks!) && html.includes('liever niet'));
  for (const consent of [{ attendance: true }, { [steward!]: true }, { [drawn()]: true }])
    assert.equal((await server.ask_session(event, { link: door, consent })).status, 400);
  assert.equal((await server.open_session(event, { link: door, consent: { [firing!]: false } })).t, undefined);
  const opened = await server.open_session(event, { link: door, consent: { [firing!]: true } });
  assert.ok(opened.t);
  session = opened.session;
  await server.watch(opened.t!, 60_000, 1 | 2 | 4 | 8);
});

test('X01 of a heartbeat only the facts that are declared are stored', async () => {
  const { sessions } = await staff.person(event, gesine.email);
  const intervals = sessions.find((one) => one.session == session)!.intervals;
  assert.deepEqual(intervals.map(({ facts }) => facts), [2 | 8]);
  assert.equal(sessions.filter(({ consented }) => consented).length, 1);
});

test('X01 notice, cookie page and register say it, on the pages and at the command line', async () => {
  const html = (await server.page('/privacy?lang=nl')).expect(200).text;
  assert.ok(read_html(section(html, 'purposes')).includes(why!));
  assert.ok(read_html(section(html, 'rights')).includes(claim!));
  assert.match(read_html(section(html, 'data')), /3 dagen/);
  assert.match(read_html(html), /Töpferkreis/);
  const register = (await server.page('/privacy/register?lang=nl')).expect(200).text;
  assert.ok(read_html(register).includes(why!));
  for (const name of [label!, 'pottenbakker sinds']) assert.ok(rows_of(register).some(([cell]) => cell == name), name);
  const run = (...words_: string[]) => execFileSync(binary, ['policy', ...words_], { encoding: 'utf8' });
  assert.ok(run('notice', file, '--lang', 'de', '--format', 'md').includes(`${why} auf Deutsch`));
  assert.ok(run('register', file, '--format', 'csv').includes(label!));
  assert.ok(run('cookies', file).includes('houdt een medewerker aangemeld auf Deutsch'));
});

test('X01 a right of its own is asked for by its words, has its own deadline, and does what it says', async () => {
  const page = (await server.page('/requests?lang=nl')).expect(200).text;
  assert.match(page, new RegExp(`<option value="${recount}">${claim}`));
  const asking = await new Requester(server, gesine.email).ask(recount!);
  const row = await latest(staff);
  assert.deepEqual([row.right, row.does, row.by], [recount, 'access', 'officer']);
  const days = (Date.parse(row.due) - Date.parse(row.received)) / day_ms;
  assert.ok(days > 3.9 && days < 9, `four days and what a weekend adds, not ${days}`);
  await asking.show_who();
  (await decide(staff, row.request, { grant: true, reasons: 'Bitte.' })).expect(200);
  const answer = JSON.parse((await asking.answer()).get('answer.json')!.toString());
  const held = answer.properties.find(({ property }: { property: string }) => property == 'stookdag');
  assert.equal(held.data.find(({ name }: { name: string }) => name == clay).value, 'rood');
  // What it does not declare cannot be asked for.
  await assert.rejects(new Requester(server, gesine.email).ask('hand-over'));
  assert.ok((await desk(staff)).every(({ right }) => right != 'hand-over'));
});

test('X01 three days after the end it is gone, and not before', async () => {
  server.clock.pass_to(Date.parse(event.ends) + 3 * day_ms - 2 * minute_ms);
  assert.equal((await staff.people(event)).people.length, 1);
  server.clock.pass(3 * minute_ms);
  await ended(server, staff, event);
  assert.deepEqual((await staff.people(event)).people, []);
  assert.equal((await server.page(`/e/stookdag/watch/${door}`)).status, 410);
  assert.deepEqual(stores_with(server, session), []);
});

test('X01 another policy, another program: no facts, no measurement; a longer term, a later end', async () => {
  writeFileSync(file, policy_of({ measures: false, term: '9 days after event end' }));
  await server.restart();
  const now = server.clock.now();
  const next = await staff.create_event({
    event: 'kijkdag', language: 'de', opens_by: 'form', fields: [maker!, post!, clay!], ends: new Date(now + 60 * minute_ms).toISOString(), measured: false,
  });
  const { door: entrance } = await server.register(next, fields_of('Wout Draaischijf'));
  assert.ok(!/data-purpose/.test((await server.page(`/e/kijkdag/watch/${entrance}?lang=nl`)).expect(200).text));
  assert.equal((await server.open_session(next, { link: entrance! })).t, undefined);
  assert.equal((await server.ask_session(next, { link: entrance!, consent: { [firing!]: true } })).status, 400);
  server.clock.pass_to(Date.parse(next.ends) + 8 * day_ms);
  assert.equal((await staff.people(next)).people.length, 1);
  server.clock.pass_to(Date.parse(next.ends) + 9 * day_ms + minute_ms);
  await ended(server, staff, next);
  assert.deepEqual((await staff.people(next)).people, []);
});
