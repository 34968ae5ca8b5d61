// Invented people with invented behaviour, the same for the same number: whoever reads a failing test sees the same names again.
import type { Interval, Person, PersonDetail, Presence } from '../../web/staff/src/lib/types.ts';

const given = [
  'Amélie', 'Bram', 'Çelik', 'Dries', 'Elif', 'Fatima', 'Gökhan', 'Hanne',
  'Ines', 'Jozef', 'Käthe', 'Łukasz', 'Maud', 'Noor', 'Øystein', 'Pieter', 'Rania', 'Søren', 'Tuur', 'Zoë',
];
const family = [
  'Aerts', 'Bogaert', 'Claes', 'De Smet', 'Öztürk', 'Fontaine', 'Goossens', 'Hermans', 'Janssens', 'Lambert',
  'Maes', 'Nguyen', 'Peeters', 'Rousseau', 'Škoda', 'Thys', 'Van den Broeck', 'Willems', 'Yılmaz', 'Zimmermann',
];

export interface Plan {
  from_ms: number;
  to_ms: number;
  cells: number;
  live: boolean;
}

function hash(n: number): number {
  let x = Math.imul(n + 1, 0x9e3779b1);
  x = Math.imul(x ^ (x >>> 15), 0x85ebca77);
  return ((x ^ (x >>> 13)) >>> 0) / 2 ** 32;
}

const two = (n: number): string => String(n).padStart(2, '0');
export const viewer_of = (n: number): string => `v${String(n).padStart(25, '0')}`;
export const iso = (ms: number): string => new Date(ms).toISOString();

/** Cell states of person `n`: comes, looks away now and then, may leave early or never come. */
function cells_of(n: number, { cells, live }: Plan): number[] {
  const line = new Array<number>(cells).fill(0);
  const kind = hash(n);
  if (kind < 0.12) return line;
  const came = Math.floor(cells * (hash(n * 7 + 1) ** 3) * 0.5);
  const left = hash(n * 7 + 2) < 0.3 ? Math.floor(came + (cells - came) * hash(n * 7 + 3)) : live ? cells : cells - Math.floor(hash(n * 7 + 4) * cells * 0.06);
  let state = 2;
  for (let i = came; i < left; ++i) {
    const chance = hash(n * 1009 + i);
    if (chance < 0.035) state = state === 2 ? 1 : 2;
    else if (chance < 0.04 && kind > 0.5) state = 0;
    else if (state === 0 && chance > 0.7) state = 2;
    line[i] = state;
  }
  return line;
}

function line_of(cells: number[]): string {
  const bytes = Buffer.alloc(Math.ceil(cells.length / 4));
  cells.forEach((state, i) => (bytes[i >> 2]! |= state << ((i & 3) * 2)));
  return bytes.toString('base64');
}

export function person_of(n: number, plan: Plan, with_line = true): Person {
  const cells = cells_of(n, plan);
  const cell_ms = (plan.to_ms - plan.from_ms) / plan.cells;
  const seen = cells.map((state, i) => (state ? i : -1)).filter((i) => i >= 0);
  const first = seen[0];
  const last = seen.at(-1);
  const name = `${given[Math.floor(hash(n * 3) * given.length)]} ${family[Math.floor(hash(n * 5) * family.length)]}${n >= 400 ? ` ${n}` : ''}`;
  const state: Presence = first === undefined ? 'never' : !plan.live ? 'absent' : cells.at(-1) === 2 ? 'active' : cells.at(-1) === 1 ? 'open' : 'absent';
  return {
    viewer: viewer_of(n),
    name,
    email: `kijker${n}@voorbeeld.example`,
    registered: iso(plan.from_ms - 86_400_000 * (1 + Math.floor(hash(n * 11) * 9))),
    first_seen: first === undefined ? null : iso(plan.from_ms + first * cell_ms),
    last_seen: last === undefined ? null : iso(plan.from_ms + (last + 1) * cell_ms),
    active_s: (cells.filter((one) => one === 2).length * cell_ms) / 1000,
    open_s: (seen.length * cell_ms) / 1000,
    share: cells.filter((one) => one === 2).length / plan.cells,
    state,
    consent: first === undefined ? 'none' : 'given',
    ...(with_line && { line: line_of(cells) }),
  };
}

export function detail_of(n: number, plan: Plan): PersonDetail {
  const cells = cells_of(n, plan);
  const cell_ms = (plan.to_ms - plan.from_ms) / plan.cells;
  const intervals: Interval[] = [];
  for (let i = 0; i < cells.length; ) {
    let end = i + 1;
    while (end < cells.length && cells[end] === cells[i]) ++end;
    if (cells[i]) {
      intervals.push({ start: iso(plan.from_ms + i * cell_ms), end: iso(plan.from_ms + end * cell_ms), facts: cells[i] === 2 ? 15 : 4, action: cells[i] === 2 ? 'active' : 'inactive' });
    }
    i = end;
  }
  const sessions = intervals.length ? [{ session: `s${two(n % 100)}`, opened: intervals[0]!.start, consented: true, intervals }] : [];
  return { ...person_of(n, plan), fields: { name: 'x', email: 'x', organisation: 'Zorgnet Voorbeeld', riziv: `1-${two(n % 100)}345-67-890` }, origins: [], sessions };
}

/** Active and open, averaged over each of `buckets`, for a crowd of `people` in which everybody is like the first 300. */
export function curve_of(people: number, plan: Plan, buckets: number): [number, number][] {
  const sample = Math.min(people, 300);
  const lines = Array.from({ length: sample }, (_, n) => cells_of(n, plan));
  return Array.from({ length: buckets }, (_, b) => {
    const cell = Math.min(plan.cells - 1, Math.floor((b / buckets) * plan.cells));
    const share = (state: number): number => (lines.filter((line) => line[cell] === state).length * people) / sample;
    return [Math.round(share(2)), Math.round(share(1))];
  });
}
