// An account lives as long as it is used: whoever stays away for the time that the policy says is warned, and then it
// is closed. So far staff alone have accounts; those of a caller come with calls.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { declared, path_of, read_html } from '../support/policy.ts';
import { day_ms } from '../support/retention.ts';
import { start_server, type Server } from '../support/server.ts';
import { until } from '../support/until.ts';

let server: Server;
const warnings = () => server.mails().filter(({ subject }) => subject.startsWith('Je account sluit op'));

before(async () => {
  server = await start_server({ policy: path_of('calls') });
  await server.sign_up();
});
after(() => server?.end());

test('mechanism: the notice says when an account that is not used is closed', async () => {
  assert.deepEqual(declared('calls').accounts, { 'close-unused': '2 years', 'warn-before': '30 days' });
  const notice = read_html((await server.page('/privacy?lang=nl')).expect(200).text);
  assert.match(notice, /niet is gebruikt, wordt gesloten.*30 dagen vooraf een mail/);
});

test('mechanism: a member who stays away is warned, a month before the account closes', async () => {
  const closes = new Date(server.clock.now());
  closes.setUTCFullYear(closes.getUTCFullYear() + 2);
  server.clock.pass_to(closes.getTime() - 30 * day_ms);
  const [warning] = await until('the warning', () => (warnings().length > 0 ? warnings() : undefined));
  assert.equal(warning!.links.find((link) => link.startsWith(server.origin)), `${server.origin}/staff`);
  const day = new Intl.DateTimeFormat('nl', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }).format(closes);
  assert.ok(warning!.subject.endsWith(day) && warning!.text.includes(day), warning!.subject);
});

test('mechanism: signing in keeps the account, and its time counts anew', async () => {
  await server.sign_in();
  server.clock.pass(60 * day_ms);
  await server.sign_in();
  server.clock.pass(2 * 365 * day_ms);
  await until('the next warning', () => warnings().length > 1);
  assert.equal(warnings().length, 2, 'once for each time that somebody stayed away');
  await server.sign_in();
});
