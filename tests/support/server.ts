// The program itself, in a temporary folder of its own, as a test drives it from outside.
//
//   const server = await start_server();
//   const staff = await server.sign_up();
//   const event = await staff.create_event();
//   const { door } = await server.register(event, { name: 'Ana Peeters', email: 'ana@kijker.example' });
//   const session = await server.open_session(event, { link: door!, consent: true });
//   server.clock.pass(60_000);
//   await server.beat(session.t!, 1, [[60_000, 7], [45_000, 7], [30_000, 1], [30_000, -1]]);
//   await server.end();
//
// The binary is the one that HARTSLAG_BIN names, else the release build. Everything listens on loopback.
import { spawn, execFileSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Clock } from './clock.ts';
import { acknowledge_all } from './duties.ts';
import { ask, Answer, type Asking } from './http.ts';
import { read_maildir, type Mail } from './mail.ts';
import { Staff } from './staff.ts';
import { Authenticator } from './totp.ts';
import { until } from './until.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const binary = process.env['HARTSLAG_BIN'] ?? join(root, 'build/release/bin/hartslag');
export const policy_file = join(root, 'policies/videoevent.yaml');

const start_ms_max = 60_000;
const stop_ms_max = 20_000;

export interface Options {
  /** `real` runs on the system's clock, without `--clock-fd`; `clock.now()` is right all the same. */
  clock?: 'moved' | 'real';
  /** The policy in force; policies/videoevent.yaml by default. */
  policy?: string;
  /** Numeric; 127.0.0.1 by default. */
  address?: string;
  /** What people type before the port: `localhost` by default. */
  host?: string;
  tls?: { certificate: string; key: string };
  /** The port that people come by, where something stands in front of the server. */
  front?: number;
  /** Opens a second, plain listener that sends everybody to https. */
  plain?: boolean;
  demo?: boolean;
  smtp?: string;
  organisation?: string;
  /** More words for `hartslag serve`. */
  words?: string[];
  /** More of the environment. */
  env?: Record<string, string>;
}

export interface Session {
  session: string;
  /** Without consent there is none. */
  t?: string;
  expires_ms: number;
}

export interface Opening {
  link?: string;
  /** True and false answer every purpose that the policy asks for; an object as it is; nothing: not asked yet. */
  consent?: boolean | Record<string, boolean>;
  notice?: string;
  headers?: Record<string, string>;
}

export type Beat = [age_ms: number, facts: number];
export type Mark = [age_ms: number, kind: string, value: string];

/** A port of this machine that nobody listens on now. */
export function free_port(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** A certificate for `names` that vouches for itself, in `folder`. */
export function make_certificate(folder: string, name = 'certificate', names = ['localhost']) {
  const files = { certificate: join(folder, `${name}.pem`), key: join(folder, `${name}-key.pem`) };
  execFileSync('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
    '-subj', `/CN=${names[0]}`, '-addext', `subjectAltName=${names.map((one) => `DNS:${one}`).join(',')}`,
    '-keyout', files.key, '-out', files.certificate,
  ], { stdio: 'ignore' });
  return files;
}

/** Every file below a folder: its path there, and its bytes. */
export function files_below(folder: string): { path: string; bytes: Buffer }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .flatMap((path) => {
      try {
        return [{ path: relative(folder, path), bytes: readFileSync(path) }];
      } catch (error) {
        // A running server replaces files: one that has gone since holds nothing.
        if ((error as { code?: string }).code == 'ENOENT') return [];
        throw error;
      }
    });
}

/** The first cookie that an answer sets, as it is sent back. */
export const cookie_of = (answer: Answer): string => answer.headers['set-cookie']![0]!.split(';')[0]!;

/** The browser's own cookie, where an answer sets it. */
export const device_of = (answer: Answer): string | undefined =>
  answer.headers['set-cookie']?.find((one) => /^(__Host-)?hartslag-device=/.test(one))?.split(';')[0];

export class Server {
  /** Where everything of this server lies; `data` and the master key are in it, side by side. */
  readonly folder: string;
  readonly data: string;
  readonly master_key: string;
  readonly clock: Clock;
  readonly options: Options;
  readonly port: number;
  readonly plain_port: number;
  readonly local_port: number;
  /** What a browser is pointed at: "http://localhost:12345". */
  readonly origin: string;
  /** The same by address, for who resolves no names. */
  readonly base: string;
  /** Of its members, by address. */
  readonly authenticators = new Map<string, Authenticator>();
  /** Whether members do by themselves what the policy wants of them before anything else. */
  acknowledges = true;
  /** The cookie by which the browser of a member is known, by address. */
  readonly devices = new Map<string, string>();
  /** All that it printed since it started last. */
  output = '';
  log = '';
  #process: ChildProcess | undefined;
  #ended: Promise<string> = Promise.resolve('not started');

