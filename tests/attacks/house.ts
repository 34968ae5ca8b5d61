// What the attacks are led at: two installations in which there is one of each thing, and what stands for each parameter of
// docs/openapi.json there. The second has the routes that only a policy with updates has.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { operations, parameters_of, type Operation, type Parameter } from '../openapi/description.ts';
import { waiting } from '../support/approvals.ts';
import { Viewer } from '../support/audience.ts';
import { with_duties } from '../support/before_anything.ts';
import { duty_of } from '../support/duties.ts';
import type { Answer, Asking } from '../support/http.ts';
import { draw_letter } from '../support/letters.ts';
import { another_member } from '../support/members.ts';
import { path_of } from '../support/policy.ts';
import { Requester, latest } from '../support/requests.ts';
import { binary, changed_policy, cookie_of, start_server, type Server } from '../support/server.ts';
import type { Event, Staff } from '../support/staff.ts';
import { TicketShop } from '../support/ticket_shop.ts';
import { Subscriber, programme } from '../support/updates.ts';
import { known_body, known_form } from './bodies.ts';
import { made_of } from './made.ts';

const minute_ms = 60_000;
export const owner = { name: 'Noor Vermeulen', email: 'noor@lichtbeeld.example', password: 'een lang wachtwoord' };

/** One installation. */
export interface Place {
  server: Server;
  staff: Staff;
  /** By a path up to its parameter, or by the parameter's name alone. */
  values: Record<string, string>;
}

export const is_change = ({ method }: Operation): boolean => !['get', 'options'].includes(method);
export const wants_session = ({ security }: Operation): boolean => security.some((way) => 'cookie' in way);
/** What a browser does by itself before it asks another origin. */
export const is_preflight = ({ method }: Operation): boolean => method == 'options';
const is_updates = ({ path }: Operation): boolean => /^\/(api\/v1\/)?updates(\/|$)/.test(path);

export class House {
  readonly main: Place;
  readonly updates: Place;
  readonly event: Event;
  /** Somebody who came, with all that one can have. */
  readonly viewer: Viewer;
  readonly #folder: string;
  #clients = 0;

  private constructor(main: Place, updates: Place, event: Event, viewer: Viewer, folder: string) {
    this.main = main;
    this.updates = updates;
    this.event = event;
    this.viewer = viewer;
    this.#folder = folder;
  }

  static async open(): Promise<House> {
    const folder = mkdtempSync(join(tmpdir(), 'hartslag-attacks-'));
    const policy = changed_policy(folder, (yaml) => with_duties(yaml).replace('from: registration form', 'from: [registration form, telephone]'));
    // Each request of an attack may come from an address of its own, so that no throttle hides what is behind it.
    const words = ['--trusted-proxy', '127.0.0.1/32'];
    const [first, second] = await Promise.all([
      start_server({ demo: true, policy, words }), start_server({ demo: true, policy: path_of('festival'), words, organisation: 'Klankveld vzw' }),
    ]);
    const [main, { viewer, event }] = await furnish(first);
    return new House(main, await furnish_updates(second), event, viewer, folder);
  }

