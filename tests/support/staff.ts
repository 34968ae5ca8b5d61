// A member of staff at a browser of their own, without the browser: the cookie, the page it comes from, the API.
/// <reference path="./ws.d.ts" />
import { WebSocket } from 'ws';
import { through } from './approvals.ts';
import { is_held } from './duties.ts';
import { ask, type Answer, type Asking } from './http.ts';
import type { Server } from './server.ts';
import { until } from './until.ts';

/** An event as the API spells it (src/surfaces/events/event_json.h). */
export interface Event {
  event: string;
  title: string;
  description: string;
  kind: 'live' | 'on-demand';
  state: 'draft' | 'open' | 'live' | 'ended';
  starts: string;
  ends: string;
  runs_on: boolean;
  time_zone: string;
  language: string;
  fields: string[];
  required: string[];
  opens_by: 'form' | 'link' | 'both';
  measured: boolean;
  capacity: number | null;
  video: { kind: 'none' | 'address' | 'upload' | 'live'; address: string | null; captions: boolean };
  moments: { at: string; label: string }[];
  registered: number;
  links: { registration: string };
  deletes_at: string | null;
  anonymous_since: string | null;
}

export interface Report {
  event: string;
  from: string;
  to: string;
  step_s: number;
  viewers: { registered: number; opened: number; consented: number; refused: number; watched: number };
  watch: { average_active_s: number; median_active_s: number; average_open_s: number };
  curve: { at: string; active: number; inactive: number }[];
  accredited: number;
}

export interface Interval {
  start: string;
  end: string;
  facts: number;
  action: 'active' | 'inactive';
}

export interface Row {
  viewer: string;
  name: string;
  email: string;
  registered: string;
  first_seen: string | null;
  last_seen: string | null;
  active_s: number;
  open_s: number;
  share: number;
  consent: 'given' | 'refused' | 'none';
}

export interface Person extends Row {
  fields: Record<string, string>;
  sessions: { session: string; opened: string; consented: boolean; withdrawn: string | null; intervals: Interval[] }[];
}

export interface People {
  from: string;
  to: string;
  cells: number;
  people: (Row & { line: string })[];
}

/** What the organiser's live page is told, in order; `close` when it was enough. */
export interface Live {
  messages: any[];
  /** The first message, from now on or before, of which this holds. */
  wait_for(what: string, holds: (message: any) => boolean, most_ms?: number): Promise<any>;
  close(): void;
}

const minute_ms = 60_000;

/** How somebody comes in again, and shows a second factor again to the session of that cookie, each a new cookie; and what comes before anything else. */
export interface WaysIn {
  sign_in: () => Promise<string>;
  step_up: (cookie: string) => Promise<string>;
  /** Does what comes before anything else; false: it is left to the test. */
  acknowledge: () => Promise<boolean>;
}

export class Staff {
  readonly #server: Server;
  readonly #ways_in: WaysIn | undefined;
  /** The session; empty for who is not signed in. */
  cookie: string;
  /** An API token, instead of a session. */
  token = '';

  constructor(server: Server, cookie: string, ways_in?: WaysIn) {
    this.#server = server;
    this.cookie = cookie;
    this.#ways_in = ways_in;
  }

