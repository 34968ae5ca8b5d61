// What the heartbeat script speaks to in its own tests: the contract's Session and Beat, kept in memory, with
// faults on demand. It is no part of the program and says nothing about the real server.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { beacon } from '../../web/beacon/bundle.mjs';

export type Way = 'socket' | 'fetch' | 'beacon';

export interface Beat {
  n: number;
  at_ms: number;
  facts: number;
  way: Way;
}

export interface Session {
  session: string;
  t: string;
  asked: { property: string; link?: string; notice?: string; consent: Record<string, boolean> };
  opened_ms: number;
  beats: Beat[];
  marks: { n: number; at_ms: number; kind: string; value: string | number }[];
  last: number;
  state: 'open' | 'expired' | 'stopped';
}

interface Message {
  t: string;
  n: number;
  b: [number, number][];
  m?: [number, string, string | number][];
}

const page = (body: string) => `<!doctype html><html lang="en"><title>Page</title>
<script src="/beacon.js" data-property="example" data-notice="v1"></script>
<script>addEventListener('hartslag', ({ detail }) => (window.state = detail))</script>${body}`;

const pages: Record<string, string> = {
  '/': page('<h1>Page</h1>'),
  '/elsewhere': '<!doctype html><title>Elsewhere</title>',
  '/frame': '<!doctype html><title>Frame</title><button>Play</button>',
};

export class FixtureServer {
  readonly sessions: Session[] = [];
  /** Every message that arrived, also those answered with an error, by when and how. */
  readonly messages: { at_ms: number; way: Way; message: Message }[] = [];
  /** While set, /v1/pulse answers so, on every transport. */
  fault: { status: number; retry_after_s?: number } | undefined;
  /** 'none' refuses every upgrade. */
  sockets: 'served' | 'none' = 'served';
  /** 'lost' stores what arrives and never says so. */
  answers: 'sent' | 'lost' = 'sent';

  readonly #script: string;
  #server!: Server;
  #port = 0;
  readonly #connections = new Set<Socket>();

  private constructor(script: string) {
    this.#script = script;
  }

  static async start() {
    const server = new FixtureServer(await beacon());
    await server.connect();
    return server;
  }

  /** localhost, and the same server as another site's. */
  get origin() {
    return `http://localhost:${this.#port}`;
  }
  get other_origin() {
    return `http://127.0.0.1:${this.#port}`;
  }

  async connect() {
    const upgrades = new WebSocketServer({ noServer: true });
    this.#server = createServer((request, response) => this.#serve(request, response));
    this.#server.on('connection', (socket) => {
      this.#connections.add(socket);
      socket.on('close', () => this.#connections.delete(socket));
    });
    this.#server.on('upgrade', (request, socket, head) => {
      if (this.sockets == 'none' || request.url != '/v1/pulse') return void socket.destroy();
      upgrades.handleUpgrade(request, socket, head, (client) => {
        client.on('error', () => {});
        client.on('message', (data) => {
          const { status, body } = this.#pulse(String(data), 'socket');
          const answer = status == 200 ? body : { n: 0, error: `/problems/${status}` };
          if (this.answers == 'sent') client.send(JSON.stringify(answer));
        });
      });
    });
    await new Promise<void>((done) => this.#server.listen(this.#port, () => done()));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** A network that is gone: every connection breaks and none is accepted until connect(). */
  async cut() {
    const closed = new Promise((done) => this.#server.close(done));
    for (const socket of this.#connections) socket.destroy();
    await closed;
  }

  /** The session opened last. */
  get latest() {
    return this.sessions.at(-1)!;
  }

  async #serve(request: IncomingMessage, response: ServerResponse) {
    const { method, url = '' } = request;
    const answer = (status: number, body: unknown, headers: Record<string, string> = {}) => {
      response.writeHead(status, { 'access-control-allow-origin': '*', ...headers });
      response.end(typeof body == 'string' ? body : JSON.stringify(body));
    };
    let text = '';
    for await (const part of request) text += part;

    if (method == 'GET' && url == '/beacon.js') return answer(200, this.#script, { 'content-type': 'text/javascript' });
    if (method == 'GET' && url == '/framed') {
      return answer(200, page(`<iframe src="${this.other_origin}/frame"></iframe>`), { 'content-type': 'text/html' });
    }
    if (method == 'GET' && pages[url]) return answer(200, pages[url], { 'content-type': 'text/html' });
    if (method == 'POST' && url == '/v1/sessions') return answer(201, this.#open(text));
    if (method == 'POST' && url == '/v1/pulse') {
      const way = request.headers['sec-fetch-mode'] == 'no-cors' ? 'beacon' : 'fetch';
      const { status, body, retry_after_s } = this.#pulse(text, way);
      if (this.answers == 'lost') return void request.socket.destroy();
      return answer(status, body, retry_after_s ? { 'retry-after': String(retry_after_s) } : {});
    }
    const withdrawn = /^\/v1\/sessions\/(\w+)\/withdraw$/.exec(url)?.[1];
    if (method == 'POST' && withdrawn) {
      const session = this.sessions.find((one) => one.session == withdrawn && one.t == JSON.parse(text).t);
      if (session) session.state = 'stopped';
      response.writeHead(session ? 204 : 401).end();
      return;
    }
    answer(404, {});
  }

  #open(text: string) {
    const number = this.sessions.length + 1;
    const asked = JSON.parse(text) as Session['asked'];
    const session: Session = {
      session: `session${number}`, t: `token${number}`, asked, opened_ms: Date.now(),
      beats: [], marks: [], last: 0, state: 'open',
    };
    if (!asked.consent['attendance']) return { session: session.session };
    this.sessions.push(session);
    return { session: session.session, t: session.t, expires_ms: Date.now() + 3_600_000 };
  }

  #pulse(text: string, way: Way): { status: number; body: object; retry_after_s?: number } {
    const at_ms = Date.now();
    const message = JSON.parse(text) as Message;
    this.messages.push({ at_ms, way, message });
    if (this.fault) return { body: {}, ...this.fault };
    const session = this.sessions.find(({ t }) => t == message.t);
    if (!session || session.state == 'expired') return { status: 401, body: {} };
    if (session.state == 'stopped') return { status: 403, body: {} };

    let n = message.n - 1;
    for (const [age_ms, facts] of message.b) {
      if (++n <= session.last) continue;
      // The contract's clamps.
      const earliest_ms = Math.max(session.beats.at(-1)?.at_ms ?? 0, at_ms - 300_000, session.opened_ms);
      session.beats.push({ n, at_ms: Math.max(at_ms - age_ms, earliest_ms), facts, way });
    }
    for (const [age_ms, kind, value] of message.m ?? []) {
      if (++n > session.last) session.marks.push({ n, at_ms: at_ms - age_ms, kind, value });
    }
    session.last = Math.max(session.last, n);
    return { status: 200, body: { n: session.last } };
  }
}
