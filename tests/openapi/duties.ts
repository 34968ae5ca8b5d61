// What comes before anything else, held against what is described.
import assert from 'node:assert/strict';
import { with_duties } from '../support/before_anything.ts';
import { duty_of } from '../support/duties.ts';
import type { Answer, Asking } from '../support/http.ts';
import { another_member } from '../support/members.ts';
import { changed_policy, start_server } from '../support/server.ts';
import type { Staff } from '../support/staff.ts';
import type { Asker, Question } from './description.ts';

const nobody = '00000000000000000000000000';

export async function ask_duties(folder: string, asker: Asker): Promise<void> {
  const server = await start_server({ policy: changed_policy(folder, with_duties) });
  try {
    const noor = await server.sign_up();
    server.acknowledges = false;
    const bo = await another_member(server, noor);
    const by = (who: Staff) => (id: string, status: number, question: Question = {}): Promise<Answer> =>
      asker.ask((method, path, asking) => who.ask(method, path, asking), id, status, question);
    const anyone = (id: string, status: number, question: Question = {}): Promise<Answer> =>
      asker.ask((method: string, path: string, asking: Asking) => server.ask(method, path, { ...asking, headers: { origin: server.origin, ...asking.headers } }), id, status, question);
    const { secret } = (await noor.post('/api/v1/tokens', { label: 'x', permissions: [] })).expect(201).json<{ secret: string }>();
    const [manages, guest, program] = [by(noor), by(bo), by(noor.with_token(secret))];

    // Nothing is open but this.
    assert.equal((await guest('list_own_duties', 200)).json<unknown[]>().length, 3);
    const me = (await guest('read_me', 200)).json();
    assert.equal(me.duties.open, 3);
    await guest('list_members', 403);
    const rules = await duty_of(bo, 'house-rules');
    const given = { duty: 'house-rules' };
    const body = { version: rules.version, language: 'nl' };
    await guest('acknowledge', 204, { given, body });
    await guest('acknowledge', 409, { given, body: { ...body, version: '0000000000000000' } });
    await guest('acknowledge', 404, { given: { duty: 'course' }, body });
    await guest('acknowledge', 400, { wrong: true, given, body: { ...body, language: 'it' } });
    const { version } = await duty_of(bo, 'secrecy');
    await guest('acknowledge', 400, { given: { duty: 'secrecy' }, body: { ...body, version, name: 'Iemand Anders' } });
    await guest('acknowledge', 204, { given: { duty: 'secrecy' }, body: { ...body, version, name: 'Bo Claes' } });
    for (const [id, question] of [['list_own_duties', {}], ['acknowledge', { given, body }]] as const) {
      await anyone(id, 401, question);
      await program(id, 403, question);
    }

    const followed = new Date(server.clock.now()).toISOString().slice(0, 10);
    const course = { training: 'course', followed };
    const { member } = me;
    await guest('record_training', 403, { given: { member }, body: course });
    await manages('record_training', 400, { given: { member }, body: { ...course, followed: '2036-01-01' } });
    await manages('record_training', 400, { wrong: true, given: { member }, body: { ...course, followed: 'gisteren' } });
    await manages('record_training', 404, { given: { member: nobody }, body: course });
    await manages('record_training', 404, { given: { member }, body: { ...course, training: 'secrecy' } });
    await anyone('record_training', 401, { given: { member }, body: course });
    await manages('record_training', 204, { given: { member }, body: course });
    await manages('list_members', 200);
    await guest('list_own_duties', 200);
    assert.equal((await guest('read_me', 200)).json().duties.open, 0);
    // For a time, and one that is over.
    const invited = { email: 'tess@lichtbeeld.example', role: 'analyst', ends: '2036-01-01' };
    await manages('invite', 201, { body: invited });
    await manages('invite', 400, { wrong: true, body: { ...invited, ends: 'ooit' } });
    await manages('regrant', 204, { given: { member }, body: { role: 'analyst', ends: '2036-01-01' } });
    await manages('regrant', 400, { given: { member }, body: { role: 'analyst', ends: '2016-01-01' } });
    await manages('list_members', 200);
    await guest('read_me', 200);
  } finally {
    await server.end();
  }
}
