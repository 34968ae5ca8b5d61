// Hostile text in every place that takes text: each parameter of a path or a query, each text of a JSON body, each field of a
// form, headers. Nothing breaks, nothing is told that should not be, nothing of what is kept goes or changes.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { parameters_of, type Operation } from '../openapi/description.ts';
import type { Answer } from '../support/http.ts';
import { until } from '../support/until.ts';
import { fields_of, filled_with } from './fields.ts';
import { House, all, changed_tables, is_change, is_preflight, named, tables_of, type Place } from './house.ts';

let house: House;
before(async () => {
  house = await House.open();
});
after(() => house?.end());

const long = 'x'.repeat(5_000);
const sql = [
  "'", '"', "' OR '1'='1", "1' OR 1=1 --", "'; DROP TABLE member; --", "' UNION SELECT secret, secret, secret, secret FROM member_session --", "x'/*", '\\', "%' OR slug LIKE '%",
  "1;SELECT pg_sleep(9)", "'||(SELECT hex(randomblob(100000000)))||'", '$1', ':event', '?', '{{7*7}}', '${7*7}', '%s%s%n', "\\'; --",
];
const paths = [
  '../../../../../../etc/passwd', '..', '.', '/etc/passwd', '....//....//etc/passwd', '..\\..\\keys.db', 'file:///etc/passwd', '\\\\elsewhere\\x', 'live/../../../../control.db', '~', 'CON',
];
const controls = [
  'a\r\nX-Injected: 1\r\n\r\n<html>', 'ana@kijker.example\r\nBcc: mallory@elsewhere.example', 'ana@kijker.example, mallory@elsewhere.example', '"a\r\nX-Injected: 1"@kijker.example',
  'a\nX-Injected: 1', 'a\rX-Injected: 1', '\u0000', 'a\u0000b', '\u001b[31m', '\u2028\u202e\ufeff', '\u{1f600}'.repeat(50), long, '',
];
/** As they stand, in an address: encoded twice, badly, or not at all. */
const raw_paths = [
  '%00', '%2e%2e%2f%2e%2e%2f%2e%2e%2fetc%2fpasswd', '..%2f..%2f..%2fetc/passwd', '%252e%252e%252fetc%252fpasswd', '%c0%ae%c0%ae%c0%afetc%c0%afpasswd', '%ff%fe', '%', '%zz', '..;/',
  '%0d%0aX-Injected:%201',
  '%5c..%5c..%5ckeys.db', '%E5%98%8A%E5%98%8DX-Injected:%201', '.%00.html', 'x%00', 'x/../x', '//', ';a=b', '%2F', '../staff/', '..%2f..%2fapi/v1/me',
];

/** What may never stand in an answer. */
const leaks = [
  /root:x:0:/, /SQLITE|sqlite_|SQL logic|syntax error|no such (table|column)|constraint of the database|psql|libpq|soci/i,
  /hartslag-(test|attacks)-/, /\.cpp|terminate called|stack trace|std::/i, /BEGIN PRIVATE/,
];

/** Everything that was found, so that one fault does not hide the next. */
let faults: string[] = [];
afterEach(() => {
  faults = [];
});

function check(answer: Answer, operation: Operation, given: string) {
  const find = (holds: boolean, what: string) => holds || faults.push(`${named(operation)} with ${JSON.stringify(given)}: ${what}\n${String(answer).slice(-600)}`);
  find(answer.status < 500, 'it broke');
  find(answer.header('x-injected') == '', 'a header of its own');
  // What the program is made of, the description of its API, and where a live video is to be put, hold such words.
  if (['openapi', 'asset', 'beacon', 'read_live_folder'].includes(operation.operationId)) return;
  for (const leak of leaks) find(!leak.test(answer.text), `it tells ${leak}`);
}

/** Nothing was found, and no handler failed, whatever it answered. */
function check_logs() {
  assert.deepEqual(faults, []);
  for (const { server } of house.places) assert.doesNotMatch(server.log, /handler_failed|"level":"(error|critical)"/, server.log.slice(-3_000));
}

/** No table has fewer rows than it had, but for what ends by itself or is asked once. */
const passing = new Set([
  'control.member_half_session', 'control.member_next_factor', 'control.member_session', 'control.updates_waiting', 'control.request_code', 'control.outbox_mail', 'control.pending_registration',
]);
function check_kept(before: Map<string, string[]>, place: Place) {
  for (const [name, rows] of tables_of(place))
    if (!passing.has(name)) assert.ok(rows.length >= (before.get(name)?.length ?? 0), `${name} had ${before.get(name)?.length} rows and has ${rows.length}`);
}

/** What asking adds by itself: the record that somebody looked, and the use of the session. */
const looked = ['control.act', 'control.act_detail', 'control.act_key', 'control.disclosure', 'control.disclosure_subject', 'control.member_session', 'control.member', 'keys.kept_key'];

// ---- parameters ---------------------------------------------------------------------------------------------

async function attack_path(operation: Operation, name: string, segment: string): Promise<Answer> {
  const { server } = house.place_of(operation);
  const { body, headers: typed } = house.body_of(operation);
  const headers = { ...house.member(operation), accept: 'text/html', 'x-forwarded-for': house.client(), ...typed };
  const target = house.address_of(operation, { [name]: segment });
  const answer = await server.ask(operation.method.toUpperCase(), '/', { target, headers, ...(body === undefined ? {} : { body }) });
  check(answer, operation, segment);
  return answer;
}

/** The application at /staff/ is one page for every address below it; whoever leaves is told the same whether they were there or not. */
const same_for_all = ['staff_application_inside', 'ask_unsubscribe', 'unsubscribe', 'unsubscribe_all'];

