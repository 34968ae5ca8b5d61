// What waits for a second person, held against what is described, under a policy that says so.
import { second_person, waiting } from '../support/approvals.ts';
import type { Answer, Asking } from '../support/http.ts';
import { Requester, latest } from '../support/requests.ts';
import { start_server } from '../support/server.ts';
import type { Staff } from '../support/staff.ts';
import type { Asker, Question } from './description.ts';
import { ask_services } from './services.ts';

const nobody = '00000000000000000000000000';
const png = Buffer.from('89504e470d0a1a0a00', 'hex');

export async function ask_approvals(asker: Asker): Promise<void> {
  const server = await start_server();
  try {
    const noor = await server.sign_up();
    const omar = await second_person(server, noor);
    const by = (who: Staff) => (id: string, status: number, question: Question = {}): Promise<Answer> =>
      asker.ask((method, path, asking) => who.ask(method, path, asking), id, status, question);
    const anyone = (id: string, status: number, question: Question = {}): Promise<Answer> =>
      asker.ask((method: string, path: string, asking: Asking) => server.ask(method, path, { ...asking, headers: { origin: server.origin, ...asking.headers } }), id, status, question);
    const [asks, decides] = [by(noor), by(omar)];

    const { event } = await noor.create_event({ event: 'lezing' });
    await server.register({ event }, { name: 'Ana Peeters', email: 'ana@kijker.example' });
    const given = { event };
    const file = waiting(await asks('read_viewers', 202, { given: { ...given, format: 'csv' } }));
    const ends = new Date(server.clock.now() + 180 * 60_000).toISOString();
    const end = waiting(await asks('change_event', 202, { given, body: { ends } }));
    const order = { ground: 'court order', receiver: 'Rechtbank', reference: '77', data: ['contact'], addresses: ['ana@kijker.example'] };
    const archive = waiting(await asks('disclose', 202, { body: order }));
    const requester = await new Requester(server, 'ana@kijker.example').ask('access');
    await requester.prove(png);
    const proof = waiting(await asks('read_proof', 202, { given: { request: (await latest(noor)).request } }));

    const of = (approval: string) => ({ given: { approval } });
    for (const who of [asks, decides]) {
      await who('list_approvals', 200);
      for (const one of [file, end, archive, proof]) await who('read_approval', 200, of(one));
    }
    await anyone('list_approvals', 401);
    const reason = { body: { reason: 'Niet nu.' } };
    for (const [id, body] of [['read_approval', {}], ['approve', {}], ['refuse', reason], ['withdraw_approval', {}], ['fetch_approved', {}]] as const) {
      await anyone(id, 401, { ...of(file), ...body });
      await asks(id, 404, { ...of(nobody), ...body });
    }
    await asks('approve', 403, of(file));
    await asks('refuse', 403, { ...of(file), ...reason });
    await decides('withdraw_approval', 403, of(file));
    await decides('refuse', 400, { ...of(file), wrong: true, body: { reason: '' } });
    await asks('fetch_approved', 409, of(file));
    for (const one of [file, end, proof]) await decides('approve', 200, of(one));
    await decides('approve', 409, of(end));
    await decides('fetch_approved', 403, of(file));
    for (const one of [file, proof]) await asks('fetch_approved', 200, of(one));
    await asks('fetch_approved', 409, of(file));
    await decides('refuse', 200, { ...of(archive), ...reason });
    await decides('refuse', 409, { ...of(archive), ...reason });
    const again = waiting(await asks('read_viewers', 202, { given: { ...given, format: 'xlsx' } }));
    await asks('withdraw_approval', 200, of(again));
    await asks('withdraw_approval', 409, of(again));
  } finally {
    await server.end();
  }
  // What two people may see together.
  await ask_services(asker);
}
