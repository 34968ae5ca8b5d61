// M17 Every member acknowledges the written guidelines first.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { operations } from '../openapi/description.ts';
import { acknowledge_all, agree, duties_of, duty_of, is_held } from '../support/duties.ts';
import { another_member } from '../support/members.ts';
import { declared, languages, path_of } from '../support/policy.ts';
import { start_server, type Server } from '../support/server.ts';
import type { Staff } from '../support/staff.ts';
import { until } from '../support/until.ts';

const guidelines = 'guidelines';
const day_ms = 24 * 3_600_000;
const nowhere = '0'.repeat(26);
/** What is open to who has something to do first: reading and doing it, and their own account. */
const early = [
  'read_me', 'list_own_duties', 'acknowledge', 'list_sessions', 'end_session', 'end_other_sessions', 'change_password', 'list_tokens', 'revoke_token',
  'step_up', 'read_factor', 'draw_authenticator', 'confirm_authenticator', 'renew_recovery_codes', 'list_devices', 'end_device', 'list_sign_ins',
  'ask_step_up', 'step_up_with_passkey', 'list_passkeys', 'ask_new_passkey', 'add_passkey', 'remove_passkey', 'correct_own', 'leave',
];
const of_staff = operations.filter((one) => one['x-permission']);

let folder: string;
let policy: string;
let server: Server;
let noor: Staff;

const change = (from: string | RegExp, to: string) => {
  const before = readFileSync(policy, 'utf8');
  assert.notEqual(before.replace(from, to), before);
  writeFileSync(policy, before.replace(from, to));
};

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hartslag-m17-'));
  policy = join(folder, 'policy.yaml');
  writeFileSync(policy, readFileSync(path_of('festival'), 'utf8'));
  server = await start_server({ policy, organisation: 'Klankveld vzw' });
  server.acknowledges = false;
  noor = await server.sign_up();
});
after(async () => {
  await server?.end();
  rmSync(folder, { recursive: true, force: true });
});

/** Asks every route of staff that this policy has; the operations that were refused for what comes first, and those that were not. */
async function walk(who: Staff): Promise<{ held: string[]; passed: string[] }> {
  const found = { held: [] as string[], passed: [] as string[] };
  for (const { method, path, operationId } of of_staff) {
    const at = path.replace('{organisation}', '4294967295').replaceAll(/\{\w+\}/g, nowhere);
    const answer = await who.ask(method.toUpperCase(), at, ['get', 'delete'].includes(method) ? {} : { body: {} });
    (is_held(answer) ? found.held : found.passed).push(operationId);
  }
  return found;
}

test('M17 before the guidelines are acknowledged every route is shut, but for reading them and one’s own account', async () => {
  const { held, passed } = await walk(noor);
  assert.deepEqual(passed.sort(), [...early].sort());
  assert.ok(held.length > 60, `${held.length}`);
  const me = (await noor.get('/api/v1/me')).expect(200).json();
  assert.deepEqual([me.permissions, me.duties.open, me.requests, me.incidents, me.credentials], [[], 1, null, null, null]);
});

test('M17 the guidelines are read as the policy has them, in each language, and agreed to in that version alone', async () => {
  const { staff } = declared('festival');
  const [one, ...others] = await duties_of(noor);
  assert.deepEqual(others, []);
  assert.deepEqual([one!.duty, one!.kind, one!.state], [guidelines, 'read', 'never']);
  for (const language of languages) {
    assert.equal(one!.title[language], staff.acknowledge[guidelines].title[language]);
    assert.equal(one!.text![language], staff.acknowledge[guidelines].text[language]);
  }
  (await noor.post(`/api/v1/me/duties/${guidelines}`, { version: '0'.repeat(16), language: 'nl' })).expect(409);
  (await noor.post(`/api/v1/me/duties/${guidelines}`, { language: 'nl' })).expect(409);
  (await noor.post('/api/v1/me/duties/iets-anders', { version: one!.version, language: 'nl' })).expect(404);
  assert.ok(is_held(await noor.get('/api/v1/members')));
  (await agree(noor, guidelines, { language: 'fr' })).expect(204);
  (await noor.get('/api/v1/members')).expect(200);
  // The walk gave codes that do not count; as many of them make the next ones wait.
  server.clock.pass(5 * 60_000);
  assert.deepEqual((await walk(noor)).held, []);
  server.clock.pass(5 * 60_000);
  const { acts } = (await noor.get('/api/v1/journal?module=staff')).expect(200).json<{ acts: { kind: string; name: string; detail: string }[] }>();
  const act = acts.find(({ kind }) => kind == 'staff.acknowledged')!;
  assert.equal(act.name, 'Noor Vermeulen');
  assert.match(act.detail, new RegExp(`duty=${guidelines} version=${one!.version} policy=\\S+ language=fr`));
  assert.equal((await duty_of(noor, guidelines)).done?.slice(0, 10), new Date(server.clock.now()).toISOString().slice(0, 10));
});

