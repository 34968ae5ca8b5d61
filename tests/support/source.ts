// A web server elsewhere: another origin, for video that is not the installation's own. It remembers what it was asked.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server as Http } from 'node:http';
import { createServer as createEncrypted } from 'node:https';
import { join } from 'node:path';

export interface File {
  type: string;
  body: string | Buffer;
  status?: number;
  headers?: Record<string, string>;
}

export interface Asked {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
}

export class Source {
  readonly files: Map<string, File>;
  readonly asked: Asked[] = [];
  /** Every connection, whether it asked for anything or not. */
  connections = 0;
  readonly #http: Http;

  private constructor(files: Record<string, File>, http: Http) {
    this.files = new Map(Object.entries(files));
    this.#http = http;
  }

  /** Paths with a slash in front. Whatever is delivered may be read by any origin, as video hosts do. */
  static async start(files: Record<string, File>, tls?: { certificate: string; key: string }): Promise<Source> {
    const http = tls ? createEncrypted({ cert: readFileSync(tls.certificate), key: readFileSync(tls.key) }) : createServer();
    const source = new Source(files, http as Http);
    http.on('connection', () => ++source.connections);
    http.on('request', (request, answer) => {
      const path = request.url!.split('?')[0]!;
      source.asked.push({ method: request.method!, path, headers: request.headers });
      const file = source.files.get(path);
      if (!file) {
        answer.writeHead(404).end();
        return;
      }
      const whole = Buffer.from(file.body);
      const common = { 'content-type': file.type, 'access-control-allow-origin': '*', 'accept-ranges': 'bytes', ...file.headers };
      const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
      if (file.status || !range || whole.length == 0) {
        answer.writeHead(file.status ?? 200, { ...common, 'content-length': whole.length }).end(whole);
        return;
      }
      const from = Number(range[1]);
      const to = Math.min(range[2] ? Number(range[2]) : Infinity, whole.length - 1);
      answer.writeHead(206, { ...common, 'content-range': `bytes ${from}-${to}/${whole.length}`, 'content-length': to - from + 1 });
      answer.end(whole.subarray(from, to + 1));
    });
    await new Promise<void>((ready) => http.listen(0, '127.0.0.1', ready));
    return source;
  }

  get port(): number {
    return (this.#http.address() as { port: number }).port;
  }

  async close() {
    this.#http.closeAllConnections();
    await new Promise((done) => this.#http.close(done));
  }
}

const picture = (seconds: number) => [
  '-hide_banner', '-loglevel', 'error', '-y', '-f', 'lavfi', '-i', `testsrc2=size=320x180:rate=15:duration=${seconds}`,
  '-f', 'lavfi', '-i', `sine=frequency=330:duration=${seconds}`, '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '30',
  '-c:a', 'aac', '-shortest',
];

/** A short film with sound, as one file in `folder`. */
export function make_film(folder: string, seconds = 10): string {
  const path = join(folder, 'film.mp4');
  execFileSync('ffmpeg', [...picture(seconds), '-movflags', '+faststart', path]);
  return path;
}

/** The same as a playlist of segments of 2 s, in `folder`: index.m3u8 and its files. */
export function make_playlist(folder: string, seconds = 10) {
  execFileSync('ffmpeg', [...picture(seconds), '-f', 'hls', '-hls_time', '2', '-hls_playlist_type', 'vod', '-hls_segment_type', 'fmp4', join(folder, 'index.m3u8')]);
}
