// The heartbeat script: says what holds on this page (visible, focused, playing …) every 5 s, at once when it
// changes, and when the page's life does. It begins only when start() is called with somebody's consent.
//
//   notice → look → beat → queue → WebSocket, else fetch, else (page going) sendBeacon → acknowledged, forgotten
//
// It is small on purpose: the build fails past 1 500 bytes of brotli. Its interface stands in types.ts, the
// format in docs/contract.md.
import { acknowledge, messages, now, push, restart, type Mark } from './queue.ts';
import type { Consent, State } from './types.ts';

// Looking is more frequent than beating: where an embedded frame has the focus, no event tells of its leaving.
const look_ms = 1_000;
// A beat is due with the fifth look, however unevenly they come.
const beat_ms = 4_500;
const idle_ms = 60_000;
// What is not answered for so long is given up.
const patience_ms = 10_000;
const pause_max_ms = 30_000;
const socket_again_ms = 20_000;

const gone = -1;
const unreachable = 599;

const events = 'pointerdown,pointermove,keydown,wheel,focus,blur,visibilitychange,pagehide,pageshow,freeze,resume,playing,pause,waiting,' +
  'volumechange,fullscreenchange,enterpictureinpicture,leavepictureinpicture';

const { src, dataset } = document.currentScript as HTMLScriptElement;
const api = new URL('/v1/', src);
const pulse = api + 'pulse';

interface Answer {
  status: number;
  session?: string;
  t?: string;
  n?: number;
}

// One per start(), so that an answer that comes after its end is known by it.
let life: object | undefined;
let consent: Consent;
let ends_at: number;
let worker: Worker;
let timer: number;

let session: string;
let token = '';
let facts: number;
let beat_at: number;
let input_at: number;

let socket: WebSocket | undefined;
let socket_again_at: number;
let asking: boolean;
let quiet_until: number;
let failures: number;

const look = () => {
  let seen = (document.hidden ? 0 : 1) | (document.hasFocus() ? 2 : 0) |
    (document.pictureInPictureElement ? 16 : 0) | (document.fullscreenElement ? 32 : 0) |
    (now() - input_at < idle_ms ? 0 : 64);
  for (const media of document.querySelectorAll<HTMLMediaElement>('video,audio')) {
    if (!media.paused && media.readyState > 2) seen |= media.muted || !media.volume ? 4 : 12;
  }
  return seen;
};

const tell = (detail: State) => dispatchEvent(new CustomEvent('hartslag', { detail }));

const beat = (value: number, mark?: Mark) => push((beat_at = now()), (facts = value), mark);

const notice = ({ type }: { type: string }) => {
  const time = now();
  if (time > ends_at) return stop();
  if (/point|key|wheel/.test(type)) {
    input_at = time;
    if (!(facts & 64)) return;
  }
  if (facts == gone && !/show|resume/.test(type)) return;
  const leaving = /hide|freeze/.test(type);
  const value = leaving ? gone : look();
  if (value != facts || time - beat_at > beat_ms) {
    beat(value);
    flush(leaving);
  }
};

// Longer with each failure, and never the same for two pages.
const pause = () => Math.min(pause_max_ms, 1_000 * 2 ** failures++) * (1 - Math.random() / 2);

// As text, since only that crosses origins without a question before it.
const post = async (address: string, body: string): Promise<Answer> => {
  let status = unreachable;
  let again_s = 0;
  let answer;
  try {
    const signal = AbortSignal.timeout(patience_ms);
    const response = await fetch(address, { method: 'POST', body, keepalive: true, signal });
    answer = response.status < 202 && (await response.json());
    again_s = +response.headers.get('retry-after')!;
    status = response.status;
  } catch {
    // As if the server were too busy.
  }
  if (status >= 429) quiet_until = now() + again_s * 1_000 + pause();
  return { status, ...answer };
};

/** Sends a message, or asks for a session. One question at a time; what may pass is asked again later. */
const ask = async (address: string, body: string) => {
  if (asking) return;
  asking = true;
  const mine = life;
  const { status, session: id, t, n } = await post(address, body);
  // Withdrawn or stopped meanwhile: a session that nobody wants any more is ended too.
  if (mine != life) return t && forget(id!, t);
  asking = false;
  if (t) {
    // Numbers begin anew, and what an old socket still says is not about them.
    session = id!;
    token = t;
    hang_up(0);
    restart();
    if (facts != gone) beat(look());
    tell('beating');
    flush();
  } else if (status == 200) settle(n!);
  else if (status == 401) {
    token = '';
    // At once the first time; a server that refuses the tokens it gave is asked ever more slowly.
    quiet_until = now() + (failures++ && pause());
    flush();
  } else if (status < 429) stop();
};

const flush = (leaving?: boolean) => {
  const time = now();
  if (!leaving && time < quiet_until) return;
  if (!token) return leaving || ask(api + 'sessions', JSON.stringify({ ...dataset, consent }));
  const all = messages(token, time);
  // An open socket would keep a page out of the back/forward cache, and one may be dead without saying so.
  if (leaving || (all[0] && all[0].b[0]![0] > patience_ms)) hang_up();
  if (!socket && time >= socket_again_at) connect();
  for (const message of all) {
    const body = JSON.stringify(message);
    if (leaving) navigator.sendBeacon(pulse, body) || ask(pulse, body);
    else if (socket?.readyState == 1) socket.send(body);
    else ask(pulse, body);
  }
};

const settle = (n: number) => {
  failures = quiet_until = 0;
  acknowledge(n);
};

const connect = () => {
  socket = new WebSocket(pulse.replace('http', 'ws'));
  socket.onmessage = ({ data }) => {
    const { n, error } = JSON.parse(data);
    // What to do about an error, the same message learns by fetch from its status.
    if (error) lost();
    else settle(n);
  };
  socket.onclose = lost;
};

const lost = () => {
  hang_up();
  flush();
};

const hang_up = (again_ms = socket_again_ms) => {
  if (socket) {
    socket.onmessage = socket.onclose = null;
    socket.close();
  }
  socket = undefined;
  socket_again_at = now() + again_ms;
};

const listen = (how: typeof addEventListener) => {
  events.split(',').forEach((type) => how(type, notice, true));
};

const start = (choice: Consent, lasts_ms = Infinity) => {
  stop();
  life = {};
  consent = choice;
  input_at = beat_at = now();
  ends_at = input_at + lasts_ms;
  facts = quiet_until = failures = 0;
  asking = false;
  listen(addEventListener);
  // A hidden and silent page's own timer is slowed to once a minute, a worker's is not; where the page's rules
  // allow no worker, the former is what remains.
  timer = setInterval(notice, look_ms, { type: '' });
  worker = new Worker(URL.createObjectURL(new Blob([`setInterval(postMessage,${look_ms},0)`])));
  worker.onmessage = notice;
  flush();
};

const stop = () => {
  if (!life) return;
  life = undefined;
  token = '';
  listen(removeEventListener);
  worker.terminate();
  clearInterval(timer);
  hang_up();
  tell('stopped');
};

/** Asks until the server has answered; what it no longer knows is withdrawn too. */
const forget = async (id: string, t: string) => {
  while ((await post(`${api}sessions/${id}/withdraw`, JSON.stringify({ t }))).status >= 429) {
    await new Promise((done) => setTimeout(done, quiet_until - now()));
  }
};

const withdraw = async () => {
  const t = token;
  stop();
  if (t) await forget(session, t);
};

const mark = (...noted: Mark) => {
  if (token && facts != gone) {
    beat(look(), noted);
    flush();
  }
};

window.hartslag = { start, withdraw, stop, mark };
