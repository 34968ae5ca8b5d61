// M09 Sensitive categories (health, race, belief, politics, sexuality) are never collected; a form that asks for them is
// refused.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { languages, policy_text, shipped } from '../support/policy.ts';
import { binary, start_server } from '../support/server.ts';

let folder: string;
let file: string;

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'hartslag-m09-'));
  file = join(folder, 'policy.yaml');
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** How a form would ask, in each language. */
const asked: Record<string, Record<(typeof languages)[number], string>> = {
  health: { nl: 'Allergieën', fr: 'Allergies', en: 'Medical condition', de: 'Krankheiten' },
  race: { nl: 'Etnische afkomst', fr: 'Origine ethnique', en: 'Ethnic origin', de: 'Ethnische Herkunft' },
  belief: { nl: 'Geloof', fr: 'Religion', en: 'Religion', de: 'Religion' },
  politics: { nl: 'Politieke voorkeur', fr: 'Opinions politiques', en: 'Political views', de: 'Politische Meinung' },
  sexuality: { nl: 'Seksuele geaardheid', fr: 'Orientation sexuelle', en: 'Sexual orientation', de: 'Sexuelle Orientierung' },
};
const innocent = { nl: 'Lievelingskleur', fr: 'Couleur préférée', en: 'Favourite colour', de: 'Lieblingsfarbe' };

/** The policy with one more field, in the first datum that has any. */
const with_field = (text: string, label: Record<string, string>, name = 'more-about-you', choices = '') => {
  const words = languages.map((language) => `${language}: ${label[language]}`).join(', ');
  return text.replace('    fields:\n', `    fields:\n      ${name}:\n        type: ${choices ? 'choice?' : 'text?'}\n        label: { ${words} }\n        category: other\n${choices}`);
};
const check = (text: string) => {
  writeFileSync(file, text);
  return spawnSync(binary, ['policy', 'check', file], { encoding: 'utf8', timeout: 60_000 });
};

for (const name of shipped) {
  test(`M09 ${name} refuses a form that asks for any of them, in any language`, () => {
    const text = policy_text(name);
    assert.equal(check(with_field(text, innocent)).status, 0, 'a field alone is no fault');
    for (const [category, labels] of Object.entries(asked)) {
      for (const language of languages) {
        const { status, stdout } = check(with_field(text, { ...innocent, [language]: labels[language] }));
        assert.equal(status, 1, `${category} in ${language}: ${labels[language]}`);
        assert.match(stdout, new RegExp(`sensitive data \\(${category}\\)`), labels[language]);
      }
    }
  });
}

test('M09 neither by the field\'s name, nor by what can be chosen', () => {
  const text = policy_text('festival');
  assert.match(check(with_field(text, innocent, 'religion')).stdout, /sensitive data \(belief\)/);
  const choice = (label: string) => `          ${label}: { nl: ${label}, fr: ${label}, en: ${label}, de: ${label} }\n`;
  const choices = (...labels: string[]) => `        choices:\n${labels.map(choice).join('')}`;
  assert.equal(check(with_field(text, innocent, 'hue', choices('red', 'blue'))).status, 0);
  assert.match(check(with_field(text, innocent, 'hue', choices('muslim', 'other'))).stdout, /sensitive data \(belief\)/);
});

test('M09 a policy that says nothing of it refuses all of them; one that allows it needs consent', () => {
  const silent = policy_text('calls').replace(/^refuses: .*\n/m, '');
  assert.match(check(with_field(silent, asked['health']!)).stdout, /sensitive data \(health\)/);
  const allowing = policy_text('calls').replace(/^refuses: \[health, /m, 'refuses: [');
  const { status, stdout } = check(with_field(allowing, asked['health']!));
  assert.equal(status, 1, 'by contract nobody asks for health');
  assert.match(stdout, /consent/);
});

test('M09 the program does not run on such a policy, and an event cannot ask for what is not declared', async () => {
  writeFileSync(file, with_field(policy_text('videoevent'), asked['politics']!));
  const key = join(folder, 'master.key');
  execFileSync(binary, ['key', 'create', key]);
  const refused = spawnSync(binary, ['serve', '--data', join(folder, 'data'), '--policy', file, '--master-key', key, '--listen', '127.0.0.1:0'], { encoding: 'utf8', timeout: 60_000 });
  assert.notEqual(refused.status, 0);
  assert.match(refused.stderr + refused.stdout, /sensitive data \(politics\)/);

  const server = await start_server();
  try {
    const staff = await server.sign_up();
    const draft = await staff.draft_event({ event: 'debat' });
    for (const fields of [['name', 'email', 'religion'], ['name', 'email', 'Geloof']])
      (await staff.patch(`/api/v1/events/${draft.event}`, { fields })).expect(400);
    const event = await staff.open(draft);
    await server.register(event, { name: 'Ana Peeters', email: 'ana@kijker.example', religion: 'kanarie', health: 'kanarie' });
    assert.deepEqual(Object.keys((await staff.person(event, 'ana@kijker.example')).fields).sort(), ['email', 'name']);
  } finally {
    await server.end();
  }
});
