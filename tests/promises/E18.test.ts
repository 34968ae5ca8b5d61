// E18 All traffic is encrypted.
/// <reference path="../support/ws.d.ts" />
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { connect as connect_plain } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type SecureVersion } from 'node:tls';
import { WebSocket } from 'ws';
import { ask } from '../support/http.ts';
import { binary, make_certificate, start_server, type Server } from '../support/server.ts';
import { MailServer } from '../support/smtp.ts';
import type { Event, Staff } from '../support/staff.ts';
import { until } from '../support/until.ts';

let folder: string;
let tls: { certificate: string; key: string };
let server: Server;
let staff: Staff;
let event: Event;
let door: string;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hartslag-tls-'));
  tls = make_certificate(folder, 'first', ['localhost', 'events.example']);
  server = await start_server({ tls, plain: true, words: ['--trusted-proxy', '127.0.0.0/8'] });
  staff = await server.sign_up();
  event = await staff.create_event({ event: 'versleuteld' });
  door = (await server.register(event, { name: 'Ana Peeters', email: 'ana@kijker.example' })).door!;
});
after(async () => {
  await server?.end();
  rmSync(folder, { recursive: true, force: true });
});

/** The version that was agreed on and the certificate's name, or what went wrong. */
function handshake(minVersion: SecureVersion, maxVersion: SecureVersion): Promise<string> {
  return new Promise((done) => {
    const options = { host: '127.0.0.1', port: server.port, minVersion, maxVersion, rejectUnauthorized: false, ciphers: 'ALL:@SECLEVEL=0' };
    const socket = connect(options, () => {
      done(`${socket.getProtocol()} ${socket.getPeerCertificate().subject.CN}`);
      socket.destroy();
    });
    socket.on('error', (error) => done(error.message));
  });
}

/** All that comes back for these bytes, in clear. */
function say_plain(port: number, bytes: string): Promise<string> {
  return new Promise((done) => {
    let heard = '';
    const socket = connect_plain(port, '127.0.0.1', () => socket.write(bytes));
    socket.setTimeout(5_000, () => socket.destroy());
    socket.on('data', (piece) => (heard += piece.toString('latin1')));
    socket.on('error', () => {});
    socket.on('close', () => done(heard));
  });
}

test('E18 TLS 1.3, and nothing older', async () => {
  assert.equal(await handshake('TLSv1.3', 'TLSv1.3'), 'TLSv1.3 localhost');
  for (const version of ['TLSv1', 'TLSv1.1', 'TLSv1.2'] as const) assert.doesNotMatch(await handshake(version, version), /^TLS/, version);
  assert.equal(await handshake('TLSv1', 'TLSv1.3'), 'TLSv1.3 localhost');
});

test('E18 who speaks in clear to the encrypted port is told nothing', async () => {
  for (const bytes of ['GET / HTTP/1.1\r\nHost: localhost\r\n\r\n', `GET /e/${event.event} HTTP/1.0\r\n\r\n`, '\r\n\r\n']) {
    assert.doesNotMatch(await say_plain(server.port, bytes), /HTTP|html|hartslag/i);
  }
});

test('E18 each encrypted answer binds browsers to encryption', async () => {
  for (const path of ['/', `/e/${event.event}`, `/e/${event.event}/watch/${door}`, '/beacon.js', '/staff/', '/api/v1/me', '/api/v1/events', '/nowhere']) {
    const strict = (await server.page(path)).header('strict-transport-security');
    assert.ok(Number(/max-age=(\d+)/.exec(strict)?.[1]) >= 31_536_000, `${path}: ${strict}`);
  }
});

test('E18 a session\'s cookie travels encrypted only', async () => {
  const headers = { origin: server.origin, 'sec-fetch-site': 'same-origin' };
  const answer = (await server.post('/api/v1/sign-in', { email: 'noor@lichtbeeld.example', password: 'een lang wachtwoord' }, headers)).expect(200);
  assert.match(answer.headers['set-cookie']![0]!, /^__Host-hartslag=[^;]+;/);
  const attributes = answer.headers['set-cookie']![0]!.toLowerCase().split(/; */).slice(1);
  for (const wanted of ['secure', 'httponly', 'samesite=strict', 'path=/']) assert.ok(attributes.includes(wanted), `${wanted} in ${attributes}`);
});

