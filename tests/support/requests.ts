// Somebody who asks for what is theirs, at the public pages; and the archive that they get.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Answer } from './http.ts';
import type { Mail } from './mail.ts';
import type { Server } from './server.ts';
import type { Staff } from './staff.ts';
import { until } from './until.ts';

/** A row of the officer's desk (src/rights/desk_api.cpp). */
export interface Row {
  request: string;
  right: string;
  says: string;
  does: string;
  by: string;
  state: 'received' | 'waiting' | 'identified' | 'decided' | 'closed';
  channel: 'page' | 'own_page' | 'mail' | 'hand';
  language: string;
  received: string;
  due: string;
  stage: 'calm' | 'half' | 'late' | 'last_day' | 'overdue';
  extended: string | null;
  paused: string | null;
  identified: string | null;
  identified_by: string;
  decided: string | null;
  granted: boolean | null;
  restricts: boolean;
  proof: string;
}

export interface Detail extends Row {
  name: string;
  email: string;
  message: string;
  missing: string[];
  reasons: string;
  answer_until: string | null;
  can_extend: boolean;
  subjects: { property: string; title: string; fields: { name: string; label: string; value: string }[] }[];
  templates: { name: string; text: string }[];
}

export class Requester {
  readonly server: Server;
  readonly email: string;
  link = '';
  /** What came by mail: in the server's own maildir, unless it goes elsewhere. */
  readonly #came: () => Mail[];

  constructor(server: Server, email: string, came: () => Mail[] = () => server.mails()) {
    this.server = server;
    this.email = email;
    this.#came = came;
  }

  #post(path: string, fields: Record<string, string> = {}): Promise<Answer> {
    return this.server.post(path, new URLSearchParams(fields), { origin: this.server.origin, 'sec-fetch-site': 'same-origin', accept: 'text/html' });
  }

  /** Fills in the form of the public page. */
  async ask(right: string, more: Record<string, string> = {}, language = 'nl'): Promise<this> {
    const answer = (await this.#post(`/requests?lang=${language}`, { right, name: 'Ana Peeters', email: this.email, ...more })).expect(303);
    this.link = /\/requests\/([^/?]+)/.exec(answer.header('location'))![1]!;
    return this;
  }

  /** The same from the page that a personal link opens. */
  async ask_from({ event }: { event: string }, personal: string, right: string, more: Record<string, string> = {}): Promise<this> {
    const answer = (await this.#post(`/requests/of/${event}/${personal}?lang=nl`, { right, ...more })).expect(303);
    this.link = /\/requests\/([^/?]+)/.exec(answer.header('location'))![1]!;
    return this;
  }

  page(): Promise<Answer> {
    return this.server.page(`/requests/${this.link}?lang=nl`);
  }

  /** Has a code mailed, and reads it. */
  async code(): Promise<string> {
    const codes = () => this.#came().filter((mail) => mail.to == this.email && /\d{4} \d{4}/.test(mail.subject));
    const before = new Set(codes().map(({ file }) => file));
    (await this.#post(`/requests/${this.link}/code`)).expect(303);
    const mail = await until(`a code for ${this.email}`, () => codes().find(({ file }) => !before.has(file)));
    return /\d{4} \d{4}/.exec(mail.subject)![0];
  }

  identify(code: string): Promise<Answer> {
    return this.#post(`/requests/${this.link}/identify`, { code });
  }
  async show_who(): Promise<this> {
    const answer = (await this.identify(await this.code())).expect(303);
    if (!answer.header('location').includes('known=1')) throw new Error(`${answer}`);
    return this;
  }

  fetch(code: string): Promise<Answer> {
    return this.#post(`/requests/${this.link}/answer`, { code });
  }
  /** The files of the answer. */
  async answer(): Promise<Map<string, Buffer>> {
    return unzip((await this.fetch(await this.code())).expect(200).bytes);
  }

  /** Uploads a proof as the form without a script does. */
  prove(content: Buffer, type = 'image/png'): Promise<Answer> {
    const boundary = '----formboundary7MA4YWxk';
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="proof"; filename="kaart.png"\r\nContent-Type: ${type}\r\n\r\n`;
    const body = Buffer.concat([Buffer.from(head), content, Buffer.from(`\r\n--${boundary}--\r\n`)]);
    return this.server.ask('POST', `/requests/${this.link}/proof`, {
      body, headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, origin: this.server.origin, accept: 'text/html' },
    });
  }

  mails() {
    return this.#came().filter(({ to }) => to == this.email);
  }
}

export async function desk(staff: Staff): Promise<Row[]> {
  return (await staff.get('/api/v1/requests')).expect(200).json<Row[]>();
}
export async function detail(staff: Staff, request: string): Promise<Detail> {
  return (await staff.get(`/api/v1/requests/${request}`)).expect(200).json<Detail>();
}
/** The latest request that came in. */
export async function latest(staff: Staff): Promise<Row> {
  const rows = await desk(staff);
  return rows.reduce((last, row) => (row.received >= last.received ? row : last));
}
export function decide(staff: Staff, request: string, verdict: object): Promise<Answer> {
  return staff.post(`/api/v1/requests/${request}/decide`, verdict);
}

/** Reads an archive by its central directory, and checks every member's sum. */
export function unzip(bytes: Buffer): Map<string, Buffer> {
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (end < 0) throw new Error('this is no archive');
  const members = new Map<string, Buffer>();
  let at = bytes.readUInt32LE(end + 16);
  for (let count = bytes.readUInt16LE(end + 10); count > 0; --count) {
    const size = bytes.readUInt32LE(at + 24);
    const name_length = bytes.readUInt16LE(at + 28);
    const name = bytes.toString('utf8', at + 46, at + 46 + name_length);
    const local = bytes.readUInt32LE(at + 42);
    const begin = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const content = bytes.subarray(begin, begin + size);
    if (crc32(content) != bytes.readUInt32LE(at + 16)) throw new Error(`${name} is damaged`);
    members.set(name, Buffer.from(content));
    at += 46 + name_length;
  }
  return members;
}

/** What is wrong with the archive's signature and sums; nothing when all is well. */
export function faults_of(members: Map<string, Buffer>, key_pem: string): string[] {
  const manifest = members.get('manifest.json')!;
  const faults: string[] = [];
  if (!verify(null, manifest, createPublicKey(key_pem), members.get('manifest.sig')!)) faults.push('the signature');
  const listed = JSON.parse(manifest.toString()).files as { name: string; bytes: number; sha256: string }[];
  for (const { name, bytes, sha256 } of listed) {
    const content = members.get(name);
    if (!content || content.length != bytes || createHash('sha256').update(content).digest('hex') != sha256) faults.push(name);
  }
  const own = ['manifest.json', 'manifest.sig', 'key.pem'];
  for (const name of members.keys()) if (!own.includes(name) && !listed.some((one) => one.name == name)) faults.push(`${name}, which is not listed`);
  return faults;
}
