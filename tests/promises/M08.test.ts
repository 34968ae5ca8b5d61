// M08 Data is used for declared purposes only: tailoring services; messages, commercial and non-commercial told apart;
// purchases; contracts and administration; site performance; fraud detection. Each datum is tied to its purposes, and
// another use is refused.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { declared, languages, policy_text, read_html, section } from '../support/policy.ts';
import { rows } from '../support/retention.ts';
import { start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';
import { read_csv } from '../support/table.ts';

let folder: string;
let server: Server;
let staff: Staff;
let concert: Event;

const people_for = async (purpose: string, who = staff, event = concert) => {
  const answer = await who.take(`/api/v1/events/${event.event}/viewers?format=csv&purpose=${purpose}`);
  return answer.status == 200 ? read_csv(answer.text).slice(1).map(([name, email]) => [name, email]) : answer.status;
};

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hartslag-m08-'));
  const policy = join(folder, 'festival.yaml');
  // Concerts can be registered for: else nobody comes in at an event but by hand.
  writeFileSync(policy, policy_text('festival').replace('from: [subscription, contact form,', 'from: [registration form, subscription, contact form,'));
  server = await start_server({ policy, organisation: 'Klankveld' });
  staff = await server.sign_up();
  concert = await staff.create_event({ event: 'zomer', fields: ['name', 'email'], measured: false, opens_by: 'form' });
  await server.register(concert, { name: 'Ana Peeters', email: 'ana@kijker.example' });
  const given_on = new Date(server.clock.now()).toISOString().slice(0, 10);
  const fields = { 'buyer-name': 'Elke Maes', 'invoice-address': 'Dorpsstraat 1, Gent', amount: '250', 'bought-on': given_on };
  (await staff.post('/api/v1/events/zomer/entries', { datum: 'buyer', source: 'purchase', given_on, fields })).expect(201);
});
after(async () => {
  await server?.end();
  rmSync(folder, { recursive: true, force: true });
});

test('M08 what is stored carries the purposes that it may be used for, and no other', () => {
  const stored = rows(server, 'vault', "select name, data, purposes from person_field where purposes <> 'account' order by name");
  const of = (field: string) => String(stored.find((row) => row.name == field)!.purposes).split(/[ ,]+/);
  assert.deepEqual(of('email'), ['sales'], 'who registers has not agreed to news or offers');
  assert.deepEqual(of('buyer-name'), ['sales', 'administration', 'fraud']);
});

test('M08 each use names its purpose, and gets what is tied to it alone', async () => {
  assert.deepEqual(await people_for('sales'), [['Ana Peeters', 'ana@kijker.example'], ['Elke Maes', '']]);
  assert.deepEqual(await people_for('administration'), [['Elke Maes', '']]);
  assert.deepEqual(await people_for('fraud'), [['Elke Maes', '']]);
});

test('M08 messages, commercial and not, are purposes apart, and neither is what somebody registered for', async () => {
  const { purposes, consent } = declared('festival');
  assert.deepEqual([purposes.news.basis, purposes.offers.basis], ['consent', 'consent']);
  assert.notDeepEqual(consent.news.asks, consent.offers.asks);
  assert.deepEqual(await people_for('news'), []);
  assert.deepEqual(await people_for('offers'), []);
  for (const language of languages) {
    const notice = read_html(section((await server.page(`/privacy?lang=${language}`)).expect(200).text, 'purposes'));
    for (const says of Object.values<any>(purposes).map(({ says }) => says[language])) assert.ok(notice.includes(says.slice(0, 40)), says);
  }
});

test('M08 another use is refused, and the refusal is on record', async () => {
  const refused = () => rows(server, 'control', "select count(*) as n from act where kind = 'events.report_refused'")[0]!.n as number;
  const made = () => rows(server, 'control', "select count(*) as n from act where kind = 'disclosure.made'")[0]!.n as number;
  const before = [refused(), made()] as const;
  assert.equal(await people_for('performance'), 403, 'a purpose that no name is for');
  assert.equal(await people_for('security'), 403);
  assert.equal(await people_for('resale'), 404, 'a purpose that nobody declared');
  assert.equal(await people_for('sales,resale'), 404);
  assert.deepEqual([refused(), made()], [before[0] + 4, before[1]]);
});

test('M08 a purpose that rests on a consent gets who gave it', async () => {
  const events = await start_server();
  try {
    const who = await events.sign_up();
    const event = await who.create_event({ event: 'webinar' });
    for (const [name, consent] of [['Ana', true], ['Bo', false]] as const) {
      const { door } = await events.register(event, { name, email: `${name}@kijker.example` });
      await events.open_session(event, { link: door!, consent });
    }
    await events.register(event, { name: 'Cas', email: 'cas@kijker.example' });
    assert.deepEqual(await people_for('admission', who, event), [['Ana', 'Ana@kijker.example'], ['Bo', 'Bo@kijker.example'], ['Cas', 'cas@kijker.example']]);
    const named = (await people_for('accreditation', who, event) as string[][]).filter(([name]) => name);
    assert.deepEqual(named, [['Ana', 'Ana@kijker.example']]);
    assert.equal(await people_for('answering', who, event), 403);
  } finally {
    await events.end();
  }
});
