// How what members do before anything else, and the end of a membership, are told.
import type { Words } from './duties.ts';
import { now } from './now.ts';
import { language, t } from './texts.svelte.ts';
import { date, own_zone, to_wall } from './time.ts';

export const in_own_language = (words: Words): string => words[language.current] ?? Object.values(words)[0] ?? '';

/** Days have no hour, and so no zone. */
export const day_words = (day: string): string => date(day, 'UTC');

const today = (): string => to_wall(now(), own_zone()).slice(0, 10);

/** "Member until …", by the last day of a membership. */
export const membership_words = (last_day: string): string =>
  t(last_day < today() ? 'staff.members.ended' : 'staff.members.ends', { date: day_words(last_day) });

const near_days = 30;
const day_ms = 86_400_000;

/** The last day of a membership is told once it is near. */
export const ends_soon = (last_day: string | null): boolean =>
  last_day !== null && Date.parse(last_day) - now() < near_days * day_ms;
