// Assignments, reports for a purpose, and orders, held against what is described.
import type { Answer } from '../support/http.ts';
import type { Question } from './description.ts';

type Ask = (id: string, status: number, question?: Question) => Promise<Answer>;

/** Somebody was entered by hand at this event. */
export async function ask_disclosures({ member, anyone }: { member: Ask; anyone: Ask }, event: string): Promise<void> {
  const given = { event };
  const assignment = { organiser: 'Zorgpunt De Linde', reference: '2026-114', agreed_on: '2026-11-20', purposes: ['admission'] };
  await member('read_viewers', 403, { given: { ...given, purpose: 'security' } });
  await member('end_assignment', 200, { given });
  await member('read_viewers', 403, { given });
  for (const [status, body] of [[400, { ...assignment, organiser: '' }], [200, assignment], [200, { organiser: 'Zorgpunt De Linde', agreed_on: '2026-11-20' }]] as const) {
    await member('assign', status, { given, wrong: status == 400, body });
  }
  await member('read_viewers', 200, { given: { ...given, format: 'csv', purpose: 'admission' } });
  await member('read_assignment', 200, { given });
  for (const id of ['assign', 'end_assignment']) await anyone(id, 401, { given, ...(id == 'assign' && { body: assignment }) });
  const order = { ground: 'court order', receiver: 'Rechtbank', reference: '77', data: ['contact'], addresses: [`hand-${event}@kijker.example`] };
  for (const [status, change] of [[200, {}], [400, { data: [] }], [403, { ground: 'friendship' }], [404, { addresses: ['niemand@kijker.example'] }]] as const) {
    await member('disclose', status, { wrong: status == 400, body: { ...order, ...change } });
  }
  await anyone('disclose', 401, { body: order });
  for (const [who, status] of [[member, 200], [anyone, 401]] as const) await who('list_disclosures', status);
}
