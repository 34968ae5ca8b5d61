// What a page knows of its own session: every beat it observed, every message it sent, what was acknowledged. Kept
// outside the server's process, it is what the server is held against.
import assert from 'node:assert/strict';
import type { Beat } from './fold.ts';
import type { Random } from '../support/random.ts';

export interface Message {
  t: string;
  n: number;
  b: [age_ms: number, facts: number][];
}

interface Observed extends Beat {
  /** First sent at that moment of the server's present life. */
  sent_ms?: number | undefined;
}

const fact_sets = [-1, 0, 1, 2, 3, 4, 5, 6, 7];
const undeclared = 8 | 16 | 32 | 64;
/** Far from the gap on both sides, so that a slow message decides nothing. */
const short_ms = [200, 4_000] as const;
const long_ms = [21_000, 40_000] as const;
const oldest_ms = 200_000;

export class SessionLedger {
  readonly session: string;
  readonly t: string;
  readonly beats: Observed[] = [];
  acknowledged = 0;
  /** So many beats later consent is withdrawn. */
  readonly withdraws_after: number;
  /** `asked`: the answer was lost, and either may hold. */
  withdrawal: 'none' | 'asked' | 'acknowledged' = 'none';
  #last_ms: number;
  /** Numbers at which a message ended: a server that holds messages whole stands at one of them. */
  readonly #ends = new Set<number>();

  constructor({ session, t }: { session: string; t: string }, withdraws_after: number, now_ms: number) {
    this.session = session;
    this.t = t;
    this.withdraws_after = withdraws_after;
    this.#last_ms = now_ms;
  }

  get unacknowledged(): number {
    return this.beats.length - this.acknowledged;
  }

  /** Observes one more thing, between the last one and now, so much later if told. False: not enough time has gone by. */
  observe(random: Random, now_ms: number, step_ms?: number): boolean {
    const step = step_ms ?? (random.once_in(12) ? random.between(...long_ms) : random.between(...short_ms));
    const behind = now_ms - this.#last_ms;
    // Whoever fell far behind was away: older than five minutes is too old for the server.
    const at_ms = behind > oldest_ms ? now_ms - (step_ms ?? random.between(1_000, 30_000)) : this.#last_ms + Math.min(step, behind);
    const from_last = at_ms - this.#last_ms;
    if (from_last < short_ms[0] || (from_last > short_ms[1] && from_last < long_ms[0])) return false;
    const before = this.beats.slice(-3).map(({ facts }) => (facts == -1 ? -1 : facts & ~undeclared));
    const facts = random.one_of(fact_sets.filter((set) => !before.includes(set)));
    this.beats.push({ at_ms, facts: facts == -1 ? -1 : facts | (random.between(0, 127) & undeclared), late_ms: 0 });
    this.#last_ms = at_ms;
    return true;
  }

  /** All that is not acknowledged, ages as of now. */
  message(now_ms: number): Message {
    const from = this.acknowledged;
    const open = this.beats.slice(from, from + 256);
    for (const beat of open) beat.sent_ms ??= now_ms;
    this.#ends.add(from + open.length);
    return { t: this.t, n: from + 1, b: open.map(({ at_ms, facts }) => [Math.max(0, now_ms - at_ms), facts]) };
  }

  /** The first beat again, which changes nothing: the answer tells how far the server is. */
  question(now_ms: number): Message | undefined {
    const first = this.beats[0];
    return this.acknowledged && first ? { t: this.t, n: 1, b: [[Math.max(0, now_ms - first.at_ms), first.facts]] } : undefined;
  }

  /** The server says that it has everything up to `n`. */
  told(n: number, now_ms: number) {
    assert.ok(n <= this.beats.length, `session ${this.session}: ${n} acknowledged of ${this.beats.length} observed`);
    assert.ok(this.#ends.has(n), `session ${this.session}: ${n} is amid a message`);
    for (const beat of this.beats.slice(this.acknowledged, n)) this.#settle(beat, now_ms);
    this.acknowledged = Math.max(this.acknowledged, n);
  }

  /** The answer to a `question`: nothing that was acknowledged may be lost. */
  told_again(n: number, now_ms: number) {
    assert.ok(n >= this.acknowledged, `session ${this.session}: ${this.acknowledged} was acknowledged, ${n} is left`);
    this.told(n, now_ms);
  }

  /** What is on its way now arrived before this moment, or never. */
  server_died(now_ms: number) {
    for (const beat of this.beats.slice(this.acknowledged)) this.#settle(beat, now_ms);
  }

  #settle(beat: Observed, now_ms: number) {
    if (beat.sent_ms !== undefined) beat.late_ms = Math.max(beat.late_ms, now_ms - beat.sent_ms);
    beat.sent_ms = undefined;
  }

  /** The numbers up to which the server may hold this session's beats. */
  possible_ends(): number[] {
    return [...this.#ends, 0].filter((end) => end >= this.acknowledged).sort((a, b) => a - b);
  }
}
