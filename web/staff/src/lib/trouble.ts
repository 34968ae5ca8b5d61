// What is told when the server refuses. Its own words are for programmers and in English; a person reads what happened and
// what to do about it.
import { Problem } from './api.ts';
import { t, type Key } from './texts.svelte.ts';

const by_status: Record<number, Key> = {
  0: 'staff.trouble.unreachable',
  403: 'staff.trouble.forbidden',
  404: 'staff.trouble.missing',
  409: 'staff.trouble.conflict',
  413: 'staff.trouble.too_large',
};

export function trouble_words(failure: unknown): string {
  if (failure instanceof Problem && failure.type === 'step-up') return t('staff.code.step_up');
  return t((failure instanceof Problem && by_status[failure.status]) || 'staff.trouble.unknown');
}
