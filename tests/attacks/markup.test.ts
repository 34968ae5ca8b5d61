// Markup, scripts and formulas in every text that anybody can hand in: what becomes of them on every page, in every mail and
// in every file, in a real browser.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Operation } from '../openapi/description.ts';
import { run } from '../support/backup.ts';
import { Stage, type Page } from '../support/browser.ts';
import type { Answer } from '../support/http.ts';
import { root } from '../support/server.ts';
import { unzip_texts } from '../support/table.ts';
import { until } from '../support/until.ts';
import { fields_of, filled_with } from './fields.ts';
import { House, all, is_change, named, type Place } from './house.ts';

let house: House;
let stage: Stage;
/** Each marker with where it was taken. */
const taken = new Map<number, string>();
const seen = new Set<number>();
/** Members of staff have to be free to write what is theirs; nobody else's markup, though, may run. */
let markers = 0;

const planted = (n: number) =>
  `#${n}#"'></title></textarea></option></script><img class=planted src=x onerror="window.ran=${n}"><svg class=planted onload="window.ran=${n}"></svg>` +
  `<script class=planted>window.ran=${n}</script><a class=planted href="javascript:window.ran=${n}">${n}</a>{{constructor.constructor('window.ran=${n}')()}}#`;
/** What has to be short, or an address of something. */
const shapes = [
  planted, (n: number) => `#${n}#"><b class=planted onclick=ran=1>`, (n: number) => `javascript:window.ran=${n}//#${n}#`, (n: number) => `https://elsewhere.example/"><b class=planted>#${n}#`,
];
const addresses = [
  (n: number) => `"#${n}#<b class=planted>"@kijker.example`, (n: number) => `x${n}#<b/class=planted>@kijker.example`, (n: number) => `x${n}'onclick=ran=1@kijker.example`,
];

before(async () => {
  house = await House.open();
  stage = await Stage.open();
});
after(async () => {
  await stage?.close();
  await house?.end();
});

test('markup is handed in wherever a text is taken', async () => {
  const refused: string[] = [];
  for (const operation of all.filter(is_change)) {
    // What ends what the others need comes last, or not at all.
    if (/^(erase|unsubscribe|remove_|end_|close_|sign_|guardian_answer|withdraw)/.test(operation.operationId)) continue;
    const together = new Map<string, string>();
    for (const where of fields_of(house, operation)) {
      for (const shape of [...shapes, ...addresses]) {
        const n = ++markers;
        const answer = await hand_in(operation, new Map([[where, shape(n)]]));
        // What is refused shows what was typed.
        if (answer.status == 422) check_html(answer.text, `${named(operation)} ${where}`);
        if (answer.status >= 400) continue;
        taken.set(n, `${named(operation)} ${where}`);
        if (!together.has(where)) together.set(where, shape(++markers));
        taken.set(markers, `${named(operation)} ${where}`);
      }
      if (!together.has(where)) refused.push(`${operation.operationId} ${where}`);
    }
    // Once more with all of them, since each of these was written over by the next.
    if (together.size > 0) await hand_in(operation, together);
  }
  assert.ok(taken.size > 60, `${taken.size} were taken; refused: ${refused.join(', ')}`);
  await mail_in();
});

async function hand_in(operation: Operation, texts: Map<string, string>): Promise<Answer> {
  const answer = await house.ask(operation, { headers: { ...house.member(operation), accept: 'text/html' }, body: filled_with(house, operation, texts) });
  assert.ok(answer.status < 500, `${answer}`);
  return answer;
}

/** A page that nobody can write on has only what its author wrote. */
function check_html(html: string, where: string) {
  assert.doesNotMatch(html, /<(img|svg|script|a|b)[^>]* class=planted/, where);
}

