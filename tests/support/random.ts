// Chance that comes again with the same seed (xorshift32), so that a failure can be looked at twice.
export class Random {
  readonly seed: number;
  #state: number;

  constructor(seed: number) {
    this.seed = seed;
    this.#state = seed >>> 0 || 1;
  }

  /** From `SEED`, or a new one. */
  static of_environment(): Random {
    return new Random(Number(process.env['SEED'] ?? 1 + Math.floor(Math.random() * 0x7ffffffe)));
  }

  #next(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (this.#state = x >>> 0);
  }

  /** An integer from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + (this.#next() % (high - low + 1));
  }

  /** True in one of `times` cases. */
  once_in(times: number): boolean {
    return this.between(1, times) == 1;
  }

  one_of<T>(all: readonly T[]): T {
    return all[this.between(0, all.length - 1)]!;
  }
}
