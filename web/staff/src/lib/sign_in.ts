// How somebody comes in, and what they come in with, as the API spells it.
import type { Instant } from './types.ts';

/** What is still to be shown after the right password. */
export type Next = 'code' | 'authenticator' | 'device' | 'nothing';

/** How far signing in is. */
export interface Halfway {
  next: Next;
  /** Of a browser that waits to be vouched for. */
  number?: string;
  /** What there is to show, where a code is next. */
  ways?: ('authenticator' | 'passkey')[];
  /** Where the mail can be read, in a demo. */
  mails?: string;
}

/** Shown once: as text, as an app takes it, and as a picture of that (the path of an SVG). */
export interface NewAuthenticator {
  secret: string;
  address: string;
  picture: { size: number; path: string };
}

export interface OwnFactor {
  /** Since when there is an authenticator. */
  set: Instant | null;
  recovery_left: number;
  passkeys: number;
}

/** A browser that lets one in. */
export interface OwnDevice {
  device: string;
  /** Its kind, as "Firefox, Linux"; may be empty. */
  name: string;
  network: string;
  added: Instant;
  used: Instant;
  current: boolean;
}

/** How somebody tried to come in. */
export interface SignIn {
  at: Instant;
  outcome: 'password' | 'authenticator' | 'recovery' | 'passkey' | 'wrong_password' | 'wrong_code' | 'wrong_passkey' | 'unknown_device';
  name: string;
  network: string;
}

/** A browser in which one is signed in. */
export interface OwnSession {
  session: string;
  started: Instant;
  used: Instant;
  /** The client's network, as "192.0.2.0/24". */
  network: string;
  current: boolean;
}

export interface OwnPasskey {
  passkey: string;
  name: string;
  added: Instant;
  used: Instant | null;
}