  async end() {
    await Promise.all(this.places.map(({ server }) => server.end()));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get places(): Place[] {
    return [this.main, this.updates];
  }
  place_of(operation: Operation): Place {
    return is_updates(operation) ? this.updates : this.main;
  }

  /** An address that nobody asked from before. */
  client(): string {
    const n = ++this.#clients;
    return `198.18.${(n >> 8) & 255}.${n & 255}`;
  }

  /** What stands for a parameter here: what there is, or else what the description says of it. Nothing is left out in silence. */
  value_of(operation: Operation, parameter: Parameter): string {
    const { values } = this.place_of(operation);
    const { path } = operation;
    const prefix = parameter.in == 'path' ? path.slice(0, path.indexOf(`{${parameter.name}}`) + parameter.name.length + 2) : '';
    const known = values[prefix] ?? values[parameter.name];
    if (known !== undefined) return known;
    const made = made_of(parameter.schema);
    assert.ok(made !== undefined, `tests/attacks/house.ts has nothing to stand for {${parameter.name}} of ${operation.method} ${path}`);
    return String(made);
  }

  /** The address of an operation, with other values in the place of some. */
  address_of(operation: Operation, other: Record<string, string> = {}): string {
    const query = new URLSearchParams();
    let { path } = operation;
    for (const parameter of parameters_of(operation)) {
      const given = other[parameter.name];
      if (parameter.in == 'path') path = path.replace(`{${parameter.name}}`, given ?? this.value_of(operation, parameter));
      else if (given !== undefined || parameter.required) query.set(parameter.name, given ?? this.value_of(operation, parameter));
    }
    assert.ok(!path.includes('{'), `${path} is not filled in`);
    return query.size ? `${path}?${query}` : path;
  }

  /** A body that would be taken, as far as the description tells; or the one that is known to be. */
  body_of({ operationId, requestBody, path }: Operation): { body?: unknown; headers: Record<string, string> } {
    if (!requestBody) return { headers: {} };
    const [type, content] = Object.entries(requestBody.content)[0]!;
    if (type == 'application/json') return { body: known_body(this, operationId) ?? made_of(content.schema!) ?? {}, headers: {} };
    if (type == 'application/x-www-form-urlencoded') {
      const given = known_form(this, operationId) ?? (made_of(content.schema!) as Record<string, string>);
      assert.ok(given && Object.keys(given).length > 0, `tests/attacks/house.ts knows no form for ${path}`);
      return { body: new URLSearchParams(given), headers: {} };
    }
    if (type == 'multipart/form-data') {
      const part = '--x\r\nContent-Disposition: form-data; name="proof"; filename="k.png"\r\n\r\n\x89PNG\r\n\x1a\n\r\n--x--\r\n';
      return { body: Buffer.from(part, 'latin1'), headers: { 'content-type': 'multipart/form-data; boundary=x' } };
    }
    if (type == 'text/vtt') return { body: 'WEBVTT\n', headers: { 'content-type': type } };
    assert.equal(type, '*/*', `tests/attacks/house.ts can write no ${type}, which ${operationId} takes`);
    return { body: Buffer.from('no film at all'), headers: {} };
  }

  /** Asks for an operation, filled in; `asking` and `other` come on top. */
  ask(operation: Operation, asking: Asking = {}, other: Record<string, string> = {}): Promise<Answer> {
    const { server } = this.place_of(operation);
    const { body, headers } = this.body_of(operation);
    const all = { 'x-forwarded-for': this.client(), ...headers, ...asking.headers };
    const given = 'body' in asking ? asking.body : body;
    return server.ask(operation.method.toUpperCase(), this.address_of(operation, other), { headers: all, ...(given === undefined ? {} : { body: given }) });
  }

  /** What a page of the installation itself sends along. */
  own(operation: Operation): Record<string, string> {
    return { origin: this.place_of(operation).server.origin, 'sec-fetch-site': 'same-origin' };
  }
  member(operation: Operation): Record<string, string> {
    return { ...this.own(operation), cookie: this.place_of(operation).staff.cookie };
  }
}

// ---- one of each thing --------------------------------------------------------------------------------------

async function furnish(server: Server): Promise<[Place, { viewer: Viewer; event: Event }]> {
  const staff = await server.sign_up(owner);
  const setup = new URL(server.setup_link!).searchParams.get('token')!;
  const event = await staff.create_event({ event: 'lezing', title: 'Lezing', video: { kind: 'live', address: null, captions: false } });
  const { folder, playlist } = (await staff.get(`/api/v1/events/${event.event}/live-folder`)).expect(200).json();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, playlist), '#EXTM3U\n');
  const assignment = { organiser: 'Zorgpunt De Linde', agreed_on: '2026-11-20', reply_to: 'leden@delinde.example' };
  (await staff.put(`/api/v1/events/${event.event}/assignment`, assignment)).expect(200);
  const viewer = await new Viewer(server, event, 'Ana Peeters').register({ 'old-enough': 'yes' });
  const mail = await server.mail_to(viewer.email);
  const personal = server.personal_link(mail);
  await viewer.open(true);
  const pending = await ask_guardian(server, event);
  const leaving = await server.register_and_read(event, { name: 'Weg Weegs', email: 'weg@kijker.example', 'old-enough': 'yes' });
  const erased = (await server.post(`/e/${event.event}/me/${leaving.link}/erase`, new URLSearchParams(), { accept: 'text/html' })).text;
  const own = (await server.page(`/e/${event.event}/me/${personal}`)).text;
  const watch = (await server.page(`/e/${event.event}/watch/${viewer.link}`)).text;
  const asked = await new Requester(server, viewer.email).ask('access');
  const { request } = await latest(staff);
  const incident = (await staff.post('/api/v1/incidents', { what: 'Een schijf is kwijt.', losses: ['availability'] })).expect(201).json().incident as string;
  const token = (await staff.post('/api/v1/tokens', { label: 'Dagrapport', permissions: ['view_report'] })).expect(201).json();
  const other = await server.sign_in(owner);
  const sessions = (await other.get('/api/v1/me/sessions')).expect(200).json<{ session: string; current: boolean }[]>();
  // A colleague who asks for what a second person decides about, somebody who was invited and has not come, and a role of one's own.
  const colleague = await another_member(server, staff, { role: 'organiser', exports: true });
  const wished = waiting(await colleague.get(`/api/v1/events/${event.event}/viewers?format=csv`));
  const { members } = (await staff.get('/api/v1/members')).expect(200).json<{ members: { member: string; self: boolean }[] }>();
  const invited = (await staff.post('/api/v1/invitations', { email: 'cas@lichtbeeld.example', role: 'analyst' })).expect(201).json();
  const hall = (await staff.post('/api/v1/organisations', { name: 'Zaal Zuid', email: 'els@zaalzuid.example', export: false, language: 'nl' })).expect(201).json();
  const own_role = (await staff.post('/api/v1/roles', { name: 'Zaalwacht', permissions: ['view_report'] })).expect(201).json();
  const { change, check, ...service } = (await TicketShop.start()).declared;
  const { credential } = (await staff.post('/api/v1/credentials', service)).expect(201).json<{ credential: string }>();
  const { users } = (await staff.get(`/api/v1/credentials/${credential}`)).expect(200).json<{ users: { member: string }[] }>();
  const allowed = users.map(({ member }) => member);
  (await staff.put(`/api/v1/credentials/${credential}/users`, { members: allowed })).expect(204);
  const values = {
    event: event.event,
    credential,
    allowed: allowed.join(),
    member: members.find((one) => !one.self)!.member,
    duty: 'house-rules',
    version: (await duty_of(staff, 'house-rules')).version,
    invitation: invited.invitation as string,
    approval: wished,
    organisation: String(hall.organisation),
    role: own_role.role as string,
    '/e/{event}/watch/{link}': viewer.link,
    '/e/{event}/me/{link}': personal,
    '/requests/of/{event}/{link}': personal,
    '/requests/{link}': asked.link,
    '/e/{event}/media/{pass}': /\/media\/([^/"]+)\//.exec(watch)![1]!,
    '/e/{event}/media/{pass}/{path}': `live/${playlist}`,
    '/e/{event}/me/{link}/receipts/{receipt}': /receipts\/([^"]+)"/.exec(own)![1]!,
    '/requests/handover/{request}/{token}': 'A'.repeat(43),
    '/v1/sessions/{session}': viewer.session,
    '/api/v1/me/sessions/{session}': sessions.find(({ current }) => current)!.session,
    '/api/v1/tokens/{token}': token.token as string,
    '/staff/{path}': 'me',
    setup,
    '/assets/{path}': /"\/assets\/([^"]+\.css)"/.exec((await server.page('/')).text)![1]!,
    '/journal/tile/{path}': '0/000.p/1',
    pending,
    erasure: /\/certificates\/([0-9a-z]{26})/.exec(erased)![1]!,
    viewer: (await staff.row(event, viewer.email)).viewer,
    mail: mail.file,
    request,
    incident,
    whom: 'authority',
    purpose: 'admission',
    /** Each time another one, since one that was sent is not sent again. */
    get letter() { return draw_letter(); },
    name: 'film.mp4',
    from: new Date(server.clock.now() - minute_ms).toISOString(),
    to: new Date(server.clock.now()).toISOString(),
    token: 'A'.repeat(43),
    receipt: '0'.repeat(26),
  };
  return [{ server, staff, values }, { viewer, event }];
}

/** Somebody too young waits for a guardian, under a policy that asks so; that one is in force for this alone, since it has no entry by hand. */
async function ask_guardian(server: Server, event: Event): Promise<string> {
  const before = readFileSync(server.options.policy!, 'utf8');
  writeFileSync(server.options.policy!, before.replace('\nrights:', '\nminors: { age: 16, guardian: confirms by mail }\nrights:'));
  await server.restart();
  await server.register(event, { name: 'Juna Klein', email: 'juna@kijker.example', 'old-enough': 'no', guardian: 'ouder@kijker.example' });
  const { text } = await server.mail_to('ouder@kijker.example');
  writeFileSync(server.options.policy!, before);
  await server.restart();
  return /\/guardian\/([0-9a-z]{26})/.exec(text)![1]!;
}

async function furnish_updates(server: Server): Promise<Place> {
  const staff = await server.sign_up(owner);
  const mail = { get mails() { return server.mails(); } };
  const ana = await new Subscriber({ server, mail }, 'ana@kijker.example').subscribe([programme], { name: 'Ana' });
  const bo = new Subscriber({ server, mail }, 'bo@kijker.example');
  await bo.ask([programme], { name: 'Bo' });
  const { issue } = (await staff.post('/api/v1/updates/issues', { update: programme, texts: { nl: { subject: 'Zomer', body: 'Dag.' } } })).expect(201).json();
  const own = await ana.page();
  const values = {
    '/updates/mine/{link}': ana.link,
    '/updates/confirm/{link}': (await bo.confirmation()).split('/').at(-1)!,
    receipt: /receipts\/([0-9a-z]{26})/.exec(own.text)![1]!,
    update: programme,
    issue: issue as string,
    language: 'nl',
    notice: /name="_notice" value="([^"]+)"/.exec((await server.page('/updates')).text)![1]!,
  };
  return { server, staff, values };
}

