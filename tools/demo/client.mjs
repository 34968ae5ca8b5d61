// The program's public interface as the demo uses it: HTTP with connections kept, and a staff session.

import { Agent, request } from 'node:http';
import { code_of, step_ms } from './authenticator.mjs';

const connections_max = 32;
const tries_max = 10;
const mail_tries_max = 150;
const mail_wait_ms = 200;

export class Client {
  #base;
  #agent = new Agent({ keepAlive: true, maxSockets: connections_max });
  #cookie;
  /** The browser's own cookie, by which it is known. */
  device;

  /** `base` is "http://127.0.0.1:8080". */
  constructor(base) {
    this.#base = new URL(base);
  }

  close() {
    this.#agent.destroy();
  }

  /** {status, headers, text}; a body that is an object goes as JSON, a URLSearchParams as a form. */
  async ask(method, path, body) {
    // What a browser says of a request that the site's own page makes; without it a change is refused.
    const headers = { 'Sec-Fetch-Site': 'same-origin', 'Accept-Language': 'nl' };
    const cookies = [this.#cookie, this.device].filter(Boolean);
    if (cookies.length > 0) headers.Cookie = cookies.join('; ');
    let payload;
    if (body instanceof URLSearchParams) {
      headers['Content-Type'] = 'application/x-www-form-urlencoded';
      payload = body.toString();
    } else if (body !== undefined) {
      headers['Content-Type'] = 'application/json';
      payload = JSON.stringify(body);
    }
    if (payload !== undefined) headers['Content-Length'] = Buffer.byteLength(payload);
    return this.#send({ method, path, headers }, payload);
  }

  #send(asking, payload, tries = tries_max) {
    return new Promise((resolve, reject) => {
      const { hostname, port } = this.#base;
      const asked = request({ hostname, port, ...asking, agent: tries === tries_max && this.#agent }, (answer) => {
        const pieces = [];
        answer.on('data', (piece) => pieces.push(piece));
        answer.on('error', reject);
        answer.on('end', () => {
          const { statusCode: status, headers } = answer;
          resolve({ status, headers, text: Buffer.concat(pieces).toString() });
        });
      });
      asked.on('error', (error) => {
        // When the server's time is let pass, its connections have been idle or slow for too long all at once, and
        // it cuts them. Asking again is right for all that the demo asks.
        if (error.code === 'ECONNRESET' && tries > 1) resolve(this.#send(asking, payload, tries - 1));
        else reject(error);
      });
      asked.end(payload);
    });
  }

  /** The same, for what has to be answered with `status`; returns the JSON of the answer, if it has one. */
  async expect(status, method, path, body) {
    const answer = await this.ask(method, path, body);
    if (answer.status !== status) {
      throw new Error(`${method} ${path}: ${answer.status} where ${status} was expected\n${answer.text}`);
    }
    return answer.text === '' ? undefined : JSON.parse(answer.text);
  }

  /** Asks for what gives a session, or half of one; returns the answer's JSON, if it has one. */
  async #enter(status, path, body) {
    const answer = await this.ask('POST', path, body);
    if (answer.status !== status) throw new Error(`POST ${path}: ${answer.status}\n${answer.text}`);
    const [session, device] = answer.headers['set-cookie'].map((cookie) => cookie.split(';')[0]);
    this.#cookie = session;
    this.device = device ?? this.device;
    return answer.text === '' ? undefined : JSON.parse(answer.text);
  }

  /** Makes the first account, its authenticator with it; returns that one's secret. `now_ms` is the server's time. */
  set_up(token, account, now_ms) {
    return this.#begin('/api/v1/setup', { token, ...account }, now_ms);
  }

  /** The same for who was invited: `invitation` is the secret of the link that was mailed. */
  join(invitation, { name, password }, now_ms) {
    return this.#begin('/api/v1/join', { invitation, name, password }, now_ms);
  }

  async #begin(path, body, now_ms) {
    await this.#enter(201, path, body);
    const { secret } = await this.expect(201, 'POST', '/api/v1/sign-in/authenticator', {});
    await this.#enter(201, '/api/v1/sign-in/authenticator/confirm', { code: code_of(secret, Math.floor(now_ms / step_ms)) });
    await this.#acknowledge();
    return secret;
  }

  /** Agrees to the texts that the policy has staff agree to before anything else. */
  async #acknowledge() {
    const open = (await this.expect(200, 'GET', '/api/v1/me/duties')).filter(({ kind, state }) => kind !== 'training' && state !== 'met');
    if (open.length === 0) return;
    const { name } = await this.expect(200, 'GET', '/api/v1/me');
    for (const { duty, version } of open) await this.expect(204, 'POST', `/api/v1/me/duties/${duty}`, { version, language: 'nl', name });
  }

  /** The secret behind the link of the invitation that was mailed there, as soon as it is. */
  async invitation_to(address) {
    for (let tries = 0; tries < mail_tries_max; ++tries) {
      const { text: list } = await this.ask('GET', '/demo/mail');
      for (const [, path] of list.matchAll(/href="(\/demo\/mail\/[^"]+)"/g)) {
        const { text } = await this.ask('GET', path);
        const secret = /\/staff\/join#([\w-]+)/.exec(text)?.[1];
        if (secret && text.includes(address)) return secret;
      }
      await new Promise((resolve) => setTimeout(resolve, mail_wait_ms));
    }
    throw new Error(`no invitation was mailed to ${address}`);
  }

  /** In the browser of `device`. Returns the step whose code it gave: each is taken once. */
  async sign_in({ email, password, secret, device }) {
    this.device = device;
    await this.#enter(200, '/api/v1/sign-in', { email, password });
    const step = Math.floor(Date.now() / step_ms);
    await this.#enter(204, '/api/v1/sign-in/code', { code: code_of(secret, step) });
    await this.#acknowledge();
    return step;
  }
}

/** Runs `work` for each item, `at_once` at a time. */
export async function each(items, at_once, work) {
  const queue = items[Symbol.iterator]();
  const worker = async () => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: at_once }, worker));
}
