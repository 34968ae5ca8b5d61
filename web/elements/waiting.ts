// The waiting page: counts down by the server's clock, and enters when the event begins.
import { by_id, server_clock } from './page.ts';

const countdown = by_id('countdown')!;
const { starts, now } = countdown.dataset as { starts: string; now: string };
const clock = server_clock(now);
const units = { days: 86_400, hours: 3_600, minutes: 60, seconds: 1 };
// Everyone waits for the same moment: they enter within this time of it, not all at once.
const spread_ms = 2_000;

const show = (remaining_s: number) => {
  let rest = remaining_s;
  for (const [unit, seconds] of Object.entries(units)) {
    const count = String(Math.floor(rest / seconds));
    rest %= seconds;
    const place = countdown.querySelector(`[data-unit="${unit}"]`)!;
    if (place.textContent != count) place.textContent = count;
  }
};

let timer = 0;
const tick = () => {
  clearTimeout(timer);
  const remaining_ms = Date.parse(starts) - clock();
  show(Math.max(0, Math.ceil(remaining_ms / 1_000)));
  if (remaining_ms > 0) timer = window.setTimeout(tick, remaining_ms % 1_000 || 1_000);
  else timer = window.setTimeout(() => location.reload(), Math.random() * spread_ms);
};
tick();
// A hidden page's timers are slow, and a sleeping computer's stand still.
document.addEventListener('visibilitychange', () => document.hidden || tick());
