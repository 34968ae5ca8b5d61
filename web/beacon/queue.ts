// What a page has seen and the server has not yet acknowledged.
//
// Beats are numbered from 1 without reuse; a mark takes the number after its beat. A number must stay with
// what it was given to, since the server recognises by it what it already has. A message holds beats first
// and marks after them, so a message ends with the first beat that carries a mark, and the next one begins
// behind it. Messages are sent in their order.
//
// Times are those of `now()`; ages are computed anew at each sending.

/** A page's own event: a kind that the policy declares, and what it says of it. */
export type Mark = [kind: string, value: string | number];

// `end` is the number of the mark, if there is one, else n.
type Entry = [n: number, end: number, at: number, facts: number, mark: Mark | undefined];

export interface Message {
  t: string;
  n: number;
  b: [age_ms: number, facts: number][];
  m?: [age_ms: number, kind: string, value: string | number][];
}

export const beats_max = 256;
export const age_max_ms = 300_000;
export const sleep_ms = 5_000;

let offset_ms = 0;

/**
 * Monotonic milliseconds that do not stand still while the computer sleeps. Where the page's own clock does,
 * the wall clock tells: once it has run ahead by more than `sleep_ms`, so much was slept. A wall clock set
 * forward looks the same; it makes unsent beats older than they are, which never makes time up.
 */
export const now = () => {
  const awake_ms = performance.now();
  const ahead_ms = Date.now() - awake_ms;
  if (ahead_ms > offset_ms + sleep_ms) offset_ms = ahead_ms;
  return awake_ms + offset_ms;
};

let entries: Entry[] = [];
let last = 0;

/** Forgets everything, and begins at number 1: for a new session. */
export const restart = () => {
  entries = [];
  last = 0;
};

export const push = (at: number, facts: number, mark?: Mark) => {
  entries.push([++last, mark ? ++last : last, at, facts, mark]);
};

/** Forgets everything up to number n. */
export const acknowledge = (n: number) => {
  entries = entries.filter(([, end]) => end > n);
};

/** All that is unacknowledged and not too old, as messages in their order. */
export const messages = (t: string, time: number) => {
  const all: Message[] = [];
  let open: Message | undefined;
  entries = entries.slice(-beats_max).filter(([, , at]) => time - at <= age_max_ms);
  for (const [n, , at, facts, mark] of entries) {
    const age_ms = Math.round(time - at);
    if (!open) all.push((open = { t, n, b: [] }));
    open.b.push([age_ms, facts]);
    if (mark) {
      open.m = [[age_ms, ...mark]];
      open = undefined;
    }
  }
  return all;
};
