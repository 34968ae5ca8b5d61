// Members, roles, invitations and organisations, held against what is described.
import assert from 'node:assert/strict';
import type { Answer } from '../support/http.ts';
import { another_member, invitation_to, join_in } from '../support/members.ts';
import { cookie_of, type Server } from '../support/server.ts';
import type { Question } from './description.ts';

type Ask = (id: string, status: number, question?: Question) => Promise<Answer>;

export async function ask_members({ server, member, anyone, bearer }: { server: Server; member: Ask; anyone: Ask; bearer: Ask }): Promise<void> {
  const email = 'bo@lichtbeeld.example';
  const none = '0'.repeat(26);
  // Invitations.
  await member('invite', 400, { body: { email: 'bo', role: 'analyst' } });
  const { invitation: sent } = (await member('invite', 201, { body: { email, role: 'analyst', export: false, language: 'nl' } })).json<{ invitation: string }>();
  const made = { invitation: sent };
  await member('invite', 409, { body: { email, role: 'analyst' } });
  await member('invite_again', 204, { given: made });
  await member('withdraw_invitation', 204, { given: made });
  await member('withdraw_invitation', 404, { given: made });
  await member('invite_again', 404, { given: made });
  await anyone('check_invitation', 401, { body: { invitation: 'x' } });
  await anyone('check_invitation', 400, { wrong: true, body: [] });
  const other = 'cas@lichtbeeld.example';
  await member('invite', 201, { body: { email: other, role: 'analyst' } });
  const invitation = await invitation_to(server, other);
  await anyone('check_invitation', 200, { body: { invitation } });
  await anyone('join', 400, { wrong: true, body: { invitation, name: 'Bo', password: 'kort' } });
  await anyone('join', 401, { body: { invitation: 'x', name: 'Bo', password: 'een lang wachtwoord' } });
  await anyone('join', 403, { body: { invitation, name: 'Bo', password: 'een lang wachtwoord' }, headers: { 'sec-fetch-site': 'cross-site' } });
  // One factor is enough elsewhere: factors.ts asks.
  await anyone('join', 201, { body: { invitation, name: 'Bo Claes', password: 'een lang wachtwoord' } });
  // Members.
  const { members } = (await member('list_members', 200)).json<{ members: { member: string; self: boolean }[] }>();
  const [bo, self] = [members.find((one) => !one.self)!, members.find((one) => one.self)!];
  await member('remove_member', 409, { given: { member: self.member } });
  await member('regrant', 204, { given: { member: bo.member }, body: { role: 'organiser', export: true } });
  await member('regrant', 400, { given: { member: bo.member }, body: { role: 'boss' } });
  await member('regrant', 403, { given: { member: self.member }, body: { role: 'analyst' } });
  await member('regrant', 404, { given: { member: none }, body: { role: 'analyst' } });
  await member('remove_member', 404, { given: { member: none } });
  // A browser of theirs that is not known.
  const half = { cookie: cookie_of(await anyone('sign_in', 200, { body: { email: other, password: 'een lang wachtwoord' } })) };
  const { number } = (await anyone('read_sign_in', 200, { headers: half })).json<{ number: string }>();
  await member('vouch_for_browser', 404, { given: { member: self.member }, body: { number } });
  await member('vouch_for_browser', 404, { given: { member: none }, body: { number } });
  await member('vouch_for_browser', 400, { wrong: true, given: { member: bo.member }, body: [] });
  await member('vouch_for_browser', 204, { given: { member: bo.member }, body: { number } });
  await bearer('vouch_for_browser', 403, { given: { member: bo.member }, body: { number } });
  // Roles.
  await member('list_roles', 200);
  await bearer('list_roles', 200);
  const { role } = (await member('make_role', 201, { body: { name: 'Zaalwacht', permissions: ['view_report'] } })).json<{ role: string }>();
  await member('make_role', 400, { body: { name: 'Uitvoer', permissions: ['export'] } });
  await member('draw_role', 204, { given: { role }, body: { name: 'Zaalwacht', permissions: [] } });
  await member('draw_role', 400, { given: { role }, body: { name: '', permissions: [] } });
  await member('draw_role', 404, { given: { role: none }, body: { name: 'x', permissions: [] } });
  await member('draw_role', 403, { given: { role: 'owner' }, body: { permissions: [] } });
  await member('regrant', 204, { given: { member: bo.member }, body: { role } });
  await member('undraw_role', 409, { given: { role } });
  await member('remove_member', 204, { given: { member: bo.member } });
  await member('undraw_role', 204, { given: { role } });
  await member('undraw_role', 404, { given: { role } });
  // The journal of all that.
  await member('read_journal', 200, { given: { module: 'staff' } });
  await member('read_journal', 400, { wrong: true, given: { from: 'gisteren' } });
  await member('read_journal', 404, { given: { event: 'is-er-niet' } });
  // Organisations.
  await member('list_organisations', 200);
  const first = { name: 'Zaal Noord', email: 'els@zaalnoord.example' };
  await member('make_organisation', 201, { body: first });
  await member('make_organisation', 409, { body: first });
  await member('make_organisation', 400, { body: { name: '', email: 'els@zaalnoord.example' } });
  const els = await join_in(server, first);
  await anyone('leave', 409, { headers: { cookie: els.cookie } });
  const dirk = await another_member(server, els, { name: 'Dirk', email: 'dirk@zaalnoord.example', role: 'analyst' });
  await anyone('leave', 204, { headers: { cookie: dirk.cookie } });
  const all = (await member('list_organisations', 200)).json<{ organisation: number; name: string; operates: boolean }[]>();
  const of = (name: string) => ({ organisation: String(all.find((one) => one.name == name)!.organisation) });
  const zaal = of(first.name);
  await member('rename_organisation', 204, { given: zaal, body: { name: 'Zaal Oost' } });
  await member('rename_organisation', 400, { given: zaal, wrong: true, body: { name: '' } });
  await member('rename_organisation', 409, { given: { organisation: String(all.find(({ operates }) => operates)!.organisation) }, body: { name: 'x' } });
  await member('rename_organisation', 404, { given: { organisation: '4294967296' }, body: { name: 'x' } });
  await member('close_organisation', 409, { given: { organisation: String(all.find(({ operates }) => operates)!.organisation) } });
  await member('close_organisation', 204, { given: zaal });
  await member('close_organisation', 404, { given: zaal });
  await anyone('list_members', 401, { headers: { cookie: els.cookie } });
  const asked: [string, Question][] = [
    ['rename_organisation', { given: zaal, body: { name: 'x' } }], ['close_organisation', { given: zaal }],
    ['list_members', {}], ['regrant', { given: { member: none }, body: { role: 'analyst' } }], ['remove_member', { given: { member: none } }],
    ['vouch_for_browser', { given: { member: none }, body: { number } }], ['invite', { body: { ...first, role: 'analyst' } }],
    ['invite_again', { given: { invitation: none } }], ['withdraw_invitation', { given: { invitation: none } }], ['list_roles', {}],
    ['make_role', { body: { name: 'x', permissions: [] } }], ['draw_role', { given: { role }, body: { permissions: [] } }], ['undraw_role', { given: { role } }],
    ['list_organisations', {}], ['read_journal', {}], ['make_organisation', { body: first }],
  ];
  for (const [id, question] of asked) {
    await anyone(id, 401, question);
    if (id != 'list_roles') assert.equal((await bearer(id, 403, question)).status, 403);
  }
}
