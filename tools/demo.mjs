// Usage: node tools/demo.mjs [--binary FILE] [--port PORT] [--viewers N] [--fresh]
//
// Serves a demo: yesterday's event with simulated viewers, made through the public interface on a clock that is
// let pass, and a live event with a video made on the spot. Everything is kept in .data/ and used again.
// Ends at Ctrl-C, with all that it started.

import { randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { code_of, step_ms } from './demo/authenticator.mjs';
import { back_up } from './demo/backup.mjs';
import { Client } from './demo/client.mjs';
import { live_event } from './demo/live_event.mjs';
import { start_live_video } from './demo/live_video.mjs';
import { make_past_event } from './demo/past_event.mjs';
import { MovedClock, Server, free_port } from './demo/server.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values: options } = parseArgs({
  options: {
    binary: { type: 'string', default: join(root, 'build/release/bin/hartslag') },
    folder: { type: 'string', default: join(root, '.data') },
    port: { type: 'string', default: '8080' },
    viewers: { type: 'string', default: '2000' },
    fresh: { type: 'boolean', default: false },
  },
});
const place = {
  data: join(options.folder, 'demo'),
  unfinished: join(options.folder, 'demo.unfinished'),
  key: join(options.folder, 'demo.key'),
  notes: join(options.folder, 'demo.json'),
  log: join(options.folder, 'demo.log'),
};
const organisation = 'Lichtbeeld';
const policy = join(root, 'policies/videoevent.yaml');
const day_ms = 24 * 3_600_000;
const registration_ms = 6 * 3_600_000;

const origin = `http://localhost:${options.port}`;
const terminal = process.stderr.isTTY;
const terminal_out = process.stdout.isTTY;
let said_at_ms = 0;

/** What is going on: on one line of a terminal, else a line every few seconds. */
function say(text) {
  if (terminal) {
    process.stderr.write(`\r\x1b[K${text} `);
  } else if (Date.now() > said_at_ms + 5_000) {
    said_at_ms = Date.now();
    process.stderr.write(`${text}\n`);
  }
}
const said = (text) => process.stderr.write(terminal ? `\r\x1b[K${text}\n` : `${text}\n`);

