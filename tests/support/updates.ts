// Somebody who subscribes to updates by mail, at the public pages; and the member of staff who writes them.
import type { Answer } from './http.ts';
import type { Mail } from './mail.ts';
import { path_of } from './policy.ts';
import { MailServer } from './smtp.ts';
import { start_server, type Server } from './server.ts';
import type { Staff } from './staff.ts';
import { until } from './until.ts';

/** The two updates of the festival's policy. */
export const programme = 'programme';
export const discounts = 'discounts';

export interface Progress { waiting: number; sent: number; failed: number; dropped: number }
export interface Issue { issue: string; update: string; state: 'draft' | 'queueing' | 'sent'; texts: Record<string, { subject: string; body: string }>; progress: Progress }
export interface Desk { updates: { update: string; title: string; subscribers: number; next: string | null }[]; issues: Issue[] }

/** A festival whose mails go to a mail server. */
export async function festival(policy = path_of('festival')): Promise<{ server: Server; mail: MailServer; staff: Staff }> {
  const mail = await MailServer.start();
  const server = await start_server({ policy, organisation: 'Klankveld vzw', smtp: `smtp+plain://localhost:${mail.port}` });
  return { server, mail, staff: await server.sign_up() };
}

export class Subscriber {
  readonly server: Server;
  readonly mail: { readonly mails: Mail[] };
  readonly email: string;
  /** The token of the personal link. */
  link = '';

  constructor({ server, mail }: { server: Server; mail: { readonly mails: Mail[] } }, email: string) {
    this.server = server;
    this.mail = mail;
    this.email = email;
  }

  post(path: string, fields: Record<string, string> = {}): Promise<Answer> {
    return this.server.post(path, new URLSearchParams(fields), { origin: this.server.origin, 'sec-fetch-site': 'same-origin', accept: 'text/html' });
  }
  get(path: string): Promise<Answer> {
    return this.server.page(path, 'nl');
  }

  /** The hidden field that says which version a page showed. */
  async #notice(path: string): Promise<string> {
    const page = await this.get(path);
    return /name="_notice" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
  }

  /** Fills in the form. */
  async ask(updates: string[], fields: Record<string, string> = {}, language = 'nl'): Promise<Answer> {
    const chosen = Object.fromEntries(updates.map((name) => [`_update.${name}`, 'yes']));
    return this.post(`/updates?lang=${language}`, { ...chosen, _notice: await this.#notice('/updates'), email: this.email, ...fields });
  }

  /** Every mail that came to the address. */
  mails(): Mail[] {
    return this.mail.mails.filter(({ to }) => to == this.email);
  }
  /** Those of an update, by what only they carry. */
  updates(): Mail[] {
    return this.mails().filter(({ headers }) => headers.has('list-unsubscribe'));
  }

  /** The latest link that asks to confirm; a new one after `before`. */
  async confirmation(before: Mail[] = []): Promise<string> {
    const asks = () => this.mails().filter(({ text }) => text.includes('/updates/confirm/')).filter((mail) => !before.includes(mail));
    const mail = await until(`the mail to ${this.email} that asks to confirm`, () => asks().at(-1));
    return new URL(mail.links.find((link) => link.includes('/updates/confirm/'))!).pathname;
  }
  async press(path: string, answer = 'yes'): Promise<Answer> {
    return this.post(`${path}?lang=nl`, { answer, _notice: await this.#notice(path) });
  }

  /** The whole way from the form to the page of one's own. */
  async subscribe(updates: string[], fields: Record<string, string> = {}, language = 'nl'): Promise<this> {
    const before = this.mails();
    (await this.ask(updates, fields, language)).expect(303);
    const answer = (await this.press(await this.confirmation(before))).expect(303);
    this.link = /\/updates\/mine\/([^/?]+)/.exec(answer.header('location'))![1]!;
    return this;
  }

  get own(): string {
    return `/updates/mine/${this.link}`;
  }
  page(): Promise<Answer> {
    return this.get(`${this.own}?lang=nl`);
  }
  async turn(update: string, wanted: 'yes' | 'no'): Promise<Answer> {
    return this.post(`${this.own}/subscriptions?lang=nl`, { update, wanted, _notice: await this.#notice(this.own) });
  }
}

/** What a program that reads mail for somebody does when they press its button (RFC 8058 §3.2): no cookie, no origin. */
export function one_click(server: Server, mail: Mail): Promise<Answer> {
  const address = /<([^>]+)>/.exec(mail.headers.get('list-unsubscribe') ?? '')![1]!;
  return server.post(new URL(address).pathname, new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }));
}

export class Sender {
  readonly staff: Staff;

  constructor(staff: Staff) {
    this.staff = staff;
  }

  async desk(): Promise<Desk> {
    return (await this.staff.get('/api/v1/updates')).expect(200).json<Desk>();
  }
  async write(update: string, subject: string, body = 'Dag allemaal.', language = 'nl'): Promise<Issue> {
    return (await this.staff.post('/api/v1/updates/issues', { update, texts: { [language]: { subject, body } } })).expect(201).json<Issue>();
  }
  send({ issue }: Issue): Promise<Answer> {
    return this.staff.post(`/api/v1/updates/issues/${issue}/send`, {});
  }
  async issue({ issue }: Issue): Promise<Issue> {
    return (await this.staff.get(`/api/v1/updates/issues/${issue}`)).expect(200).json<Issue>();
  }
  /** Writes and sends one, and waits until every mail of it has left. */
  async mail(update: string, subject: string, body?: string): Promise<Issue> {
    const written = await this.write(update, subject, body);
    (await this.send(written)).expect(200);
    return until(`"${subject}" to be sent`, async () => {
      const now = await this.issue(written);
      return now.state == 'sent' && now.progress.waiting == 0 ? now : undefined;
    }, 30_000);
  }
}
