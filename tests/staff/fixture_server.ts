// A server with the staff application's HTTP surface and invented data, for tests of the pages alone. It keeps what it is
// told, refuses what the real one refuses in the same form, and lets a test play the other side of the live connection.
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { WebSocketServer, type WebSocket } from 'ws';
import type { AccreditationList, Candidate } from '../../web/staff/src/lib/accreditation.ts';
import type { Approval } from '../../web/staff/src/lib/approval.ts';
import type { OwnDuty } from '../../web/staff/src/lib/duties.ts';
import type { Letter } from '../../web/staff/src/lib/letter.ts';
import type { AssignmentDesk, EventDetail, EventSummary, LiveChange, Person, PointedError, Policy } from '../../web/staff/src/lib/types.ts';
import { curve_of, detail_of, iso, person_of, viewer_of, type Plan } from './fixture_people.ts';

const cells = 240;
const content_types: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css', '.woff2': 'font/woff2', '.svg': 'image/svg+xml', '.html': 'text/html; charset=utf-8' };
// As strict as the real pages: what breaks under it must break here first.
const security = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' blob: data:; connect-src 'self'; base-uri 'none'; form-action 'self'";

export interface Fixture {
  url: string;
  events: EventDetail[];
  asked: { method: string; path: string; body: unknown }[];
  signed_in: boolean;
  waits_for: string;
  refuse_live: boolean;
  next_problem: { status: number; detail?: string; errors?: PointedError[] } | null;
  policy: Policy;
  /** What the member does before anything else. */
  duties: OwnDuty[];
  change(change: Partial<LiveChange>): void;
  drop_live(): void;
  live_count(): number;
  close(): Promise<void>;
}

export function event_of(slug: string, changes: Partial<EventDetail>): EventDetail {
  const starts = changes.starts ?? '2026-11-18T18:00:00.000Z';
  return {
    event: slug,
    title: slug,
    description: 'Over slapen, waken en alles daartussen.',
    kind: 'live',
    state: 'ended',
    starts,
    runs_on: false,
    ends: changes.ends ?? iso(Date.parse(starts) + 90 * 60_000),
    time_zone: 'Europe/Brussels',
    language: 'nl',
    fields: ['name', 'email', 'organisation'],
    required: ['name', 'email'],
    opens_by: 'form',
    measured: true,
    capacity: null,
    video: { kind: 'none', address: null, captions: false },
    registered: 0,
    moments: [
      { at: iso(Date.parse(starts) + 10 * 60_000), label: 'Dr. Maes' },
      { at: iso(Date.parse(starts) + 45 * 60_000), label: 'Pauze' },
      { at: iso(Date.parse(starts) + 55 * 60_000), label: 'Vragen' },
    ],
    domains: [],
    deletes_at: null,
    anonymous_since: null,
    links: { registration: `https://hartslag.example/e/${slug}` },
    ...changes,
  };
}

const approval_of = (approval: string, changes: Partial<Approval>): Approval => ({
  approval,
  act: 'export',
  says: 'Een export',
  title: 'De kijkers van Geweest in een bestand',
  asked_by: 'Omar Haddad',
  own: false,
  asked: '2026-11-22T14:00:00.000Z',
  until: '2026-11-23T14:00:00.000Z',
  state: 'waiting',
  decided_by: '',
  decided: null,
  can_decide: false,
  can_withdraw: false,
  can_fetch: false,
  deciders: 1,
  reason: '',
  lines: [
    { label: 'Bestand', value: 'Excel (XLSX)' },
    { label: 'Mensen erin, nu', value: '300' },
    { label: 'Voor wie', value: 'Zorgpunt De Linde (2026-114)' },
    { label: 'Waarvoor', value: 'Om u binnen te laten.\nOm te zien wanneer u keek.' },
    { label: 'Gegevens', value: 'Wat u invult bij uw inschrijving.\nWanneer de video bij u zichtbaar was.' },
  ],
  ...changes,
});

export const policy: Policy = {
  version: '3',
  name: 'Voorbeeldbeleid',
  languages: ['nl', 'fr', 'en', 'de'],
  fields: [
    { name: 'name', type: 'text', required: true, label: { nl: 'Naam', fr: 'Nom', en: 'Name', de: 'Name' } },
    { name: 'email', type: 'email', required: true, label: { nl: 'E-mailadres', fr: 'Adresse e-mail', en: 'Email address', de: 'E-Mail-Adresse' } },
    { name: 'organisation', type: 'text', required: false, label: { nl: 'Organisatie', fr: 'Organisation', en: 'Organisation', de: 'Organisation' } },
    { name: 'riziv', type: 'text', required: false, label: { nl: 'RIZIV-nummer', fr: 'Numéro INAMI', en: 'RIZIV number', de: 'RIZIV-Nummer' } },
  ],
  facts: ['visible', 'focused', 'playing', 'audible'],
  four_eyes: ['export', 'move end'],
  opens_by: ['form', 'link', 'both'],
};

