// The words. Keys are those of texts/*.json that begin with "staff."; a key that does not exist does not compile. One
// language is loaded at a time. A text with `.one` and `.other` is asked for with `count`.
import type * as texts from '../../../../texts/nl.json';
import { recall, remember } from './remembered.ts';
import type { Language } from './types.ts';

type Every = Extract<keyof typeof texts, `staff.${string}`>;
type Counted = Every extends infer K ? (K extends `${infer Base}.other` ? Base : never) : never;
export type Key = Exclude<Every, `${Counted}.one` | `${Counted}.other`>;
export type CountedKey = Counted;
export type Values = Record<string, string | number>;

export const languages: readonly Language[] = ['nl', 'fr', 'en', 'de'];
export const language_names: Record<Language, string> = {
  nl: 'Nederlands',
  fr: 'Français',
  en: 'English',
  de: 'Deutsch',
};

const loaders: Record<Language, () => Promise<{ default: Record<string, string> }>> = {
  nl: () => import('virtual:staff-texts/nl'),
  fr: () => import('virtual:staff-texts/fr'),
  en: () => import('virtual:staff-texts/en'),
  de: () => import('virtual:staff-texts/de'),
};
const kept_under = 'hartslag-language';

class LanguageState {
  current = $state<Language>('nl');
  texts = $state.raw<Record<string, string>>({});
  /** What numbers and dates are written by. */
  locale = $derived(this.current === 'en' ? 'en-GB' : this.current);
}
export const language = new LanguageState();

function is_language(text: string | null | undefined): text is Language {
  return languages.includes(text as Language);
}

/** The language chosen before, else the first of the browser's that we speak, else Dutch. */
export function preferred_language(): Language {
  const kept = recall(kept_under);
  if (is_language(kept)) return kept;
  return navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find(is_language) ?? 'nl';
}

export async function speak(chosen: Language, keep: boolean): Promise<void> {
  const loaded = await loaders[chosen]();
  language.texts = loaded.default;
  language.current = chosen;
  document.documentElement.lang = chosen;
  if (keep) remember(kept_under, chosen);
}

function fill(text: string, values: Values | undefined): string {
  if (!values) return text;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? number(value) : value;
  });
}

export function t(key: Key, values?: Values): string {
  return fill(language.texts[key] ?? key, values);
}

/** A text that counts: `{count}` is the number, written in the reader's way. */
export function count(key: CountedKey, n: number, values?: Values): string {
  const form = new Intl.PluralRules(language.locale).select(n) === 'one' ? 'one' : 'other';
  return fill(language.texts[`${key}.${form}`] ?? key, { count: n, ...values });
}

const number_formats = new Map<string, Intl.NumberFormat>();

export function number(value: number, digits = 0): string {
  const key = `${language.locale} ${digits}`;
  let format = number_formats.get(key);
  if (!format) number_formats.set(key, (format = new Intl.NumberFormat(language.locale, { maximumFractionDigits: digits })));
  return format.format(value);
}

export function percent(share: number): string {
  return new Intl.NumberFormat(language.locale, { style: 'percent', maximumFractionDigits: 0 }).format(share);
}

/** The name of a language, in the reader's own. */
export const language_words = (tag: string): string => new Intl.DisplayNames([language.current], { type: 'language' }).of(tag) ?? tag;
