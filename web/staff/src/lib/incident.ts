// What of an incident is due, and how loud that is.
import type { IncidentDuty, IncidentRow } from './types.ts';

/** The duty that nobody has done and that is due first. */
export function next_duty({ duties }: IncidentRow): IncidentDuty | undefined {
  return duties.filter((duty) => duty.open).sort((a, b) => a.due.localeCompare(b.due))[0];
}

export function urgency_of(row: IncidentRow): '' | 'soon' | 'late' {
  const stage = next_duty(row)?.stage;
  if (stage === 'overdue') return 'late';
  return stage === 'last' || stage === 'two_thirds' ? 'soon' : '';
}
