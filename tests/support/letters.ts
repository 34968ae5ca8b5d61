// Letters to viewers: a member who writes them, and somebody who gets them at a mail server.
import { randomBytes } from 'node:crypto';
import type { Answer } from './http.ts';
import type { Mail } from './mail.ts';
import type { Server } from './server.ts';
import type { Staff } from './staff.ts';
import { until } from './until.ts';

export interface Letter {
  letter: string; purpose: string; says: string; texts: Record<string, { subject: string; body: string }>; sent: string; by: string; people: number; reply_to: string;
  progress: { waiting: number; sent: number; failed: number; dropped: number };
}
export interface Desk { organiser: string; reply_to: string; purposes: { name: string; says: string; presence: boolean }[]; languages: string[]; left_today: number; letters: Letter[] }
export interface Look { reached: number; left_out: Record<string, number>; languages: Record<string, number>; preview: { subject: string; text: string; html: string } | null }
export interface Wanted { purpose?: string; to?: string; viewers?: string[]; texts?: Record<string, { subject: string; body: string }>; people?: number }

const digits = '0123456789abcdefghjkmnpqrstvwxyz';
export const draw_letter = () => [...randomBytes(26)].map((byte, i) => digits[byte % (i == 0 ? 8 : 32)]).join('');
export const in_dutch = (subject: string, body = 'Tot dan.') => ({ nl: { subject, body } });

export class Writer {
  readonly staff: Staff;
  readonly path: string;

  constructor(staff: Staff, { event }: { event: string }) {
    this.staff = staff;
    this.path = `/api/v1/events/${event}/letters`;
  }

  async desk(): Promise<Desk> {
    return (await this.staff.get(this.path)).expect(200).json<Desk>();
  }
  async people(purpose = 'admission') {
    return (await this.staff.get(`${this.path}/people?purpose=${purpose}`)).expect(200).json<{ viewer: string; name: string; present: boolean | null; why: string | null }[]>();
  }
  async handle(name: string): Promise<string> {
    return (await this.people()).find((one) => one.name == name)!.viewer;
  }
  async look(wanted: Wanted & { language?: string } = {}): Promise<Look> {
    return (await this.staff.post(`${this.path}/look`, { purpose: 'admission', to: 'all', ...wanted })).expect(200).json<Look>();
  }
  /** To as many as there are, unless it says how many. */
  async send(wanted: Wanted, letter = draw_letter()): Promise<Answer> {
    const { texts, people, ...who } = { purpose: 'admission', to: 'all', texts: in_dutch('Nieuws'), ...wanted };
    return this.staff.put(`${this.path}/${letter}`, { ...who, texts, people: people ?? (await this.look(who)).reached });
  }
  async progress(letter: string) {
    return (await this.desk()).letters.find((one) => one.letter == letter)!.progress;
  }
  /** Sends it, and waits until every mail has left. */
  async mail(wanted: Wanted): Promise<Letter> {
    const { letter } = (await this.send(wanted)).expect(201).json<Letter>();
    return until(`${letter} to leave`, async () => (await this.desk()).letters.find((one) => one.letter == letter && one.progress.waiting == 0), 30_000);
  }
}

export class Reader {
  readonly server: Server;
  readonly mail: { readonly mails: Mail[] };
  readonly event: { event: string };
  readonly name: string;
  readonly email: string;
  link = '';
  door = '';

  constructor({ server, mail, event }: { server: Server; mail: { readonly mails: Mail[] }; event: { event: string } }, name: string) {
    this.server = server;
    this.mail = mail;
    this.event = event;
    this.name = name;
    this.email = `${name.toLowerCase().replace(/[^a-z]+/g, '.')}@kijker.example`;
  }

  mails(): Mail[] {
    return this.mail.mails.filter(({ to }) => to == this.email);
  }
  letters(): Mail[] {
    return this.mails().filter(({ headers }) => headers.has('list-unsubscribe'));
  }
  subjects(): string[] {
    return this.letters().map(({ subject }) => subject);
  }

  async register(language = 'nl'): Promise<this> {
    const { door, answer } = await this.server.register(this.event, { name: this.name, email: this.email }, language);
    if (!door) throw new Error(`${answer}`);
    this.door = door;
    this.link = this.server.personal_link(await until(`a mail to ${this.email}`, () => this.mails()[0]));
    return this;
  }

  get own(): string {
    return `/e/${this.event.event}/me/${this.link}`;
  }
  async page(language = 'nl'): Promise<string> {
    return (await this.server.page(`${this.own}?lang=${language}`)).expect(200).text;
  }
  /** The button on their own page. */
  press(letters: 'stop' | 'again'): Promise<Answer> {
    return this.server.post(`${this.own}/letters?lang=nl`, new URLSearchParams({ letters }), { origin: this.server.origin, 'sec-fetch-site': 'same-origin', accept: 'text/html' });
  }
}