const plan_of = (event: EventDetail): Plan => ({ from_ms: Date.parse(event.starts), to_ms: Date.parse(event.ends), cells, live: event.state === 'live' });
const summary = ({ event, title, state, kind, starts, ends, time_zone, registered }: EventDetail): EventSummary => ({ event, title, state, kind, starts, ends, time_zone, registered });

/** The first three, of whom one has enough and one does not agree with what was decided. */
function accreditation_of(event: EventDetail): AccreditationList {
  const decided = { decided: event.ends, decided_by: 'Noor Claes', reason: 'Te weinig gezien.', objected: event.ends, words: 'Mijn verbinding viel weg.' };
  const people = Array.from({ length: Math.min(3, event.registered) }, (_, n): Candidate => {
    const { viewer, name, email, active_s } = person_of(n, plan_of(event), true);
    const none = { granted: null, decided: null, decided_by: '', reason: '', objected: null, words: '' };
    return { viewer, name, email, active_s, share: n == 0 ? 0.93 : 0.41, proposed: n == 0, ...none, ...(n == 1 && { granted: false, ...decided }) };
  });
  return { share: 0.8, says: 'Wie lang genoeg keek.', logic: 'Het programma telt.', open: event.state === 'ended', state: '0', unmeasured: 2, people };
}

const letter_of = (letter: string, { texts, people }: { texts?: unknown; people?: unknown }): Letter => ({
  letter,
  purpose: 'admission',
  says: 'Om u binnen te laten.',
  texts: (texts ?? { nl: { subject: 'De zaal is veranderd', body: 'Zaal twee.' } }) as Letter['texts'],
  sent: '2026-11-22T14:00:00.000Z',
  by: 'Lotte Vermeulen',
  people: Number(people ?? 297),
  reply_to: 'leden@delinde.example',
  progress: { waiting: 0, sent: Number(people ?? 295), failed: people ? 0 : 2, dropped: 0 },
});

