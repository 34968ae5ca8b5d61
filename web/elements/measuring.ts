// The line that says whether time is measured, its switch, and the questions before it: one for each purpose, one
// after the other. The heartbeat script is fetched only when somebody said yes to one of them; until then, and after
// a no to all, the server learns that the page was opened.
import type { Consent } from '../beacon/types.ts';
import { by_id, read_page, server_clock, type Page } from './page.ts';

type Shown = 'undecided' | 'on' | 'waiting' | 'off' | 'ended';

// So long may the first answer take before the page says that it is waited for.
const answer_late_ms = 2_000;

// What the opening's answer may take before the heartbeat script begins without it.
const opening_late_ms = 2_000;

const fetch_beacon = (page: Page, session: string | undefined) =>
  new Promise<void>((loaded, failed) => {
    const script = document.createElement('script');
    script.src = '/beacon.js';
    Object.assign(script.dataset, { property: page.property, link: page.link, notice: page.notice, ...(session && { session }) });
    script.onload = () => loaded();
    script.onerror = () => {
      script.remove();
      failed(new Error('/beacon.js did not load'));
    };
    document.head.append(script);
  });

/** Tells that the page was opened, or what was answered in the session that this opened; gives the session. */
const open_session = ({ property, link, notice }: Page, consent: Consent, session?: string): Promise<string | undefined> =>
  fetch('/v1/sessions', {
    method: 'POST',
    keepalive: true,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ property, link, notice, consent, session }),
  })
    .then(async (answer) => (answer.ok ? (await answer.json()).session : undefined))
    // Nothing of the page depends on it.
    .catch(() => undefined);

export const measure = (page: Page) => {
  const line = by_id('measuring')!;
  const toggle = by_id<HTMLButtonElement>('measuring-switch')!;
  const panel = by_id('consent')!;
  const now = server_clock(page.now);
  const remaining_ms = () => Date.parse(page.ends) - now();
  const read_questions = () => [...panel.querySelectorAll<HTMLElement>('[data-purpose]')];
  let questions = read_questions();
  let answers: Consent = {};
  // One load of the page is one session: what is answered completes the one that was opened unanswered.
  let opened = open_session(page, {});

  const words = (state: Shown) => {
    if (state != 'on' && state != 'off') return page.texts[`watch.measuring.${state}`]!;
    // A browser's no was not chosen on this page: whoever may change it is told here what it may cost.
    const unasked = page.refused_by_signal && Object.keys(answers).length == 0;
    return page.purposes.flatMap(({ name, given, declined, refusal }) =>
      state == 'on' && answers[name] ? [given] : unasked && refusal ? [declined, refusal] : [declined]).join(' ');
  };

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

  const ask = (next: number) => {
    questions.forEach((question, place) => {
      const heading = question.querySelector('h2')!;
      question.hidden = place != next;
      // What names the panel is the question in sight.
      if (question.hidden) heading.removeAttribute('id');
      else heading.id = 'consent-ask';
    });
  };

  const begin = async () => {
    show('on');
    let answered = false;
    addEventListener('hartslag', () => (answered = true), { once: true });
    setTimeout(() => answered || (shown == 'on' && show('waiting')), answer_late_ms);
    try {
      const late = new Promise<undefined>((done) => setTimeout(done, opening_late_ms));
      const session = await Promise.race([opened, late]);
      if (!window.hartslag) await fetch_beacon(page, session);
    } catch {
      return show('off');
    }
    // Switched off while the script came.
    if (shown == 'on' || shown == 'waiting') window.hartslag!.start(answers, remaining_ms());
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

  // The server ended the measuring. Where that is because another version of the policy is in force, its questions
  // take the place of those on the page, and none is answered yet.
  const ask_anew = async () => {
    const text = await fetch(location.href)
      .then((answer) => (answer.ok ? answer.text() : ''))
      .catch(() => '');
    const fresh = new DOMParser().parseFromString(text, 'text/html');
    const fresh_panel = fresh.getElementById('consent');
    if (!fresh_panel || read_page(fresh).notice == page.notice) return;
    Object.assign(page, read_page(fresh));
    panel.replaceChildren(...fresh_panel.childNodes);
    questions = read_questions();
    answers = {};
    opened = open_session(page, {});
    const script = document.querySelector<HTMLScriptElement>('script[data-notice]');
    if (script) {
      script.dataset['notice'] = page.notice;
      opened.then((session) => session && (script.dataset['session'] = session));
    }
    ask(0);
    show('undecided');
  };

  addEventListener('hartslag', ({ detail }) => {
    const ended_by_server = shown == 'on' || shown == 'waiting';
    if (detail == 'beating') show('on');
    else if (remaining_ms() <= 0) show('ended');
    else {
      show('off');
      if (ended_by_server) ask_anew();
    }
  });
  addEventListener('offline', () => shown == 'on' && show('waiting'));
  addEventListener('online', () => shown == 'waiting' && show('on'));

  panel.addEventListener('click', ({ target }) => {
    const button = (target as Element).closest<HTMLElement>('[data-consent]');
    if (!button) return;
    const question = button.closest<HTMLElement>('[data-purpose]')!;
    const next = questions.indexOf(question) + 1;
    answers[question.dataset['purpose']!] = button.dataset['consent'] == 'yes';
    // The button that had the focus goes: the next question takes it, or the switch.
    if (next < questions.length) {
      ask(next);
      questions[next]!.querySelector('h2')!.focus();
      return;
    }
    if (Object.values(answers).includes(true)) begin();
    else {
      show('off');
      opened.then((session) => open_session(page, answers, session));
    }
    toggle.focus({ preventScroll: true });
  });

  // To go from no to yes is one press where there is one thing to say yes to; else each is asked again.
  const change_mind = () => {
    answers = {};
    if (questions.length > 1) {
      ask(0);
      show('undecided');
      questions[0]!.querySelector('h2')!.focus();
    } else {
      answers[page.purposes[0]!.name] = true;
      begin();
    }
  };
  toggle.addEventListener('click', () => (shown == 'off' ? change_mind() : end()));

  if (page.refused_by_signal) show('off');
  wait_for_end();
};
