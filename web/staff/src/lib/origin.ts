// Words for how somebody's data came in, and for the ground on which they are kept.
import { t, type Key } from './texts.svelte.ts';

const key_of = (stem: string, word: string): Key => `${stem}${word.replace(/[ -]/g, '_')}` as Key;

export const source_words = (source: string): string => t(key_of('staff.source.', source));
export const basis_words = (basis: string): string => t(key_of('staff.basis.', basis));