async function body_of(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

class FixtureServer implements Fixture {
  url = '';
  asked: Fixture['asked'] = [];
  signed_in = true;
  /** What is still to be shown after the right password. */
  waits_for = '';
  refuse_live = false;
  next_problem: Fixture['next_problem'] = null;
  policy = policy;
  events: EventDetail[];
  private readonly dist: string;
  private readonly server: Server;
  private readonly sockets = new WebSocketServer({ noServer: true });
  /** What an organiser agreed to, for every event. */
  readonly assignment: AssignmentDesk = {
    assignment: {
      number: 1, organiser: 'Zorgpunt De Linde', reference: '2026-114', agreed_on: '2026-11-01', reply_to: 'leden@delinde.example', purposes: ['admission'],
      recorded: '2026-11-01T09:00:00.000Z', ended: null,
    },
    earlier: [],
    purposes: [{ name: 'admission', says: 'Om u binnen te laten.' }, { name: 'attendance', says: 'Om te zien wanneer u keek.' }],
    disclosures: [],
  };
  readonly letters: Letter[] = [letter_of('eerste', {})];
  /** What waits for a second person: somebody else's, and two of one's own. */
  readonly approvals: Approval[] = [
    approval_of('anders', {
      act: 'move end',
      says: 'Een einde verschuiven',
      title: 'Het einde van Nu bezig verschuiven',
      can_decide: true,
      lines: [{ label: 'Einde nu', value: 'zondag 22 november 2026 om 15:30 (CET)' }, { label: 'Einde straks', value: 'zondag 22 november 2026 om 16:30 (CET)' }],
    }),
    approval_of('eigen', { own: true, can_withdraw: true, deciders: 0 }),
    approval_of('klaar', { own: true, can_withdraw: true, can_fetch: true, state: 'approved', decided: '2026-11-22T15:00:00.000Z', decided_by: 'Omar Haddad' }),
    approval_of('nee', { own: true, state: 'refused', decided: '2026-11-22T15:00:00.000Z', decided_by: 'Omar Haddad', reason: 'Wie krijgt dit bestand?' }),
  ];
  duties: OwnDuty[] = [];
  private readonly people_json = new Map<string, string>();

  constructor(dist: string, events: EventDetail[]) {
    this.dist = dist;
    this.events = events;
    this.server = createServer((request, response) => void this.answer(request, response));
    this.server.on('upgrade', (request, socket, head) => {
      const event = this.find(request.url ?? '');
      if (this.refuse_live || !this.signed_in || !event) return socket.destroy();
      this.sockets.handleUpgrade(request, socket, head, (live) => this.greet(live, event));
    });
  }

  async listen(): Promise<this> {
    await new Promise<void>((ready) => this.server.listen(0, '127.0.0.1', ready));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  private find(path: string): EventDetail | undefined {
    const slug = /^\/api\/v1\/events\/([^/?]+)/.exec(path)?.[1];
    return this.events.find((one) => one.event === slug);
  }

  private greet(live: WebSocket, event: EventDetail): void {
    const plan = plan_of(event);
    const now = plan.from_ms + 40 * 60_000;
    const points = curve_of(event.registered, { ...plan, to_ms: now }, 480);
    const people = Array.from({ length: event.registered }, (_, n) => person_of(n, plan, false));
    const here = (state: string): number => people.filter((one) => one.state === state).length;
    live.send(
      JSON.stringify({
        kind: 'hello',
        now: iso(now),
        from: event.starts,
        to: event.ends,
        curve: points.map(([active, open], i) => [plan.from_ms + i * 5000, active, open]),
        people,
        present: { active: here('active'), inactive: here('open') },
        registered: event.registered,
        opened: people.filter((one) => one.first_seen).length,
      }),
    );
  }

  change(change: Partial<LiveChange>): void {
    const whole = { kind: 'change', now: '2026-11-22T14:40:05.000Z', present: { active: 1, inactive: 0 }, registered: 3, opened: 2, point: null, people: [] as Person[], ...change };
    for (const live of this.sockets.clients) live.send(JSON.stringify(whole));
  }

  drop_live(): void {
    for (const live of this.sockets.clients) live.terminate();
  }

  live_count(): number {
    return this.sockets.clients.size;
  }

  async close(): Promise<void> {
    this.drop_live();
    this.server.closeAllConnections();
    await new Promise<void>((done) => this.server.close(() => done()));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    if (url.pathname.startsWith('/assets/staff/')) return this.file(url.pathname.slice('/assets/staff/'.length), response);
    if (url.pathname.startsWith('/staff')) return this.file('index.html', response);
    const raw = await body_of(request);
    const is_json = (request.headers['content-type'] ?? '').includes('application/json');
    const body: unknown = is_json && raw.length ? JSON.parse(raw.toString()) : raw.length;
    this.asked.push({ method: request.method ?? '', path: url.pathname + url.search, body });
    const [status, answer] = this.api(request.method ?? '', url, body as Record<string, unknown>);
    const type = status >= 400 ? 'application/problem+json' : 'application/json';
    response.writeHead(status, { 'content-type': type });
    response.end(status === 204 ? undefined : typeof answer === 'string' ? answer : JSON.stringify(answer ?? {}));
  }

  private file(name: string, response: ServerResponse): void {
    const path = join(this.dist, name);
    if (!existsSync(path)) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': content_types[extname(name)] ?? 'application/octet-stream', 'content-security-policy': security });
    if (name === 'index.html') response.end(readFileSync(path));
    else createReadStream(path).pipe(response);
  }

  private api(method: string, url: URL, body: Record<string, unknown>): [number, unknown?] {
    const what = `${method} ${url.pathname}`;
    if (this.next_problem && method !== 'GET') {
      const problem = this.next_problem;
      this.next_problem = null;
      return [problem.status, { type: '/problems/refused', title: 'Refused', ...problem }];
    }
    if (what === 'GET /api/v1/setup') return url.searchParams.get('token') === 'good' ? [204] : [401, { title: 'Used' }];
    if (what === 'POST /api/v1/setup') return (this.waits_for = 'authenticator'), [201, { next: this.waits_for }];
    if (what === 'POST /api/v1/sign-in') {
      if (body['password'] !== 'goed wachtwoord') return [401, { title: 'Wrong' }];
      return (this.waits_for = 'code'), [200, { next: this.waits_for }];
    }
    if (url.pathname.startsWith('/api/v1/sign-in')) return this.second_step(what, body);
    if (what === 'POST /api/v1/sign-out') return (this.signed_in = false), [204];
    if (!this.signed_in) return [401, { title: 'Sign in' }];
    if (what === 'GET /api/v1/me') {
      const may = {
        permissions: ['view_report', 'see_names', 'export', 'manage_event', 'run_event', 'accredit', 'contact_viewers'],
        requests: null, incidents: null, credentials: null, updates: null, approvals: { waiting: 1 },
      };
      const duties = { open: this.duties.filter((one) => one.state !== 'met').length, ends: [] };
      const who = { member: 'lotte', role: 'organiser', operates: true, language: 'nl', told_of_approvals: true };
      return [200, { ...who, name: 'Lotte Vermeulen', email: 'lotte@voorbeeld.example', organisation: 'Academie Voorbeeld', now: new Date().toISOString(), duties, ends: null, ...may }];
    }
    if (what === 'GET /api/v1/policy') return [200, this.policy];
    if (what === 'GET /api/v1/events') return [200, this.events.map(summary)];
    if (what === 'POST /api/v1/events') {
      const made = event_of(`nieuw-${this.events.length + 1}`, { ...(body as Partial<EventDetail>), state: 'draft', registered: 0 });
      made.video = { ...made.video, captions: false };
      this.events.push(made);
      return [201, made];
    }
    if (what === 'GET /api/v1/me/duties') return [200, this.duties];
    if (method === 'POST' && url.pathname.startsWith('/api/v1/me/duties/')) return this.agree(url.pathname.split('/').at(-1)!, body);
    if (url.pathname.startsWith('/api/v1/approvals')) return this.of_approvals(what, body);
    if (what === 'GET /api/v1/me/authenticator') return [200, { set: '2026-11-20T09:00:00.000Z', recovery_left: 9, passkeys: 0 }];
    if (['/api/v1/me/sessions', '/api/v1/me/devices', '/api/v1/me/sign-ins', '/api/v1/me/passkeys', '/api/v1/tokens'].includes(url.pathname) && method === 'GET') return [200, []];
    const event = this.find(url.pathname);
    return event ? this.of_event(method, url, body, event) : [404, { title: 'Not found' }];
  }

  private of_letters(method: string, what: string, body: Record<string, unknown>, event: EventDetail): [number, unknown?] {
    const left_out = { restricted: 0, no_address: 1, unagreed: 0, objected: 2, often_today: 0 };
    const reached = body['to'] === 'chosen' ? ((body['viewers'] ?? []) as string[]).length : Math.max(0, event.registered - 3);
    const preview = body['texts'] ? { subject: 'Nieuws', text: 'Zaal twee.', html: '<p>Zaal twee.</p>' } : null;
    if (what === 'look') return [200, { reached, left_out, languages: { nl: reached }, preview }];
    if (what === 'people') {
      const people = Array.from({ length: Math.min(60, event.registered) }, (_, n) => person_of(n, plan_of(event), false));
      return [200, people.map(({ viewer, name }, n) => ({ viewer, name, present: n % 2 === 0, why: n === 1 ? 'objected' : null }))];
    }
    if (method === 'PUT') return this.letters.unshift(letter_of(what, body)), [201, this.letters[0]];
    const purposes = [{ name: 'admission', says: 'Om u binnen te laten.', presence: true }, { name: 'accreditation', says: 'Om uw aanwezigheid te laten meetellen.', presence: true }];
    const { organiser, reply_to } = this.assignment.assignment!;
    return [200, { organiser, reply_to, purposes, languages: this.policy.languages, left_today: 19, per_viewer_day: 3, fresh_above: 10, letters: this.letters }];
  }

  private agree(name: string, body: Record<string, unknown>): [number, unknown?] {
    const duty = this.duties.find((one) => one.duty === name);
    if (!duty) return [404, { title: 'Not found' }];
    if (duty.kind === 'signed' && body['name'] !== 'Lotte Vermeulen') return [400, { title: 'Wrong', errors: [{ pointer: '#/name', detail: 'not your name' }] }];
    Object.assign(duty, { state: 'met', done: new Date().toISOString(), signed_as: body['name'] });
    return [204];
  }

  private of_approvals(what: string, body: Record<string, unknown>): [number, unknown?] {
    const [, , , id = '', act = ''] = what.split(' ')[1]!.split('/').slice(1);
    if (!id) return [200, this.approvals];
    const one = this.approvals.find(({ approval }) => approval === id);
    if (!one) return [404, { title: 'Not found' }];
    if (act === 'approve') Object.assign(one, { state: 'executed', decided: one.asked, decided_by: 'Lotte Vermeulen', can_decide: false });
    if (act === 'refuse') Object.assign(one, { state: 'refused', reason: body['reason'], decided: one.asked, decided_by: 'Lotte Vermeulen', can_decide: false });
    if (act === 'withdraw') Object.assign(one, { state: 'withdrawn', can_withdraw: false });
    return [200, one];
  }

  private second_step(what: string, body: Record<string, unknown>): [number, unknown?] {
    if (!this.waits_for) return [401, { title: 'Sign in' }];
    if (what === 'GET /api/v1/sign-in') return [200, { next: this.waits_for }];
    if (what === 'POST /api/v1/sign-in/authenticator') {
      const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
      return [201, { secret, address: `otpauth://totp/x?secret=${secret}`, picture: { size: 33, path: 'M4 4h7v1h-7z' } }];
    }
    if (body['code'] !== '123456') return [403, { title: 'Wrong' }];
    this.signed_in = true;
    this.waits_for = '';
    return what === 'POST /api/v1/sign-in/code' ? [204] : [201, { recovery_codes: ['ABCD-EFGH-IJKL-MNOP-QRST-UVWX', 'YZ23-4567-ABCD-EFGH-IJKL-MNOP'] }];
  }

  private of_event(method: string, url: URL, body: Record<string, unknown>, event: EventDetail): [number, unknown?] {
    const rest = url.pathname.split('/').slice(5);
    const what = `${method} ${rest[0] ?? ''}`;
    const plan = plan_of(event);
    if (what === 'GET ') return [200, event];
    if (what === 'PATCH ') return Object.assign(event, body), [200, event];
    if (what === 'POST open') return (event.state = 'open'), [204];
    if (what === 'POST close') return (event.state = 'ended'), [204];
    if (what === 'GET live-folder') return [200, { folder: '/var/lib/hartslag/media/live', playlist: 'index.m3u8' }];
    if (what === 'GET upload') return [200, { state: 'packing', progress: 0.4 }];
    if (what === 'PUT upload') return [202, { job: 'j1' }];
    if (what === 'PUT captions') return (event.video.captions = true), [204];
    if (what === 'DELETE captions') return (event.video.captions = false), [204];
    if (what === 'GET entries') return [200, []];
    if (what === 'GET accreditation') return [200, accreditation_of(event)];
    if (rest[0] === 'letters') return this.of_letters(method, rest[1] ?? '', body, event);
    if (what === 'GET assignment') return [200, this.assignment];
    if (what === 'GET viewers') return [200, 'name,email\r\n'];
    if (what === 'GET report') return [200, this.report(url, event)];
    if (what === 'GET movements') return [200, this.movements(Number(url.searchParams.get('step')), plan, event.registered)];
    if (what === 'GET people' && rest[1]) return [200, detail_of(Number(rest[1].slice(1)), plan)];
    if (what === 'GET people') return [200, this.people(event, plan)];
    return [404, { title: 'Not found' }];
  }

  private people(event: EventDetail, plan: Plan): string {
    const key = `${event.event} ${event.registered}`;
    let json = this.people_json.get(key);
    if (!json) {
      const people = Array.from({ length: event.registered }, (_, n) => person_of(n, plan));
      this.people_json.set(key, (json = JSON.stringify({ from: event.starts, to: event.ends, cells, people })));
    }
    return json;
  }

  private report(url: URL, event: EventDetail): unknown {
    const from = url.searchParams.get('from') ?? event.starts;
    const to = url.searchParams.get('to') ?? event.ends;
    const step_s = Number(url.searchParams.get('step') ?? 60);
    const buckets = Math.ceil((Date.parse(to) - Date.parse(from)) / 1000 / step_s);
    const curve = curve_of(event.registered, plan_of(event), buckets);
    const n = event.registered;
    return {
      event: event.event,
      from,
      to,
      step_s,
      viewers: { registered: n, opened: Math.round(n * 0.9), consented: Math.round(n * 0.86), refused: Math.round(n * 0.04), watched: Math.round(n * 0.85) },
      watch: { average_active_s: 3127.5, median_active_s: 3388, average_open_s: 3890.25 },
      curve: curve.map(([active, inactive], i) => ({ at: iso(Date.parse(from) + i * step_s * 1000), active, inactive })),
      accredited: 0,
    };
  }

  private movements(step_s: number, plan: Plan, people: number): unknown {
    const buckets = Math.ceil((plan.to_ms - plan.from_ms) / 1000 / step_s);
    const curve = curve_of(people, plan, buckets + 1).map(([active, open]) => active + open);
    const arrivals = curve.slice(0, -1).map((now, i) => Math.max(0, now - (curve[i - 1] ?? 0)) + (i % 7));
    const departures = curve.slice(0, -1).map((now, i) => Math.max(0, (curve[i - 1] ?? 0) - now) + (i % 5));
    departures[buckets - 1] = curve[buckets - 1] ?? 0;
    return { step_s, from: iso(plan.from_ms), arrivals, departures };
  }
}

export const start_fixture = (dist: string, events: EventDetail[]): Promise<Fixture> => new FixtureServer(dist, events).listen();
export { viewer_of };
