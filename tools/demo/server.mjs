// Starts the program and stops it, and gives it a clock that can be moved.
//
// Its clock file holds two little-endian int64 (src/base/clock.h): the milliseconds that both its clocks are
// ahead of the system's, and those that its wall clock alone is. A demo's yesterday is a wall clock that stands
// back from the first moment, and time that is let pass from there.

import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const start_ms_max = 60_000;
const stop_ms_max = 20_000;
// The program takes a wall clock that jumps by more than 10 s for one that somebody set. It may be between its
// two readings when this one moves.
const step_ms_max = 5_000;

/** A process that ends with this one, however this one ends, and that a Ctrl-C reaches through this one only. */
export function spawn_bound(command, words, options) {
  return spawn('setpriv', ['--pdeathsig', 'TERM', command, ...words], { ...options, detached: true });
}

export function free_port() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

export class MovedClock {
  #folder = mkdtempSync(join(tmpdir(), 'hartslag-clock-'));
  #step_ms;
  #passed_ms = 0;
  descriptor;

  /** The wall clock begins at `start_ms`, in the past. */
  constructor(start_ms) {
    this.#step_ms = start_ms - Date.now();
    this.descriptor = openSync(join(this.#folder, 'clock'), 'w+');
    this.#write();
  }

  #write() {
    const words = Buffer.alloc(16);
    words.writeBigInt64LE(BigInt(this.#passed_ms), 0);
    words.writeBigInt64LE(BigInt(this.#step_ms), 8);
    writeSync(this.descriptor, words, 0, 16, 0);
  }

  now_ms() {
    return Date.now() + this.#passed_ms + this.#step_ms;
  }

  /** Lets time pass until then; a time that has passed already is no error. */
  advance_to(at_ms) {
    for (let left = at_ms - this.now_ms(); left > 0; left = at_ms - this.now_ms()) {
      this.#passed_ms += Math.ceil(Math.min(left, step_ms_max));
      this.#write();
    }
  }

  close() {
    closeSync(this.descriptor);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

export class Server {
  #process;
  #ended;
  #output = '';
  base;
  /** Where the operator's side listens. */
  local;
  /** The token that makes the first account, while there is none. */
  setup_token;

  /** {binary, data, policy, key, port, origin?, organisation, clock?, log: a descriptor} */
  static async start(given) {
    const server = new Server();
    server.base = `http://127.0.0.1:${given.port}`;
    const local = `127.0.0.1:${await free_port()}`;
    server.local = `http://${local}`;
    const words = [
      'serve', '--data', given.data, '--policy', given.policy, '--master-key', given.key,
      '--listen', `127.0.0.1:${given.port}`, '--listen-local', local,
      '--organisation', given.organisation, '--demo',
    ];
    if (given.origin) words.push('--origin', given.origin);
    const stdio = ['ignore', 'pipe', given.log];
    if (given.clock) {
      words.push('--clock-fd', String(stdio.length));
      stdio.push(given.clock.descriptor);
    }
    server.#process = spawn_bound(given.binary, words, { stdio });
    server.#ended = new Promise((resolve, reject) => {
      server.#process.on('error', reject);
      server.#process.on('exit', (code, signal) => resolve({ code, signal }));
    });
    await server.#listening();
    return server;
  }

  /** Resolves when the program has said where it listens and, without an account, how to make the first. */
  async #listening() {
    let found;
    const seen = new Promise((resolve) => {
      found = resolve;
    });
    this.#process.stdout.setEncoding('utf8');
    this.#process.stdout.on('data', (piece) => {
      this.#output += piece;
      if (/^listening: .*\n/m.test(this.#output)) found();
    });
    const late = new Promise((_, reject) => {
      setTimeout(() => reject(new Error('the server did not start within a minute')), start_ms_max).unref();
    });
    const gone = this.#ended.then(({ code, signal }) => {
      throw new Error(`the server ended while it started (${signal ?? `status ${code}`})`);
    });
    await Promise.race([seen, late, gone]);
    gone.catch(() => {});
    // What it says on starting comes in one write.
    await new Promise((resolve) => setImmediate(resolve));
    const setup = /^setup: (\S+)/m.exec(this.#output)?.[1];
    if (setup) this.setup_token = new URL(setup).searchParams.get('token');
  }

  /** How it ended: {code, signal}. */
  ended() {
    return this.#ended;
  }

  /** Asks it to end and waits; it drains what it has. */
  async stop() {
    if (this.#process.exitCode === null && this.#process.signalCode === null) this.#process.kill('SIGTERM');
    const force = setTimeout(() => this.#process.kill('SIGKILL'), stop_ms_max);
    const how = await this.#ended;
    clearTimeout(force);
    return how;
  }
}
