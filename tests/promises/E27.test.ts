// E27 The register of processing lists what is stored of whom and why; it is generated from the policy in force.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { declared, languages, path_of, policy_text, read_html, shipped } from '../support/policy.ts';
import { binary, start_server } from '../support/server.ts';
import { read_csv, read_xlsx } from '../support/table.ts';

const kinds = ['fields', 'facts', 'records', 'attributes', 'marks', 'logs'];
/** Every item of a datum: the labels of its fields, the words of all else. */
const items_of = (datum: any) => kinds.flatMap((kind) => (Array.isArray(datum[kind]) ? datum[kind] : Object.keys(datum[kind] ?? {})));

const command = (name: string, ...words: string[]) => {
  const { status, stdout, stderr } = spawnSync(binary, ['policy', 'register', path_of(name), ...words], { timeout: 60_000, maxBuffer: 64 << 20 });
  assert.equal(status, 0, stderr.toString());
  return stdout;
};

for (const name of shipped) {
  test(`E27 the register of ${name}: a row for all that is stored, with whom it concerns, why, and how long`, () => {
    const policy = declared(name);
    const data = Object.values<any>(policy.data);
    for (const language of languages) {
      const [header, ...rows] = read_csv(command(name, '--role', 'controller', '--lang', language, '--format', 'csv').toString());
      assert.equal(rows.length, data.flatMap(items_of).length);
      let at = 0;
      for (const datum of data) {
        for (const item of items_of(datum)) {
          const row = rows[at++]!;
          assert.equal(row.length, header!.length);
          assert.ok(row.every((cell) => cell !== ''), `${item}: ${row.join(' | ')}`);
          if (datum.fields) assert.equal(row[1], datum.fields[item].label[language]);
          for (const purpose of datum.for) {
            const says = policy.purposes[purpose].says[language].replace(/\.$/, '');
            assert.ok(row[6]!.includes(says), `${item} is for ${purpose}`);
          }
        }
      }
    }
  });

  test(`E27 the register of ${name} as page, workbook and for machines`, () => {
    const policy = declared(name);
    for (const role of ['controller', 'processor']) {
      const page = read_html(command(name, '--role', role, '--lang', 'nl', '--format', 'html').toString());
      for (const { says } of Object.values<any>(policy.purposes)) assert.ok(page.includes(says.nl), says.nl);
      const head = read_xlsx(command(name, '--role', role, '--lang', 'nl', '--format', 'xlsx'));
      assert.ok(head.flat().some((cell) => cell.includes(policy.parties.officer.contact)));
      const machine = JSON.parse(command(name, '--role', role, '--lang', 'en', '--format', 'json-ld').toString());
      assert.equal(machine['@context'].dpv, 'https://w3id.org/dpv#');
      const processes = machine['@graph'].filter((node: any) => node['@type'] == 'dpv:Process');
      assert.deepEqual(processes.map((node: any) => node['dpv:hasPurpose']['dct:identifier']), Object.keys(policy.purposes));
      for (const node of processes) {
        const wanted = Object.entries<any>(policy.data).filter(([, datum]) => datum.for.includes(node['dpv:hasPurpose']['dct:identifier'])).map(([datum]) => `#data-${datum}`);
        assert.deepEqual(node['dpv:hasPersonalData'].map((one: any) => one['@id']), wanted);
      }
    }
  });
}

test('E27 made anew from the policy in force: a field that is added is in it, with the next start', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hartslag-policy-'));
  const file = join(folder, 'policy.yaml');
  writeFileSync(file, policy_text('videoevent'));
  const server = await start_server({ policy: file });
  try {
    const shown = async () => read_html((await server.page('/privacy/register?lang=nl')).expect(200).text);
    const before = await shown();
    for (const field of ['Naam', 'E-mailadres', 'Accreditatienummer']) assert.ok(before.includes(`\n${field}\n`), field);
    assert.ok(!before.includes('Schoenmaat'));
    await server.stop();
    const shoe_size = '      shoe-size:\n        type: number?\n        label: { nl: Schoenmaat, fr: Pointure, en: Shoe size, de: Schuhgröße }\n';
    writeFileSync(file, readFileSync(file, 'utf8').replace('      accreditation-number:\n', (line) => shoe_size + line));
    await server.start();
    assert.ok((await shown()).includes('\nSchoenmaat\n'));
  } finally {
    await server.end();
    rmSync(folder, { recursive: true });
  }
});
