// N05 The notice lists the systems that process data, where they run, and what is decided automatically.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { declared, entries_of, languages, path_of, policy_text, read_html, rows_of, section, shipped } from '../support/policy.ts';
import { binary, start_server } from '../support/server.ts';

const confirmed = { nl: 'Een mens bevestigt', fr: 'Une personne confirme', en: 'A person confirms', de: 'Ein Mensch bestätigt' };

for (const name of shipped) {
  test(`N05 systems and automatic decisions of ${name}`, async () => {
    const policy = declared(name);
    const server = await start_server({ policy: path_of(name) });
    try {
      for (const language of languages) {
        const html = (await server.page(`/privacy?lang=${language}`)).expect(200).text;
        const rows = rows_of(section(html, 'systems')).slice(1);
        assert.equal(rows.length, Object.keys(policy.systems).length);
        for (const { says, place } of Object.values<any>(policy.systems)) {
          const row = rows.find(([what]) => what == says[language]);
          assert.ok(row, says[language]);
          assert.ok(row[1]!.includes(policy.places[place].says[language]), row.join(' | '));
        }
        const part = section(html, 'decisions');
        const decisions = Object.values<any>(policy.decisions ?? {});
        const entries = entries_of(part);
        assert.equal(entries.length, decisions.length);
        if (decisions.length == 0) assert.match(read_html(part), /\p{L}{4}/u, 'says that there is nothing');
        for (const { says, logic } of decisions) {
          const entry = entries.find(({ word }) => word == says[language]);
          assert.ok(entry, says[language]);
          assert.ok(entry.text.includes(logic[language]));
          assert.ok(entry.text.includes(confirmed[language]), 'says who confirms it');
        }
      }
    } finally {
      await server.end();
    }
  });
}

test('N05 a decision that nobody confirms cannot be declared', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hartslag-policy-'));
  try {
    const file = join(folder, 'policy.yaml');
    const text = policy_text('bureau');
    const at = text.indexOf('\ndecisions:');
    const without = text.slice(0, at) + text.slice(at).replace('    confirmed-by: person\n', '');
    assert.notEqual(without, text);
    writeFileSync(file, without);
    const { status, stdout } = spawnSync(binary, ['policy', 'check', file], { encoding: 'utf8', timeout: 60_000 });
    assert.equal(status, 1);
    assert.match(stdout, /confirmed-by/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
