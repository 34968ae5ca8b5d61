// What the policy gives to no one person alone: a second one is there, reads it, and approves.
import type { Answer } from './http.ts';
import type { Mail } from './mail.ts';
import { another_member } from './members.ts';
import type { Server } from './server.ts';
import type { Staff } from './staff.ts';

/** A request as the API spells it (src/approvals/api.cpp). */
export interface Approval {
  approval: string;
  act: string;
  says: string;
  title: string;
  asked_by: string;
  own: boolean;
  asked: string;
  until: string;
  state: 'waiting' | 'approved' | 'executed' | 'refused' | 'withdrawn' | 'expired' | 'failed';
  decided_by: string;
  decided: string | null;
  can_decide: boolean;
  can_withdraw: boolean;
  can_fetch: boolean;
  deciders: number;
  reason: string;
  lines: { label: string; value: string }[];
}

export const at = (approval: string, what = '') => `/api/v1/approvals/${approval}${what && `/${what}`}`;

const colleagues = new WeakMap<Server, Promise<Staff>>();

/** Somebody else of the organisation who may decide about everything; one for each server, invited by `staff`. */
export function second_person(server: Server, staff: Staff, mails?: () => Mail[]): Promise<Staff> {
  let colleague = colleagues.get(server);
  if (!colleague) {
    colleague = another_member(server, staff, { role: 'owner', exports: true, name: 'Omar Haddad', email: 'omar@lichtbeeld.example' }, mails);
    colleagues.set(server, colleague);
  }
  return colleague;
}

/** The request behind an answer that says that it waits. */
export const waiting = (answer: Answer): string => answer.expect(202).json<{ approval: string }>().approval;

export async function approval(staff: Staff, id: string): Promise<Approval> {
  return (await staff.get(at(id))).expect(200).json<Approval>();
}

/** What was asked, however the policy has it: at once, or approved by a second person and fetched by who asked. */
export async function through(server: Server, staff: Staff, asked: Answer): Promise<Answer> {
  if (asked.status != 202) return asked;
  const id = waiting(asked);
  (await (await second_person(server, staff)).post(at(id, 'approve'), {})).expect(200);
  const { can_fetch } = await approval(staff, id);
  return can_fetch ? staff.post(at(id, 'file'), {}) : asked;
}
