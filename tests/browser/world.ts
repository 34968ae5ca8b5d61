// An installation in which there is something to see on every page.
import { mkdirSync } from 'node:fs';
import { Viewer, pass_together } from '../support/audience.ts';
import { Requester } from '../support/requests.ts';
import { start_server, type Server } from '../support/server.ts';
import { make_playlist } from '../support/source.ts';
import type { Event, Staff } from '../support/staff.ts';

export interface World {
  server: Server;
  staff: Staff;
  /** Every page of a viewer: its name, and its address. */
  pages: [name: string, path: string][];
  now: Event;
}

const minute_ms = 60_000;
const captions = 'WEBVTT\n\n00:00.000 --> 00:08.000\nGoedemiddag en welkom.\n';

export async function make_world(): Promise<World> {
  const server = await start_server({ demo: true });
  const staff = await server.sign_up();
  const at = (minutes: number) => new Date(server.clock.now() + minutes * minute_ms).toISOString();
  const fields = ['name', 'email', 'organisation', 'job'];

  const now = await staff.create_event({
    event: 'zorg-thuis', title: 'Zorg thuis: wat verandert er in 2027?', kind: 'on-demand', starts: at(-60), ends: at(120), fields,
    description: 'Een avond over thuiszorg, met praktijkvoorbeelden en ruimte voor vragen.', video: { kind: 'live', address: null, captions: false },
  });
  const { folder } = (await staff.get(`/api/v1/events/${now.event}/live-folder`)).expect(200).json();
  mkdirSync(folder, { recursive: true });
  make_playlist(folder, 20);
  (await staff.ask('PUT', `/api/v1/events/${now.event}/captions`, { body: captions, headers: { 'content-type': 'text/vtt' } })).expect(204);

  const soon = await staff.create_event({ event: 'lente', title: 'Lentebijeenkomst', starts: at(26 * 60 + 7), ends: at(28 * 60), fields });
  const unmeasured = await staff.create_event({ event: 'open-avond', title: 'Open avond', measured: false });
  const full = await staff.create_event({ event: 'klein', title: 'Kleine kring', capacity: 1 });
  const over = await staff.create_event({ event: 'gisteren', title: 'Gisteren', ends: at(1) });

  const ana = await new Viewer(server, now, 'Ana Peeters').register({ organisation: 'Zorgpunt De Linde', job: 'Verpleegkundige' });
  const link = server.personal_link(await server.mail_to(ana.email));
  const early = await new Viewer(server, soon, 'Ana Peeters').register();
  const other = await new Viewer(server, unmeasured, 'Ana Peeters').register();
  await new Viewer(server, full, 'Ana Peeters').register();
  const late = await new Viewer(server, over, 'Ana Peeters').register();
  await ana.open(true);
  await pass_together(server, 12 * minute_ms, [[ana, 7]]);
  await pass_together(server, 5 * minute_ms, [[ana, 4]]);
  await pass_together(server, 3 * minute_ms, [[ana, 7]]);
  await ana.leave();
  await pass_together(server, 10 * minute_ms, []);
  await ana.open(true);
  await pass_together(server, 4 * minute_ms, [[ana, 7]]);
  await ana.leave();
  const asked = await new Requester(server, ana.email).ask('access');
  const [mail] = server.mails();

  return {
    server, staff, now,
    pages: [
      ['start', '/'],
      ['privacy', '/privacy'],
      ['cookies', '/privacy/cookies'],
      ['register', '/privacy/register'],
      ['requests', '/requests'],
      ['own_requests', `/requests/of/${now.event}/${link}`],
      ['request', `/requests/${asked.link}`],
      ['event', `/e/${now.event}`],
      ['event_unmeasured', `/e/${unmeasured.event}`],
      ['event_full', `/e/${full.event}`],
      ['event_over', `/e/${over.event}`],
      ['registered', `/e/${now.event}/registered`],
      ['waiting', `/e/${soon.event}/watch/${early.link}`],
      ['watch', `/e/${now.event}/watch/${ana.link}`],
      ['watch_unmeasured', `/e/${unmeasured.event}/watch/${other.link}`],
      ['ended', `/e/${over.event}/watch/${late.link}`],
      ['me', `/e/${now.event}/me/${link}`],
      ['me_empty', `/e/${soon.event}/me/${server.personal_link(await server.mail_to(early.email, /Lente/))}`],
      ['door', `/e/${now.event}/me/${ana.link}`],
      ['gone', `/e/${now.event}/watch/none`],
      ['not_found', '/e/nothing-here'],
      ['mails', '/demo/mail'],
      ['mail', `/demo/mail/${mail!.file}`],
    ],
  };
}
