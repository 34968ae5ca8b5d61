// Light, dark, or as the system says. `version` changes whenever colours or letters may have changed, for whatever draws on a canvas.
import { recall, remember } from './remembered.ts';

export type Theme = 'system' | 'light' | 'dark';
export const themes: readonly Theme[] = ['system', 'light', 'dark'];
const kept_under = 'hartslag-theme';

class ThemeState {
  chosen = $state<Theme>('system');
  version = $state(0);
}
export const theme = new ThemeState();

function show(chosen: Theme): void {
  if (chosen === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = chosen;
  theme.chosen = chosen;
  theme.version += 1;
}

export function choose_theme(chosen: Theme): void {
  remember(kept_under, chosen);
  show(chosen);
}

export function begin_theme(): void {
  const kept = recall(kept_under) as Theme | null;
  show(kept && themes.includes(kept) ? kept : 'system');
  for (const query of ['(prefers-color-scheme: dark)', '(prefers-contrast: more)', 'print']) {
    matchMedia(query).addEventListener('change', () => (theme.version += 1));
  }
  // A canvas does not wait for its letters: what was drawn before they came is drawn again.
  document.fonts.addEventListener('loadingdone', () => (theme.version += 1));
}

/** The value of a design token now. */
export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
