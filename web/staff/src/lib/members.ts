// Who works here and in which role, as the server tells it; and words about roles: those that every organisation begins with have names in every language, its own have the name it gave.
import type { Duty } from './duties.ts';
import { t, type Key } from './texts.svelte.ts';
import type { Instant } from './types.ts';

export interface Granted {
  /** One that every organisation begins with, or the id of one of its own. */
  role: string;
  export: boolean;
  /** The last day of the membership, as in 2027-06-30; null: it has no end. */
  ends: string | null;
}

export interface Colleague extends Granted {
  member: string;
  name: string;
  email: string;
  since: Instant;
  used: Instant;
  has_factor: boolean;
  self: boolean;
  duties: Duty[];
}

export interface MemberList {
  members: Colleague[];
  invitations: (Granted & { invitation: string; email: string; since: Instant; until: Instant })[];
}

export interface RoleDrawn {
  role: string;
  /** Empty for those that every organisation begins with. */
  name: string;
  permissions: string[];
  /** One that every organisation begins with, drawn otherwise here. */
  redrawn: boolean;
}

export interface RoleTable {
  permissions: string[];
  roles: RoleDrawn[];
}

export interface Organisation {
  organisation: number;
  name: string;
  operates: boolean;
  /** When its service ended; null while it goes on. */
  closed: Instant | null;
  members: number;
  invited: number;
}

const known = ['owner', 'organiser', 'moderator', 'analyst', 'officer', 'support', 'operator'];

export const role_name = (role: string, roles: readonly RoleDrawn[]): string =>
  known.includes(role) ? t(`staff.role.${role}` as Key) : (roles.find((one) => one.role === role)?.name ?? role);

export const role_says = (role: string): string => (known.includes(role) ? t(`staff.role.${role}.says` as Key) : '');

export const permission_says = (permission: string): string => t(`staff.permission.${permission}` as Key);
