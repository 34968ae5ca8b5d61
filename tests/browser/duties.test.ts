// Somebody comes to work for a time: reads and signs what comes first in a browser, is trained, and gets on; their colleague sees
// what is still open and records the training.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Stage, keep_codes, looks_right, set_up_authenticator, type Page } from '../support/browser.ts';
import { invitation_to } from '../support/members.ts';
import { path_of } from '../support/policy.ts';
import { start_server, type Server } from '../support/server.ts';
import { until } from '../support/until.ts';

const tess = { name: 'Tess Tijdelijk', email: 'tess@kompas.example', password: 'nog een lang wachtwoord' };
let server: Server;
let stage: Stage;
let noor: Page;
let theirs: Page;

const in_days = (days: number) => new Date(server.clock.now() + days * 24 * 3_600_000).toISOString().slice(0, 10);

before(async () => {
  server = await start_server({ policy: path_of('bureau'), organisation: 'Kompas Marketing' });
  const staff = await server.sign_up();
  stage = await Stage.open();
  noor = await stage.page();
  const [name, value] = staff.cookie.split('=') as [string, string];
  await noor.context().addCookies([{ name, value, url: server.origin }]);
});
after(async () => {
  await stage?.close();
  await server?.end();
});

test('somebody is invited until a day', async () => {
  await noor.goto(`${server.origin}/staff/members`);
  await noor.getByRole('button', { name: 'Iemand uitnodigen' }).click();
  const dialog = noor.getByRole('dialog', { name: 'Iemand uitnodigen' });
  await dialog.getByLabel('E-mailadres').fill(tess.email);
  await dialog.getByRole('radio', { name: 'Analist' }).check();
  await dialog.getByLabel('Lid tot en met').fill(in_days(-10));
  await dialog.getByRole('button', { name: 'Uitnodiging sturen' }).click();
  await dialog.getByText('Kies een dag die nog niet voorbij is.').first().waitFor();
  await looks_right(noor, 'invite-until');
  await dialog.getByLabel('Lid tot en met').fill(in_days(20));
  await dialog.getByRole('button', { name: 'Uitnodiging sturen' }).click();
  await noor.getByText(/Lid tot en met/).waitFor();
});

test('they read, sign, and wait for the training', async () => {
  theirs = await stage.page();
  await theirs.goto(`${server.origin}/staff/join#${await invitation_to(server, tess.email)}`);
  await theirs.getByLabel('Naam').fill(tess.name);
  await theirs.getByLabel('Wachtwoord', { exact: true }).fill(tess.password);
  await theirs.keyboard.press('Enter');
  await set_up_authenticator(theirs, server, tess.email);
  await keep_codes(theirs);
  await theirs.getByRole('heading', { name: 'Richtlijnen voor klantgegevens' }).waitFor();
  await looks_right(theirs, 'guidelines');
  await theirs.getByRole('button', { name: 'Ik heb dit gelezen' }).click();
  await theirs.getByRole('heading', { name: 'Geheimhoudingsverklaring' }).waitFor();
  await theirs.getByLabel('Typ je naam').fill(tess.name);
  await looks_right(theirs, 'statement');
  await theirs.getByRole('button', { name: 'Onderteken' }).click();
  await theirs.getByRole('heading', { name: 'Opleiding gegevensbescherming' }).waitFor();
  await theirs.goto(`${server.origin}/staff/roles`);
  await theirs.getByRole('heading', { name: 'Opleiding gegevensbescherming' }).waitFor();
});

test('whoever manages members sees what is open, and records the training', async () => {
  await noor.reload();
  await noor.getByText('Moet nog: Opleiding gegevensbescherming').waitFor();
  await looks_right(noor, 'members-open');
  await noor.getByRole('button', { name: 'Tess Tijdelijk wijzigen' }).click();
  const dialog = noor.getByRole('dialog', { name: tess.name });
  await dialog.getByLabel('Gevolgd op').fill(in_days(3));
  await dialog.getByRole('button', { name: 'Noteer' }).click();
  await dialog.getByText('niet in de toekomst').waitFor();
  await looks_right(noor, 'training-record');
  await dialog.getByLabel('Gevolgd op').fill(in_days(-350));
  await dialog.getByRole('button', { name: 'Noteer' }).click();
  await until('nothing that is open', async () => (await noor.getByText('Moet nog').count()) == 0);
  assert.equal(await noor.getByText(/Opleiding gegevensbescherming telt tot/).count(), 2);
});

test('they get on to where they wanted to go, and are told what ends soon', async () => {
  await theirs.getByRole('button', { name: 'Kijk opnieuw' }).click();
  await theirs.getByRole('heading', { name: 'Rollen' }).waitFor();
  await theirs.getByText(/Opleiding gegevensbescherming telt nog tot/).waitFor();
  await theirs.getByText(/Je lidmaatschap loopt tot en met/).waitFor();
  await looks_right(theirs, 'ends-soon');
  await theirs.getByRole('link', { name: tess.name }).click();
  await theirs.getByText(`als ${tess.name}`).waitFor();
});
