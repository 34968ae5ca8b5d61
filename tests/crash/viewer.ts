// A viewer with one page after another, who sends over HTTP and WebSocket alternately, with the same token, several
// messages on their way at once.
/// <reference path="../support/ws.d.ts" />
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Server } from '../support/server.ts';
import { SessionLedger, type Message } from './ledger.ts';
import type { Random } from '../support/random.ts';

/** From one start of the server to its end. */
export interface Life {
  over: boolean;
}

export interface Counts {
  beats: number;
  by_http: number;
  by_socket: number;
  unanswered: number;
  sessions: number;
  withdrawals: number;
}

/** One answer to each message; which of those on their way it is for does not matter, all being of one session. */
class Socket {
  broken = false;
  readonly #socket: WebSocket;
  readonly #ready: Promise<void>;
  #waiting: { resolve(answer: { n: number; error?: string }): void; reject(error: Error): void }[] = [];

  constructor(server: Server) {
    this.#socket = new WebSocket(`${server.base.replace('http', 'ws')}/v1/pulse`, { headers: { origin: server.origin } });
    this.#ready = new Promise((resolve, reject) => {
      this.#socket.on('open', resolve);
      this.#socket.on('error', reject);
    });
    this.#ready.catch(() => {});
    this.#socket.on('message', (text) => this.#waiting.shift()?.resolve(JSON.parse(String(text))));
    this.#socket.on('close', () => {
      this.broken = true;
      for (const { reject } of this.#waiting.splice(0)) reject(new Error('the connection broke'));
    });
  }

  async ask(message: Message): Promise<{ n: number; error?: string }> {
    await this.#ready;
    return new Promise((resolve, reject) => {
      if (this.broken) return reject(new Error('the connection is broken'));
      this.#waiting.push({ resolve, reject });
      this.#socket.send(JSON.stringify(message));
    });
  }

  end() {
    this.#socket.terminate();
  }
}

const in_flight_max = 3;
const beats_per_session_max = 200;

export class Viewer {
  readonly name: string;
  readonly email: string;
  readonly sessions: SessionLedger[] = [];
  /** Sessions that were asked for and not answered: they may be there, with nothing in them. */
  unanswered_openings = 0;
  readonly #server: Server;
  readonly #event: { event: string };
  readonly #random: Random;
  readonly #counts: Counts;
  #link = '';
  #socket: Socket | undefined;

  constructor(server: Server, event: { event: string }, random: Random, counts: Counts, index: number) {
    this.#server = server;
    this.#event = event;
    this.#random = random;
    this.#counts = counts;
    this.name = `Kijker Nummer ${index}`;
    this.email = `kijker${index}@kijker.example`;
  }