/** Mails that come in with requests. */
async function mail_in() {
  const { server } = house.main;
  const n = ++markers;
  const mail = [
    `From: "${planted(n).replaceAll('"', '')}" <fien@kijker.example>`, 'To: privacy@lichtbeeld.example', `Subject: ${planted(n)}`, `Message-ID: <${n}@kijker.example>`,
    'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=x', '', '--x', 'Content-Type: text/html; charset=utf-8', '', planted(n),
    '--x', `Content-Type: image/png; name="${planted(n).replaceAll('"', '')}"`, 'Content-Disposition: attachment; filename="a<b class=planted>.png"', '', 'x', '--x--', '',
  ].join('\r\n');
  const { status, err } = await run(['request', 'receive', '--data', server.data], {}, mail);
  assert.equal(status, 0, err);
  taken.set(n, 'a mail');
  const came = async () => (await house.main.staff.get('/api/v1/requests')).expect(200).json<{ channel: string }[]>().some(({ channel }) => channel == 'mail');
  await until('the mail to be read', came, 30_000);
}

// ---- pages --------------------------------------------------------------------------------------------------

/** Until nothing more was asked for in a while; a player goes on asking for its video, so not for long. */
async function settled(page: Page) {
  const asked = () => page.evaluate(() => performance.getEntriesByType('resource').length);
  for (let before = -1, rounds = 0; rounds < 8; ++rounds) {
    const now = await asked();
    if (now == before) return;
    before = now;
    await sleep(120);
  }
}

async function look(page: Page, url: string) {
  await page.goto(url);
  await settled(page);
  await look_at(page, url);
}

/** A page that is kept as a file: whoever opens it there has no headers around it. */
async function look_at_file(page: Page, html: string, what: string) {
  await page.goto('about:blank');
  await page.setContent(html);
  await look_at(page, what);
}

