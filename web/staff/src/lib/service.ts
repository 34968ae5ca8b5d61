// Services of others, used without their password being seen, as the API spells them (src/services/api.h).
import type { Instant } from './types.ts';

export interface ServiceTask {
  name: string;
  method: string;
  path: string;
}

/** For who manages credentials alone. */
export interface ServiceStanding {
  overdue: boolean;
  rotates_by_itself: boolean;
  made: Instant | null;
  due: Instant | null;
  /** When somebody was shown it. */
  seen: Instant | null;
  failed: boolean;
  says: string[];
}

export interface ServiceRow {
  credential: string;
  name: string;
  origin: string;
  tasks: ServiceTask[];
  /** The reader may use it. */
  usable: boolean;
  standing: ServiceStanding | null;
}

export interface ServiceList {
  credentials: ServiceRow[];
  can_manage: boolean;
  can_reveal: boolean;
}

export interface ServiceUser {
  member: string;
  name: string;
  allowed: boolean;
}

export interface ServiceEvent {
  at: Instant;
  kind: string;
  /** What was done, in the reader's words. */
  says: string;
  /** Empty for what the program did by itself. */
  name: string;
  task: string;
  /** A status of the service, or a word; empty where nothing is to be said. */
  outcome: string;
}

export interface ServiceDetail extends ServiceRow {
  users: ServiceUser[];
  history: ServiceEvent[];
  can_manage: boolean;
  can_reveal: boolean;
}

export interface ServiceAnswer {
  status: number;
  type: string;
  /** Nothing for what is no text. */
  text: string | null;
  base64: string | null;
}
