// What tests of terms and erasures share: an event with viewers, what outsiders kept of it, what lies in the stores.
import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Viewer, pass_together } from './audience.ts';
import type { Server } from './server.ts';
import type { Event, Staff } from './staff.ts';
import { until } from './until.ts';

export const minute_ms = 60_000;
export const day_ms = 86_400_000;

/** A registered viewer with everything that somebody could have kept of them. */
export interface Known {
  viewer: Viewer;
  name: string;
  email: string;
  link: string;
  door: string;
  t: string | undefined;
  session: string;
}

export async function known(server: Server, event: { event: string }, name: string, consent?: boolean): Promise<Known> {
  const viewer = new Viewer(server, event, name);
  const { link, door } = await server.register_and_read(event, { name, email: viewer.email });
  Object.assign(viewer, { link: door ?? link });
  if (consent !== undefined) await viewer.open(consent);
  return { viewer, name, email: viewer.email, link, door: door!, t: viewer.t, session: viewer.session };
}

const first_names = ['Ana', 'Bo', 'Cas', 'Dirk', 'Els', 'Fien', 'Gust', 'Hanne', 'Ivo', 'Jana', 'Karel', 'Lies'];

/** Several viewers who watch for a while together; the last one refuses. */
export async function audience(server: Server, event: { event: string }, size = 8, ms = 10 * minute_ms): Promise<Known[]> {
  const everybody: Known[] = [];
  for (let i = 0; i < size; ++i) everybody.push(await known(server, event, `${first_names[i]} ${event.event}`, i + 1 < size));
  const watching = everybody.slice(0, -1);
  await pass_together(server, ms, watching.map(({ viewer }, at): [Viewer, number] => [viewer, at % 2 == 0 ? 7 : 4]));
  for (const { viewer } of watching) await viewer.leave();
  return everybody;
}

/** Rows of a table in one of the server's databases. */
export function rows(server: Server, file: 'control' | 'vault' | 'keys', query: string, ...values: (string | number)[]): any[] {
  const database = new DatabaseSync(join(server.data, `${file}.db`), { readOnly: true });
  try {
    return database.prepare(query).all(...values);
  } finally {
    database.close();
  }
}

/** The number inside of an event, by its slug. */
export function number_of(server: Server, event: { event: string }): number {
  return rows(server, 'control', 'select number from property where slug = ?', event.event)[0].number;
}

/** Waits until the term of the event was executed to its end. */
export function ended(server: Server, staff: Staff, event: { event: string }): Promise<unknown> {
  const number = number_of(server, event);
  return until(`the data of ${event.event} to end`, () =>
    rows(server, 'control', "select 1 from retention_run where property = ? and did = 'ended'", number).length > 0, 60_000);
}

/** Copies the data folder while the server stands still: what a backup of the data holds. The keys are no part of it. */
export function copy_data(server: Server, to: string) {
  cpSync(server.data, to, { recursive: true, filter: (path) => !/\/keys\.db/.test(path) });
}

/** Puts such a copy in the place of the data; the keys of today stay. */
export function put_back(server: Server, from: string) {
  for (const file of ['control.db', 'vault.db', 'pulse', 'journal']) {
    for (const end of ['', '-wal', '-shm']) rmSync(join(server.data, file + end), { recursive: true, force: true });
    if (existsSync(join(from, file))) cpSync(join(from, file), join(server.data, file), { recursive: true });
    for (const end of ['-wal', '-shm']) if (existsSync(join(from, file + end))) cpSync(join(from, file + end), join(server.data, file + end));
  }
}

/** Files of the stores that hold the text; delivered mails are no store. */
export const stores_with = (server: Server, text: string) => server.files_with(text).filter((path) => !path.startsWith('mail/'));

/** Posts the last step of deleting everything of one's own. */
export const erase = (server: Server, event: { event: string }, link: string) =>
  server.post(`/e/${event.event}/me/${link}/erase?lang=nl`, new URLSearchParams(), {
    origin: server.origin, 'sec-fetch-site': 'same-origin', accept: 'text/html',
  });

export type { Event };
