// Mails that people subscribe to, as the API spells them (src/surfaces/updates/staff_api.h).
import type { Instant } from './types.ts';

/** Mails that people subscribe to. */
export interface Update {
  update: string;
  title: string;
  says: string;
  /** "1 maand": at most one mail in each. */
  every: string;
  subscribers: number;
  /** When the next mail may be sent; null: now. */
  next: Instant | null;
}

export interface Written {
  subject: string;
  body: string;
}

/** The languages in which there is something. */
export const what_is_written = (texts: Record<string, Written>): Record<string, Written> =>
  Object.fromEntries(Object.entries(texts).filter(([, { subject, body }]) => subject.trim() || body.trim()));

/** One mail of an update. */
export interface Issue {
  issue: string;
  update: string;
  state: 'draft' | 'queueing' | 'sent';
  texts: Record<string, Written>;
  changed: Instant;
  author: string;
  sent: Instant | null;
  sender: string | null;
  progress: { waiting: number; sent: number; failed: number; dropped: number };
}

export interface UpdateDesk {
  updates: Update[];
  languages: string[];
  issues: Issue[];
}
