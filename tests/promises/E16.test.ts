// E16 A video source elsewhere may deliver media only (no frame, script, cookie or referrer); anything else is refused
// when it is configured.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Stage, kept_by, listen } from '../support/browser.ts';
import { start_server, type Server } from '../support/server.ts';
import { Source, make_film, make_playlist, type File } from '../support/source.ts';
import type { Event, Staff } from '../support/staff.ts';
import { until } from '../support/until.ts';

let folder: string;
let source: Source;
let server: Server;
let staff: Staff;
let count = 0;

const page = '<!doctype html><title>no film</title><script>document.cookie = "seen=1"</script>';
/** A source that lets no page of another origin read it: the header is there, and says null. */
const unshared = { 'access-control-allow-origin': 'null' };
const cookie = { 'set-cookie': 'visitor=1; Path=/' };

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hartslag-source-'));
  const film = readFileSync(make_film(folder));
  make_playlist(folder);
  const playlist = { type: 'application/vnd.apple.mpegurl', body: readFileSync(join(folder, 'index.m3u8')) };
  const files: Record<string, File> = {
    '/film.mp4': { type: 'video/mp4', body: film },
    '/film.webm': { type: 'video/webm', body: Buffer.concat([Buffer.from('1a45dfa3', 'hex'), Buffer.alloc(500)]) },
    '/lying-type.mp4': { type: 'text/plain', body: film },
    '/page.mp4': { type: 'text/html', body: page },
    '/lying-page.mp4': { type: 'video/mp4', body: page },
    '/script.m3u8': { type: 'text/javascript', body: 'alert(1)' },
    '/embed.html': { type: 'text/html', body: page },
    '/player.js': { type: 'text/javascript', body: 'alert(1)' },
    '/empty.mp4': { type: 'video/mp4', body: '' },
    '/cookie.mp4': { type: 'video/mp4', body: film, headers: cookie },
    '/moved.mp4': { type: 'text/plain', body: '', status: 302, headers: { location: '/film.mp4' } },
    '/unshared.mp4': { type: 'video/mp4', body: film, headers: unshared },
    '/unshared.m3u8': { ...playlist, headers: unshared },
    '/shared-with-others.m3u8': { ...playlist, headers: { 'access-control-allow-origin': 'https://elsewhere.example' } },
    '/shared-with-several.m3u8': { ...playlist, headers: { 'access-control-allow-origin': 'https://elsewhere.example, *' } },
    '/forbidden.mp4': { type: 'video/mp4', body: film, status: 403 },
    '/broken.mp4': { type: 'video/mp4', body: film, status: 500 },
    // Delivers media when it is asked about, and a cookie later.
    '/turncoat.mp4': { type: 'video/mp4', body: film },
    '/turncoat.m3u8': playlist,
  };
  for (const name of readdirSync(folder)) {
    if (/^index|^init|\.m4s$/.test(name)) files[`/${name}`] = { type: 'video/mp4', body: readFileSync(join(folder, name)) };
  }
  source = await Source.start(files);
  server = await start_server();
  staff = await server.sign_up();
});
after(async () => {
  await server?.end();
  await source?.close();
  rmSync(folder, { recursive: true, force: true });
});

const at = (path: string, host = '127.0.0.1') => `http://${host}:${source.port}${path}`;
const video = (address: unknown) => ({ kind: 'address', address });
const now = () => server.clock.now();

const configure = (address: unknown, by = staff) => by.post('/api/v1/events', {
  event: `film-${++count}`, title: 'Film', starts: new Date(now() - 60_000).toISOString(), ends: new Date(now() + 3_600_000).toISOString(), video: video(address),
});

const wrong_fields = (answer: { status: number; json: () => any; toString: () => string }) => {
  assert.equal(answer.status, 400, `${answer}`);
  return answer.json().errors.map(({ pointer }: { pointer: string }) => pointer);
};

test('E16 media is taken: a playlist, a film, whatever its server calls it', async () => {
  for (const path of ['/index.m3u8', '/film.mp4', '/film.webm', '/lying-type.mp4', '/film.mp4?token=abc&x=1']) {
    const event = (await configure(at(path))).expect(201).json<Event>();
    assert.deepEqual([event.video.kind, event.video.address], ['address', at(path)]);
  }
});

