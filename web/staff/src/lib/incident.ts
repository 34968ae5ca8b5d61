// What of an incident is due, and how loud that is.
import { t } from './texts.svelte.ts';
import { date } from './time.ts';
import type { IncidentDuty, IncidentRow } from './types.ts';

/** The duty that nobody has done and that is due first. */
export function next_duty({ duties }: IncidentRow): IncidentDuty | undefined {
  return duties.filter((duty) => duty.open).sort((a, b) => a.due.localeCompare(b.due))[0];
}

/** What it is called: how its account begins; the day on which it was put on record once the account is gone. */
export function title_of({ what, opened }: IncidentRow, zone: string): string {
  if (!what) return t('staff.incidents.without_text', { date: date(opened, zone) });
  return what.length > 90 ? `${what.slice(0, 88)}…` : what;
}

export function urgency_of(row: IncidentRow): '' | 'soon' | 'late' {
  const stage = next_duty(row)?.stage;
  if (stage === 'overdue') return 'late';
  return stage === 'last' || stage === 'two_thirds' ? 'soon' : '';
}