/** Two in the afternoon of yesterday, in Brussels. */
function yesterday_ms() {
  const zone = 'Europe/Brussels';
  const date = new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(Date.now() - day_ms);
  const noon = new Date(`${date}T12:00:00Z`);
  const hours = Number(new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit' }).format(noon));
  return noon.getTime() + (14 - hours) * 3_600_000;
}

const server_of = (given) => ({
  binary: options.binary,
  policy,
  key: place.key,
  organisation,
  log: openSync(place.log, 'a'),
  ...given,
});

let current;

const new_password = () => randomBytes(9).toString('base64url');

/** Somebody who approves what nobody does alone: invited by mail, as anybody is. */
async function add_colleague(client, now_ms) {
  const account = { name: 'Omar Haddad', email: 'omar@lichtbeeld.example', password: new_password() };
  await client.expect(201, 'POST', '/api/v1/invitations', { email: account.email, role: 'owner', export: true, language: 'nl' });
  const theirs = new Client(current.base);
  try {
    const secret = await theirs.join(await theirs.invitation_to(account.email), account, now_ms());
    return { ...account, secret };
  } finally {
    theirs.close();
  }
}

/** Makes the data folder; it gets its name when all of it is there. */
async function make_data() {
  rmSync(place.unfinished, { recursive: true, force: true });
  rmSync(place.key, { force: true });
  execFileSync(options.binary, ['key', 'create', place.key]);
  const account = { name: 'Noor Vermeulen', email: 'noor@lichtbeeld.example', password: new_password() };
  const begun_ms = Date.now();
  const start_ms = yesterday_ms();
  const clock = new MovedClock(start_ms - registration_ms);
  const port = await free_port();
  current = await Server.start(server_of({ data: place.unfinished, port, origin, clock }));
  const client = new Client(current.base);
  const secret = await client.set_up(current.setup_token, account, clock.now_ms());
  const colleague = await add_colleague(client, () => clock.now_ms());
  const past = await make_past_event({ client, clock, start_ms, viewers: Number(options.viewers), say });
  client.close();
  await current.stop();
  current = undefined;
  clock.close();
  const notes = { ...account, secret, device: client.device, colleague, past };
  writeFileSync(place.notes, `${JSON.stringify(notes, null, 1)}\n`, { mode: 0o600 });
  renameSync(place.unfinished, place.data);
  said(`Made yesterday's event with ${options.viewers} viewers in ${Math.round((Date.now() - begun_ms) / 1_000)} s.`);
}

function print_links(notes, live, step) {
  const bold = (text) => (process.stdout.isTTY ? `\x1b[1m${text}\x1b[0m` : text);
  console.log(`
${bold(`Hartslag's demo runs on ${origin}`)} until you press Ctrl-C.

  Watch as a viewer    ${origin}/e/${live}
  Who is watching now  ${origin}/staff/e/${live}/live
  Yesterday's report   ${origin}/staff/e/${notes.past}/report
  What it promises     ${origin}/staff/promises
  Mails it would send  ${origin}/demo/mail

  Staff sign in at     ${origin}/staff/
  with address         ${notes.email}
  and password         ${notes.password}
  and a code           ${terminal_out ? 'shown in the last line, another every 30 seconds' : code_of(notes.secret, step)}
  by an app, if any    otpauth://totp/Hartslag:demo?secret=${notes.secret}&issuer=Hartslag
  The first time       it does not know your browser: open the link of the mail at ${origin}/demo/mail

  A colleague signs in in a private window, to approve what nobody does alone (an export, another end):
  with address         ${notes.colleague.email}
  and password         ${notes.colleague.password}
  and a code           ${terminal_out ? 'shown in the last line too' : code_of(notes.colleague.secret, step)}

Open the first link in one window and the second in another: register, agree, switch tabs and come back.`);
  if (terminal_out) show_code(notes, step);
}

/** Keeps the code of now in the last line: the demo's staff have no telephone. A step before `from` was given already. */
function show_code({ secret, colleague }, from) {
  const show = () => {
    const step = Math.max(from, Math.floor(Date.now() / step_ms));
    const left_s = Math.ceil(((step + 1) * step_ms - Date.now()) / 1_000);
    const [own, theirs] = [secret, colleague.secret].map((one) => `\x1b[1m${code_of(one, step)}\x1b[0m`);
    process.stdout.write(`\r\x1b[K  The code now is ${own} (the colleague's ${theirs}), for ${left_s} s more `);
  };
  console.log('');
  show();
  setInterval(show, 1_000).unref();
}

async function main() {
  mkdirSync(options.folder, { recursive: true });
  if (options.fresh) {
    for (const path of [place.data, place.key, place.notes]) rmSync(path, { recursive: true, force: true });
  }
  writeFileSync(place.log, '');
  let ending = false;
  let video;
  const end = async () => {
    if (ending) return;
    ending = true;
    said('Stopping.');
    video?.kill('SIGTERM');
    await current?.stop();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end);

  const whole = [place.data, place.key, place.notes].every((path) => existsSync(path));
  const notes_now = () => JSON.parse(readFileSync(place.notes, 'utf8'));
  // A demo of before its account had a known browser and a colleague is made anew.
  if (!whole || !notes_now().colleague || !notes_now().device) {
    rmSync(place.data, { recursive: true, force: true });
    await make_data();
  }
  const notes = notes_now();
  current = await Server.start(server_of({ data: place.data, port: Number(options.port), origin }));
  const client = new Client(current.base);
  const step = await client.sign_in(notes);
  const live = await live_event(client);
  const { folder } = await client.expect(200, 'GET', `/api/v1/events/${live}/live-folder`);
  client.close();
  say('Making a backup, and trying it.');
  await back_up({ binary: options.binary, server: current, data: place.data, key: place.key, policy, folder: options.folder });
  video = await start_live_video(folder, openSync(place.log, 'a'));
  video.on('exit', () => ending || said(`The live video has ended; ${place.log} tells why.`));
  print_links(notes, live, step + 1);

  const { code, signal } = await current.ended();
  if (ending) return;
  video.kill('SIGTERM');
  throw new Error(`the server ended (${signal ?? `status ${code}`})`);
}

try {
  await main();
} catch (error) {
  said(`${error.message}\nThe server's own words are in ${place.log}.`);
  await current?.stop().catch(() => {});
  process.exit(1);
}