test('E16 what delivers anything else is refused when it is configured', async () => {
  const refused = [
    '/page.mp4', '/lying-page.mp4', '/script.m3u8', '/embed.html', '/player.js', '/empty.mp4', '/cookie.mp4', '/moved.mp4', '/forbidden.mp4', '/broken.mp4',
    '/missing.mp4', '/', '',
  ];
  for (const path of refused) assert.deepEqual(wrong_fields(await configure(at(path))), ['#/video/address'], path);
  const unreachable = 'http://127.0.0.1:9/film.mp4';
  assert.deepEqual(wrong_fields(await configure(unreachable)), ['#/video/address']);
  const listed = (await staff.get('/api/v1/events')).json<Event[]>().length;
  assert.deepEqual(wrong_fields(await configure(at('/cookie.mp4'))), ['#/video/address']);
  assert.equal((await staff.get('/api/v1/events')).json<Event[]>().length, listed, 'no event came of it');
});

test('E16 what is no plain address of a file is refused, and not even asked', async () => {
  const asked = source.connections;
  const { port } = source;
  const addresses: unknown[] = [
    `javascript:alert(1)//film.mp4`, `data:video/mp4;base64,AAAA.mp4`, `file:///etc/passwd.mp4`, `ftp://127.0.0.1:${port}/film.mp4`, `//127.0.0.1:${port}/film.mp4`,
    `/film.mp4`, `film.mp4`, `http://user:password@127.0.0.1:${port}/film.mp4`, `http://127.0.0.1:${port}/film.mp4#x`, `http://127.0.0.1:${port}/film.mp4 `,
    ` http://127.0.0.1:${port}/film.mp4`, `http://127.0.0.1:${port}/film.mp4\nhttps://evil.example`, `http://127.0.0.1:${port};script-src *;/film.mp4`,
    `http://127.0.0.1:${port},evil.example/film.mp4`, `http://127.0.0.1:${port}/'film.mp4`, `http://127.0.0.1:${port}/film.avi`, `http://127.0.0.1:${port}/film`,
    `http://*/film.mp4`, `http:///film.mp4`, `http://127.0.0.1:${port}\\film.mp4`, `http://127.0.0.1:${port}/${'x'.repeat(2_000)}.mp4`, '', null, 5, {},
  ];
  for (const address of addresses) assert.deepEqual(wrong_fields(await configure(address)), ['#/video/address'], JSON.stringify(address));
  assert.equal(source.connections, asked);
});

test('E16 what a browser would not let our pages play is refused, and what to do about it is said in every language', async () => {
  for (const path of ['/unshared.mp4', '/unshared.m3u8', '/shared-with-others.m3u8', '/shared-with-several.m3u8']) {
    assert.deepEqual(wrong_fields(await configure(at(path))), ['#/video/address'], path);
  }
  const said = new Set<string>();
  for (const language of ['nl', 'fr', 'en', 'de']) {
    const { event } = (await configure(at('/film.mp4'))).expect(201).json<Event>();
    const answer = await staff.ask('PATCH', `/api/v1/events/${event}`, { headers: { 'accept-language': language }, body: { video: video(at('/unshared.m3u8')) } });
    assert.equal(answer.status, 400);
    const { detail } = answer.json().errors[0];
    assert.match(detail, new RegExp(`Access-Control-Allow-Origin: ${server.origin}`));
    said.add(detail);
  }
  assert.equal(said.size, 4);
  const ours = { 'access-control-allow-origin': server.origin };
  source.files.set('/shared-with-us.m3u8', { ...source.files.get('/unshared.m3u8')!, headers: ours });
  (await configure(at('/shared-with-us.m3u8'))).expect(201);
});

test('E16 the same holds for an event that is changed, which then stays as it was', async () => {
  const event = (await configure(at('/film.mp4'))).expect(201).json<Event>();
  for (const path of ['/cookie.mp4', '/page.mp4', '/embed.html', '/moved.mp4']) {
    const answer = await staff.patch(`/api/v1/events/${event.event}`, { video: video(at(path)) });
    assert.deepEqual(wrong_fields(answer), ['#/video/address']);
    assert.deepEqual((await staff.event(event.event)).video, event.video);
  }
  (await staff.patch(`/api/v1/events/${event.event}`, { video: video(at('/index.m3u8')) })).expect(200);
});

test('E16 the source is asked without saying who asks; of where from only the installation, which its pages will say too', async () => {
  for (const path of ['/film.mp4', '/index.m3u8']) {
    source.asked.length = 0;
    const { event } = (await configure(at(path))).expect(201).json<Event>();
    assert.equal(source.asked.length, 1);
    const { method, headers } = source.asked[0]!;
    assert.equal(method, 'GET');
    for (const name of ['cookie', 'referer', 'authorization', 'x-forwarded-for']) assert.equal(headers[name], undefined, name);
    assert.equal(headers.origin, server.origin);
    for (const value of Object.values(headers)) assert.ok(!String(value).includes(staff.cookie.split('=')[1]!) && !String(value).includes(event));
  }
});

