// M12 Every site and every processor's address is HTTPS with a valid certificate; a plain request is redirected, HSTS is
// set (ours).
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { local } from '../support/backup.ts';
import { ask } from '../support/http.ts';
import { policy_text, shipped } from '../support/policy.ts';
import { day_ms } from '../support/retention.ts';
import { binary, make_certificate, start_server, type Server } from '../support/server.ts';
import type { Staff } from '../support/staff.ts';

let folder: string;
let server: Server;
let staff: Staff;

const row_of = (list: any) => list.groups.flatMap(({ promises }: any) => promises).find(({ id }: any) => id == 'M12');
const row = async () => row_of((await staff.get('/api/v1/promises?lang=nl')).expect(200).json());

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hartslag-m12-'));
  server = await start_server({ tls: make_certificate(folder, 'own'), plain: true, words: ['--trusted-proxy', '127.0.0.0/8'] });
  staff = await server.sign_up();
  await staff.create_event({ event: 'lezing' });
});
after(async () => {
  await server?.end();
  rmSync(folder, { recursive: true, force: true });
});

test('M12 a plain request is sent to the same page over HTTPS, whatever it is', async () => {
  for (const [method, path] of [['GET', '/'], ['GET', '/e/lezing?lang=fr'], ['POST', '/e/lezing/register'], ['GET', '/staff/'], ['GET', '/nowhere']] as const) {
    const headers = { host: 'localhost', 'x-forwarded-for': '192.0.2.7', 'x-forwarded-proto': 'http' };
    const answer = await ask(new URL(`http://127.0.0.1:${server.plain_port}${path}`), { method, headers });
    assert.equal(answer.status, 308, path);
    assert.equal(answer.header('location'), `https://localhost:${server.port}${path}`);
    assert.equal(answer.text, '');
  }
});

test('M12 each answer binds browsers to HTTPS for a year at least, with the hosts below', async () => {
  for (const path of ['/', '/privacy', '/e/lezing', '/report', '/requests', '/staff/', '/api/v1/me', '/nowhere']) {
    const strict = (await server.page(path)).header('strict-transport-security');
    assert.ok(Number(/max-age=(\d+)/.exec(strict)?.[1]) >= 31_536_000 && strict.includes('includeSubDomains'), path);
  }
});

test('M12 the certificate is watched: until when it is valid, and loud when it ends', async () => {
  const good = await row();
  // The one of this test is good for two days.
  assert.equal(good.state, 'attention');
  assert.match(good.evidence.join(' '), /certificaat van localhost geldt nog maar tot .* Vernieuw/);
  const metrics = await ask(new URL(`http://127.0.0.1:${server.local_port}/metrics`));
  const ends_s = Number(/^hartslag_certificate_expiry_timestamp_seconds (\d+)$/m.exec(metrics.text)?.[1]);
  assert.ok(Math.abs(ends_s * 1000 - Date.now() - 2 * day_ms) < 600_000);
  server.clock.pass(3 * day_ms);
  staff = await server.sign_in();
  const over = await row();
  assert.equal(over.state, 'broken');
  assert.match(over.evidence.join(' '), /certificaat van localhost is verlopen/);
});

test('M12 a certificate of another name is told', async () => {
  const other = await start_server({ tls: make_certificate(folder, 'other', ['elsewhere.example']), words: ['--trusted-proxy', '127.0.0.0/8'] });
  try {
    // No browser would show the page, so the operator asks on the machine.
    const { stdout } = spawnSync(binary, ['promises', '--json', '--lang', 'nl', '--from', local(other)], { encoding: 'utf8' });
    const { state, evidence } = row_of(JSON.parse(stdout));
    assert.equal(state, 'broken');
    assert.match(evidence.join(' '), /niet dat van localhost/);
  } finally {
    await other.end();
  }
});

test('M12 a processor whose address is not HTTPS is refused in each policy', () => {
  for (const name of shipped) {
    const text = policy_text(name);
    const recipients = text.slice(text.indexOf('\nrecipients:'));
    const [address] = /policy: https:\/\/\S+/.exec(recipients)!;
    const file = join(folder, `${name}.yaml`);
    writeFileSync(file, text.replace(address!, address!.replace('https:', 'http:')));
    const { status, stdout } = spawnSync(binary, ['policy', 'check', file], { encoding: 'utf8' });
    assert.equal(status, 1, name);
    assert.match(stdout, /https/, name);
  }
});
