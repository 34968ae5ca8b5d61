// Waiting for what somebody else does: asked again and again, never longer than a bound.
import { setTimeout as sleep } from 'node:timers/promises';

/** Asks until the answer is truthy, which it returns; fails with what was waited for. */
export async function until<T>(what: string, ask: () => T | Promise<T>, most_ms = 15_000): Promise<NonNullable<T>> {
  const end = performance.now() + most_ms;
  for (;;) {
    const answer = await ask();
    if (answer) return answer as NonNullable<T>;
    if (performance.now() > end) throw new Error(`waited ${most_ms} ms in vain: ${what}`);
    await sleep(20);
  }
}