async function look_at(page: Page, url: string) {
  const found = await page.evaluate(() => {
    const leading = [...document.querySelectorAll('a, area, form, iframe, button, use')];
    const links = leading.flatMap((one) => ['href', 'action', 'src', 'formaction', 'xlink:href'].map((name) => one.getAttribute(name) ?? ''));
    const typed = [...document.querySelectorAll('input, textarea')].map((one) => (one as HTMLInputElement).value);
    const frames = [...document.querySelectorAll('iframe')].map((one) => one.srcdoc ?? '');
    return {
      planted: document.querySelectorAll('.planted, [onerror], [onload], [onclick]').length,
      scripts: links.filter((link) => /^\s*(javascript|data|vbscript):/i.test(link)),
      ran: (window as unknown as { ran?: number }).ran,
      text: [document.documentElement.textContent, ...typed, ...frames].join('\n'),
    };
  });
  assert.deepEqual([found.planted, found.scripts, found.ran], [0, [], undefined], url);
  for (const [, n] of found.text.matchAll(/#(\d+)#/g)) seen.add(Number(n));
}

/** Every screen of the staff's application, from its own list of them: a new one wants an address here. */
async function screens(place: Place): Promise<string[]> {
  const get = async <T>(path: string): Promise<T> => (await place.staff.get(path)).expect(200).json<T>();
  const source = readFileSync(join(root, 'web/staff/src/lib/router.svelte.ts'), 'utf8');
  const listed = [...source.slice(0, source.indexOf('export type EventPart')).matchAll(/screen: '(\w+)'/g)].map(([, name]) => name!);
  const events = await get<{ event: string }[]>('/api/v1/events');
  const some = <T>(list: T[]) => list.slice(0, 6);
  const viewers = async (event: string) => (await get<{ people: { viewer: string }[] }>(`/api/v1/events/${event}/people`)).people;
  const at: Record<string, () => Promise<string[]>> = {
    setup: async () => [`setup?token=${encodeURIComponent(planted(0))}`],
    sign_in: async () => [`sign-in?next=${encodeURIComponent('javascript:window.ran=1')}`],
    join: async () => [`join#${encodeURIComponent(planted(0))}`],
    events: async () => [''],
    members: async () => ['members'],
    roles: async () => ['roles'],
    acknowledge: async () => ['acknowledge'],
    journal: async () => ['journal'],
    device: async () => [`device#${encodeURIComponent(planted(0))}`],
    approvals: async () => ['approvals'],
    approval: async () => (await get<{ approval: string }[]>('/api/v1/approvals')).map(({ approval }) => `approvals/${approval}`),
    services: async () => ['credentials'],
    service: async () => some((await get<{ credentials: { credential: string }[] }>('/api/v1/credentials')).credentials).map(({ credential }) => `credentials/${credential}`),
    organisations: async () => ['organisations'],
    new: async () => ['new'],
    promises: async () => ['promises'],
    components: async () => ['components'],
    account: async () => ['me'],
    disclosures: async () => ['disclosures'],
    updates: async () => ['updates'],
    update: async () => (place == house.updates ? some((await get<{ issues: { issue: string }[] }>('/api/v1/updates')).issues).map(({ issue }) => `updates/${issue}`) : []),
    requests: async () => ['requests'],
    request: async () => (await get<{ request: string }[]>('/api/v1/requests')).slice(0, 12).map(({ request }) => `requests/${request}`),
    incidents: async () => ['incidents'],
    new_incident: async () => ['incidents/new'],
    incident: async () => some(await get<{ incident: string }[]>('/api/v1/incidents')).map(({ incident }) => `incidents/${incident}`),
    event: async () => {
      const parts = some(events).flatMap(({ event }) => ['', '/edit'].map((part) => `e/${event}${part}`));
      if (place == house.updates) return parts;
      const people = some(await viewers(house.event.event)).map(({ viewer }) => `e/${house.event.event}/report?person=${viewer}`);
      return [...parts, ...['', '/edit', '/live', '/report', '/contact'].map((part) => `e/${house.event.event}${part}`), ...people];
    },
    missing: async () => [`nothing/${encodeURIComponent(planted(0))}`],
  };
  const known = listed.map((name) => {
    assert.ok(at[name], `tests/attacks/markup.test.ts has no address for the screen ${name} of the staff's application`);
    return at[name]!();
  });
  return (await Promise.all(known)).flat().map((path) => `/staff/${path}`);
}

test('v5.0.0-1.2.1: no page runs or shows as its own what somebody handed in', async () => {
  const pages = all.filter(({ method, responses }) => method == 'get' && JSON.stringify(responses['200'] ?? {}).includes('text/html'));
  assert.ok(pages.length > 25);
  for (const place of house.places) {
    const page = await stage.page();
    page.on('dialog', (dialog) => {
      stage.complaints.push(`${page.url()}: a dialog`);
      void dialog.dismiss();
    });
    const [name, value] = place.staff.cookie.split('=') as [string, string];
    await page.context().addCookies([{ name, value, url: place.server.origin }]);
    for (const operation of pages.filter((one) => house.place_of(one) == place)) {
      const answer = await house.ask(operation, { headers: { ...house.member(operation), accept: 'text/html' } });
      const is_file = answer.header('content-disposition').startsWith('attachment');
      await (is_file ? look_at_file(page, answer.text, named(operation)) : look(page, place.server.origin + house.address_of(operation)));
    }
    for (const path of await screens(place)) await look(page, place.server.origin + path);
    await page.context().close();
  }
  assert.deepEqual(stage.complaints, []);
  const kinds = new Set([...taken].filter(([n]) => seen.has(n)).map(([, where]) => where));
  assert.ok(kinds.size > 20, `of ${new Set(taken.values()).size} places only these were seen: ${[...kinds].join(', ')}`);
});

test('v5.0.0-1.3.5: no mail runs it, and none shows it as its own', async () => {
  const page = await stage.page();
  for (const { server } of house.places) {
    for (const { html, file, subject } of server.mails()) {
      check_html(html, file);
      assert.doesNotMatch(subject, /[\r\n]/, file);
      if (!/#\d+#/.test(html)) continue;
      await page.setContent(html);
      const found = await page.evaluate(() => [
        document.querySelectorAll('.planted, [onerror], [onload], [onclick], script, iframe').length,
        [...document.querySelectorAll('a')].filter(({ href }) => !/^(https?|mailto):/.test(href)).length, (window as unknown as { ran?: number }).ran ?? 0,
      ]);
      assert.deepEqual(found, [0, 0, 0], file);
    }
  }
});

// ---- files --------------------------------------------------------------------------------------------------

const formulas = [
  '=1+1', '+1+1', '-1+1', '@SUM(1)', '=HYPERLINK("https://elsewhere.example";"x")', "=cmd|' /C calc'!A0", '\t=1+1', '\r=1+1', ' =1+1', '＝1+1', '＋1', '－1', '＠SUM(1)', '|calc', '%0A=1', '"=1+1', '=1+1",=1',
];

/** Cells of a CSV file, as a spreadsheet splits it. */
function cells_of(csv: string): string[] {
  return [...csv.replace(/^\ufeff/, '').matchAll(/"((?:[^"]|"")*)"|([^",;\r\n]+)/g)].map(([, quoted, plain]) => (quoted ?? plain ?? '').replaceAll('""', '"'));
}

