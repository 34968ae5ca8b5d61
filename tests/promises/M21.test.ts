// M21 A processor is activated only with its policy, a recorded assessment and a signed agreement.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { languages, policy_text, read_html, read_policy, section, shipped } from '../support/policy.ts';

import { Requester } from '../support/requests.ts';
import { binary, free_port, start_server, type Server } from '../support/server.ts';
import { MailServer } from '../support/smtp.ts';
import { until } from '../support/until.ts';

let folder: string;
before(() => (folder = mkdtempSync(join(tmpdir(), 'hartslag-m21-'))));
after(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string) => {
  const path = join(folder, `${name}.yaml`);
  writeFileSync(path, text);
  return path;
};
const check = (text: string) => spawnSync(binary, ['policy', 'check', write('checked', text)], { encoding: 'utf8', timeout: 60_000 });

/** The text of one recipient, as it stands in the file. */
function part_of(text: string, recipient: string): string {
  const from = text.indexOf(`\n  ${recipient}:\n`, text.indexOf('\nrecipients:\n'));
  const end = text.slice(from + 1).search(/\n(?: {2}\S|\S|\n)/);
  return text.slice(from, from + 1 + end);
}
const with_part = (text: string, recipient: string, change: (part: string) => string) => {
  const part = part_of(text, recipient);
  return text.replace(part, change(part));
};
const without = (key: string) => (part: string) => part.replace(new RegExp(`\n    ${key}: .*`), '');

for (const name of shipped) {
  test(`M21 ${name}: no processor gets anything without its policy, assessment and agreement`, () => {
    const text = policy_text(name);
    const recipients = Object.entries<any>(read_policy(text).recipients).filter(([, one]) => one.role == 'processor' && one.gets.length > 0);
    // Some have nobody but themselves.
    assert.equal(recipients.length > 0, name != 'tours');
    for (const [recipient] of recipients) {
      for (const key of ['policy', 'agreement']) {
        const { status, stdout } = check(with_part(text, recipient, without(key)));
        assert.equal(status, 1, `${recipient} without ${key}`);
        assert.match(stdout, new RegExp(`${recipient}[^]*${key}`));
      }
      const late = check(with_part(text, recipient, (part) => part.replace(/\n    agreement: .*/, '\n    agreement: 2099-01-01')));
      assert.match(late.stdout, /before 'agreement'/);
      // Without an assessment it is a recipient to be: the policy says so, and the check tells.
      const unassessed = check(with_part(text, recipient, without('assessed')));
      assert.match(unassessed.stdout, new RegExp(`nothing goes to '${recipient}' until its assessment`));
    }
  });
}

const with_host = (part: string) => part.replace(/\n    hosts: .*/, '') + '\n    hosts: [localhost]';
/** Declared, and not yet active. */
const to_be = (part: string) => without('agreement')(without('assessed')(with_host(part))).replace(/gets: .*/, 'gets: []');

async function serve(policy: string, mail: MailServer): Promise<Server> {
  return start_server({ policy, smtp: `smtp+plain://localhost:${mail.port}` });
}

test('M21 mail waits while whoever carries it is not active, says so everywhere, and goes once it is', async () => {
  const mail = await MailServer.start();
  const server = await serve(write('waiting', with_part(policy_text('videoevent'), 'mail-delivery', to_be)), mail);
  try {
    const staff = await server.sign_up();
    const event = await staff.create_event({ event: 'webinar' });
    assert.equal((await server.register(event, { name: 'Ana Peeters', email: 'ana@kijker.example' })).status, 303);
    await until('the mail to be tried', () => /outbox\.postponed[^\n]*not let this datum go/.test(server.log));
    for (const language of languages) {
      const notice = (await server.page(`/privacy?lang=${language}`)).expect(200).text;
      assert.match(read_html(section(notice, 'recipients')), /Postduif BV/);
    }
    const row = async () => (await staff.get('/api/v1/promises')).expect(200).json<any>().groups.flatMap(({ promises }: any) => promises).find(({ id }: any) => id == 'M21');
    assert.equal((await row()).state, 'attention');
    assert.match((await row()).evidence.join(' '), /Nothing goes to Postduif BV[^]*Mails wait/);
    server.clock.pass(30 * 60_000);
    await server.settle();
    assert.deepEqual(mail.mails, []);

    server.options.policy = write('active', with_part(policy_text('videoevent'), 'mail-delivery', with_host));
    await server.restart();
    server.clock.pass(60 * 60_000);
    const got = await mail.mail_to('ana@kijker.example');
    assert.ok(got.links.some((link) => link.includes('/watch/')), 'the personal link');
    assert.equal((await row()).state, 'kept');
    assert.match((await row()).evidence.join(' '), /Mails go by Postduif BV/);
  } finally {
    await server.end();
    await mail.close();
  }
});

test('M21 what it may not get it does not get: an address that the policy leaves out of its part waits', async () => {
  const mail = await MailServer.start();
  const only_requests = (part: string) => with_host(part).replace('gets: [contact, request]', 'gets: [request]');
  const server = await serve(write('part', with_part(policy_text('videoevent'), 'mail-delivery', only_requests)), mail);
  try {
    const staff = await server.sign_up();
    const event = await staff.create_event({ event: 'webinar' });
    await server.register(event, { name: 'Ana Peeters', email: 'ana@kijker.example' });
    await new Requester(server, 'bo@kijker.example').ask('access');
    await mail.mail_to('bo@kijker.example');
    assert.ok(!mail.mails.some(({ to }) => to == 'ana@kijker.example'));
  } finally {
    await server.end();
    await mail.close();
  }
});

test('M21 a mail server that the policy does not name is refused before anything starts', async () => {
  const key = join(folder, 'master.key');
  execFileSync(binary, ['key', 'create', key]);
  const at = async () => `127.0.0.1:${await free_port()}`;
  const words = ['serve', '--data', join(folder, 'data'), '--master-key', key, '--listen', await at(), '--listen-local', await at(), '--smtp', 'smtp://smtp.elders.example'];
  const { status, stderr, stdout } = spawnSync(binary, [...words, '--policy', write('unnamed', policy_text('videoevent'))], { encoding: 'utf8', timeout: 60_000 });
  assert.notEqual(status, 0);
  assert.match(stderr + stdout, /smtp\.elders\.example.*hosts/);
  const twice = check(with_part(policy_text('videoevent'), 'hosting', (part) => `${part}\n    hosts: [smtp.postduif.example]`));
  assert.match(twice.stdout, /smtp\.postduif\.example' is named twice/);
});
