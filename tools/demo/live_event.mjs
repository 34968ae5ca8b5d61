// Today's event, which runs for four hours from a little before now.

const minute = 60_000;
const begun_ms = 10 * minute;
const length_ms = 4 * 60 * minute;
/** With less than this left, a new one is made. */
const left_ms_min = 20 * minute;

/** The slug of the live event: one that runs still, or a new one. `client` is signed in. */
export async function live_event(client) {
  const events = await client.expect(200, 'GET', '/api/v1/events');
  const running = events.find(({ state, ends }) => state === 'live' && Date.parse(ends) > Date.now() + left_ms_min);
  if (running) return running.event;
  const at = (after_ms) => new Date(Date.now() + after_ms).toISOString();
  const { event } = await client.expect(201, 'POST', '/api/v1/events', {
    title: 'Open huis',
    description: 'Kijk mee, ga even weg en kom terug: de organisator ziet het gebeuren.',
    kind: 'live',
    starts: at(-begun_ms),
    ends: at(length_ms - begun_ms),
    time_zone: 'Europe/Brussels',
    language: 'nl',
    fields: ['name', 'email'],
    required: ['name', 'email'],
    opens_by: 'both',
    measured: true,
    video: { kind: 'live' },
    moments: [{ at: at(-begun_ms), label: 'Welkom' }],
  });
  await client.expect(200, 'POST', `/api/v1/events/${event}/open`);
  return event;
}
