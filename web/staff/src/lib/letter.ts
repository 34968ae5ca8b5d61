// Letters to viewers, as the API spells them (src/surfaces/events/letter_api.h).
import type { Instant } from './types.ts';
import type { Written } from './update.ts';

export const reasons = ['restricted', 'no_address', 'unagreed', 'objected', 'often_today'] as const;
export type Reason = (typeof reasons)[number];
export type LetterTo = 'all' | 'present' | 'absent' | 'chosen';

export interface Letter {
  letter: string;
  purpose: string;
  says: string;
  texts: Record<string, Written>;
  sent: Instant;
  by: string;
  people: number;
  reply_to: string;
  progress: { waiting: number; sent: number; failed: number; dropped: number };
}

export interface LetterDesk {
  organiser: string;
  /** Where answers go; empty where no address is on record. */
  reply_to: string;
  /** What may be written for; `presence`: by who was there, too. */
  purposes: { name: string; says: string; presence: boolean }[];
  languages: string[];
  left_today: number;
  per_viewer_day: number;
  /** To more than these a code is asked for. */
  fresh_above: number;
  letters: Letter[];
}

export interface Addressee {
  viewer: string;
  name: string;
  present: boolean | null;
  why: Reason | null;
}

export interface LetterLook {
  reached: number;
  left_out: Record<Reason, number>;
  /** How many read each. */
  languages: Record<string, number>;
  preview: { subject: string; text: string; html: string } | null;
}

const digits = '0123456789abcdefghjkmnpqrstvwxyz';

/** The name of a letter: asked for twice, as after an answer that got lost, it is sent once. */
export function draw_letter(): string {
  const drawn = crypto.getRandomValues(new Uint8Array(26));
  return Array.from(drawn, (byte, i) => digits[byte % (i === 0 ? 8 : 32)]).join('');
}
