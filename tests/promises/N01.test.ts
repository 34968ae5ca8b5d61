// N01 The public notice states roles (controller, processor, officer), a glossary, each purpose with its legal basis,
// recipients, retention, rights, the privacy contact, the supervisory authority with a link to its complaint page, the
// version, and date and time of the last change. It is generated from the policy in force.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { declared, entries_of, languages, path_of, policy_text, read_html, section, shipped, rows_of } from '../support/policy.ts';
import { start_server, type Server } from '../support/server.ts';

const articles = { consent: 'a', contract: 'b', 'legal-obligation': 'c', 'vital-interest': 'd', 'public-task': 'e', 'legitimate-interest': 'f' };
const authorities = { 'be-gba': 'gegevensbeschermingsautoriteit.be', 'nl-ap': 'autoriteitpersoonsgegevens.nl' };
/** A term as the policy writes it, as Dutch says it: "14 days" is "14 dagen". */
const dutch = (span: string) => span.replace(/^(\d+) (hour|day|week|month|year)s?$/, (_, count: string, unit: string) => {
  const [one, more] = { hour: ['uur', 'uur'], day: ['dag', 'dagen'], week: ['week', 'weken'], month: ['maand', 'maanden'], year: ['jaar', 'jaar'] }[unit]!;
  return `${count} ${count == '1' ? one : more}`;
});

for (const name of shipped) {
  test(`N01 the notice of ${name}`, async (group) => {
    const policy = declared(name);
    const server = await start_server({ policy: path_of(name) });
    try {
      const pages = new Map(await Promise.all(languages.map(async (language) => {
        const answer = (await server.page(`/privacy?lang=${language}`)).expect(200);
        assert.match(answer.header('content-type'), /^text\/html/);
        return [language, answer.text] as const;
      })));
      await group.test('N01 roles and contact', () => {
        for (const html of pages.values()) {
          const who = read_html(section(html, 'who'));
          for (const role of ['controller', 'processor', 'officer']) {
            const party = policy.parties[role];
            if (!party || party.role == 'organiser') continue;
            assert.ok(who.includes(party.name), `${role} ${party.name}`);
            assert.ok(who.includes(party.contact), `${role} ${party.contact}`);
          }
          assert.ok(section(html, 'who').includes(`href="mailto:${policy.parties['privacy-contact']}"`));
          const reports = policy.parties['report-contact'];
          assert.ok(!reports || section(html, 'who').includes(`href="mailto:${reports}"`));
        }
        const dutch_roles = read_html(section(pages.get('nl')!, 'who'));
        assert.match(dutch_roles, /Verwerkingsverantwoordelijke/);
        assert.equal(/\nVerwerker\n/.test(dutch_roles), policy.parties.processor !== undefined);
        assert.match(dutch_roles, /Functionaris voor gegevensbescherming/);
      });
      await group.test('N01 a glossary', () => {
        for (const [language, html] of pages) {
          const words = entries_of(section(html, 'words'));
          assert.ok(words.length >= 7, 'explains the usual words too');
          for (const { word, means } of Object.values<any>(policy.glossary)) {
            assert.ok(words.some((entry) => entry.word == word[language] && entry.text.includes(means[language])), word[language]);
          }
        }
      });
      await group.test('N01 each purpose with its ground and article', () => {
        for (const [language, html] of pages) {
          const entries = entries_of(section(html, 'purposes'));
          assert.equal(entries.length, Object.keys(policy.purposes).length);
          for (const { basis, says } of Object.values<any>(policy.purposes)) {
            const entry = entries.find(({ word }) => word == says[language]);
            assert.ok(entry, says[language]);
            const letter = articles[basis as keyof typeof articles];
            const article = { nl: `artikel 6, lid 1, ${letter}`, fr: `article 6, paragraphe 1, ${letter}`, en: `Article 6(1)(${letter})`, de: `Artikel 6 Absatz 1 Buchstabe ${letter}` };
            assert.ok(entry.text.includes(article[language]), `${says[language]}: ${entry.text}`);
          }
        }
      });
      await group.test('N01 recipients', () => {
        for (const [language, html] of pages) {
          const rows = rows_of(section(html, 'recipients'));
          for (const { name: called, does } of Object.values<any>(policy.recipients)) {
            assert.ok(rows.some((row) => row[0] == called && row.join().includes(does[language])), called);
          }
        }
      });
      await group.test('N01 how long each datum is kept, in words', () => {
        const html = pages.get('nl')!;
        for (const [datum, { keep }] of Object.entries<any>(policy.data)) {
          const text = read_html(section(html, `data-${datum}`));
          const [span] = keep.split(' after ');
          assert.ok(text.includes(keep.startsWith('while') ? 'Tot het einde van' : `${dutch(span)} na `), `${datum}: ${keep}: ${text}`);
          assert.match(text, /Daarna (wordt het gewist|blijft alleen over)/);
        }
      });
      await group.test('N01 rights with their deadlines', () => {
        const rows = rows_of(section(pages.get('nl')!, 'rights')).slice(1);
        const kinds = Object.entries<any>(policy.rights).filter(([right]) => right != 'identity' && right != 'needs');
        assert.equal(rows.length, kinds.length);
        kinds.forEach(([right, { within }], i) => {
          const wanted = within == 'law' ? 'binnen 1 maand' : within == 'without delay' ? 'meteen' : `binnen ${dutch(within)}`;
          assert.equal(rows[i]![1], wanted, right);
        });
      });
      await group.test('N01 the authority, with a link to its page for complaints', () => {
        for (const html of pages.values()) {
          const [, link] = /<a href="(https:[^"]+)"/.exec(section(html, 'complaint'))!;
          assert.ok(new URL(link!).hostname.endsWith(authorities[policy.parties.authority as keyof typeof authorities]), link);
        }
      });
      await group.test('N01 every public page leads to it', async () => {
        for (const path of ['/', '/privacy/cookies', '/privacy/register', '/nothing-here']) {
          const { text } = await server.page(path, 'nl');
          assert.match(text, /<footer[\s\S]*href="\/privacy\?lang=nl"[\s\S]*href="\/privacy\/cookies\?lang=nl"/, path);
        }
      });
    } finally {
      await server.end();
    }
  });
}