  /** Somebody who has only this API token. */
  with_token(token: string): Staff {
    const other = new Staff(this.#server, '');
    other.token = token;
    return other;
  }

  /** A session that was idle for too long, since the clock went on, is begun anew; who has to show a code does. */
  async ask(method: string, path: string, { headers, ...rest }: Asking = {}): Promise<Answer> {
    const ask = () => {
      const who: Record<string, string> = this.token ? { authorization: `Bearer ${this.token}` } : { cookie: this.cookie };
      const from = { origin: this.#server.origin, 'sec-fetch-site': 'same-origin', 'accept-language': 'en' };
      return this.#server.ask(method, path, { headers: { ...who, ...from, ...headers }, ...rest });
    };
    let answer = await ask();
    if (!this.#ways_in) return answer;
    if (answer.status == 401) {
      this.cookie = await this.#ways_in.sign_in();
      answer = await ask();
    }
    if (is_held(answer) && (await this.#ways_in.acknowledge())) answer = await ask();
    if (answer.status != 403 || answer.json().type != '/problems/step-up') return answer;
    this.cookie = await this.#ways_in.step_up(this.cookie);
    return ask();
  }
  get(path: string) {
    return this.ask('GET', path);
  }
  post(path: string, body?: unknown) {
    return this.ask('POST', path, { body });
  }
  patch(path: string, body?: unknown) {
    return this.ask('PATCH', path, { body });
  }
  put(path: string, body?: unknown) {
    return this.ask('PUT', path, { body });
  }
  del(path: string) {
    return this.ask('DELETE', path);
  }

  /** A draft: began ten minutes ago, takes two hours more, measured, asks for all that the policy requires. */
  async draft_event(given: Partial<Event> = {}): Promise<Event> {
    const now = this.#server.clock.now();
    const event = {
      title: 'Ledenvergadering',
      description: 'Over het voorbije jaar, en wat daarna komt.',
      kind: 'live',
      starts: new Date(now - 10 * minute_ms).toISOString(),
      ends: new Date(now + 120 * minute_ms).toISOString(),
      time_zone: 'Europe/Brussels',
      language: 'nl',
      opens_by: 'both',
      measured: true,
      ...given,
    };
    return (await this.post('/api/v1/events', event)).expect(201).json<Event>();
  }

  async open({ event }: { event: string }): Promise<Event> {
    return (await this.post(`/api/v1/events/${event}/open`)).expect(200).json<Event>();
  }

  /** The same, with its registration opened: live, unless its times say otherwise. */
  async create_event(given: Partial<Event> = {}): Promise<Event> {
    return this.open(await this.draft_event(given));
  }

  async event(slug: string): Promise<Event> {
    return (await this.get(`/api/v1/events/${slug}`)).expect(200).json<Event>();
  }

  async report({ event }: { event: string }, query: Record<string, string | number> = {}): Promise<Report> {
    const search = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
    return (await this.get(`/api/v1/events/${event}/report?${search}`)).expect(200).json<Report>();
  }

  async movements({ event }: { event: string }, step_s = 60) {
    const answer = (await this.get(`/api/v1/events/${event}/movements?step=${step_s}`)).expect(200);
    return answer.json<{ from: string; step_s: number; arrivals: number[]; departures: number[] }>();
  }

  async people({ event }: { event: string }, cells = 240): Promise<People> {
    return (await this.get(`/api/v1/events/${event}/people?cells=${cells}`)).expect(200).json<People>();
  }

  /** The row of one address in `people`. */
  async row({ event }: { event: string }, email: string) {
    const found = (await this.people({ event })).people.find((row) => row.email == email);
    if (!found) throw new Error(`nobody of ${event} has the address ${email}`);
    return found;
  }

  /** One person, with sessions and intervals, by address. */
  async person(event: { event: string }, email: string): Promise<Person> {
    const { viewer } = await this.row(event, email);
    return (await this.get(`/api/v1/events/${event.event}/people/${viewer}`)).expect(200).json<Person>();
  }

  /** What leaves as a file: where a second person has to approve, one does. */
  async take(path: string): Promise<Answer> {
    return through(this.#server, this, await this.get(path));
  }

  /** The contract's viewers' table; `json` is parsed by the caller. */
  async viewers({ event }: { event: string }, format: 'json' | 'csv' | 'xlsx' = 'json'): Promise<Answer> {
    return (await this.take(`/api/v1/events/${event}/viewers?format=${format}`)).expect(200);
  }

  async live({ event }: { event: string }): Promise<Live> {
    const { origin, base } = this.#server;
    await this.#server.settle();
    const socket = new WebSocket(`${base.replace('http', 'ws')}/api/v1/events/${event}/live`, {
      headers: { cookie: this.cookie, origin, host: new URL(origin).host },
    });
    const messages: any[] = [];
    let failure: Error | undefined;
    socket.on('message', (text) => messages.push(JSON.parse(String(text))));
    socket.on('error', (error) => (failure = error));
    socket.on('close', (code) => (failure ??= new Error(`the live view was closed with ${code} after ${JSON.stringify(messages).slice(0, 500)}`)));
    return {
      messages,
      wait_for: (what, holds, most_ms) =>
        until(`the live view: ${what}`, () => {
          const found = messages.find(holds);
          if (!found && failure) throw failure;
          return found;
        }, most_ms),
      close: () => socket.terminate(),
    };
  }
}
