// M05 Three classes of data are told apart with their rights: pseudonymous (a visitor may know existence, purposes,
// categories, recipients), self-managed (edit and delete yourself), held by the organisation (by request).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { declared, entries_of, languages, path_of, read_html, section } from '../support/policy.ts';
import { start_server, type Server } from '../support/server.ts';

const policy = declared('festival');
let server: Server;
const pages = new Map<string, string>();

before(async () => {
  server = await start_server({ policy: path_of('festival') });
  for (const language of languages) pages.set(language, (await server.page(`/privacy?lang=${language}`)).expect(200).text);
});
after(() => server?.end());

const classes = ['pseudonymous', 'self-managed', 'held'];
/** What a person may do with each class, in Dutch: the words that no wording of it can do without. */
const rights = [[/bestaan/, /waarvoor/, /soort/, /wie ze krijgt/], [/zelf/, /verbetert/, /wist/], [/vraagt/, /zien/, /verbeteren/, /wissen/]];

test('M05 the notice tells the three classes apart, each with its rights', () => {
  const entries = entries_of(section(pages.get('nl')!, 'classes'));
  assert.equal(entries.length, 3);
  rights.forEach((words, i) => words.forEach((word) => assert.match(entries[i]!.text, word)));
});

test('M05 each datum stands under its own class and no other', () => {
  for (const [language, html] of pages) {
    const part = section(html, 'classes');
    const groups = [...part.matchAll(/<dt>.*?<\/div>/gs)].map(([group]) => [...group.matchAll(/href="#data-([^"]+)"/g)].map(([, datum]) => datum!));
    for (const [i, one] of classes.entries()) {
      const wanted = Object.entries<any>(policy.data).filter(([, datum]) => datum.class == one).map(([datum]) => datum);
      assert.ok(wanted.length > 0, `festival has data of class ${one}`);
      assert.deepEqual(groups[i], wanted, `${language}: ${one}`);
    }
  }
});

test('M05 of pseudonymous data anybody learns existence, purposes, categories and recipients without asking', () => {
  for (const [language, html] of pages) {
    for (const [name, datum] of Object.entries<any>(policy.data)) {
      if (datum.class != 'pseudonymous') continue;
      const text = read_html(section(html, `data-${name}`));
      for (const purpose of datum.for) assert.ok(text.includes(policy.purposes[purpose].says[language].replace(/\.$/, '')), `${name}: ${purpose}`);
      const recipients = read_html(section(html, 'recipients'));
      for (const recipient of Object.values<any>(policy.recipients)) {
        if (recipient.gets.includes(name)) assert.ok(recipients.includes(recipient.name));
      }
    }
    assert.ok(read_html(section(html, 'rights')).includes(policy.rights.existence.says[language]));
  }
});
