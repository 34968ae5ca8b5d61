// What a password has to be, as the server says (src/access/password.h), and what the server says of one that it is not.
import { t } from './texts.svelte.ts';

/** kPasswordMinimum in src/access/limits.h. */
export const shortest_password = 8;
/** kPasswordMaximum there. */
const longest_password = 128;

/** Why a password was refused, in the reader's words; undefined for what is no reason of a password's. */
export function refused_password(detail: string): string | undefined {
  if (detail === 'too short') return t('staff.error.password_short', { min: shortest_password });
  if (detail === 'too long') return t('staff.error.password_long', { max: longest_password });
  if (detail === 'too common') return t('staff.error.password_common');
  if (detail === 'too close') return t('staff.error.password_close');
  return undefined;
}
