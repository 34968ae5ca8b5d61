// What members do before anything else, as the API spells it.
import type { Instant, Language } from './types.ts';

export type Words = Partial<Record<Language, string>>;

/** Met, or why it is still to do. */
export interface Duty {
  duty: string;
  kind: 'read' | 'signed' | 'training';
  title: Words;
  state: 'met' | 'never' | 'changed' | 'over';
  /** When what was done ends, or ended. */
  ends: Instant | null;
}

export interface OwnDuty extends Duty {
  /** Of what is agreed to. */
  text: Words | null;
  version: string;
  /** Agreed to; of a training the day on which it was followed. */
  done: Instant | null;
  signed_as: string;
}

/** What of it a member hears of on every page. */
export interface DutiesInShort {
  open: number;
  ends: { duty: string; title: Words; at: Instant }[];
}
