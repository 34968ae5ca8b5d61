// What waits for a second person, as the API spells it (src/approvals/api.h).
import type { Instant } from './types.ts';

/** The answer where something would be done: a second person decides first. */
export interface Waits {
  approval: string;
  expires: Instant;
}
export const waits = (answer: object): answer is Waits => 'approval' in answer;

export type ApprovalState = 'waiting' | 'approved' | 'executed' | 'refused' | 'withdrawn' | 'expired' | 'failed';

export interface ApprovalRow {
  approval: string;
  act: string;
  /** The act in the reader's words: "Een export". */
  says: string;
  title: string;
  asked_by: string;
  own: boolean;
  asked: Instant;
  until: Instant;
  state: ApprovalState;
  /** Empty while nobody decided. */
  decided_by: string;
  decided: Instant | null;
  can_decide: boolean;
  can_withdraw: boolean;
  can_fetch: boolean;
  /** How many may decide, beside who asked. */
  deciders: number;
}

export interface Approval extends ApprovalRow {
  reason: string;
  lines: { label: string; value: string }[];
}

/** A file that came, with the name that the server gave it; empty for what is only to be looked at. */
export interface Fetched {
  blob: Blob;
  name: string;
}