test('v5.0.0-5.3.2: no parameter of a path leads elsewhere than to what it names', async () => {
  const before = house.places.map(tables_of);
  const values = [...sql, ...paths, ...controls.filter(Boolean)].map(encodeURIComponent).concat(raw_paths);
  let tried = 0;
  for (const operation of all.filter((one) => !is_preflight(one))) {
    for (const { name } of parameters_of(operation).filter((one) => one.in == 'path')) {
      for (const value of values) {
        const answer = await attack_path(operation, name, value);
        const is_found = answer.status < 300 && !same_for_all.includes(operation.operationId);
        assert.ok(!is_found, `${named(operation)} took ${value}: ${answer}`);
        ++tried;
      }
    }
  }
  assert.ok(tried > 4_000, `${tried} tries`);
  house.places.forEach((place, at) => assert.deepEqual(changed_tables(before[at]!, place, looked), []));
  check_logs();
});

test('v5.0.0-1.2.4: no parameter of a query is more than text', async () => {
  const before = house.places.map(tables_of);
  const values = [...sql.slice(0, 7), ...paths.slice(0, 3), ...controls.slice(4)].map(encodeURIComponent).concat(raw_paths.filter((one) => one.includes('%')));
  for (const operation of all.filter(({ method }) => method == 'get')) {
    const { server } = house.place_of(operation);
    const names = new Set(['lang', 'id', ...parameters_of(operation).filter((one) => one.in == 'query').map(({ name }) => name)]);
    const [path, given = ''] = house.address_of(operation).split('?') as [string, string?];
    for (const name of names) {
      for (const value of values) {
        const others = given.split('&').filter((one) => one && !one.startsWith(`${name}=`));
        const target = `${path}?${[...others, `${name}=${value}`].join('&')}`;
        check(await server.ask('GET', '/', { target, headers: { ...house.member(operation), accept: 'text/html' } }), operation, `${name}=${value}`);
      }
    }
  }
  house.places.forEach((place, at) => assert.deepEqual(changed_tables(before[at]!, place, looked), []));
  check_logs();
});

// ---- bodies -------------------------------------------------------------------------------------------------

test('v5.0.0-1.3.3: no text of a body is more than text', async () => {
  const before = house.places.map(tables_of);
  let tried = 0;
  for (const operation of all.filter(is_change)) {
    for (const where of fields_of(house, operation)) {
      for (const text of [...sql, ...paths.slice(0, 2), ...controls]) {
        const answer = await house.ask(operation, { headers: { ...house.member(operation), accept: 'text/html' }, body: filled_with(house, operation, new Map([[where, text]])) });
        check(answer, operation, `${where} = ${text.slice(0, 100)}`);
        ++tried;
      }
    }
  }
  assert.ok(tried > 1_000, `${tried} tries`);
  check_logs();
  house.places.forEach((place, at) => check_kept(before[at]!, place));
});

// ---- headers and mails --------------------------------------------------------------------------------------

/** What the program still does by itself of what was asked before: letters to be queued, mails that are due. */
function is_busy(place: Place): boolean {
  const tables = tables_of(place);
  const rows = (name: string) => (tables.get(name) ?? []).map((row) => JSON.parse(row) as Record<string, string>);
  const now = place.server.clock.now();
  return rows('control.letter').some(({ queued }) => queued == '0')
    || rows('control.outbox_mail').some(({ state, due_at_ms }) => state == 'sending' || (state == 'queued' && Number(due_at_ms) <= now));
}

test('v5.0.0-16.4.1: no header of a request is more than text', async () => {
  await until('all is done that was asked before', () => !house.places.some(is_busy));
  const before = house.places.map(tables_of);
  const names = ['user-agent', 'accept-language', 'accept', 'referer', 'cookie', 'authorization', 'x-forwarded-for', 'if-none-match', 'if-modified-since', 'range'];
  const values = [...sql.slice(2, 6), paths[0]!, '\xff\xfe\xc3\x28', long, 'Bearer \xff', 'hartslag=\xff; hartslag', 'bytes=0-0,-1,5-', '*/*;q=9e99', ''];
  for (const operation of all.filter(({ operationId }) => ['start_page', 'watch_page', 'media', 'asset', 'read_me', 'own_records', 'updates_form'].includes(operationId))) {
    const { server } = house.place_of(operation);
    for (const name of names) {
      for (const value of values) {
        const headers: Record<string, string> = { ...house.member(operation), 'x-forwarded-for': house.client(), [name]: value.replace(/[\r\n\0]/g, '') };
        check(await server.ask('GET', '/', { target: house.address_of(operation), headers }), operation, `${name}: ${value.slice(0, 50)}`);
      }
    }
  }
  check_logs();
  house.places.forEach((place, at) => assert.deepEqual(changed_tables(before[at]!, place, looked), []));
});

test('v5.0.0-1.3.11: no mail that was caused by all this has a header, a recipient or a part of somebody else', async () => {
  for (const { server } of house.places) {
    const mails = server.mails();
    assert.ok(mails.length > 5);
    for (const { headers, to, file } of mails) {
      assert.deepEqual(['bcc', 'cc', 'x-injected'].filter((name) => headers.has(name)), [], file);
      assert.doesNotMatch(to, /[,;\s<>]/, file);
      assert.doesNotMatch(headers.get('reply-to') ?? '', /elsewhere|kijker/, file);
      for (const value of headers.values()) assert.doesNotMatch(value, /[\r\n\0]/, file);
    }
  }
});
