// The heartbeat script: says what holds on this page (visible, focused, playing …) every 5 s, at once when it
// changes, and when the page's life does. It begins only when start() is called with somebody's consent.
//
//   notice → look → beat → queue → WebSocket, else fetch, else (page going) sendBeacon → acknowledged, forgotten
//
// It is small on purpose: the build fails past 1 500 bytes of brotli. Its interface stands in types.ts, the
// format in docs/contract.md.
import { acknowledge, messages, push, restart, type Mark } from './queue.ts';
import type { Consent, State } from './types.ts';

// Looking is more frequent than beating: where an embedded frame has the focus, no event tells of its leaving.
const look_ms = 1_000;
// A beat is due with the fifth look, however unevenly they come.
const beat_ms = 4_500;
const idle_ms = 60_000;
// A transport that owes an answer for so long is given up.
const patience_ms = 10_000;
const pause_max_ms = 60_000;
const socket_again_ms = 20_000;

const gone = -1;
const unreachable = 599;

const inputs = 'pointerdown,pointermove,keydown,wheel,';
const changes = 'focus,blur,visibilitychange,pagehide,pageshow,freeze,resume,online,playing,pause,waiting,' +
  'volumechange,fullscreenchange,enterpictureinpicture,leavepictureinpicture';

const { src, dataset } = document.currentScript as HTMLScriptElement;
const api = new URL('/v1/', src).href;
const pulse = api + 'pulse';
const now = () => performance.now();
const text = JSON.stringify;

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
// Since when the socket owes an answer, 0 when it does not.
let owing_since: number;
let socket_again_at: number;
let asking: boolean;
let quiet_until: number;
let failures: number;
// A mark closed the message: what comes behind it waits for its acknowledgement.
let more: number;

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

const waiting = () => (token ? messages(token, now(), Date.now()) : []);

const beat = (value: number, mark?: Mark) => push((beat_at = now()), Date.now(), (facts = value), mark);

const notice = ({ type }: { type: string }) => {
  const time = now();
  if (time > ends_at) return stop();
  if (inputs.includes(type)) {
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
const pause = () => Math.min(pause_max_ms, 1_000 * 2 ** failures++) * (0.5 + Math.random() / 2);

// As text, since only that crosses origins without a question before it.
const post = (address: string, body: object) =>
  fetch(address, { method: 'POST', body: text(body), keepalive: true, signal: AbortSignal.timeout(patience_ms) });

/** Sends a message, or asks for a session. One question at a time; what may pass is asked again later. */
const ask = async (address: string, body: object) => {
  if (asking) return;
  const mine = life;
  let status;
  let again_ms = 0;
  let answer: { session: string; t?: string; n?: number } | undefined;
  asking = true;
  try {
    const response = await post(address, body);
    status = response.status;
    again_ms = +response.headers.get('retry-after')! * 1_000;
    if (response.ok) answer = await response.json();
  } catch {
    status = unreachable;
  }
  // Withdrawn or stopped meanwhile: a session that nobody wants any more is ended too.
  if (mine != life) return answer?.t && forget(answer.session, answer.t);
  asking = false;
  if (status >= 429) quiet_until = now() + again_ms + pause();
  else if (answer?.t) {
    // Numbers begin anew, and what an old socket still says is not about them.
    ({ session, t: token } = answer);
    hang_up(0);
    restart();
    if (facts != gone) beat(look());
    tell('beating');
    flush();
  } else if (!token || status == 403) stop();
  else if (answer) settle(answer.n!);
  else if (status == 401) {
    token = '';
    // At once the first time; a server that refuses the tokens it gave is asked ever more slowly.
    quiet_until = now() + (failures++ && pause());
    flush();
  } else acknowledge(Infinity);
};

const flush = (leaving?: boolean) => {
  const time = now();
  if (leaving) {
    // An open socket would keep the page out of the back/forward cache.
    hang_up(0);
    for (const message of waiting()) navigator.sendBeacon(pulse, text(message)) || ask(pulse, message);
  } else if (time >= quiet_until) {
    if (!token) return void ask(api + 'sessions', { ...dataset, consent });
    const [first, ...others] = waiting();
    more = others.length;
    if (!first) return;
    if (owing_since && time - owing_since > patience_ms) hang_up();
    if (!socket && time >= socket_again_at) connect();
    if (socket?.readyState == 1) {
      socket.send(text(first));
      owing_since ||= time;
    } else ask(pulse, first);
  }
};

const settle = (n: number) => {
  failures = quiet_until = owing_since = 0;
  acknowledge(n);
  if (more) flush();
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
  owing_since = 0;
  socket_again_at = now() + again_ms;
};

const listen = (how: typeof addEventListener) => {
  (inputs + changes).split(',').forEach((type) => how(type, notice, true));
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
  // From a worker, since a hidden and silent page's own timers are slowed to one a minute.
  const tick = () => notice({ type: 'tick' });
  worker = new Worker(URL.createObjectURL(new Blob([`setInterval(postMessage,${look_ms},0)`])));
  worker.onmessage = tick;
  // A page whose rules allow no worker ticks by itself.
  worker.onerror = () => (timer = setInterval(tick, look_ms));
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
  for (;;) {
    try {
      if ((await post(`${api}sessions/${id}/withdraw`, { t })).status < 429) return;
    } catch {
      // Asked again below.
    }
    await new Promise((done) => setTimeout(done, pause()));
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
