// The server's time, as far as this device knows it: clocks of devices are wrong, and terms are the server's.
import type { Instant } from './types.ts';

let ahead_ms = 0;

/** Takes what the server said that its clock shows. */
export function set_by(server: Instant): void {
  ahead_ms = Date.parse(server) - Date.now();
}

/** Milliseconds since the epoch. */
export function now(): number {
  return Date.now() + ahead_ms;
}
