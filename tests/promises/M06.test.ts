// M06 A request (see, correct, delete, pass on) comes by dated, signed mail with proof of identity, to the declared role;
// an incomplete one is told what is missing; answered within 30 days.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { desk, detail } from '../support/requests.ts';
import { binary, changed_policy, start_server, type Server } from '../support/server.ts';
import type { Staff } from '../support/staff.ts';
import { until } from '../support/until.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let server: Server;
let staff: Staff;
let folder: string;
const day_ms = 86_400_000;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hartslag-m06-'));
  const policy = changed_policy(folder, (text) => text
    .replace(/within: 7 days/g, 'within: 30 days')
    .replace(/^ {2}identity: .*$/m, '  identity: [personal link and mailed code, redacted document]\n  needs: [date, signature, identity]'));
  server = await start_server({ policy });
  staff = await server.sign_up();
});
after(async () => {
  await server?.end();
  rmSync(folder, { recursive: true, force: true });
});

const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').toString('base64');

function send(from: string, subject: string, text: string, proof: boolean) {
  const mail = proof
    ? [`From: ${from}`, `Subject: ${subject}`, 'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=b', '', '--b', 'Content-Type: text/plain; charset=utf-8', '', text, '--b',
      'Content-Type: image/png', 'Content-Transfer-Encoding: base64', 'Content-Disposition: attachment; filename="kaart.png"', '', png, '--b--', '']
    : [`From: ${from}`, `Subject: ${subject}`, 'Content-Type: text/plain; charset=utf-8', '', text, ''];
  execFileSync(binary, ['request', 'receive', '--data', server.data], { input: mail.join('\r\n') });
}

test('M06 an incomplete one is told, by itself and in its own language, what is missing', async () => {
  const cases = [
    ['nl', 'An Peeters <an@kijker.example>', 'Wissen', 'Ik wil graag dat u mijn gegevens wist.', /datum.*handtekening.*bewijs/],
    ['fr', 'Léa Dubois <lea@kijker.example>', 'Mes données', 'Je vous prie de supprimer toutes mes données.\r\nBruxelles, le 22 novembre 2026\r\nLéa Dubois', /preuve de votre identité/],
    ['en', 'Tom Reed <tom@kijker.example>', 'My data', 'Please erase all the data that you have about me.\r\n22 November 2026', /signature.*proof/],
    ['de', 'Uwe Kurz <uwe@kijker.example>', 'Daten', 'Bitte löschen Sie alle meine Daten, ich möchte das nicht.\r\nUwe Kurz', /Datum.*Nachweis/],
  ] as const;
  for (const [language, from, subject, text, missing] of cases) {
    send(from, subject, text, false);
    const address = /<(.*)>/.exec(from)![1]!;
    const answer = await server.mail_to(address);
    assert.match(answer.text.replace(/\s+/g, ' '), missing, language);
    const row = (await until(language, async () => (await desk(staff)).find((one) => one.language == language)))!;
    assert.equal(row.right, 'erasure', language);
    const days = (Date.parse(row.due) - Date.parse(row.received)) / day_ms;
    assert.ok(days >= 30 && days < 35, `${days} days: thirty, and no working day later`);
    assert.equal(row.by, 'officer');
  }
  assert.doesNotMatch((await server.mail_to('lea@kijker.example')).text, /la date du jour|votre signature/, 'only what is missing');
});

test('M06 a complete one is acknowledged, and its proof waits for the officer', async () => {
  send('Mia Wouters <mia@kijker.example>', 'Inzage', 'Gent, 22-11-2026\r\n\r\nIk wil graag inzage in mijn gegevens.\r\n\r\nMia Wouters', true);
  const answer = await server.mail_to('mia@kijker.example');
  assert.match(answer.subject, /ontvangen/);
  const row = (await desk(staff)).find(({ right }) => right == 'access')!;
  const found = await detail(staff, row.request);
  assert.deepEqual(found.missing, []);
  assert.equal(found.proof, 'image/png');
  assert.equal(found.name, 'Mia Wouters');
  assert.match(found.message, /Ik wil graag inzage/);
});
