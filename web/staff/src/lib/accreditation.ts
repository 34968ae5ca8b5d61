// What the API tells of an accreditation.
import type { Instant } from './types.ts';

/** Somebody who agreed to be measured: what the policy's rule proposes, and what a person decided. */
export interface Candidate {
  viewer: string;
  name: string;
  email: string;
  active_s: number;
  share: number;
  proposed: boolean;
  /** Null until somebody decided. */
  granted: boolean | null;
  decided: Instant | null;
  decided_by: string;
  reason: string;
  /** They do not agree, and nobody decided since. */
  objected: Instant | null;
  words: string;
}

export interface AccreditationList {
  /** Of the planned duration: whoever watched so much is proposed. */
  share: number;
  says: string;
  logic: string;
  /** The event is over. */
  open: boolean;
  /** Of this list: who confirms everybody has seen it. */
  state: string;
  unmeasured: number;
  people: Candidate[];
}