  get #now(): number {
    return this.#server.clock.now();
  }

  async register() {
    const { door, answer } = await this.#server.register(this.#event, { name: this.name, email: this.email });
    assert.ok(door, `${answer}`);
    this.#link = door;
  }

  /** Opens a page; `tell` then sends what it saw in the time that went by. */
  async open() {
    await this.#open({ over: false });
  }

  async tell() {
    const session = this.current!;
    while (session.observe(this.#random, this.#now)) ++this.#counts.beats;
    await this.finish();
  }

  get current(): SessionLedger | undefined {
    const last = this.sessions.at(-1);
    return last?.withdrawal == 'acknowledged' ? undefined : last;
  }

  async live(life: Life) {
    while (!life.over) {
      const session = this.current;
      if (!session || (session.beats.length > beats_per_session_max && session.unacknowledged == 0)) {
        await this.#open(life);
      } else if (session.withdrawal == 'asked' || session.acknowledged > session.withdraws_after) {
        await this.#withdraw(session, life);
      } else {
        await this.#beat(session, life);
      }
    }
    this.#socket?.end();
    this.#socket = undefined;
  }

  /** Asks for a thing of HTTP; nothing if the server went away meanwhile. */
  async #ask<T>(life: Life, asked: Promise<T>): Promise<T | undefined> {
    try {
      return await asked;
    } catch (error) {
      // A socket that breaks is told a moment before we are told that the process is gone.
      for (let waited = 0; !life.over && waited < 100; ++waited) await sleep(20);
      if (!life.over) throw error;
      ++this.#counts.unanswered;
      return undefined;
    }
  }

  async #open(life: Life) {
    const answer = await this.#ask(life, this.#server.ask_session(this.#event, { link: this.#link, consent: true }));
    if (!answer) {
      ++this.unanswered_openings;
      return;
    }
    const { session, t } = answer.expect(201).json<{ session: string; t: string }>();
    this.sessions.push(new SessionLedger({ session, t }, this.#random.between(20, 3 * beats_per_session_max), this.#now));
    ++this.#counts.sessions;
  }

  async #withdraw(session: SessionLedger, life: Life) {
    session.withdrawal = 'asked';
    const late = session.observe(this.#random, this.#now) ? this.#by_http(session, session.message(this.#now), life) : undefined;
    const answer = await this.#ask(life, this.#server.withdraw(session));
    await late;
    if (!answer) return;
    answer.expect(204);
    session.withdrawal = 'acknowledged';
    ++this.#counts.withdrawals;
    const beat = await this.#ask(life, this.#server.post('/v1/pulse', { t: session.t, n: session.beats.length + 1, b: [[0, 3]] }));
    beat?.expect(403);
  }

  async #beat(session: SessionLedger, life: Life) {
    const sending: Promise<void>[] = [];
    for (let i = this.#random.between(1, in_flight_max); i > 0 && !life.over; --i) {
      for (let more = this.#random.between(1, 6); more > 0 && session.observe(this.#random, this.#now); --more) ++this.#counts.beats;
      if (session.unacknowledged == 0) break;
      const message = session.message(this.#now);
      sending.push(this.#random.once_in(2) ? this.#by_http(session, message, life) : this.#by_socket(session, message, life));
    }
    if (sending.length) await Promise.all(sending);
    else await this.#repeat(session, life);
  }

  /** Nothing new: what the server has already, once more. */
  async #repeat(session: SessionLedger, life: Life) {
    const question = session.question(this.#now);
    if (question) await this.#by_http(session, question, life);
    await sleep(5);
  }

  async #by_http(session: SessionLedger, message: Message, life: Life) {
    const answer = await this.#ask(life, this.#server.post('/v1/pulse', message));
    if (!answer) return;
    ++this.#counts.by_http;
    if (answer.status == 403 && session.withdrawal != 'none') return;
    const { n } = answer.expect(200).json<{ n: number }>();
    assert.ok(n >= message.n + message.b.length - 1, `${n} acknowledges too little of ${JSON.stringify(message)}`);
    session.told(n, this.#now);
  }

  async #by_socket(session: SessionLedger, message: Message, life: Life) {
    if (this.#socket?.broken) this.#socket = undefined;
    const socket = (this.#socket ??= new Socket(this.#server));
    const answer = await this.#ask(life, socket.ask(message));
    if (!answer) return;
    ++this.#counts.by_socket;
    assert.equal(answer.error, undefined, `${JSON.stringify(answer)} to ${JSON.stringify(message)}`);
    session.told(answer.n, this.#now);
  }

  /** After a restart, before anything else is sent: what was acknowledged is there, and no message by half. */
  async check() {
    const asked = new Set([...this.sessions.slice(-2), this.#random.one_of(this.sessions)]);
    for (const session of asked) {
      const question = session?.question(this.#now);
      if (!session || !question) continue;
      const answer = await this.#server.post('/v1/pulse', question);
      if (session.withdrawal == 'acknowledged') answer.expect(403);
      else if (session.withdrawal == 'asked' && answer.status == 403) continue;
      else session.told_again(answer.expect(200).json<{ n: number }>().n, this.#now);
    }
  }

  server_died() {
    this.#socket?.end();
    this.#socket = undefined;
    for (const session of this.sessions) session.server_died(this.#now);
  }

  /** Until everything is acknowledged. */
  async finish() {
    const session = this.current;
    if (!session) return;
    if (session.withdrawal == 'asked') return this.#withdraw(session, { over: false });
    if (session.unacknowledged) await this.#by_http(session, session.message(this.#now), { over: false });
    assert.equal(session.unacknowledged, 0);
  }
}