test('M17 whoever is invited reads them first too, and their colleagues see that they still have to', async () => {
  const bo = await another_member(server, noor, { role: 'analyst', email: 'bo@klankveld.example' });
  assert.ok(is_held(await bo.get('/api/v1/events')));
  const of_bo = async () => {
    const { members } = (await noor.get('/api/v1/members')).expect(200).json<{ members: { email: string; duties: { duty: string; state: string }[] }[] }>();
    return members.find(({ email }) => email == 'bo@klankveld.example')!.duties.map(({ duty, state }) => `${duty} ${state}`);
  };
  assert.deepEqual(await of_bo(), [`${guidelines} never`]);
  // Nobody does it for somebody else.
  assert.equal((await duty_of(noor, guidelines)).state, 'met');
  (await agree(bo, guidelines)).expect(204);
  (await bo.get('/api/v1/roles')).expect(200);
  assert.deepEqual(await of_bo(), [`${guidelines} met`]);
});

test('M17 another text is acknowledged anew: in sessions that run, and by programs; the same one is not', async () => {
  const token = (await noor.post('/api/v1/tokens', { label: 'x', permissions: ['manage_members'] })).expect(201).json<{ secret: string }>();
  const program = noor.with_token(token.secret);
  const { version } = await duty_of(noor, guidelines);
  // Other words elsewhere in the policy.
  change('Bart Claes', 'Bart Maes');
  await server.restart();
  (await noor.get('/api/v1/members')).expect(200);
  (await program.get('/api/v1/members')).expect(200);
  change('Nieuwsgierigheid is geen reden.', 'Nieuwsgierig zijn is geen reden.');
  await server.restart();
  for (const who of [noor, program]) assert.ok(is_held(await who.get('/api/v1/members')));
  assert.ok(is_held(await program.get('/api/v1/me')), 'a program does nothing before its owner has');
  const now = await duty_of(noor, guidelines);
  assert.equal(now.state, 'changed');
  assert.notEqual(now.version, version);
  (await noor.post(`/api/v1/me/duties/${guidelines}`, { version, language: 'nl' })).expect(409);
  (await agree(noor, guidelines)).expect(204);
  for (const who of [noor, program]) (await who.get('/api/v1/members')).expect(200);
  // That it lapsed is on record, for both who had agreed.
  await until('both lapses in the journal', async () => {
    const { acts } = (await noor.get('/api/v1/journal?module=staff')).json<{ acts: { kind: string; detail: string }[] }>();
    const lapsed = acts.filter(({ kind, detail }) => kind == 'staff.lapsed' && detail.endsWith(`duty=${guidelines} reason=changed`));
    return lapsed.length >= 1;
  });
});

test('M17 where the policy says so they are acknowledged again after a while', async () => {
  change(/(?<=    guidelines:\n)/, '      again-after: 60 days\n');
  await server.restart();
  (await noor.get('/api/v1/members')).expect(200);
  server.clock.pass(60 * day_ms - 60_000);
  // Begins a session of that day.
  (await noor.get('/api/v1/members')).expect(200);
  server.clock.pass(120_000);
  assert.ok(is_held(await noor.get('/api/v1/members')), 'the session runs, and opens nothing');
  assert.equal((await duty_of(noor, guidelines)).state, 'over');
  await acknowledge_all(server, noor, 'noor@lichtbeeld.example');
  (await noor.get('/api/v1/members')).expect(200);
});

test('M17 the promises tell how many have acknowledged, and how many have not', async () => {
  const { groups } = (await noor.get('/api/v1/promises?lang=en')).expect(200).json<{ groups: { promises: { id: string; state: string; evidence: string[] }[] }[] }>();
  const row = groups.flatMap(({ promises }) => promises).find(({ id }) => id == 'M17')!;
  assert.equal(row.state, 'kept');
  assert.ok(row.evidence.includes('1 member has done everything that comes before access.'), row.evidence.join(' '));
  assert.ok(row.evidence.includes('1 member has something to do first and gets at nothing.'), row.evidence.join(' '));
});
