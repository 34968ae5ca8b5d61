// N04 Every place where data is stored and every processor is named with country, function and its own policy; a transfer
// outside the EEA carries its ground; a destination that is not declared is refused.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { declared, languages, path_of, policy_text, rows_of, section, shipped } from '../support/policy.ts';
import { binary, start_server } from '../support/server.ts';

const countries: Record<string, [string, string, string, string]> = {
  BE: ['België', 'Belgique', 'Belgium', 'Belgien'],
  NL: ['Nederland', 'Pays-Bas', 'Netherlands', 'Niederlande'],
  GB: ['Verenigd Koninkrijk', 'Royaume-Uni', 'United Kingdom', 'Vereinigtes Königreich'],
};
const outside = ['buiten de Europese Economische Ruimte', 'hors de l’Espace économique européen', 'outside the European Economic Area', 'außerhalb des Europäischen Wirtschaftsraums'];
const articles: Record<string, string> = { adequacy: '45', 'standard-clauses': '46', 'binding-rules': '47', consent: '49', contract: '49' };

for (const name of shipped) {
  test(`N04 where the data of ${name} lie and who gets them`, async () => {
    const policy = declared(name);
    const server = await start_server({ policy: path_of(name) });
    try {
      for (const [i, language] of languages.entries()) {
        const html = (await server.page(`/privacy?lang=${language}`)).expect(200).text;
        const part = section(html, 'recipients');
        const rows = rows_of(part);
        assert.equal(rows.length - 1, Object.keys(policy.recipients).length);
        for (const recipient of Object.values<any>(policy.recipients)) {
          const row = rows.find(([called]) => called == recipient.name)!.join(' | ');
          assert.ok(row.includes(countries[recipient.country]![i]!), row);
          assert.ok(row.includes(recipient.does[language]), row);
          assert.ok(part.includes(`href="${recipient.policy}"`), recipient.policy);
          assert.equal(row.includes(outside[i]!), recipient.transfer !== undefined, row);
          if (recipient.transfer) assert.match(row, new RegExp(`rti(kel|cle) ${articles[recipient.transfer]}`, 'i'));
        }
        const places = rows_of(section(html, 'places')).slice(1);
        assert.equal(places.length, Object.keys(policy.places).length);
        for (const place of Object.values<any>(policy.places)) {
          const row = places.find(([says]) => says == place.says[language])!;
          assert.ok(row, place.says[language]);
          assert.ok(row[1]!.includes(countries[place.country]![i]!), row.join(' | '));
          const by = policy.recipients[place.by]?.name ?? policy.parties[place.by].name;
          assert.ok(row[2]!.includes(by), row.join(' | '));
        }
      }
    } finally {
      await server.end();
    }
  });
}

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'hartslag-policy-'));
});
after(() => rmSync(folder, { recursive: true }));

/** What the program says to a policy with something put in another's place: the check, and whether it serves by it. */
function refusal(name: string, from: string, to: string) {
  const text = policy_text(name);
  assert.ok(text.includes(from), `${name} has no ${from}`);
  const file = join(folder, 'policy.yaml');
  writeFileSync(file, text.replace(from, to));
  const checked = spawnSync(binary, ['policy', 'check', file], { encoding: 'utf8', timeout: 60_000 });
  const key = join(folder, 'key');
  rmSync(key, { force: true });
  spawnSync(binary, ['key', 'create', key]);
  const data = join(folder, 'data');
  rmSync(data, { recursive: true, force: true });
  const served = spawnSync(binary, ['routes', '--data', data, '--policy', file, '--master-key', key], { encoding: 'utf8', timeout: 60_000 });
  assert.notEqual(served.status, 0, 'the program works under a policy that is refused');
  return { status: checked.status, said: checked.stdout };
}

test('N04 a transfer outside the EEA without its ground is refused', () => {
  const { status, said } = refusal('calls', '    transfer: adequacy\n', '');
  assert.equal(status, 1);
  assert.match(said, /^\S+:\d+:\d+: .*(GB|helpdesk|transfer)/m);
});

test('N04 a recipient in a country outside the EEA cannot be named as if it were inside', () => {
  const { status } = refusal('videoevent', '    name: Postduif BV\n    country: NL\n', '    name: Postduif BV\n    country: US\n');
  assert.equal(status, 1);
});

test('N04 a place that nobody who is declared runs is refused', () => {
  const { status, said } = refusal('videoevent', '    by: hosting\n', '    by: elsewhere\n');
  assert.equal(status, 1);
  assert.match(said, /elsewhere/);
});

test('N04 a datum that lies in no declared place is refused', () => {
  const { status, said } = refusal('videoevent', '    holds: [visit, heartbeat, server-log]\n', '    holds: [visit, server-log]\n');
  assert.equal(status, 1);
  assert.match(said, /heartbeat/);
});
