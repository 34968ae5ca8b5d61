// The listener that speaks TLS itself, looked at by two scanners that others wrote.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { make_certificate, start_server, type Server } from '../support/server.ts';

const run = promisify(execFile);
let folder: string;
let server: Server;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hartslag-tls-'));
  server = await start_server({ tls: make_certificate(folder), plain: true });
});
after(async () => {
  await server?.end();
  rmSync(folder, { recursive: true, force: true });
});

/** The attributes of each element of that name. */
function elements(xml: string, name: string): Record<string, string>[] {
  return [...xml.matchAll(new RegExp(`<${name}\\b([^>]*)`, 'g'))].map(([, inside]) =>
    Object.fromEntries([...inside!.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key, value]) => [key, value])));
}

test('v5.0.0-12.1.2: sslscan: TLS 1.3 and nothing older; ciphers and groups of 128 bits at least; nothing that it marks', async () => {
  const report = join(folder, 'sslscan.xml');
  await run('sslscan', ['--no-colour', '--sni-name=localhost', `--xml=${report}`, `127.0.0.1:${server.port}`], { timeout: 60_000 });
  const xml = readFileSync(report, 'utf8');
  const enabled = elements(xml, 'protocol').filter((one) => one['enabled'] == '1').map(({ type, version }) => `${type} ${version}`);
  assert.deepEqual(enabled, ['tls 1.3']);
  assert.ok(elements(xml, 'heartbleed').every((one) => one['vulnerable'] == '0'));
  assert.ok(elements(xml, 'renegotiation').every((one) => one['supported'] == '0'));
  const ciphers = elements(xml, 'cipher');
  assert.ok(ciphers.length > 0);
  for (const { cipher, strength, bits } of ciphers) assert.ok(['acceptable', 'strong'].includes(strength!) && Number(bits) >= 128, `${cipher} ${strength} ${bits}`);
  const groups = elements(xml, 'group');
  assert.ok(groups.length > 0);
  for (const { name, bits } of groups) assert.ok(Number(bits) >= 128, `${name} ${bits}`);
});

/** What comes of the certificate that the test makes for two days and signs by itself, and of having no name in the DNS. */
const of_the_test = ['cert_chain_of_trust', 'cert_expirationStatus', 'cert_notAfter', 'cert_revocation', 'DNS_CAArecord'];
/** The scanner speaks of itself: it may leave before a ticket for its next connection has come, and then has none to try. */
const of_the_scanner = ['engine_problem', 'sessionresumption_ticket'];

async function testssl(what: string[], timeout: number): Promise<{ id: string; severity: string; finding: string }[]> {
  const report = join(folder, `testssl-${what.join('')}.json`);
  const words = ['--quiet', '--warnings', 'off', '--color', '0', '--ip', '127.0.0.1', '--jsonfile', report, ...what, `https://localhost:${server.port}/`];
  // Its status counts what it found.
  await run('testssl', words, { timeout, maxBuffer: 16 * 1024 * 1024 }).catch((error: { killed?: boolean }) => {
    if (error.killed) throw error;
  });
  return JSON.parse(readFileSync(report, 'utf8'));
}

test('v5.0.0-12.1.1: testssl: no finding, not even a low one, but those of the certificate that this test signs by itself', async () => {
  const findings = await testssl(['--protocols', '--pfs', '--server-defaults', '--headers', '--vulnerable'], 300_000);
  assert.ok(findings.length > 60, `${findings.length} findings`);
  const worse = findings.filter(({ severity }) => !['OK', 'INFO'].includes(severity));
  assert.deepEqual(worse.filter(({ id }) => ![...of_the_test, ...of_the_scanner].includes(id)), []);
  const of = (id: string) => findings.find((one) => one.id == id)?.finding ?? '';
  assert.match(of('TLS1_3'), /offered/);
  for (const id of ['SSLv2', 'SSLv3', 'TLS1', 'TLS1_1', 'TLS1_2']) assert.match(of(id), /^not offered/, id);
  assert.match(of('HSTS_time'), /730 days/);
});