test('v5.0.0-1.2.10: no cell of a file that leaves is a formula', async () => {
  const { server, staff } = house.main;
  for (const [i, formula] of formulas.entries()) {
    const { answer } = await server.register(house.event, { name: formula, email: `formule${i}@kijker.example`, organisation: formula, job: formula, 'old-enough': 'yes' });
    assert.ok(answer.status < 500, `${answer}`);
  }
  const csv = (await staff.viewers(house.event, 'csv')).text;
  const dangerous = (cell: string) => /^[=+\-@\t\r\n＝＋－＠]/.test(cell) && !/^-?\d+([.,]\d+)?$/.test(cell);
  assert.ok(cells_of(csv).some((cell) => cell.includes('1+1')));
  assert.deepEqual(cells_of(csv).filter(dangerous), []);
  const own = (await server.page(house.address_of(all.find(({ operationId }) => operationId == 'own_records')!))).text;
  assert.deepEqual(cells_of(own).filter(dangerous), []);
  const members = unzip_texts((await staff.viewers(house.event, 'xlsx')).bytes);
  const sheets = [...members].filter(([name]) => /worksheets\/.*\.xml$/.test(name));
  assert.ok(sheets.length > 0);
  for (const [name, content] of sheets) assert.doesNotMatch(content, /<f[ >]|<hyperlink/, name);
  assert.ok([...members.values()].some((content) => content.includes('HYPERLINK')), 'the text is there as a text');
});

test('v5.0.0-5.4.2: no line of a calendar, no name of a file is somebody else\'s', async () => {
  const { staff, server } = house.main;
  const title = 'Lezing\\nATTENDEE:mailto:x@elsewhere.example;CN="a';
  (await staff.patch(`/api/v1/events/${house.event.event}`, { title, description: 'a\r\nATTENDEE:x\nBEGIN:VALARM\n\u2028X-A:1' })).expect(200);
  const calendar = (await server.get(`/e/${house.event.event}/calendar.ics`)).expect(200);
  const names = calendar.text.split(/\r\n(?! )/).map((line) => line.split(/[:;]/)[0]!);
  assert.doesNotMatch(calendar.text.replaceAll('\r\n', ''), /[\r\n]/);
  for (const name of names) assert.ok(!['ATTENDEE', 'X-A'].includes(name), calendar.text);
  assert.equal(names.filter((name) => name == 'BEGIN').length, calendar.text.match(/^BEGIN:(VCALENDAR|VEVENT|VTIMEZONE|STANDARD|DAYLIGHT)/gm)!.length);
  for (const answer of [calendar, await staff.viewers(house.event, 'csv'), await staff.viewers(house.event, 'xlsx')])
    assert.match(answer.header('content-disposition'), /^(attachment|inline); filename="[\w.-]+"$/, `${answer}`);
});
