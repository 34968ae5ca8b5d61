// A disk that is full: nothing is acknowledged that could not be kept, nothing that was acknowledged is lost, and the
// service goes on when there is room again. Once with a limit on the size of files, which anybody may set, and once with
// a file system that really is full, for which one has to be root.
/// <reference path="../support/ws.d.ts" />
import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, closeSync, mkdtempSync, openSync, readdirSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { binary, type Server } from '../support/server.ts';
import type { Answer } from '../support/http.ts';
import { SessionLedger } from './ledger.ts';
import { Random } from '../support/random.ts';
import { check_session, Reader } from './reader.ts';

const random = Random.of_environment();
const email = 'ana@kijker.example';
/** So much time goes by at first, and is told of in steps. */
const time_ms = 190_000;
const step_ms = 210;
/** A file system of this size holds a server that has just begun, and a filler. */
const disk_bytes = 24 * 1024 * 1024;

/** A program of the test's own between Node and the server: `lines` of shell, then the server in their place. */
function wrapped(folder: string, lines: string): string {
  const path = join(folder, 'hartslag');
  writeFileSync(path, `#!/bin/sh\nset -e\n${lines}\nexec "${binary}" "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

/** An event, somebody who watches it, and what they observed and were told. */
class Watching {
  readonly server: Server;
  readonly event: { event: string };
  readonly reader: Reader;
  readonly link: string;
  readonly session: SessionLedger;

  constructor(server: Server, event: { event: string }, reader: Reader, link: string, session: SessionLedger) {
    this.server = server;
    this.link = link;
    this.event = event;
    this.reader = reader;
    this.session = session;
  }

  static async begin(server: Server): Promise<Watching> {
    const staff = await server.sign_up();
    const event = await staff.create_event();
    const { door } = await server.register(event, { name: 'Ana Peeters', email });
    const { session, t } = await server.open_session(event, { link: door!, consent: true });
    const ledger = new SessionLedger({ session, t: t! }, Infinity, server.clock.now());
    // Not while it runs: its connections would all seem to have been silent for minutes.
    await server.stop();
    server.clock.pass(time_ms);
    await server.start();
    return new Watching(server, event, await Reader.of(server, staff, event), door!, ledger);
  }

  /** One thing more, in a message of its own. */
  async send(): Promise<Answer> {
    assert.ok(this.session.observe(random, this.server.clock.now(), step_ms), 'there is nothing more to tell');
    const answer = await this.server.post('/v1/pulse', this.session.message(this.server.clock.now()));
    if (answer.status == 200) this.session.told(answer.json<{ n: number }>().n, this.server.clock.now());
    return answer;
  }

  async send_until_refused(): Promise<Answer> {
    for (;;) {
      const answer = await this.send();
      if (answer.status != 200) return answer;
    }
  }

  /** The same over a WebSocket: what it answers. */
  async send_by_socket(): Promise<{ n: number; error?: string }> {
    const { base, origin, clock } = this.server;
    const socket = new WebSocket(`${base.replace('http', 'ws')}/v1/pulse`, { headers: { origin } });
    try {
      return await new Promise((resolve, reject) => {
        socket.on('error', reject);
        socket.on('message', (text) => resolve(JSON.parse(String(text))));
        socket.on('open', () => socket.send(JSON.stringify(this.session.message(clock.now()))));
      });
    } finally {
      socket.terminate();
    }
  }

  async check() {
    check_session(this.session, await this.reader.person(email));
  }
}

function assert_refused(answer: Answer) {
  assert.equal(answer.status, 503, `${answer}`);
  assert.match(answer.header('retry-after'), /^[1-9]\d*$/);
  assert.match(answer.header('content-type'), /^application\/problem\+json/);
  assert.equal(answer.json().type, '/problems/unavailable');
}

/** Beats are refused on both ways; what needs no room is still answered. */
async function live_with_full_disk(watching: Watching) {
  assert_refused(await watching.send_until_refused());
  const acknowledged = watching.session.acknowledged;
  for (let i = 0; i < 5; ++i) {
    const answer = await watching.send();
    // Where a small message finds room in what is left of a page, it may be taken; and then it is kept.
    if (answer.status != 200) assert_refused(answer);
  }
  assert_refused(await watching.send_until_refused());
  const said = await watching.send_by_socket();
  assert.equal(said.error, '/problems/unavailable');
  assert.ok(said.n <= watching.session.acknowledged);
  assert.ok(watching.session.acknowledged >= acknowledged);
  assert_refused(await watching.server.withdraw(watching.session));
  (await watching.server.page(`/e/${watching.event.event}`)).expect(200);
}

async function live_on(watching: Watching) {
  for (let sent = 0; sent < 20; ++sent) (await watching.send()).expect(200);
  assert.equal(watching.session.unacknowledged, 0);
  await watching.check();
}

/** Of the log that is written now. */
function log_bytes(server: Server): number {
  const folder = join(server.data, 'pulse');
  const number = Math.max(...readdirSync(folder).map((name) => Number(/^log-(\d+)$/.exec(name)?.[1] ?? 0)));
  return statSync(join(folder, `log-${number}`)).size;
}

test('a limit on the size of files: 503, and on when it is lifted', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hartslag-disk-'));
  // Past the limit a write shall fail, and not end the program.
  process.env['HARTSLAG_BIN'] = wrapped(folder, "trap '' XFSZ");
  const { start_server } = await import('../support/server.ts?limited' as '../support/server.ts');
  const server = await start_server();
  const limit = (bytes: number | 'unlimited') =>
    execFileSync('prlimit', ['--pid', String(server.pid), `--fsize=${bytes}:unlimited`]);
  try {
    const watching = await Watching.begin(server);
    for (let sent = 0; sent < 20; ++sent) (await watching.send()).expect(200);
    limit(log_bytes(server) + 1_000);
    await live_with_full_disk(watching);
    limit('unlimited');
    await live_on(watching);

    limit(log_bytes(server) + 300);
    assert_refused(await watching.send_until_refused());
    await server.kill();
    watching.session.server_died(server.clock.now());
    await server.start();
    await live_on(watching);
  } finally {
    await server.end();
    rmSync(folder, { recursive: true });
  }
});

/** A mount namespace with a small file system at the server's data folder; nobody else sees it. */
class SmallDisk {
  readonly program: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'hartslag-disk-'));
  readonly #holder: ChildProcess = spawn('unshare', ['-m', 'sleep', '600'], { stdio: 'ignore' });

  constructor() {
    const inside = wrapped(this.#folder, [
      `if [ "$1" = serve ] && ! mountpoint -q "$3"; then`,
      `  mkdir -p "$3"`,
      `  mount -t tmpfs -o size=${disk_bytes} none "$3"`,
      `fi`,
    ].join('\n'));
    this.program = join(this.#folder, 'enter');
    writeFileSync(this.program, `#!/bin/sh\nexec nsenter --mount=/proc/${this.#holder.pid}/ns/mnt "${inside}" "$@"\n`);
    chmodSync(this.program, 0o755);
  }

  #filler(server: Server): string {
    return `/proc/${this.#holder.pid}/root${server.data}/filler`;
  }

  /** Until not a byte more goes in. */
  fill(server: Server) {
    const file = openSync(this.#filler(server), 'w');
    for (let size = 1 << 20; size >= 1; ) {
      try {
        writeSync(file, Buffer.alloc(size));
      } catch (error) {
        assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC');
        size = size == 1 ? 0 : size >> 1;
      }
    }
    closeSync(file);
  }

  clear(server: Server) {
    rmSync(this.#filler(server));
  }

  end() {
    this.#holder.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true });
  }
}

const is_root = process.getuid?.() == 0;

test('a full file system: 503, nothing lost, and on when there is room', { skip: !is_root && 'not root', timeout: 120_000 }, async () => {
  const disk = new SmallDisk();
  process.env['HARTSLAG_BIN'] = disk.program;
  const { start_server } = await import('../support/server.ts?full' as '../support/server.ts');
  const server = await start_server();
  try {
    const watching = await Watching.begin(server);
    for (let sent = 0; sent < 20; ++sent) (await watching.send()).expect(200);
    disk.fill(server);
    await live_with_full_disk(watching);
    const late = { name: 'Bo Claes', email: 'bo@kijker.example' };
    const refused = (await server.register(watching.event, late)).answer;
    assert.equal(refused.status, 503, `${refused}`);
    assert.match(refused.header('retry-after'), /^[1-9]/);
    assert_refused(await server.ask_session(watching.event, { link: watching.link, consent: true }));
    disk.clear(server);
    await live_on(watching);
    assert.equal((await server.register(watching.event, late)).status, 303);

    // Killed while it is full: it cannot start, says why, and loses nothing by trying.
    disk.fill(server);
    assert_refused(await watching.send_until_refused());
    await server.kill();
    watching.session.server_died(server.clock.now());
    await server.start().then(() => server.kill(), (error: Error) => assert.match(error.message, /space/));
    disk.clear(server);
    await server.start();
    await live_on(watching);
    assert.deepEqual((await watching.reader.people()).map((row) => row.email).sort(), [email, late.email].sort());
  } finally {
    await server.end();
    disk.end();
  }
});