test('E16 an installation that the world can reach asks nobody inside, and nobody in clear', async () => {
  const outside = await start_server({ clock: 'real', address: '0.0.0.0' });
  try {
    const organiser = await outside.sign_up();
    const asked = source.connections;
    const { port } = source;
    const hosts = [
      '127.0.0.1', 'localhost', '127.1', '0.0.0.0', '[::1]', '[::ffff:127.0.0.1]', '[::]', '2130706433', '0x7f000001', '10.0.0.1', '172.16.0.1', '192.168.1.1',
      '169.254.169.254', '100.64.0.1', '[fe80::1]', '[fd00::1]', '224.0.0.1',
    ];
    for (const host of hosts) assert.deepEqual(wrong_fields(await configure(`https://${host}:${port}/film.mp4`, organiser)), ['#/video/address'], host);
    assert.deepEqual(wrong_fields(await configure(`http://127.0.0.1:${port}/film.mp4`, organiser)), ['#/video/address'], 'in clear');
    assert.equal(source.connections, asked);
  } finally {
    await outside.end();
  }
});

/** A live event with that source, its watch page's address, and the page's policy. */
async function watching(address: string) {
  const draft = (await configure(address)).expect(201).json<Event>();
  const event = await staff.open(draft);
  (await staff.patch(`/api/v1/events/${event.event}`, { opens_by: 'both' })).expect(200);
  const { door } = await server.register(event, { name: 'Ana Peeters', email: 'ana@kijker.example' });
  const path = `/e/${event.event}/watch/${door}`;
  const policy = new Map((await server.page(path)).expect(200).header('content-security-policy').split(';').map((one) => {
    const [name, ...sources] = one.trim().split(/\s+/);
    return [name!, sources];
  }));
  return { path, policy };
}

test('E16 the page\'s rules let the source deliver media, and nothing else', async () => {
  const elsewhere = `http://127.0.0.1:${source.port}`;
  const { policy } = await watching(at('/index.m3u8'));
  for (const [directive, sources] of policy) {
    const may = directive == 'media-src' || directive == 'connect-src';
    assert.equal(sources.includes(elsewhere), may, directive);
    assert.ok(!sources.includes('*') && !sources.some((one) => /^https?:$/.test(one)), `${directive} ${sources}`);
  }
  assert.deepEqual(policy.get('default-src'), ["'none'"]);
  assert.deepEqual(policy.get('frame-src') ?? policy.get('child-src') ?? policy.get('default-src'), ["'none'"]);
  assert.ok(!policy.get('script-src')!.some((one) => /unsafe/.test(one)), `${policy.get('script-src')}`);
});

for (const [kind, path] of [['playlist', '/turncoat.m3u8'], ['film', '/turncoat.mp4']]) {
  test(`E16 a ${kind} plays from elsewhere without cookie or referrer, also when the source tries to set one later`, async () => {
    // One host, since a browser shares its cookies between the ports of a host: the worst case.
    const { path: watch } = await watching(at(path!, 'localhost'));
    source.files.set(path!, { ...source.files.get(path!)!, headers: cookie });
    source.asked.length = 0;
    const stage = await Stage.open();
    try {
      const tab = await stage.page();
      await tab.context().addCookies([{ name: 'elsewhere', value: '1', domain: 'localhost', path: '/' }]);
      const sent = listen(tab);
      await tab.goto(`${server.origin}${watch}`);
      await tab.locator('#player .big-play').click();
      await until('the film to play', () => tab.evaluate(() => (document.querySelector('video')?.currentTime ?? 0) > 1), 30_000);
      assert.ok(source.asked.length > 0);
      for (const { path: asked, headers } of source.asked) {
        assert.equal(headers.cookie, undefined, asked);
        assert.equal(headers.referer, undefined, asked);
        // Nothing but the installation's own, which a browser says so that the source can refuse other sites.
        assert.equal(headers.origin, server.origin, asked);
      }
      assert.deepEqual((await kept_by(tab.context())).filter((one) => !one.includes('elsewhere')), [], 'what it tried to set is not kept');
      const origins = new Set(sent.requests.map(({ url }) => new URL(url).origin).filter((origin) => origin != 'null'));
      assert.deepEqual([...origins].filter((origin) => !origin.startsWith('ws')).sort(), [server.origin, `http://localhost:${source.port}`].sort());
      assert.equal(await tab.locator('iframe, object, embed').count(), 0);
    } finally {
      await stage.close();
    }
  });
}
