// The event form's contents: text as it stands in the inputs, what is wrong with it, and what is sent.
import { now } from './now.ts';
import { t } from './texts.svelte.ts';
import { from_wall, is_zone, own_zone, to_wall } from './time.ts';
import type { EventDetail, EventKind, EventPlan, FieldError, Language, OpensBy, Policy, VideoKind } from './types.ts';

export interface Draft {
  title: string;
  description: string;
  kind: EventKind;
  starts: string;
  ends: string;
  runs_on: boolean;
  time_zone: string;
  language: Language;
  fields: string[];
  required: string[];
  opens_by: OpensBy;
  measured: boolean;
  capacity: string;
  video_kind: VideoKind;
  video_address: string;
  moments: { at: string; label: string }[];
  /** One origin a line. */
  domains: string;
}

const hour_ms = 3_600_000;

/** The text of a wall clock, so much later. */
export function later(wall: string, by_ms: number): string {
  return new Date(Date.parse(`${wall}Z`) + by_ms).toISOString().slice(0, 16);
}

export function empty_draft(policy: Policy, language: Language): Draft {
  const zone = own_zone();
  const must = policy.fields.filter((field) => field.required).map((field) => field.name);
  const next_hour = `${later(to_wall(now(), zone), hour_ms).slice(0, 13)}:00`;
  const usual = policy.fields.filter((field) => field.required || field.type === 'email');
  return {
    title: '',
    description: '',
    kind: 'live',
    starts: next_hour,
    ends: later(next_hour, hour_ms),
    runs_on: false,
    time_zone: zone,
    language: policy.languages.includes(language) ? language : (policy.languages[0] ?? 'nl'),
    fields: usual.map((field) => field.name),
    required: must,
    opens_by: policy.opens_by[0] ?? 'form',
    measured: policy.facts.length > 0,
    capacity: '',
    video_kind: 'none',
    video_address: '',
    moments: [],
    domains: '',
  };
}

export function draft_of(event: EventDetail): Draft {
  const wall = (when: string): string => to_wall(when, event.time_zone);
  return {
    ...event,
    starts: wall(event.starts),
    ends: wall(event.ends),
    fields: [...event.fields],
    required: [...event.required],
    capacity: event.capacity === null ? '' : String(event.capacity),
    video_kind: event.video.kind,
    video_address: event.video.address ?? '',
    moments: event.moments.map((moment) => ({ at: wall(moment.at), label: moment.label })),
    domains: event.domains.join('\n'),
  };
}

const lines = (text: string): string[] => text.split(/\s+/).filter(Boolean);

function is_origin(text: string): boolean {
  try {
    return new URL(text).origin === text;
  } catch {
    return false;
  }
}

function is_http(text: string): boolean {
  try {
    return ['https:', 'http:'].includes(new URL(text).protocol);
  } catch {
    return false;
  }
}

/** What is wrong, in the order of the form. The server has the last word; this saves a journey. */
export function faults(draft: Draft): FieldError[] {
  const found: FieldError[] = [];
  const wrong = (field: string, detail: string): unknown => found.push({ field, detail });
  if (!draft.title.trim()) wrong('title', t('staff.form.error.title'));
  if (!is_zone(draft.time_zone)) wrong('time_zone', t('staff.form.error.time_zone'));
  const zone = is_zone(draft.time_zone) ? draft.time_zone : 'UTC';
  const starts = from_wall(draft.starts, zone);
  const ends = from_wall(draft.ends, zone);
  if (!starts) wrong('starts', t('staff.form.error.starts'));
  if (!ends) wrong('ends', t('staff.form.error.ends'));
  else if (starts && ends <= starts) wrong('ends', t('staff.form.error.ends_first'));
  if (draft.capacity.trim() && !/^[1-9]\d{0,6}$/.test(draft.capacity.trim())) wrong('capacity', t('staff.form.error.capacity'));
  if (draft.video_kind === 'address' && !is_http(draft.video_address)) {
    wrong('video.address', t('staff.form.error.address'));
  }
  if (!lines(draft.domains).every(is_origin)) wrong('domains', t('staff.domains.error'));
  draft.moments.forEach((moment, i) => {
    const at = from_wall(moment.at, zone);
    if (!at || !moment.label.trim()) wrong(`moments.${i}`, t('staff.form.error.moment'));
    else if (starts && ends && (at < starts || at > ends)) wrong(`moments.${i}`, t('staff.form.error.moment_outside'));
  });
  return found;
}

/** Only for a draft without faults. */
export function plan_of(draft: Draft): EventPlan {
  const instant = (wall: string): string => from_wall(wall, draft.time_zone) ?? '';
  return {
    title: draft.title.trim(),
    description: draft.description.trim(),
    kind: draft.kind,
    starts: instant(draft.starts),
    ends: instant(draft.ends),
    runs_on: draft.kind === 'live' && draft.runs_on,
    time_zone: draft.time_zone,
    language: draft.language,
    fields: draft.fields,
    required: draft.required.filter((name) => draft.fields.includes(name)),
    opens_by: draft.opens_by,
    measured: draft.measured,
    capacity: draft.capacity.trim() ? Number(draft.capacity.trim()) : null,
    video: {
      kind: draft.video_kind,
      address: draft.video_kind === 'address' ? draft.video_address.trim() : null,
    },
    moments: draft.moments
      .map((moment) => ({ at: instant(moment.at), label: moment.label.trim() }))
      .sort((a, b) => a.at.localeCompare(b.at)),
    domains: lines(draft.domains),
  };
}

/**
 * What differs between two drafts of one event. Inputs show whole minutes, and some values are fixed once registration is
 * open: what nobody touched is not sent.
 */
export function changes_of(before: Draft, after: Draft): Partial<EventPlan> {
  const old = plan_of(before);
  const changed = Object.entries(plan_of(after)).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(old[name as keyof EventPlan]));
  return Object.fromEntries(changed) as Partial<EventPlan>;
}