test('E18 pages and mails lead to encrypted addresses only', async () => {
  for (const path of [`/e/${event.event}`, `/e/${event.event}/watch/${door}`, '/']) {
    const { text, headers } = (await server.page(path)).expect(200);
    assert.doesNotMatch(text.replace(/http:\/\/www\.w3\.org\/[^"]*/g, ''), /\b(?:http|ws):\/\//, path);
    assert.doesNotMatch(String(headers['content-security-policy']), /\b(?:http|ws):/);
  }
  const mail = await server.mail_to('ana@kijker.example');
  assert.ok(mail.links.length > 0 && mail.links.every((link) => link.startsWith(server.origin + '/')), mail.links.join());
  assert.ok(server.origin.startsWith('https://'));
  assert.doesNotMatch(mail.html, /http:/);
});

test('E18 heartbeats come encrypted, by request and by socket', async () => {
  const { t } = await server.open_session(event, { link: door, consent: true });
  server.clock.pass(30_000);
  (await server.beat(t!, 1, [[20_000, 7], [15_000, 7]])).expect(200);
  await server.settle();
  const socket = new WebSocket(`wss://127.0.0.1:${server.port}/v1/pulse`, {
    headers: { origin: server.origin, host: new URL(server.origin).host }, rejectUnauthorized: false,
  });
  const answers: string[] = [];
  socket.on('message', (text) => answers.push(String(text)));
  await new Promise<void>((open, failed) => {
    socket.on('open', open);
    socket.on('error', failed);
  });
  socket.send(JSON.stringify({ t, n: 3, b: [[10_000, -1]] }));
  await until('an answer', () => answers.length > 0);
  socket.terminate();
  assert.deepEqual(JSON.parse(answers[0]!), { n: 3 });
});

/** Somebody who came to the plain port from elsewhere, as a trusted proxy tells. */
const from_elsewhere = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'http' };
const plain = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  ask(`http://127.0.0.1:${server.plain_port}${path}`, { method, body, headers: { host: 'localhost', ...headers } });

test('E18 a plain request is sent to the encrypted address, and nothing is done or told', async () => {
  const session = await server.open_session(event, { link: door, consent: true });
  const known = (await staff.person(event, 'ana@kijker.example')).sessions.length;
  const own = { origin: 'http://localhost', 'sec-fetch-site': 'same-origin' };
  const asked: [string, string, unknown?][] = [
    ['GET', '/'], ['GET', `/e/${event.event}?lang=fr`], ['GET', `/e/${event.event}/watch/${door}`], ['GET', '/beacon.js'], ['GET', '/nowhere'],
    ['POST', `/e/${event.event}/register`, new URLSearchParams({ name: 'Bo Claes', email: 'bo@kijker.example' })],
    ['POST', '/v1/sessions', { property: event.event, link: door, consent: { attendance: true } }],
    ['POST', '/v1/pulse', { t: session.t, n: 1, b: [[0, 7]] }], ['POST', `/v1/sessions/${session.session}/withdraw`, { t: session.t }],
    ['POST', '/api/v1/sign-in', { email: 'noor@lichtbeeld.example', password: 'een lang wachtwoord' }],
  ];
  for (const [method, path, body] of asked) {
    const answer = await plain(method, path, body, { ...from_elsewhere, ...own });
    assert.equal(answer.status, 308, `${answer}`);
    assert.equal(answer.header('location'), `https://localhost:${server.port}${path}`);
    assert.equal(answer.header('set-cookie'), '');
    assert.doesNotMatch(answer.text, /Ana|versleuteld|"t"/);
  }
  const { sessions } = await staff.person(event, 'ana@kijker.example');
  assert.equal(sessions.length, known);
  assert.equal(sessions.at(-1)!.withdrawn, null);
  assert.equal((await staff.event(event.event)).registered, 1);
  server.clock.pass(10_000);
  (await server.beat(session.t!, 1, [[5_000, 7], [0, -1]])).expect(200);
});

test('E18 so is whoever reaches the plain port over a network', async (t) => {
  const outside = Object.values(networkInterfaces()).flat().find((one) => one && !one.internal && one.family == 'IPv4')?.address;
  if (!outside) return t.skip('this machine has no address but loopback');
  const reachable = await start_server({ clock: 'real', address: '0.0.0.0', tls, plain: true });
  const bare = await start_server({ clock: 'real', address: '0.0.0.0' });
  try {
    for (const port of [reachable.plain_port, bare.port]) {
      const answer = await new Promise<string>((done) => {
        let heard = '';
        const socket = connect_plain(port, outside, () => socket.write('GET /e/x HTTP/1.1\r\nHost: events.example\r\nConnection: close\r\n\r\n'));
        socket.on('data', (piece) => (heard += piece.toString('latin1')));
        socket.on('error', () => {});
        socket.on('close', () => done(heard));
      });
      assert.match(answer, /^HTTP\/1\.1 308 /);
      // To the installation's own address, whatever host was asked for.
      assert.match(answer, /^location: https:\/\/localhost:\d+\/e\/x\r$/im);
    }
  } finally {
    await reachable.end();
    await bare.end();
  }
});

test('E18 a renewed certificate is taken up without a stop; a broken one changes nothing', async () => {
  const renewed = make_certificate(folder, 'second', ['renewed.example']);
  const kept = { certificate: join(folder, 'kept.pem'), key: join(folder, 'kept-key.pem') };
  copyFileSync(tls.certificate, kept.certificate);
  copyFileSync(tls.key, kept.key);
  copyFileSync(renewed.certificate, tls.certificate);
  server.signal('SIGHUP');
  await sleep(500);
  assert.equal(await handshake('TLSv1.3', 'TLSv1.3'), 'TLSv1.3 localhost', 'a certificate without its key');
  copyFileSync(renewed.key, tls.key);
  server.signal('SIGHUP');
  await until('the new certificate', async () => (await handshake('TLSv1.3', 'TLSv1.3')) == 'TLSv1.3 renewed.example');
  copyFileSync(kept.certificate, tls.certificate);
  copyFileSync(kept.key, tls.key);
  server.signal('SIGHUP');
  await until('the old certificate', async () => (await handshake('TLSv1.3', 'TLSv1.3')) == 'TLSv1.3 localhost');
});

test('E18 mail goes out encrypted where it can, and not at all where it must be and cannot', async () => {
  const deaf = await MailServer.start();
  const able = await MailServer.start(tls);
  const mail_of = async (smtp: string) => {
    const sender = await start_server({ smtp });
    const organiser = await sender.sign_up();
    const lecture = await organiser.create_event({ event: 'lezing', opens_by: 'link' });
    await sender.register(lecture, { name: 'Ana Peeters', email: 'ana@kijker.example' });
    return sender;
  };
  const senders: Server[] = [];
  try {
    senders.push(await mail_of(`smtp+opportunistic://localhost:${able.port}`));
    assert.equal((await able.mail_to('ana@kijker.example')).encrypted, true);
    // Nobody vouches for this certificate, and this server has none: neither gets a mail that must be encrypted.
    senders.push(await mail_of(`smtp://localhost:${able.port}`), await mail_of(`smtp://localhost:${deaf.port}`));
    await sleep(3_000);
    assert.equal(able.mails.length, 1);
    assert.equal(deaf.mails.length, 0);
  } finally {
    for (const sender of senders) await sender.end();
    await able.close();
    await deaf.close();
  }
});

test('E18 settings that would send in clear over a network are refused at the start', () => {
  const words = server.words().filter((word) => !/^--(clock-fd|smtp)$/.test(word) && word != '3');
  const start = (...more: string[]) => spawnSync(binary, [...words, '--data', join(folder, 'none'), ...more], { encoding: 'utf8', timeout: 20_000 });
  for (const smtp of ['smtp+plain://mail.example:25', 'smtp+plain://192.0.2.7:25', 'smtp+opportunistic://user@mail.example:587', 'smtp+plain://user@mail.example:25']) {
    const { status, stderr } = start('--smtp', smtp);
    assert.ok(status == 1 || status == 2, `${smtp}: ${status} ${stderr}`);
  }
  const policy = words[words.indexOf('--policy') + 1]!;
  const half_given = ['serve', '--data', join(folder, 'none'), '--policy', policy, '--tls-certificate', tls.certificate];
  const half = spawnSync(binary, half_given, { encoding: 'utf8', timeout: 20_000 });
  assert.equal(half.status, 2, half.stderr);
});
