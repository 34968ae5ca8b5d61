// What a page has seen and the server has not yet acknowledged.
//
// Beats are numbered from 1 without reuse; a mark takes the number after its beat. A number must stay with
// what it was given to, since the server recognises by it what it already has. A message holds beats first
// and marks after them, so a message ends with the first beat that carries a mark, and the next one begins
// behind it. Messages are therefore sent in order, each after the one before is acknowledged.
//
// Ages are computed anew at each sending, by the page's monotonic clock. That clock may stand still while
// the computer sleeps: if the wall clock says that more than `sleep_ms` went unnoticed, its word is taken.
// An age that is too high can only move a beat back to its predecessor, never make time up.

/** A page's own event: a kind that the policy declares, and what it says of it. */
export type Mark = [kind: string, value: string | number];

interface Entry {
  n: number;
  last: number;
  mono: number;
  wall: number;
  facts: number;
  mark: Mark | undefined;
}

export interface Message {
  t: string;
  n: number;
  b: [age_ms: number, facts: number][];
  m?: [age_ms: number, kind: string, value: string | number][];
}

export const beats_max = 256;
export const age_max_ms = 300_000;
export const sleep_ms = 5_000;

let entries: Entry[] = [];
let last = 0;

/** Forgets everything, and begins at number 1: for a new session. */
export const restart = () => {
  entries = [];
  last = 0;
};

export const push = (mono: number, wall: number, facts: number, mark?: Mark) => {
  entries.push({ n: ++last, last: mark ? ++last : last, mono, wall, facts, mark });
};

/** Forgets everything up to number n. */
export const acknowledge = (n: number) => {
  entries = entries.filter((entry) => entry.last > n);
};

/** All that is unacknowledged, as messages in their order. */
export const messages = (t: string, mono: number, wall: number): Message[] => {
  const age = (entry: Entry) => {
    const elapsed = mono - entry.mono;
    const by_wall = wall - entry.wall;
    return Math.round(by_wall > elapsed + sleep_ms ? by_wall : elapsed);
  };
  while (entries[0] && (entries.length > beats_max || age(entries[0]) > age_max_ms)) entries.shift();

  const all: Message[] = [];
  let open: Message | undefined;
  for (const entry of entries) {
    if (!open) all.push((open = { t, n: entry.n, b: [] }));
    open.b.push([age(entry), entry.facts]);
    if (entry.mark) {
      open.m = [[age(entry), ...entry.mark]];
      open = undefined;
    }
  }
  return all;
};