  constructor(options: Options, ports: { port: number; plain: number; local: number }) {
    this.options = options;
    this.folder = mkdtempSync(join(tmpdir(), 'hartslag-test-'));
    this.data = join(this.folder, 'data');
    this.master_key = join(this.folder, 'master.key');
    this.clock = new Clock(join(this.folder, 'clock'));
    this.port = ports.port;
    this.plain_port = ports.plain;
    this.local_port = ports.local;
    const scheme = options.tls ? 'https' : 'http';
    this.origin = `${scheme}://${options.host ?? 'localhost'}:${options.front ?? this.port}`;
    this.base = `${scheme}://127.0.0.1:${this.port}`;
    process.once('exit', this.#clean);
  }

  readonly #clean = () => {
    this.#process?.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  };

  /** The words after the program's name. */
  words(): string[] {
    const { options } = this;
    const address = options.address ?? '127.0.0.1';
    const words = [
      'serve', '--data', this.data, '--policy', options.policy ?? policy_file, '--master-key', this.master_key,
      '--listen', `${address}:${this.port}`, '--listen-local', `127.0.0.1:${this.local_port}`, '--origin', this.origin,
      '--organisation', options.organisation ?? 'Lichtbeeld',
    ];
    if (options.tls) words.push('--tls-certificate', options.tls.certificate, '--tls-key', options.tls.key);
    if (options.plain) words.push('--listen-plain', `${address}:${this.plain_port}`);
    if (options.smtp) words.push('--smtp', options.smtp);
    if (options.demo) words.push('--demo');
    if (options.clock != 'real') words.push('--clock-fd', '3');
    return [...words, ...(options.words ?? [])];
  }

  /** Starts it, and waits until it says that it listens. */
  async start() {
    const clocks = this.options.clock == 'real' ? [] : [this.clock.descriptor];
    this.output = '';
    const child = spawn(binary, this.words(), {
      stdio: ['ignore', 'pipe', 'pipe', ...clocks],
      env: { ...process.env, ...this.options.env },
    });
    this.#process = child;
    child.stdout!.setEncoding('utf8').on('data', (piece: string) => (this.output += piece));
    child.stderr!.setEncoding('utf8').on('data', (piece: string) => (this.log += piece));
    let how: string | undefined;
    this.#ended = new Promise((resolve) => {
      child.on('error', (error) => resolve((how = error.message)));
      child.on('close', (code, signal) => resolve((how = signal ?? `status ${code}`)));
    });
    await until('the server to listen', () => {
      if (how !== undefined) throw new Error(`the server ended while it started (${how})\n${this.log}`);
      return /^local: .*\n/m.test(this.output);
    }, start_ms_max);
  }

  get pid(): number {
    return this.#process!.pid!;
  }

  signal(name: NodeJS.Signals) {
    this.#process?.kill(name);
  }

  /** Asks it to end, and waits for it; how it ended ("status 0"). */
  async stop(): Promise<string> {
    this.signal('SIGTERM');
    const force = setTimeout(() => this.signal('SIGKILL'), stop_ms_max);
    const how = await this.#ended;
    clearTimeout(force);
    return how;
  }

  /** Ends it as a power cut does. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.#ended;
  }

  async restart() {
    await this.stop();
    await this.start();
  }

  /** Stops it and removes everything. */
  async end() {
    await this.stop();
    process.off('exit', this.#clean);
    this.clock.close();
    this.#clean();
  }

  /**
   * Waits until the server has noticed how late it is: it looks at its connections' deadlines once a second, and one
   * that begins just before a look at a clock that was moved seems to have idled all the while.
   */
  async settle() {
    const wait_ms = 1_500 - (performance.now() - this.clock.moved_ms);
    if (wait_ms > 0) await sleep(wait_ms);
  }

  // ---- asking -----------------------------------------------------------------------------------------

  async ask(method: string, path: string, { headers, ...rest }: Asking = {}): Promise<Answer> {
    const ca = this.options.tls && readFileSync(this.options.tls.certificate);
    const url = new URL(path, this.origin);
    const { host } = url;
    url.port = String(this.port);
    const asking = { method, headers: { host, ...headers }, ...(ca ? { ca } : {}), ...rest };
    try {
      return await ask(url, asking);
    } catch (error) {
      // See settle(): such a connection is dropped unread.
      const moved_just_now = performance.now() - this.clock.moved_ms < 3_000;
      if ((error as { code?: string }).code != 'ECONNRESET' || !moved_just_now) throw error;
      return ask(url, asking);
    }
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.ask('GET', path, { headers });
  }

  /** A page as a browser asks for it. */
  page(path: string, language?: string): Promise<Answer> {
    return this.get(path, { accept: 'text/html', ...(language ? { 'accept-language': language } : {}) });
  }

  post(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.ask('POST', path, { body, headers });
  }

  /** On the local listener: /health, /metrics. */
  local(path: string): Promise<Answer> {
    return ask(`http://127.0.0.1:${this.local_port}${path}`);
  }

  /** The address, printed once, at which the first account is made. */
  get setup_link(): string | undefined {
    return /^setup: (\S+)/m.exec(this.output)?.[1];
  }

  /** Makes the first account through its printed link, its authenticator with it, and signs in. */
  async sign_up({ name = 'Noor Vermeulen', email = 'noor@lichtbeeld.example', password = 'een lang wachtwoord' } = {}) {
    const token = new URL(this.setup_link!).searchParams.get('token');
    const half = await this.#own_page('/api/v1/setup', { token, name, email, password }, email);
    return this.#staff(await this.#second_step(half, email), { email, password });
  }

  /** Whoever was invited makes their account (members.ts). */
  async join({ invitation, name, email, password }: { invitation: string; name: string; email: string; password: string }) {
    const half = await this.#own_page('/api/v1/join', { invitation, name, password }, email);
    return this.#staff(await this.#second_step(half, email), { email, password });
  }

  async sign_in({ email = 'noor@lichtbeeld.example', password = 'een lang wachtwoord' } = {}) {
    return this.#staff(await this.#sign_in(email, password), { email, password });
  }

  /** Signed in already, by that cookie. */
  async #staff(cookie: string, { email, password }: { email: string; password: string }): Promise<Staff> {
    const staff: Staff = new Staff(this, cookie, {
      sign_in: () => this.#sign_in(email, password),
      step_up: async (own) => cookie_of((await this.#own_page('/api/v1/me/step-up', { code: await this.code(email) }, email, own)).expect(204)),
      acknowledge: async () => {
        if (this.acknowledges) await acknowledge_all(this, staff, email);
        return this.acknowledges;
      },
    });
    if (this.acknowledges) await acknowledge_all(this, staff, email);
    return staff;
  }

  /** The operator records that this member was trained. */
  async train(email: string, training: string, day = new Date(this.clock.now()).toISOString().slice(0, 10)): Promise<Answer> {
    return ask(`http://127.0.0.1:${this.local_port}/staff/record-training`, { method: 'POST', body: `${email} ${day} ${training}` });
  }

  async #sign_in(email: string, password: string): Promise<string> {
    return this.#second_step(await this.#own_page('/api/v1/sign-in', { email, password }, email), email);
  }

  /** After the right password: nothing more, a code, an authenticator first, or a browser that is not known. */
  async #second_step(answer: Answer, email: string): Promise<string> {
    if (answer.status == 204) return cookie_of(answer);
    if (answer.status != 200 && answer.status != 201) throw new Error(`${answer}`);
    const half = cookie_of(answer);
    const ask = (path: string, body: object) => this.#own_page(`/api/v1/sign-in/${path}`, body, email, half);
    const { next } = answer.json<{ next: string }>();
    if (next == 'code') return this.#second_step(await ask('code', { code: await this.code(email) }), email);
    if (next == 'device') {
      await this.vouch(email, half);
      return this.#second_step(await ask('device', {}), email);
    }
    const drawn = (await ask('authenticator', {})).expect(201).json<{ secret: string }>();
    this.authenticators.set(email, new Authenticator(drawn.secret));
    return cookie_of((await ask('authenticator/confirm', { code: await this.code(email) })).expect(201));
  }

  /** The operator lets in the browser that waits with this half session. */
  async vouch(email: string, half: string) {
    const { number } = (await this.get('/api/v1/sign-in', { cookie: half })).expect(200).json<{ number: string }>();
    (await ask(`http://127.0.0.1:${this.local_port}/staff/confirm-device`, { method: 'POST', body: `${email} ${number}` })).expect(204);
  }

  /** A code that was not given before; time goes by where that takes some. */
  async code(email = 'noor@lichtbeeld.example'): Promise<string> {
    const authenticator = this.authenticators.get(email);
    if (!authenticator) throw new Error(`${email} has no authenticator here`);
    for (;;) {
      const code = authenticator.next_code(this.clock.now());
      if (code) return code;
      const wait_ms = authenticator.wait_ms(this.clock.now());
      if (this.options.clock == 'real') await sleep(wait_ms);
      else this.clock.pass(wait_ms);
    }
  }

  /** As a page of this server asks, in the browser of a member. */
  async #own_page(path: string, body: object, email: string, session = ''): Promise<Answer> {
    const cookie = [session, this.devices.get(email)].filter(Boolean).join('; ');
    const answer = await this.post(path, body, { origin: this.origin, 'sec-fetch-site': 'same-origin', ...(cookie ? { cookie } : {}) });
    const device = device_of(answer);
    if (device) this.devices.set(email, device);
    return answer;
  }

  // ---- viewers ----------------------------------------------------------------------------------------

  /** Posts the registration form; `door` is what it opens, where the event says that it does. */
  async register({ event }: { event: string }, fields: Record<string, string>, language = 'nl') {
    const answer = await this.post(`/e/${event}/register?lang=${language}`, new URLSearchParams(fields), {
      origin: this.origin, 'sec-fetch-site': 'same-origin', accept: 'text/html',
    });
    const location = answer.header('location');
    const door = /\/watch\/([^/?]+)/.exec(location)?.[1];
    return { status: answer.status, location, door, answer };
  }

  /** Without an SMTP server mails stay in the data folder. */
  mails(): Mail[] {
    return read_maildir(join(this.data, 'mail'));
  }

  /** The mail to that address, when it has come. */
  mail_to(address: string, subject?: RegExp): Promise<Mail> {
    return until(`a mail to ${address}${subject ? ` about ${subject}` : ''}`, () =>
      this.mails().find((mail) => mail.to == address && (!subject || subject.test(mail.subject))));
  }

  /** The token in a mail's personal link. */
  personal_link(mail: Mail): string {
    const link = mail.links.map((url) => /\/watch\/([^/?]+)/.exec(url)?.[1]).find((token) => token);
    if (!link) throw new Error(`there is no personal link in the mail "${mail.subject}"\n${mail.text}`);
    return link;
  }

  /** Registers somebody and takes the link out of their mail: {link, door}. */
  async register_and_read(event: { event: string }, fields: Record<string, string>) {
    const registered = await this.register(event, fields);
    if (registered.status != 303) throw new Error(`${registered.answer}`);
    return { ...registered, link: this.personal_link(await this.mail_to(fields['email']!)) };
  }

  // ---- the contract's /v1 -----------------------------------------------------------------------------

  /** The answer as it comes; see `open_session` for what has to succeed. */
  ask_session({ event }: { event: string }, { link, consent, notice, headers = {} }: Opening = {}): Promise<Answer> {
    const choices = typeof consent == 'boolean' ? { attendance: consent } : (consent ?? {});
    const body = { property: event, ...(link ? { link } : {}), consent: choices, ...(notice ? { notice } : {}) };
    return this.post('/v1/sessions', body, { origin: this.origin, ...headers });
  }

  async open_session(event: { event: string }, opening: Opening = {}): Promise<Session> {
    return (await this.ask_session(event, opening)).expect(201).json<Session>();
  }

  /** Posts beats, the first of which has the number `n`. */
  beat(t: string, n: number, b: Beat[], m?: Mark[]): Promise<Answer> {
    return this.post('/v1/pulse', { t, n, b, ...(m ? { m } : {}) }, { origin: this.origin });
  }

  withdraw({ session, t }: { session: string; t?: string }): Promise<Answer> {
    return this.post(`/v1/sessions/${session}/withdraw`, { t }, { origin: this.origin });
  }

  /**
   * Watches for `ms` with those facts, a beat every 5 s, and goes: an interval of exactly that length. Time goes by.
   * `n` is the number of the first beat; the next free one is returned.
   */
  async watch(t: string, ms: number, facts: number, n = 1): Promise<number> {
    for (let left = ms; left > 0; ) {
      const part = Math.min(left, 240_000);
      this.clock.pass(part);
      const beats: Beat[] = [];
      for (let age = part; age > 0; age -= 5_000) beats.push([age, facts]);
      left -= part;
      beats.push([0, left > 0 ? facts : -1]);
      (await this.beat(t, n, beats)).expect(200);
      n += beats.length;
    }
    return n;
  }

  // ---- what lies in the data folder ---------------------------------------------------------------------

  files() {
    return files_below(this.data);
  }

  /** The files that hold this text, in UTF-8 or UTF-16, as paths in the data folder. */
  files_with(text: string): string[] {
    const forms = [Buffer.from(text, 'utf8'), Buffer.from(text, 'utf16le')];
    return this.files().filter(({ bytes }) => forms.some((form) => bytes.includes(form))).map(({ path }) => path);
  }
}

export async function start_server(options: Options = {}): Promise<Server> {
  const [port, plain, local] = await Promise.all([free_port(), free_port(), free_port()]);
  const server = new Server(options, { port, plain, local });
  execFileSync(binary, ['key', 'create', server.master_key]);
  try {
    await server.start();
  } catch (error) {
    await server.end();
    throw error;
  }
  return server;
}

/** A policy of a test's own, beside the shipped ones: the same text with changes. */
export function changed_policy(folder: string, change: (text: string) => string): string {
  const path = join(folder, 'policy.yaml');
  writeFileSync(path, change(readFileSync(policy_file, 'utf8')));
  return path;
}
