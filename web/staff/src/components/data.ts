// Invented people and an invented event, the same at every visit. Names are of nobody, addresses on .example.
import { Problem } from '../lib/api.ts';
import type { Span } from '../lib/raster.ts';
import type { EventDetail, EventState, EventSummary, Person, Presence } from '../lib/types.ts';

const minute_ms = 60_000;
export const zone = 'Europe/Brussels';
export const starts_ms = Date.UTC(2026, 10, 18, 18);
export const ends_ms = starts_ms + 90 * minute_ms;
const iso = (ms: number): string => new Date(ms).toISOString();

/** For the long text of everything. */
export const long_name = 'Anne-Sophie Vandenbroeck-Verstraeten van de Vlaamse Vereniging voor Slaapgeneeskunde';
export const long_address = 'anne-sophie.vandenbroeck-verstraeten@vereniging-voor-slaapgeneeskunde.example';

export const event: EventDetail = {
  event: 'voorbeeld',
  title: 'Slapen en waken',
  description: 'Over slapen, waken en alles daartussen.',
  kind: 'live',
  state: 'ended',
  starts: iso(starts_ms),
  runs_on: false,
  ends: iso(ends_ms),
  time_zone: zone,
  language: 'nl',
  fields: ['name', 'email'],
  required: ['name', 'email'],
  opens_by: 'form',
  measured: true,
  capacity: null,
  video: { kind: 'none', address: null, captions: false },
  registered: 240,
  moments: [
    { at: iso(starts_ms + 10 * minute_ms), label: 'Dr. Maes' },
    { at: iso(starts_ms + 45 * minute_ms), label: 'Pauze' },
    { at: iso(starts_ms + 55 * minute_ms), label: 'Vragen' },
  ],
  domains: [],
  deletes_at: null,
  anonymous_since: null,
  links: { registration: 'https://hartslag.example/e/voorbeeld' },
};

const listed = (title: string, state: EventState, days: number): EventSummary => ({
  event: title.toLowerCase().replaceAll(' ', '-'),
  title,
  state,
  kind: 'live',
  starts: iso(starts_ms + days * 86_400_000),
  ends: iso(ends_ms + days * 86_400_000),
  time_zone: zone,
  registered: 0,
});
export const events: EventSummary[] = [
  listed('Slapen en waken', 'live', 0),
  listed('Ademen in de nacht', 'open', 14),
  listed('Jaarvergadering van de Vlaamse Vereniging voor Slaapgeneeskunde en Chronobiologie', 'open', 60),
  listed('Dromen', 'draft', 90),
  listed('Licht en donker', 'ended', -30),
];

/** Seconds since the epoch of every minute, with the people of that minute. */
export const minutes = Array.from({ length: 91 }, (_, i) => starts_ms / 1000 + i * 60);
const swing = (i: number, by: number): number => Math.round(by * Math.sin(i * 1.7) + by * Math.sin(i * 0.37));
const crowd = (i: number): number => Math.round(180 * Math.min(1, i / 14) * (i > 76 ? (92 - i) / 16 : 1));
export const active = minutes.map((_, i) => Math.max(0, crowd(i) - (i > 44 && i < 56 ? 70 : 0) + swing(i, 3)));
export const open = minutes.map((_, i) => Math.max(0, Math.round(crowd(i) / 7) + (i > 44 && i < 56 ? 55 : 0) - swing(i, 2)));
export const came = minutes.map((_, i) => (i < 16 ? 12 - Math.floor(i / 2) : (i * 7) % 4));
export const left = minutes.map((_, i) => (i > 76 ? 13 - ((i * 3) % 5) : (i * 5) % 3));

const given = ['Amélie', 'Bram', 'Çelik', 'Elif', 'Gökhan', 'Hanne', 'Łukasz', 'Noor', 'Øystein', 'Rania', 'Zoë'];
const family = ['Aerts', 'Claes', 'De Smet', 'Fontaine', 'Janssens', 'Maes', 'Öztürk', 'Škoda', 'Thys', 'Willems'];
export const cells = 180;

/** Comes, looks away for a while, and leaves; every ninth never comes. */
function states_of(n: number): number[] {
  const came_at = (n * 7) % 40;
  const left_at = cells - ((n * 11) % 30);
  const away = 60 + ((n * 13) % 50);
  return Array.from({ length: cells }, (_, i) => (n % 9 === 8 || i < came_at || i >= left_at ? 0 : i >= away && i < away + 8 + (n % 20) ? 1 : 2));
}

function person_of(n: number): Person {
  const states = states_of(n);
  const bytes = new Uint8Array(cells / 4);
  states.forEach((state, i) => (bytes[i >> 2]! |= state << ((i & 3) * 2)));
  const cell_ms = (ends_ms - starts_ms) / cells;
  const first = states.findIndex((state) => state > 0);
  const presence: Presence[] = ['active', 'open', 'absent', 'active'];
  const seconds = (wanted: (state: number) => boolean): number => (states.filter(wanted).length * cell_ms) / 1000;
  return {
    viewer: `v${n}`,
    name: n === 3 ? long_name : `${given[n % given.length]} ${family[(n * 3) % family.length]}`,
    email: n === 3 ? long_address : `kijker${n}@voorbeeld.example`,
    registered: iso(starts_ms - 86_400_000),
    first_seen: first < 0 ? null : iso(starts_ms + first * cell_ms),
    last_seen: first < 0 ? null : iso(starts_ms + (states.findLastIndex((state) => state > 0) + 1) * cell_ms),
    active_s: seconds((state) => state === 2),
    open_s: seconds((state) => state > 0),
    share: states.filter((state) => state === 2).length / cells,
    state: first < 0 ? 'never' : presence[n % 4]!,
    consent: first < 0 ? 'none' : 'given',
    line: btoa(String.fromCharCode(...bytes)),
  };
}
export const people: Person[] = Array.from({ length: 240 }, (_, n) => person_of(n));

export const spans: Span[] = [
  { from: 0.04, to: 0.31, state: 'active' },
  { from: 0.31, to: 0.4, state: 'open' },
  { from: 0.4, to: 0.72, state: 'active' },
  { from: 0.78, to: 0.95, state: 'active' },
];

export const codes = ['ABCD-EFGH-JKLM-NPQR-STUV-WXYZ', '2345-6789-ABCD-EFGH-JKLM-NPQR', 'STUV-WXYZ-2345-6789-ABCD-EFGH'];

/** As if the server said so. */
export const problem = (status: number): Problem => new Problem(status, '', '', []);
