// C08 No decision with considerable effect is taken automatically. Where the program scores people, a person confirms.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Viewer, pass_together } from '../support/audience.ts';
import { declared, languages, path_of, policy_text, shipped } from '../support/policy.ts';
import { Requester, decide, detail, latest } from '../support/requests.ts';
import { day_ms } from '../support/retention.ts';
import { binary, start_server, type Server } from '../support/server.ts';
import type { Staff } from '../support/staff.ts';
import { read_csv, read_xlsx } from '../support/table.ts';

let server: Server;
let staff: Staff;
let folder: string;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hartslag-c08-'));
  server = await start_server();
  staff = await server.sign_up();
});
after(async () => {
  await server?.end();
  rmSync(folder, { recursive: true, force: true });
});

const check = (text: string) => {
  const file = join(folder, 'policy.yaml');
  writeFileSync(file, text);
  return spawnSync(binary, ['policy', 'check', file], { encoding: 'utf8', timeout: 60_000 });
};

test('C08 whoever watched everything has a score, and nothing that follows from it until a person says so', async () => {
  const event = await staff.create_event({ event: 'bijscholing' });
  const all = await new Viewer(server, event, 'Ana Peeters').register();
  const none = await new Viewer(server, event, 'Bo Claes').register();
  await all.open(true);
  await none.open(false);
  await pass_together(server, 110 * 60_000, [[all, 7]]);
  await all.leave();
  server.clock.pass_to(Date.parse(event.ends) + 60_000);
  const [columns, ...rows] = read_csv((await staff.viewers(event, 'csv')).text);
  const share = Number(rows.find(([name]) => name == 'Ana Peeters')![columns!.indexOf('share')]);
  assert.ok(share > 0.7, 'the program counts');
  for (const row of rows) assert.equal(row[columns!.indexOf('accredited')], 'false', row[0]);
  for (const row of (await staff.viewers(event, 'json')).json<{ accredited: boolean }[]>()) assert.equal(row.accredited, false);
  const [sheet_columns, ...sheet] = read_xlsx((await staff.viewers(event, 'xlsx')).bytes);
  const at = sheet_columns!.findIndex((cell) => cell.startsWith('accredited'));
  for (const row of sheet) assert.match(row[at] ?? '', /^(false|FALSE|0|)$/);
  assert.equal((await staff.report(event)).accredited, 0);
  const mails = server.mails().filter(({ to }) => to == all.email);
  assert.ok(mails.every(({ subject }) => !/attest|accredit|certifi/i.test(subject)), 'nobody is told of a decision that nobody took');
});

test('C08 a request is decided by a person, however long it takes', async () => {
  const event = await staff.create_event({ event: 'avond' });
  for (const right of ['access', 'erasure', 'restriction', 'objection']) {
    const email = `${right}@kijker.example`;
    await server.register_and_read(event, { name: 'Ana Peeters', email });
    await (await new Requester(server, email).ask(right)).show_who();
    const row = await latest(staff);
    server.clock.pass(60_000);
    const before = await detail(staff, row.request);
    assert.deepEqual([before.state, before.granted], ['identified', null], right);
  }
  server.clock.pass(8 * day_ms);
  const rows = (await staff.get('/api/v1/requests')).expect(200).json<{ request: string; state: string; granted: boolean | null; stage: string }[]>();
  assert.equal(rows.length, 4);
  for (const row of rows) assert.deepEqual([row.state, row.granted, row.stage], ['identified', null, 'overdue']);
  assert.ok((await staff.people(event)).people.length == 4, 'nobody was erased by the clock');
  (await decide(staff, rows[0]!.request, { grant: false, reasons: 'Een mens heeft dit bekeken.' })).expect(200);
  assert.equal((await detail(staff, rows[0]!.request)).granted, false);
});

test('C08 a policy that lets a rule decide is refused', () => {
  for (const name of shipped) {
    const text = policy_text(name);
    const at = text.indexOf('\ndecisions:');
    for (const entry of Object.keys(declared(name).decisions ?? {})) {
      const begin = text.indexOf(`\n  ${entry}:`, at);
      const line = text.indexOf('    confirmed-by: person\n', begin);
      assert.ok(begin > 0 && line > begin, `${name}: ${entry}`);
      const cut = text.slice(0, line) + text.slice(line + '    confirmed-by: person\n'.length);
      const without = check(cut);
      assert.equal(without.status, 1);
      assert.match(without.stdout, /confirmed-by: person/);
      const by_rule = check(text.slice(0, line) + text.slice(line).replace('confirmed-by: person', 'confirmed-by: program'));
      assert.equal(by_rule.status, 1);
    }
  }
});

test('C08 everybody can read which rules there are, how they count, and that a person confirms', async () => {
  const confirmed = { nl: 'Een mens bevestigt', fr: 'Une personne confirme', en: 'A person confirms', de: 'Ein Mensch bestätigt' };
  for (const name of ['videoevent', 'bureau'] as const) {
    const house = name == 'videoevent' ? server : await start_server({ policy: path_of(name) });
    try {
      for (const language of languages) {
        const { text } = (await house.page(`/privacy?lang=${language}`)).expect(200);
        for (const { says, logic } of Object.values<any>(declared(name).decisions)) {
          assert.ok(text.includes(says[language].replaceAll("'", '&#39;')) || text.includes(says[language]));
          assert.ok(text.includes(logic[language].replaceAll("'", '&#39;')) || text.includes(logic[language]));
        }
        assert.ok(text.includes(confirmed[language]));
      }
    } finally {
      if (house != server) await house.end();
    }
  }
});
