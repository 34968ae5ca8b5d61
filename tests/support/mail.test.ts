import assert from 'node:assert/strict';
import { test } from 'node:test';
import { read_mail } from './mail.ts';

const lines = (...all: string[]) => all.join('\r\n');

test('a mail of one part', () => {
  const mail = read_mail('a', lines(
    'From: =?utf-8?Q?Lichtbeeld_=C3=A9=C3=A9n?= <noreply@localhost>', 'To: ana@kijker.example',
    'Subject: =?utf-8?B?SW5nZXNjaHJldmVuOiBkw6kg?=', ' =?utf-8?Q?vergadering?=',
    'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: quoted-printable', '',
    'Ga naar http://localhost:80=', '80/e/a/watch/abc', 'd=C3=A9', ''));
  assert.equal(mail.from, 'noreply@localhost');
  assert.equal(mail.to, 'ana@kijker.example');
  assert.equal(mail.subject, 'Ingeschreven: dé vergadering');
  assert.equal(mail.text, 'Ga naar http://localhost:8080/e/a/watch/abc\ndé\n');
  assert.deepEqual(mail.links, ['http://localhost:8080/e/a/watch/abc']);
});

test('a mail of text, HTML and an attachment', () => {
  const mail = read_mail('b', lines(
    'To: Ana <ana@kijker.example>', 'Subject: x', 'Content-Type: multipart/mixed;', ' boundary="out+1"', '', '--out+1',
    'Content-Type: multipart/alternative;', ' boundary="in"', '', '--in', 'Content-Type: text/plain', '', 'plain', '--in',
    'Content-Type: text/html', '', '<p>rich</p>', '--in--', '', '--out+1', 'Content-Type: text/calendar; charset=utf-8',
    'Content-Transfer-Encoding: base64', 'Content-Disposition: attachment; filename="event.ics"', '', 'QkVHSU4=', '--out+1--', ''));
  assert.equal(mail.text, 'plain');
  assert.equal(mail.html, '<p>rich</p>');
  assert.deepEqual(mail.attachments, [{ type: 'text/calendar', file_name: 'event.ics', content: 'BEGIN' }]);
});
