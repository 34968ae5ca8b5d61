// Yesterday's event: registered for, watched and ended through the public interface, on a clock that is let pass.

import { each } from './client.mjs';
import { behaviour } from './behaviour.mjs';
import { make_people, random_of } from './people.mjs';

const minute = 60_000;
const tick_ms = 5_000;
const at_once = 32;
// A page that is connected sends at once. One that was cut off may send up to 5 minutes later, which is what
// these do, so that a demo takes seconds.
const send_every_ms = 4 * minute;
const message_beats_max = 256;
const sealed_after_ms = 7 * minute;

export const plan = {
  event: {
    title: 'Veilig delen in de zorg',
    description:
      'Een webinar over gegevens delen tussen huisarts, ziekenhuis en thuiszorg: wat mag, wat moet, en wat helpt. ' +
      'Met een pauze halverwege en tijd voor vragen.',
    kind: 'live',
    time_zone: 'Europe/Brussels',
    language: 'nl',
    fields: ['name', 'email', 'organisation', 'job'],
    required: ['name', 'email'],
    opens_by: 'both',
    measured: true,
    video: { kind: 'none' },
  },
  length_ms: 90 * minute,
  break_ms: 45 * minute,
  break_length_ms: 8 * minute,
  moments: [
    [0, 'Welkom'],
    [5, 'Wat de wet vraagt'],
    [25, 'Drie ziekenhuizen vertellen'],
    [45, 'Pauze'],
    [53, 'Werken met toestemming'],
    [75, 'Vragen'],
  ],
};

async function register(client, slug, person) {
  const answer = await client.ask('POST', `/e/${slug}/register`, new URLSearchParams(person));
  const link = /\/watch\/([\w-]+)/.exec(answer.headers.location ?? '')?.[1];
  if (answer.status !== 303 || !link) throw new Error(`registering: ${answer.status}\n${answer.text}`);
  return link;
}

/** One page: opens its session, then sends its beats until all are acknowledged. */
class Page {
  #client;
  #clock;
  #asked;
  #beats;
  #start_ms;
  #session;
  #sent = 0;
  from_ms;
  due_ms;

  constructor(client, clock, asked, viewing, start_ms, random) {
    this.#client = client;
    this.#clock = clock;
    this.#asked = asked;
    this.#beats = viewing.beats;
    this.#start_ms = start_ms;
    this.from_ms = viewing.from_ms;
    this.due_ms = viewing.from_ms + send_every_ms * (0.5 + 0.5 * random());
  }

  async open() {
    this.#session = await this.#client.expect(201, 'POST', '/v1/sessions', this.#asked);
  }

  get done() {
    return this.#session !== undefined && (!this.#session.t || this.#sent === this.#beats.length);
  }

  /** Sends what was observed up to now. */
  async send() {
    while (!this.done) {
      const now_ms = this.#clock.now_ms();
      const rest = this.#beats.slice(this.#sent, this.#sent + message_beats_max);
      const observed = rest.filter(([at_ms]) => this.#start_ms + at_ms <= now_ms);
      if (observed.length === 0) break;
      const b = observed.map(([at_ms, facts]) => [Math.round(now_ms - this.#start_ms - at_ms), facts]);
      const message = { t: this.#session.t, n: this.#sent + 1, b };
      const answer = await this.#client.ask('POST', '/v1/pulse', message);
      if (answer.status === 429 || answer.status === 503) continue;
      if (answer.status !== 200) throw new Error(`POST /v1/pulse: ${answer.status}\n${answer.text}`);
      this.#sent = JSON.parse(answer.text).n;
    }
    this.due_ms += send_every_ms;
  }
}

/** Makes the event and returns its slug. `say` is told how far it is. */
export async function make_past_event({ client, clock, start_ms, viewers, say }) {
  const random = random_of(20_261_122);
  const at = (after_ms) => new Date(start_ms + after_ms).toISOString();
  const { event: slug } = await client.expect(201, 'POST', '/api/v1/events', {
    ...plan.event,
    starts: at(0),
    ends: at(plan.length_ms),
    moments: plan.moments.map(([after_min, label]) => ({ at: at(after_min * minute), label })),
  });
  await client.expect(200, 'POST', `/api/v1/events/${slug}/open`);
  const { version: notice } = await client.expect(200, 'GET', '/api/v1/policy');

  const pages = [];
  let registered = 0;
  const opened_ms = clock.now_ms();
  const people = make_people(viewers, random);
  while (registered < people.length) {
    // They register over all the time that there is before the event.
    clock.advance_to(opened_ms + ((start_ms - opened_ms) * registered) / people.length);
    const group = people.slice(registered, registered + at_once);
    await each(group, at_once, async (person) => {
      const { consent, viewings } = behaviour(random, plan);
      const link = await register(client, slug, person);
      const asked = { property: slug, link, notice, consent: consent === undefined ? {} : { attendance: consent } };
      pages.push(...viewings.map((viewing) => new Page(client, clock, asked, viewing, start_ms, random)));
    });
    registered += group.length;
    say(`registering viewers: ${registered} of ${viewers}`);
  }

  let waiting = pages.sort((a, b) => a.from_ms - b.from_ms);
  let open = [];
  // Beats are sent a little past the end too: those of the last minutes are still on their way then.
  for (let tick = 0; waiting.length > 0 || open.length > 0; ++tick) {
    clock.advance_to(start_ms + tick * tick_ms);
    const now_ms = clock.now_ms() - start_ms;
    if (now_ms > plan.length_ms + sealed_after_ms) throw new Error('some beats could not be delivered in time');
    const arrived = waiting.filter(({ from_ms }) => from_ms <= now_ms && now_ms < plan.length_ms);
    waiting = waiting.filter(({ from_ms }) => from_ms > now_ms && now_ms < plan.length_ms);
    await each(arrived, at_once, (page) => page.open());
    open.push(...arrived);
    await each(open.filter(({ due_ms }) => due_ms <= now_ms), at_once, (page) => page.send());
    open = open.filter((page) => !page.done);
    if (tick % 12 === 0) say(`the event: minute ${Math.round(now_ms / minute)} of ${plan.length_ms / minute}`);
  }
  clock.advance_to(start_ms + plan.length_ms + sealed_after_ms);
  return slug;
}
