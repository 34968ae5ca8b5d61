// Colleagues: somebody is invited by mail, comes, and is signed in.
import type { Mail } from './mail.ts';
import type { Server } from './server.ts';
import type { Staff } from './staff.ts';
import { until } from './until.ts';

export interface Wanted {
  /** "analyst" by default; the id of a role of the organisation's own. */
  role?: string;
  /** May take files along. */
  exports?: boolean;
  name?: string;
  email?: string;
  password?: string;
  /** The last day of the membership, as in 2027-06-30. */
  ends?: string;
}

const filled = ({ role = 'analyst', exports = false, name = 'Bo Claes', email = 'bo@lichtbeeld.example', password = 'nog een lang wachtwoord' }: Wanted) => ({ role, exports, name, email, password });

/** What mails came: those of the server's own maildir, unless they go elsewhere. */
type Mails = () => Mail[];

/** The secret behind the link of the invitation that was mailed there. */
export function invitation_to(server: Server, email: string, mails: Mails = () => server.mails()): Promise<string> {
  return until(`an invitation to ${email}`, () =>
    mails().filter(({ to }) => to == email).map(({ text }) => /\/staff\/join#([\w-]+)/.exec(text)?.[1]).findLast((one) => one));
}

/** Whoever was invited comes: chooses a password, sets up a second factor. */
export async function join_in(server: Server, wanted: Wanted, mails?: Mails): Promise<Staff> {
  const { name, email, password } = filled(wanted);
  return server.join({ invitation: await invitation_to(server, email, mails), name, email, password });
}

/** Somebody of the same organisation as `staff`, who may invite. */
export async function another_member(server: Server, staff: Staff, wanted: Wanted = {}, mails?: Mails): Promise<Staff> {
  const { role, exports, email } = filled(wanted);
  (await staff.post('/api/v1/invitations', { email, role, export: exports, language: 'nl', ...(wanted.ends && { ends: wanted.ends }) })).expect(201);
  return join_in(server, wanted, mails);
}

/** The owner of another organisation, which `operator` makes. */
export async function another_organisation(server: Server, operator: Staff, name = 'Zaal Noord', wanted: Wanted = {}): Promise<Staff> {
  const owner = { email: 'els@zaalnoord.example', name: 'Els Noord', ...wanted };
  (await operator.post('/api/v1/organisations', { name, email: owner.email, export: owner.exports ?? false, language: 'nl' })).expect(201);
  return join_in(server, owner);
}
