// Credentials of services, held against what is described: one service that learns, one that does not.
import assert from 'node:assert/strict';
import { second_person, waiting } from '../support/approvals.ts';
import type { Answer, Asking } from '../support/http.ts';
import { path_of } from '../support/policy.ts';
import { start_server } from '../support/server.ts';
import type { Staff } from '../support/staff.ts';
import { TicketShop } from '../support/ticket_shop.ts';
import type { Asker, Question } from './description.ts';

const nobody = '00000000000000000000000000';

export async function ask_services(asker: Asker): Promise<void> {
  const shop = await TicketShop.start();
  const server = await start_server({ policy: path_of('festival') });
  try {
    const noor = await server.sign_up();
    const omar = await second_person(server, noor);
    const by = (who: Staff) => (id: string, status: number, question: Question = {}): Promise<Answer> =>
      asker.ask((method, path, asking) => who.ask(method, path, asking), id, status, question);
    const anyone = (id: string, status: number, question: Question = {}): Promise<Answer> =>
      asker.ask((method: string, path: string, asking: Asking) => server.ask(method, path, { ...asking, headers: { origin: server.origin, ...asking.headers } }), id, status, question);
    const member = by(noor);
    const { change, check, ...plain } = shop.declared;

    await member('add_credential', 400, { wrong: true, body: { ...shop.declared, tasks: [] } });
    await member('add_credential', 403, { body: { ...shop.declared, secret: 'niet het juiste' } });
    const given = { credential: (await member('add_credential', 201, { body: shop.declared })).json<{ credential: string }>().credential };
    await member('add_credential', 409, { body: { ...shop.declared, secret: shop.password } });
    const other = { credential: (await member('add_credential', 201, { body: { ...plain, name: 'other shop', secret: shop.password } })).json<{ credential: string }>().credential };
    await member('list_credentials', 200);
    const { users } = (await member('read_credential', 200, { given })).json<{ users: { member: string }[] }>();
    const allowed = { members: users.map((one) => one.member) };
    await member('allow_credential', 400, { given, body: { members: [nobody] } });
    for (const one of [given, other]) await member('allow_credential', 204, { given: one, body: allowed });
    await member('rotate_credential', 204, { given });
    await member('rotate_credential', 409, { given: other });
    shop.learns = false;
    await member('rotate_credential', 503, { given });
    await member('set_credential', 400, { given, wrong: true, body: { secret: 'kort' } });
    await member('set_credential', 403, { given, body: { secret: 'niet het juiste' } });
    await member('set_credential', 204, { given, body: { secret: shop.password } });
    await member('use_credential', 200, { given, body: { task: 'orders' } });
    await member('use_credential', 400, { given, body: { task: 'orders', path: '/api/me' } });
    await member('use_credential', 403, { given, body: { task: 'echo' } });
    await member('use_credential', 413, { given, body: { task: 'much' } });
    const asked = waiting(await member('reveal_credential', 202, { given }));
    await by(omar)('approve', 200, { given: { approval: asked } });
    const shown = await member('fetch_approved', 200, { given: { approval: asked } });
    assert.equal(shown.text, shop.password);
    await member('read_credential', 200, { given });

    const questions: [string, Question][] = [
      ['read_credential', {}], ['allow_credential', { body: allowed }], ['set_credential', { body: { secret: 'een ander wachtwoord' } }], ['rotate_credential', {}],
      ['use_credential', { body: { task: 'orders' } }], ['reveal_credential', {}], ['remove_credential', {}],
    ];
    const token = (await noor.post('/api/v1/tokens', { label: 'x', permissions: ['view_report'] })).expect(201).json<{ secret: string }>().secret;
    const cannot = by(noor.with_token(token));
    for (const [id, question] of questions) {
      await anyone(id, 401, { given, ...question });
      await cannot(id, 403, { given, ...question });
      await member(id, 404, { given: { credential: nobody }, ...question });
    }
    for (const [id, question] of [['list_credentials', {}], ['add_credential', { body: shop.declared }]] as const) {
      await anyone(id, 401, question);
      await cannot(id, 403, question);
    }
    await shop.end();
    await member('use_credential', 503, { given, body: { task: 'orders' } });
    await member('set_credential', 503, { given, body: { secret: 'een ander wachtwoord' } });
    await member('add_credential', 503, { body: { ...shop_that_is_gone, origin: other_origin } });
    for (const one of [given, other]) await member('remove_credential', 204, { given: one });
  } finally {
    await server.end();
    await shop.end();
  }
}

/** Nobody listens on the port of discard. */
const other_origin = 'http://127.0.0.1:9';
const shop_that_is_gone = { name: 'gone shop', secret: 'een oud wachtwoord', puts: { in: 'bearer' }, tasks: [{ name: 'orders', method: 'GET', path: '/api/orders' }], check: '/api/me' };
