// Plain requests, each on a connection of its own: a clock that moves by hours makes any other seem long idle.
import { request as plain, type IncomingHttpHeaders } from 'node:http';
import { request as encrypted } from 'node:https';

export interface Asking {
  method?: string;
  headers?: Record<string, string>;
  /** An object goes as JSON, URLSearchParams as a form, all else as it is. */
  body?: unknown;
  /** The authority of a certificate that nobody else vouches for. */
  ca?: string | Buffer;
  /** What the request names, as it stands, in the place of the URL's path and query. */
  target?: string;
}

export class Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly #asked: string;

  constructor(asked: string, status: number, headers: IncomingHttpHeaders, bytes: Buffer) {
    this.#asked = asked;
    this.status = status;
    this.headers = headers;
    this.bytes = bytes;
  }

  get text(): string {
    return this.bytes.toString('utf8');
  }

  header(name: string): string {
    const value = this.headers[name.toLowerCase()];
    return Array.isArray(value) ? value.join(', ') : (value ?? '');
  }

  /** The body as JSON. What the caller makes of its type is the caller's word. */
  json<T = any>(): T {
    try {
      return JSON.parse(this.text) as T;
    } catch {
      throw new Error(`${this}\nis no JSON`);
    }
  }

  /** This answer, if its status is that; else an error that shows all of it. */
  expect(status: number): this {
    if (this.status != status) throw new Error(`${this}\nwhere ${status} was expected`);
    return this;
  }

  toString() {
    return `${this.#asked}: ${this.status} ${JSON.stringify(this.headers)}\n${this.text.slice(0, 2_000)}`;
  }
}

const most_ms = 60_000;

/** Follows no redirect, keeps no cookie. */
export function ask(url: string | URL, { method = 'GET', headers = {}, body, ca, target }: Asking = {}): Promise<Answer> {
  const { protocol, hostname, port, host, pathname, search } = new URL(url);
  const sent: Record<string, string> = { host, ...headers };
  let payload: string | Buffer | undefined;
  if (body instanceof URLSearchParams) {
    sent['content-type'] ??= 'application/x-www-form-urlencoded';
    payload = body.toString();
  } else if (typeof body == 'string' || Buffer.isBuffer(body)) {
    payload = body;
  } else if (body !== undefined) {
    sent['content-type'] ??= 'application/json';
    payload = JSON.stringify(body);
  }
  if (payload !== undefined) sent['content-length'] = String(Buffer.byteLength(payload));
  return new Promise((resolve, reject) => {
    const options = {
      method, headers: sent, path: target ?? pathname + search, port, ca, agent: false, timeout: most_ms,
      // The name is for certificates and for Host; everything is on this machine.
      host: '127.0.0.1', ...(protocol == 'https:' ? { servername: hostname } : {}),
    };
    const asked = (protocol == 'https:' ? encrypted : plain)(options, (answer) => {
      const pieces: Buffer[] = [];
      answer.on('data', (piece: Buffer) => pieces.push(piece));
      answer.on('error', reject);
      answer.on('end', () =>
        resolve(new Answer(`${method} ${url}`, answer.statusCode!, answer.headers, Buffer.concat(pieces))));
    });
    asked.on('timeout', () => asked.destroy(new Error(`${method} ${url}: no answer within ${most_ms} ms`)));
    asked.on('error', reject);
    asked.end(payload);
  });
}
