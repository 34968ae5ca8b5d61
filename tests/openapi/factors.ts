// The second factor, held against what is described.
import assert from 'node:assert/strict';
import { invitation_to } from '../support/members.ts';
import type { Answer, Asking } from '../support/http.ts';
import { changed_policy, cookie_of, device_of, start_server, type Server } from '../support/server.ts';
import { Authenticator } from '../support/totp.ts';
import type { Asker, Question } from './description.ts';
import { ask_unknown_browser } from './devices.ts';
import { ask_first_passkey } from './passkeys.ts';

type Ask = (id: string, status: number, question?: Question) => Promise<Answer>;
const [email, password] = ['noor@lichtbeeld.example', 'een lang wachtwoord'];
const wrong = { code: 'abc' };
const token_of = (server: Server) => new URL(server.setup_link!).searchParams.get('token')!;

/** The first account, which has an authenticator then. */
export async function ask_setup({ server, anyone }: { server: Server; anyone: Ask }) {
  const token = token_of(server);
  const account = { token, name: 'Noor Vermeulen', email, password };
  await anyone('check_setup', 204, { given: { token } });
  await anyone('check_setup', 401, { given: { token: 'none' } });
  await anyone('set_up', 400, { wrong: true, body: { ...account, password: 'kort' } });
  await anyone('set_up', 403, { body: account, headers: { 'sec-fetch-site': 'cross-site' } });
  const half = { cookie: cookie_of(await anyone('set_up', 201, { body: account })) };
  await anyone('set_up', 401, { body: account });
  await ask_first_factor({ server, anyone, half });
  return account;
}

/** With the half session of somebody who has no authenticator yet. */
async function ask_first_factor({ server, anyone, half }: { server: Server; anyone: Ask; half: Record<string, string> }): Promise<void> {
  assert.deepEqual((await anyone('read_sign_in', 200, { headers: half })).json(), { next: 'authenticator' });
  const { secret } = (await anyone('draw_first_authenticator', 201, { headers: half })).json<{ secret: string }>();
  await anyone('draw_first_authenticator', 401);
  await anyone('draw_first_authenticator', 403, { headers: { ...half, 'sec-fetch-site': 'cross-site' } });
  server.authenticators.set(email, new Authenticator(secret));
  await anyone('confirm_first_authenticator', 401, { body: wrong });
  await anyone('confirm_first_authenticator', 400, { wrong: true, body: 'x', headers: half });
  await anyone('confirm_first_authenticator', 403, { headers: half, body: wrong });
  const confirmed = await anyone('confirm_first_authenticator', 201, { headers: half, body: { code: await server.code(email) } });
  server.devices.set(email, device_of(confirmed)!);
  await anyone('read_sign_in', 401, { headers: half });
}

export async function ask_second_step({ server, anyone }: { server: Server; anyone: Ask }): Promise<void> {
  const device = server.devices.get(email)!;
  const begun = await anyone('sign_in', 200, { headers: { cookie: device }, body: { email, password } });
  const half = { cookie: `${cookie_of(begun)}; ${device}` };
  assert.deepEqual((await anyone('read_sign_in', 200, { headers: half })).json(), { next: 'code', ways: ['authenticator'] });
  await anyone('draw_first_authenticator', 409, { headers: half });
  await anyone('confirm_first_authenticator', 409, { headers: half, body: wrong });
  await anyone('finish_sign_in', 401, { body: wrong });
  await anyone('finish_sign_in', 400, { wrong: true, body: 'x', headers: half });
  await anyone('finish_sign_in', 403, { headers: half, body: wrong });
  await anyone('finish_sign_in', 204, { headers: half, body: { code: await server.code(email) } });
  await ask_unknown_browser({ server, anyone });
}

/** Where one factor is enough, and one may have two: a server of its own, whose policy goes into `folder`. */
export async function ask_one_factor(folder: string, asker: Asker): Promise<void> {
  const policy = changed_policy(folder, (yaml) => yaml.replace('factors: 2', 'factors: 1').replace('browsers: known', 'browsers: any'));
  const server = await start_server({ policy });
  const own_page = { origin: server.origin, 'sec-fetch-site': 'same-origin' };
  const ask = (method: string, path: string, asking: Asking) => server.ask(method, path, { ...asking, headers: { ...own_page, ...asking.headers } });
  const anyone: Ask = (id, status, question) => asker.ask(ask, id, status, question);
  try {
    await anyone('set_up', 204, { body: { token: token_of(server), name: 'Noor Vermeulen', email, password } });
    const own = { cookie: cookie_of(await anyone('sign_in', 204, { body: { email, password } })) };
    assert.deepEqual((await anyone('read_factor', 200, { headers: own })).json(), { set: null, recovery_left: 0, passkeys: 0 });
    await anyone('renew_recovery_codes', 409, { headers: own });
    const guest = 'bo@lichtbeeld.example';
    await anyone('invite', 201, { headers: own, body: { email: guest, role: 'analyst' } });
    await anyone('join', 204, { body: { invitation: await invitation_to(server, guest), name: 'Bo Claes', password } });
    await anyone('step_up', 403, { headers: own, body: { code: '123456' } });
  } finally {
    await server.end();
  }
  await ask_first_passkey(asker);
}

export async function ask_factor({ server, member, anyone, bearer }: { server: Server; member: Ask; anyone: Ask; bearer: Ask }): Promise<void> {
  const { secret } = (await member('draw_authenticator', 201)).json<{ secret: string }>();
  await member('confirm_authenticator', 400, { wrong: true, body: 'x' });
  await member('confirm_authenticator', 403, { body: wrong });
  const { cookie } = await server.sign_in({ email, password });
  const own = { headers: { cookie } };
  await anyone('step_up', 400, { wrong: true, body: 'x', ...own });
  await anyone('step_up', 403, { body: wrong, ...own });
  const headers = { cookie: cookie_of(await anyone('step_up', 204, { body: { code: await server.code(email) }, ...own })) };
  await anyone('read_factor', 401, own);
  const other = (await anyone('draw_authenticator', 201, { headers })).json<{ secret: string }>();
  assert.notEqual(other.secret, secret);
  server.authenticators.set(email, new Authenticator(other.secret));
  const confirmed = await anyone('confirm_authenticator', 201, { headers, body: { code: await server.code(email) } });
  await anyone('renew_recovery_codes', 201, { headers: { cookie: cookie_of(confirmed) } });
  await member('read_factor', 200);
  server.clock.pass(5 * 60_000);
  const seldom: [string, Question][] = [
    ['draw_authenticator', {}], ['confirm_authenticator', { body: wrong }], ['renew_recovery_codes', {}],
  ];
  for (const [id, question] of seldom) await anyone(id, 403, { headers: { cookie: cookie_of(confirmed) }, ...question });
  // A program that acts for somebody changes nothing of their account.
  for (const [id, question] of [...seldom, ['step_up', { body: wrong }], ['read_factor', {}]] as [string, Question][]) {
    await bearer(id, 403, question);
    await anyone(id, 401, question);
  }
}
