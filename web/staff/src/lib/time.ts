// Instants and how they are read in an event's own zone. Inputs of type datetime-local hold wall-clock text without a
// zone; `to_wall` and `from_wall` go between that text and an instant.
import { language, number, t } from './texts.svelte.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

function format(options: Intl.DateTimeFormatOptions, zone: string, locale = language.locale): Intl.DateTimeFormat {
  const key = `${locale} ${zone} ${JSON.stringify(options)}`;
  let found = formats.get(key);
  if (!found) formats.set(key, (found = new Intl.DateTimeFormat(locale, { ...options, timeZone: zone })));
  return found;
}

export type When = string | number;
const ms = (when: When): number => (typeof when === 'number' ? when : Date.parse(when));

export function is_zone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return zone !== '';
  } catch {
    return false;
  }
}

export const own_zone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
export const all_zones = (): string[] => Intl.supportedValuesOf('timeZone');

/** "15:04", or "15:04:05". */
export function clock(when: When, zone: string, seconds = false): string {
  return format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...(seconds && { second: '2-digit' }) }, zone).format(
    ms(when),
  );
}

/** "zo 22 nov" */
export function day(when: When, zone: string): string {
  return format({ weekday: 'short', day: 'numeric', month: 'short' }, zone).format(ms(when));
}

/** "22 nov 2026" */
export function date(when: When, zone: string): string {
  return format({ day: 'numeric', month: 'short', year: 'numeric' }, zone).format(ms(when));
}

export function long_date(when: When, zone: string): string {
  return format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }, zone).format(ms(when));
}

/** "22 nov 2026 15:00" */
export const moment = (when: When, zone: string): string => `${date(when, zone)} ${clock(when, zone)}`;

export const same_day = (a: When, b: When, zone: string): boolean => to_wall(a, zone).slice(0, 10) === to_wall(b, zone).slice(0, 10);

/** "zondag 22 november 2026, 15:00 tot 16:30", or both dates when they differ. */
export function span(from: When, to: When, zone: string): string {
  if (same_day(from, to, zone)) {
    return t('staff.time.span', { date: long_date(from, zone), from: clock(from, zone), to: clock(to, zone) });
  }
  return t('staff.time.span_days', { from: moment(from, zone), to: moment(to, zone) });
}

/** The zone with its abbreviation at that moment: "Europe/Brussels (CET)". */
export function zone_words(zone: string, when: When): string {
  const part = format({ timeZoneName: 'short' }, zone)
    .formatToParts(ms(when))
    .find((one) => one.type === 'timeZoneName');
  return part && part.value !== zone ? `${zone.replaceAll('_', ' ')} (${part.value})` : zone;
}

/** "45 s", "12 min 05 s", "1 u 02 min"; whole minutes without seconds when `round`. */
export function duration(seconds: number, round = false): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return t('staff.time.seconds', { s: number(whole) });
  const two = (n: number): string => String(n).padStart(2, '0');
  if (whole < 3600 && round && whole % 60 === 0) return t('staff.time.whole_minutes', { m: number(whole / 60) });
  if (whole < 3600) return t('staff.time.minutes', { m: number(Math.floor(whole / 60)), s: two(whole % 60) });
  const minutes = Math.floor(whole / 60);
  return t('staff.time.hours', { h: number(Math.floor(minutes / 60)), m: two(minutes % 60) });
}

/** "2026-11-22T15:00" as the clock in `zone` shows it; with seconds when asked. */
export function to_wall(when: When, zone: string, seconds = false): string {
  const parts = new Map(
    format(
      {
        year: 'numeric',
        month: '2-digit',
        day: '2-digit',
        hour: '2-digit',
        minute: '2-digit',
        second: '2-digit',
        hourCycle: 'h23',
      },
      zone,
      'en',
    )
      .formatToParts(ms(when))
      .map((part) => [part.type, part.value]),
  );
  const get = (name: Intl.DateTimeFormatPartTypes): string => parts.get(name) ?? '';
  const text = `${get('year').padStart(4, '0')}-${get('month')}-${get('day')}T${get('hour')}:${get('minute')}`;
  return seconds ? `${text}:${get('second')}` : text;
}

/** Minutes that the clock in `zone` is ahead of UTC at an instant. */
export function offset_minutes(when_ms: number, zone: string): number {
  return Math.round((Date.parse(`${to_wall(when_ms, zone, true)}Z`) - Math.floor(when_ms / 1000) * 1000) / 60_000);
}

/**
 * The instant at which the clock in `zone` shows that text, or null if the text is no time. A time that a spring change
 * skips moves forward by the change; of a time that comes twice, the first is meant.
 */
export function from_wall(text: string, zone: string): string | null {
  const as_utc = Date.parse(`${text.length === 16 ? `${text}:00` : text}Z`);
  if (Number.isNaN(as_utc) || !is_zone(zone)) return null;
  const before = offset_minutes(as_utc - 86_400_000, zone);
  const after = offset_minutes(as_utc + 86_400_000, zone);
  for (const offset of [Math.max(before, after), Math.min(before, after)]) {
    const guess = as_utc - offset * 60_000;
    if (offset_minutes(guess, zone) === offset) return new Date(guess).toISOString();
  }
  return new Date(as_utc - before * 60_000).toISOString();
}

/** "UTC+01:00" */
export function offset_words(when_ms: number, zone: string): string {
  const offset = offset_minutes(when_ms, zone);
  const two = (n: number): string => String(n).padStart(2, '0');
  const size = Math.abs(offset);
  return `UTC${offset < 0 ? '−' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** Dates between two moments, by the calendar of the zone: tomorrow morning is one away tonight. */
export function days_until(at_ms: number, from_ms: number, zone: string): number {
  const day = (ms: number): number => Date.parse(to_wall(ms, zone).slice(0, 10));
  return Math.round((day(at_ms) - day(from_ms)) / 86_400_000);
}
