// A clock that a test moves: the file behind `--clock-fd`. It holds two little-endian int64 (src/base/clock.h): the
// milliseconds that went by, added to all of the program's clocks, and those that somebody set its wall clock by.
import { closeSync, openSync, writeSync } from 'node:fs';

export class Clock {
  /** For the program to inherit. */
  readonly descriptor: number;
  /** When it was last moved, by the test's own performance.now(). */
  moved_ms = -Infinity;
  #passed_ms = 0;
  #step_ms = 0;

  constructor(path: string) {
    this.descriptor = openSync(path, 'w+');
    this.#write();
  }

  #write() {
    const words = Buffer.alloc(16);
    words.writeBigInt64LE(BigInt(this.#passed_ms), 0);
    words.writeBigInt64LE(BigInt(this.#step_ms), 8);
    writeSync(this.descriptor, words, 0, words.length, 0);
    this.moved_ms = performance.now();
  }

  /** What the program's wall clock shows, in milliseconds since the epoch. */
  now(): number {
    return Date.now() + this.#passed_ms + this.#step_ms;
  }

  /** Lets time go by. */
  pass(ms: number) {
    this.#passed_ms += ms;
    this.#write();
  }

  /** Lets time go by until then, if it is to come. */
  pass_to(at: number | string | Date) {
    this.pass(Math.max(0, Math.ceil(new Date(at).getTime() - this.now())));
  }

  /** Sets the wall clock forward or back; no time goes by. */
  step(ms: number) {
    this.#step_ms += ms;
    this.#write();
  }

  close() {
    closeSync(this.descriptor);
  }
}