// ---- what is stored -----------------------------------------------------------------------------------------

/** Each table of the databases with all that is in it, as text. */
export function tables_of({ server }: Place): Map<string, string[]> {
  const tables = new Map<string, string[]>();
  for (const file of ['control', 'vault', 'keys']) {
    const database = new DatabaseSync(join(server.data, `${file}.db`), { readOnly: true });
    try {
      const names = database.prepare("select name from sqlite_master where type = 'table' order by name").all() as { name: string }[];
      for (const { name } of names) {
        const select = database.prepare(`select * from "${name}"`);
        select.setReadBigInts(true);
        tables.set(`${file}.${name}`, select.all().map((row) => JSON.stringify(row, (_, value) => (typeof value == 'bigint' ? String(value) : value))));
      }
    } finally {
      database.close();
    }
  }
  return tables;
}

/** What the program's own jobs go on with, whoever asks what: signing the journal, ending data, erasing, the links in mails. */
const jobs = new Set(['vault.link', 'control.act_log', 'control.retention_run', 'keys.erasure', 'keys.erasure_seen', 'control.evidence']);
/** Mails are on their way; none is added. */
const on_its_way = 'control.outbox_mail';

/** The tables that are not as they were, but for what goes on by itself. */
export function changed_tables(before: Map<string, string[]>, place: Place, besides: string[] = []): string[] {
  return [...tables_of(place)].flatMap(([name, rows]) => {
    if (jobs.has(name) || besides.includes(name)) return [];
    const earlier = before.get(name) ?? [];
    const same = name == on_its_way ? rows.length <= earlier.length : rows.join('\n') == earlier.join('\n');
    return same ? [] : [name];
  });
}

/** Every route of the two installations, as the program itself lists them. */
export function routes_of({ server }: Place): string[] {
  const words = ['routes', '--data', join(server.folder, 'routes'), '--policy', server.options.policy!, '--master-key', server.master_key, '--demo'];
  const lines = execFileSync(binary, words, { encoding: 'utf8' }).trim().split('\n');
  // Method and path; then what it wants.
  return lines.map((line) => line.split(/\s+/).slice(0, 2).join(' ').replace(/\{(\w+)(?::\w+|\.\.\.)?\}/g, '{$1}'));
}

export const all = operations;
export const named = ({ method, path }: Operation) => `${method.toUpperCase()} ${path}`;
/** The half session that the password gives. */
export async function half_session({ server }: Place): Promise<string> {
  const { email, password } = owner;
  const from = { origin: server.origin, 'sec-fetch-site': 'same-origin' };
  return cookie_of((await server.post('/api/v1/sign-in', { email, password }, from)).expect(200));
}
