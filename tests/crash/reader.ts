// Reads what the server holds, through its own interface, and holds it against a ledger.
import assert from 'node:assert/strict';
import type { Answer } from '../support/http.ts';
import type { Server } from '../support/server.ts';
import type { Event, Person, Row, Staff } from '../support/staff.ts';
import { wrong_with } from './fold.ts';
import type { SessionLedger } from './ledger.ts';

/** visible, focused, playing: what policies/videoevent.yaml declares. */
const declared = 1 | 2 | 4;

/** Reads with an API token, which outlasts the hours that go by in these tests. */
export class Reader {
  readonly #server: Server;
  readonly #authorization: string;
  readonly #event: string;

  constructor(server: Server, secret: string, event: string) {
    this.#server = server;
    this.#authorization = `Bearer ${secret}`;
    this.#event = event;
  }

  static async of(server: Server, staff: Staff, { event }: Event): Promise<Reader> {
    const asked = { label: 'crash', permissions: ['view_report', 'see_names'] };
    const { secret } = (await staff.post('/api/v1/tokens', asked)).expect(201).json<{ secret: string }>();
    return new Reader(server, secret, event);
  }

  get(path: string): Promise<Answer> {
    return this.#server.get(`/api/v1/events/${this.#event}/${path}`, { authorization: this.#authorization });
  }

  async people(): Promise<Row[]> {
    return (await this.get('people?cells=1')).expect(200).json<{ people: Row[] }>().people;
  }

  async person(email: string): Promise<Person> {
    const row = (await this.people()).find((one) => one.email == email);
    assert.ok(row, `${email} is lost`);
    return (await this.get(`people/${row.viewer}`)).expect(200).json<Person>();
  }
}

/** Everything acknowledged is there once, and what was not is there by whole messages. */
export function check_session(session: SessionLedger, person: Person) {
  const found = person.sessions.find((one) => one.session == session.session);
  assert.ok(found, `session ${session.session} of ${person.email} is lost`);
  const intervals = found.intervals.map(({ start, end, facts, action }) => {
    assert.equal(action, (facts & 2) != 0 ? 'active' : 'inactive');
    return { start_ms: Date.parse(start), end_ms: Date.parse(end), facts };
  });
  const wrong = session.possible_ends().map((end) => wrong_with(intervals, session.beats.slice(0, end), declared));
  assert.ok(wrong.includes(undefined), `session ${session.session} of ${person.email}: ${wrong[0]}`);
  if (session.withdrawal == 'asked') return;
  assert.equal(found.withdrawn != null, session.withdrawal == 'acknowledged', `session ${session.session}: withdrawal`);
}
