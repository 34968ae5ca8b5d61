// The heartbeat script as pages see it: `window.hartslag`, there once the script has run.
import type { Mark } from './queue.ts';

/** For each purpose that the policy asks consent for: what the visitor chose. */
export type Consent = Record<string, boolean>;

/** `beating`: the server gave a token and is sent beats. `stopped`: nothing is measured. */
export type State = 'beating' | 'stopped';

export interface Hartslag {
  /**
   * Opens a session with this consent, and beats if the server gives a token for it; a server that cannot be
   * reached is asked again until stop() or withdraw(). What came of it is told by the event `hartslag`.
   * @param consent what the visitor chose just now: the script never starts by itself
   * @param lasts_ms how long at most; then it stops by itself, without withdrawing (an event's end)
   */
  start(consent: Consent, lasts_ms?: number): void;
  /** Stops at once, drops what was not sent, and resolves when the server has made the withdrawal durable. */
  withdraw(): Promise<void>;
  /** Stops at once without withdrawing. */
  stop(): void;
  /** Notes something that the visitor did. Kinds that the policy does not declare are dropped by the server. */
  mark(kind: Mark[0], value: Mark[1]): void;
}

declare global {
  interface Window {
    hartslag?: Hartslag;
  }
  interface WindowEventMap {
    /** Fired on window whenever the state changes, also when the server ends it (403). */
    hartslag: CustomEvent<State>;
  }
}
