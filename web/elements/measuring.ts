// The line that says whether time is measured, its switch, and the question before it. The heartbeat script is
// fetched only when somebody said yes; until then, and after a no, the server learns that the page was opened.
import type { Consent } from '../beacon/types.ts';
import { by_id, server_clock, type Page } from './page.ts';

type Shown = 'undecided' | 'on' | 'waiting' | 'off' | 'ended';

// So long may the first answer take before the page says that it is waited for.
const answer_late_ms = 2_000;

const fetch_beacon = (page: Page) =>
  new Promise<void>((loaded, failed) => {
    const script = document.createElement('script');
    script.src = '/beacon.js';
    Object.assign(script.dataset, { property: page.property, link: page.link, notice: page.notice });
    script.onload = () => loaded();
    script.onerror = () => {
      script.remove();
      failed(new Error('/beacon.js did not load'));
    };
    document.head.append(script);
  });

const open_session = ({ property, link, notice }: Page, consent: Consent) =>
  fetch('/v1/sessions', {
    method: 'POST',
    keepalive: true,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ property, link, notice, consent }),
  }).catch(() => {
    // Nothing of the page depends on it.
  });

export const measure = (page: Page) => {
  const line = by_id('measuring')!;
  const toggle = by_id<HTMLButtonElement>('measuring-switch')!;
  const panel = by_id('consent')!;
  const now = server_clock(page.now);
  const remaining_ms = () => Date.parse(page.ends) - now();
  // A page asks once for all that its event measures; the policy's words for it are those of the first purpose.
  const words = (state: Shown) => {
    if (state == 'on') return page.purposes[0]!.given;
    if (state == 'off') return page.purposes[0]!.declined;
    return page.texts[`watch.measuring.${state}`]!;
  };
  const consent = (given: boolean): Consent => Object.fromEntries(page.purposes.map(({ name }) => [name, given]));

  let shown: Shown = 'undecided';
  const show = (state: Shown) => {
    shown = state;
    const measuring = state == 'on' || state == 'waiting';
    line.dataset['state'] = state;
    line.textContent = words(state);
    toggle.hidden = state == 'undecided' || state == 'ended';
    toggle.textContent = page.texts[measuring ? 'watch.stop' : 'watch.start']!;
    panel.hidden = state != 'undecided';
  };

  const begin = async () => {
    show('on');
    let answered = false;
    addEventListener('hartslag', () => (answered = true), { once: true });
    setTimeout(() => answered || (shown == 'on' && show('waiting')), answer_late_ms);
    try {
      if (!window.hartslag) await fetch_beacon(page);
    } catch {
      return show('off');
    }
    // Switched off while the script came.
    if (shown == 'on' || shown == 'waiting') window.hartslag!.start(consent(true), remaining_ms());
  };

  const end = () => {
    show('off');
    window.hartslag?.withdraw();
  };

  // The script stops by itself; this is for a page where it does not run. A timer holds 24 days at most.
  const wait_for_end = () => {
    if (remaining_ms() > 0) setTimeout(wait_for_end, Math.min(remaining_ms() + 1, 2 ** 31 - 1));
    else {
      show('ended');
      window.hartslag?.stop();
    }
  };

  addEventListener('hartslag', ({ detail }) => {
    if (detail == 'beating') show('on');
    else if (remaining_ms() <= 0) show('ended');
    else show('off');
  });
  addEventListener('offline', () => shown == 'on' && show('waiting'));
  addEventListener('online', () => shown == 'waiting' && show('on'));

  panel.addEventListener('click', ({ target }) => {
    const choice = (target as Element).closest<HTMLElement>('[data-consent]')?.dataset['consent'];
    if (!choice) return;
    if (choice == 'yes') begin();
    else {
      show('off');
      open_session(page, consent(false));
    }
    // The button that had the focus is gone.
    toggle.focus({ preventScroll: true });
  });
  toggle.addEventListener('click', () => (shown == 'off' ? begin() : end()));

  if (page.refused_by_signal) show('off');
  wait_for_end();
  open_session(page, {});
};
