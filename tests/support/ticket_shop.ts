// A service of somebody else, which knows one password: Basic authentication over HTTP on loopback. What it hears it keeps.
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

export interface Heard {
  method: string;
  path: string;
  user: string;
  password: string;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

export class TicketShop {
  /** The one it takes. */
  password = 'van-voor-het-programma-er-was';
  /** Whether it takes another one over. */
  learns = true;
  readonly heard: Heard[] = [];
  readonly #server: HttpServer;
  /** Another machine, that is, a port that nobody meant. */
  readonly elsewhere: Heard[] = [];
  readonly #elsewhere: HttpServer;

  private constructor() {
    this.#server = createServer((request, response) => {
      let body = '';
      request.on('data', (piece: Buffer) => (body += piece.toString('utf8')));
      request.on('end', () => {
        const [status, type, text] = this.#answer(this.#hear(this.heard, request, body));
        const zipped = request.url!.endsWith('as=zipped');
        response.writeHead(status, { 'content-type': type, ...(status == 302 ? { location: `${this.#origin(this.#elsewhere)}/caught` } : {}), ...(zipped ? { 'content-encoding': 'gzip' } : {}) });
        response.end(zipped ? gzipSync(text) : text);
      });
    });
    this.#elsewhere = createServer((request, response) => {
      this.#hear(this.elsewhere, request, '');
      response.end('caught');
    });
  }
  static async start(): Promise<TicketShop> {
    const shop = new TicketShop();
    // Nobody who forgets it is kept from ending.
    for (const one of [shop.#server, shop.#elsewhere]) await new Promise<void>((done) => one.unref().listen(0, '127.0.0.1', done));
    return shop;
  }
  async end(): Promise<void> {
    for (const one of [this.#server, this.#elsewhere]) {
      one.closeAllConnections();
      await new Promise((done) => one.close(done));
    }
  }

  #origin(server: HttpServer): string {
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  get origin(): string {
    return this.#origin(this.#server);
  }

  /** As it is declared to the program (src/services/service.h). */
  get declared() {
    return {
      name: 'ticket shop', origin: this.origin, secret: this.password, puts: { in: 'basic', name: 'lichtbeeld' },
      tasks: [
        { name: 'orders', method: 'GET', path: '/api/orders' },
        { name: 'refund', method: 'POST', path: '/api/refunds' },
        { name: 'echo', method: 'GET', path: '/echo' },
        { name: 'away', method: 'GET', path: '/away' },
        { name: 'much', method: 'GET', path: '/much' },
      ],
      check: '/api/me',
      change: { method: 'POST', path: '/api/password', field: 'new' },
    };
  }

  #hear(list: Heard[], request: { method?: string | undefined; url?: string | undefined; headers: Heard['headers'] }, body: string): Heard {
    const [, pair = ''] = /^Basic (.+)$/.exec(String(request.headers['authorization'] ?? '')) ?? [];
    const [user = '', ...rest] = Buffer.from(pair, 'base64').toString('utf8').split(':');
    const heard = { method: request.method!, path: request.url!, user, password: rest.join(':'), headers: request.headers, body };
    list.push(heard);
    return heard;
  }

  #answer({ method, path, user, password, headers, body }: Heard): [number, string, string] {
    const json = (value: unknown): [number, string, string] => [200, 'application/json', JSON.stringify(value)];
    if (user != 'lichtbeeld' || password != this.password) return [401, 'application/json', '{"error":"who are you"}'];
    const what = path.split('?')[0]!;
    if (what == '/api/me') return json({ user });
    if (what == '/api/password' && method == 'POST') {
      if (!this.learns) return [500, 'text/plain', 'not today'];
      this.password = new URLSearchParams(body).get('new')!;
      return json({});
    }
    if (what.startsWith('/api/orders')) return json({ orders: [{ number: 4711, at: what }], asked: path });
    if (what == '/api/refunds') return json({ refunded: body, type: headers['content-type'] });
    if (what == '/echo') return json({ you_sent: new URLSearchParams(path.split('?')[1]).get('as') == 'plain' ? password : headers['authorization'] });
    if (what == '/away') return [302, 'text/plain', ''];
    if (what == '/much') return [200, 'text/plain', 'x'.repeat(2 * 1024 * 1024)];
    return [404, 'text/plain', ''];
  }
}
