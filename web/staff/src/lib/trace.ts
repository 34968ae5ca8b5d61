// The journal as the server tells it.
import type { Instant } from './types.ts';

export interface TracedAct {
  act: number;
  at: Instant;
  kind: string;
  /** What was done, in the reader's language. */
  says: string;
  state: 'done' | 'intent' | 'result';
  /** Where it was done from, as "192.0.2.0/24". */
  network: string;
  detail: string;
  /** The details are destroyed. */
  sealed: boolean;
  member: string | null;
  /** Empty for what the program did, and for who is no more. */
  name: string;
  event: string | null;
}

export interface TracePage {
  acts: TracedAct[];
  /** Before which act there is more; null at the end. */
  next: number | null;
  members: { member: string; name: string }[];
}