let server: Server;
let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'hartslag-policy-'));
});
after(async () => {
  await server?.end();
  rmSync(folder, { recursive: true });
});

test('N01 the version, date and time of the last change, made anew from the policy in force', async () => {
  const file = join(folder, 'policy.yaml');
  writeFileSync(file, policy_text('videoevent'));
  server = await start_server({ policy: file });
  const shown = async () => {
    const text = read_html((await server.page('/privacy?lang=nl')).expect(200).text);
    const [, version] = /Versie (\d{4}-\d\d-\d\d-[0-9a-f]{12}), van kracht sinds (\w+ \d+ \w+ \d{4})/.exec(text)!;
    const [, at] = /Laatst gewijzigd op (\w+ \d+ \w+ \d{4} om \d\d:\d\d \(CES?T\))/.exec(text)!;
    return { text, version, at };
  };
  const spoken = (ms: number) => {
    const parts = Object.fromEntries(new Intl.DateTimeFormat('nl', {
      timeZone: 'Europe/Brussels', weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit',
    }).formatToParts(ms).map(({ type, value }) => [type, value]));
    return `${parts['weekday']} ${parts['day']} ${parts['month']} ${parts['year']} om ${parts['hour']}:${parts['minute']}`;
  };
  const began = server.clock.now();
  const first = await shown();
  assert.ok([began, began - 60_000].some((ms) => first.at!.startsWith(spoken(ms))), first.at);

  await server.stop();
  const hours_ms = 26 * 3_600_000;
  server.clock.step(hours_ms);
  await server.start();
  const same = await shown();
  assert.deepEqual([same.version, same.at], [first.version, first.at], 'nothing changed but the time');

  await server.stop();
  const reworded = policy_text('videoevent').replace('nl: Om u binnen te laten en u', 'nl: Om u te laten <kijken> & u');
  writeFileSync(file, reworded.replaceAll('keep: 14 days after event end', 'keep: 10 days after event end'));
  const changed_at = server.clock.now();
  await server.start();
  const changed = await shown();
  assert.notEqual(changed.version, first.version);
  assert.ok([changed_at, changed_at + 60_000].some((ms) => changed.at!.startsWith(spoken(ms))), `${changed.at} ${spoken(changed_at)}`);
  assert.ok(changed.text.includes('Om u te laten <kijken> & u uw persoonlijke link te sturen, en om u'));
  assert.ok(!changed.text.includes('Om u binnen te laten'));
  const what = read_html(section((await server.page('/privacy?lang=nl')).text, 'changes'));
  assert.ok(what.includes(first.version!), 'names the version before');
  assert.match(what, /10 dagen/, 'tells what changed');
});
