// An accreditation from the proposal to the objection, held against what is described.
import type { Answer } from '../support/http.ts';
import { Viewer, pass_together } from '../support/audience.ts';
import type { Server } from '../support/server.ts';
import type { Question } from './description.ts';

type Ask = (id: string, status: number, question?: Question) => Promise<Answer>;

interface Made {
  create: (given: object) => Promise<string>;
  /** The link is that of somebody's own page, the door opens the broadcast. */
  register: (event: string, email: string) => Promise<{ link: string; door: string }>;
  ends: string;
}

export async function ask_accreditation(
  { server, member, anyone, person }: { server: Server; member: Ask; anyone: Ask; person: Ask },
  { create, register, ends }: Made,
): Promise<void> {
  const event = await create({ title: 'Bijscholing', ends });
  const { door, link } = await register(event, 'fien@kijker.example');
  const given = { event };
  const viewer = new Viewer(server, { event }, 'Fien');
  viewer.link = door;
  await viewer.open(true);
  await pass_together(server, 60_000, [[viewer, 7]]);
  const { people, state } = (await member('read_accreditation', 200, { given })).json<{ people: { viewer: string }[]; state: string }>();
  const one = { event, viewer: people[0]!.viewer };
  await member('accredit_proposed', 409, { given, body: { state } });
  await member('accredit', 409, { given: one, body: { granted: true } });
  const words = { body: new URLSearchParams({ words: 'Ik was er wel.' }) };
  await person('object_to_accreditation', 409, { given: { event, link }, ...words });
  server.clock.pass_to(Date.parse(ends) + 60_000);
  await member('accredit_proposed', 400, { given, wrong: true, body: {} });
  await member('accredit_proposed', 200, { given, body: { state } });
  await member('accredit', 400, { given: one, wrong: true, body: { granted: 'ja' } });
  await member('accredit', 404, { given: { event, viewer: '00000000000000ff' }, body: { granted: true } });
  await member('accredit', 200, { given: one, body: { granted: false, reason: 'Te kort gekeken.' } });
  await person('object_to_accreditation', 403, { given: { event, link: door }, ...words });
  await person('object_to_accreditation', 400, { given: { event, link }, body: new URLSearchParams({ words: '' }) });
  await person('object_to_accreditation', 303, { given: { event, link }, ...words });
  for (const [id, more] of [['read_accreditation', {}], ['accredit_proposed', { body: { state } }]] as const) {
    await anyone(id, 401, { given, ...more });
    await member(id, 404, { given: { event: 'nergens' }, ...more });
  }
  await anyone('accredit', 401, { given: one, body: { granted: true } });
}
