// Passkeys, held against what is described.
import type { Answer, Asking } from '../support/http.ts';
import { Passkey, type Challenge } from '../support/passkey.ts';
import { cookie_of, start_server, type Server } from '../support/server.ts';
import type { Asker, Question } from './description.ts';

type Ask = (id: string, status: number, question?: Question) => Promise<Answer>;
const [email, password] = ['noor@lichtbeeld.example', 'een lang wachtwoord'];
const empty = { name: 'x', client_data: '', authenticator_data: '' };

/** With a session in which a second factor was just shown; `bearer` asks with an API token of the member. */
export async function ask_passkeys({ server, anyone, bearer }: { server: Server; anyone: Ask; bearer: Ask }): Promise<void> {
  const { cookie } = await server.sign_in({ email, password });
  const own = { cookie };
  const begun = async (browser = '') => ({ cookie: `${cookie_of(await anyone('sign_in', 200, { headers: { cookie: browser }, body: { email, password } }))}; ${browser}` });
  await anyone('ask_passkey', 409, { headers: await begun() });
  await anyone('ask_step_up', 409, { headers: own });

  const key = new Passkey(server.origin);
  await anyone('add_passkey', 400, { wrong: true, headers: own, body: { ...empty, name: '' } });
  await anyone('add_passkey', 403, { headers: own, body: { ...empty } });
  const made = key.make((await anyone('ask_new_passkey', 200, { headers: own })).json<Challenge>());
  const { passkey } = (await anyone('add_passkey', 201, { headers: own, body: { name: 'Laptop', ...made } })).json<{ passkey: string }>();
  const again = key.make((await anyone('ask_new_passkey', 200, { headers: own })).json<Challenge>());
  await anyone('add_passkey', 409, { headers: own, body: { name: 'Laptop', ...again } });
  await anyone('list_passkeys', 200, { headers: own });

  const wrong = { credential: key.credential, client_data: '', authenticator_data: '', signature: '' };
  const unknown = await begun();
  const shown = key.show((await anyone('ask_passkey', 200, { headers: unknown })).json<Challenge>());
  await anyone('finish_with_passkey', 200, { headers: unknown, body: shown });
  const known = await begun(server.devices.get(email)!);
  await anyone('finish_with_passkey', 400, { wrong: true, headers: known, body: 'x' });
  await anyone('finish_with_passkey', 403, { headers: known, body: wrong });
  await anyone('finish_with_passkey', 204, { headers: known, body: key.show((await anyone('ask_passkey', 200, { headers: known })).json<Challenge>()) });
  await anyone('finish_with_passkey', 401, { headers: known, body: wrong });
  await anyone('ask_passkey', 401, { headers: known });
  await anyone('ask_passkey', 403, { headers: { ...known, 'sec-fetch-site': 'cross-site' } });
  for (const [id, question] of [['ask_first_passkey', {}], ['confirm_first_passkey', { body: empty }]] as [string, Question][]) {
    await anyone(id, 401, question);
    await anyone(id, 409, { headers: await begun(), ...question });
    await anyone(id, 403, { headers: { 'sec-fetch-site': 'cross-site' }, ...question });
  }

  await anyone('step_up_with_passkey', 400, { wrong: true, headers: own, body: 'x' });
  await anyone('step_up_with_passkey', 403, { headers: own, body: wrong });
  const once_more = key.show((await anyone('ask_step_up', 200, { headers: own })).json<Challenge>());
  const headers = { cookie: cookie_of(await anyone('step_up_with_passkey', 204, { headers: own, body: once_more })) };
  await anyone('remove_passkey', 204, { headers, given: { passkey } });
  await anyone('remove_passkey', 404, { headers, given: { passkey } });
  const asked_of: [string, Question][] = [
    ['ask_step_up', {}], ['step_up_with_passkey', { body: wrong }], ['list_passkeys', {}], ['ask_new_passkey', {}],
    ['add_passkey', { body: empty }], ['remove_passkey', { given: { passkey } }],
  ];
  for (const [id, question] of asked_of) {
    await bearer(id, 403, question);
    await anyone(id, 401, question);
  }
}

/** The first account with a passkey as its factor: a server of its own. */
export async function ask_first_passkey(asker: Asker): Promise<void> {
  const server = await start_server();
  const own_page = { origin: server.origin, 'sec-fetch-site': 'same-origin' };
  const ask = (method: string, path: string, asking: Asking) => server.ask(method, path, { ...asking, headers: { ...own_page, ...asking.headers } });
  const anyone: Ask = (id, status, question) => asker.ask(ask, id, status, question);
  try {
    const token = new URL(server.setup_link!).searchParams.get('token');
    const begun = { cookie: cookie_of(await anyone('set_up', 201, { body: { token, name: 'Noor Vermeulen', email, password } })) };
    await anyone('confirm_first_passkey', 400, { wrong: true, headers: begun, body: 'x' });
    await anyone('confirm_first_passkey', 403, { headers: begun, body: empty });
    const made = new Passkey(server.origin).make((await anyone('ask_first_passkey', 200, { headers: begun })).json<Challenge>());
    const headers = { cookie: cookie_of(await anyone('confirm_first_passkey', 201, { headers: begun, body: { name: 'Telefoon', ...made } })) };
    const [{ passkey }] = (await anyone('list_passkeys', 200, { headers })).json<[{ passkey: string }]>();
    await anyone('remove_passkey', 409, { headers, given: { passkey } });
  } finally {
    await server.end();
  }
}
