// What a simulated viewer does during an event, as beats to be sent.
//
// A viewing is {from_ms, to_ms, beats: [[at_ms, facts], …]}, times from the event's start. A page beats every
// 5 s, at once when a fact changes, and says −1 when it goes away; the facts are those of the heartbeat (1 visible,
// 2 focused, 4 playing). The shares and durations below are a plausible evening, not measured from anybody.

const beat_ms = 5_000;
const minute = 60_000;

const watching = 1 | 2 | 4;
const other_window = 1 | 4; // still in sight, another window is in front
const other_tab = 4; // out of sight, the sound goes on
const gone = -1;

const share = { absent: 0.14, refuses: 0.1, undecided: 0.02, early: 0.58, stays: 0.6, breaks: 0.12, two_tabs: 0.05 };

/** Exponential with that mean. */
const lasting = (random, mean_ms) => -mean_ms * Math.log(1 - random());

function arrival(random) {
  // Whoever was on the waiting page is let in when the event begins.
  if (random() < share.early) return Math.round(random() * 20_000);
  return Math.round(lasting(random, 11 * minute));
}

function departure(random, from_ms, event) {
  if (random() < share.stays) return event.length_ms;
  // Half of the others go in the break, the rest when they have had enough.
  if (random() < 0.4) return event.break_ms + Math.round(random() * 6 * minute);
  return from_ms + 2 * minute + Math.round(lasting(random, 30 * minute));
}

/** Stretches of one and the same facts, from `from_ms` to `to_ms`. */
function stretches(random, from_ms, to_ms, event) {
  const restless = random();
  const stay_ms = (2 + 16 * (1 - restless)) * minute;
  const away_ms = (0.3 + 2.5 * restless) * minute;
  const list = [];
  let at_ms = from_ms;
  let here = true;
  while (at_ms < to_ms) {
    const in_break = at_ms >= event.break_ms && at_ms < event.break_ms + event.break_length_ms;
    const facts = here && !in_break ? watching : random() < 0.35 ? other_window : other_tab;
    const until_ms = Math.min(to_ms, at_ms + 1_000 + Math.round(lasting(random, here ? stay_ms : away_ms)));
    list.push({ from_ms: at_ms, facts });
    here = !here;
    at_ms = until_ms;
  }
  return list;
}

function beats_of(changes, to_ms) {
  const beats = [];
  changes.forEach(({ from_ms, facts }, index) => {
    const until_ms = changes[index + 1]?.from_ms ?? to_ms;
    for (let at_ms = from_ms; at_ms < until_ms; at_ms += beat_ms) beats.push([at_ms, facts]);
  });
  beats.push([to_ms, gone]);
  return beats;
}

function viewing(random, from_ms, to_ms, event) {
  return { from_ms, to_ms, beats: beats_of(stretches(random, from_ms, to_ms, event), to_ms) };
}

/** {consent: true | false | undefined, viewings}; no viewings for who registered and never came. */
export function behaviour(random, event) {
  if (random() < share.absent) return { consent: undefined, viewings: [] };
  const from_ms = arrival(random);
  if (from_ms >= event.length_ms - minute) return { consent: undefined, viewings: [] };
  const to_ms = Math.max(from_ms + 30_000, Math.min(event.length_ms, departure(random, from_ms, event)));
  const viewings = [viewing(random, from_ms, to_ms, event)];
  // Some come back after a quarter of an hour; some have the page open twice for a while.
  if (to_ms < event.length_ms - 20 * minute && random() < share.breaks) {
    viewings.push(viewing(random, to_ms + 15 * minute, event.length_ms, event));
  }
  if (to_ms - from_ms > 20 * minute && random() < share.two_tabs) {
    const second_ms = from_ms + 5 * minute;
    viewings.push({
      from_ms: second_ms,
      to_ms: second_ms + 10 * minute,
      beats: beats_of([{ from_ms: second_ms, facts: other_tab }], second_ms + 10 * minute),
    });
  }
  const choice = random();
  if (choice < share.refuses) return { consent: false, viewings };
  if (choice < share.refuses + share.undecided) return { consent: undefined, viewings };
  return { consent: true, viewings };
}
