// N02 A generated cookie page lists every cookie and stored item: name, purpose, lifetime, who reads it.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Stage, kept_by } from '../support/browser.ts';
import { declared, languages, path_of, rows_of, shipped } from '../support/policy.ts';
import { make_certificate, start_server } from '../support/server.ts';

const lifetimes: Record<string, RegExp> = { '8 hours': /^8 /, '400 days': /^400 /, '6 months': /^6 /, 'until you clear it': /\p{L}/u, 'until the browser closes': /\p{L}/u };

for (const name of shipped) {
  test(`N02 the cookie page of ${name}: each item with name, purpose, place, kind, lifetime and reader`, async () => {
    const server = await start_server({ policy: path_of(name) });
    try {
      const { cookies, parties, recipients } = declared(name);
      for (const language of languages) {
        const { text } = (await server.page(`/privacy/cookies?lang=${language}`)).expect(200);
        const [header, ...rows] = rows_of(text);
        assert.equal(header!.length, 6);
        assert.deepEqual(rows.map(([item]) => item).sort(), Object.keys(cookies).sort());
        for (const [item, { says, lifetime, 'read-by': reader }] of Object.entries<any>(cookies)) {
          const row = rows.find(([called]) => called == item)!;
          assert.equal(row[1], says[language], item);
          assert.ok(row[2] && row[3]);
          assert.match(row[4]!, lifetimes[lifetime]!, item);
          const who = recipients?.[reader]?.name ?? parties[reader]?.name;
          assert.ok(who ? row[5]!.includes(who) : row[5], `${item}: ${row[5]}`);
        }
      }
    } finally {
      await server.end();
    }
  });
}

test('N02 what the program really leaves in a browser is on the page, and nothing is left by a public page', async () => {
  const server = await start_server();
  const stage = await Stage.open();
  try {
    const listed = rows_of((await server.page('/privacy/cookies?lang=nl')).text).slice(1).map(([item]) => item!);
    const page = await stage.page();
    for (const path of ['/', '/privacy', '/privacy/cookies', '/privacy/register']) {
      await page.goto(server.origin + path);
      await page.locator('#theme span', { hasText: 'Donker' }).click();
    }
    assert.deepEqual(await kept_by(page.context()), []);

    const [name, value] = (await server.sign_up()).cookie.split('=') as [string, string];
    await page.context().addCookies([{ name, value, url: server.origin }]);
    await page.goto(`${server.origin}/staff/`);
    await page.getByLabel('Taal').selectOption('fr');
    await page.getByLabel('Clair ou sombre').selectOption('dark');
    const kept = (await kept_by(page.context())).map((line) => line.split(' ')[1]!);
    for (const item of [name, 'hartslag-language', 'hartslag-theme']) assert.ok(kept.includes(item), `${item} among ${kept}`);
    assert.deepEqual(kept.filter((item) => !listed.includes(item)), []);
  } finally {
    await stage.close();
    await server.end();
  }
});

test('N02 over TLS the session has another name, which is listed too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hartslag-tls-'));
  const server = await start_server({ tls: make_certificate(folder) });
  try {
    const listed = rows_of((await server.page('/privacy/cookies?lang=nl')).text).map(([item]) => item!);
    const { cookie } = await server.sign_up();
    assert.ok(listed.includes(cookie.split('=')[0]!), cookie.split('=')[0]);
  } finally {
    await server.end();
    rmSync(folder, { recursive: true });
  }
});
