// What stands on the wire: requests that two readers could take for different ones, more than any limit allows, JSON that
// wants to be the end of whoever reads it.
/// <reference path="../support/ws.d.ts" />
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import { until } from '../support/until.ts';
import { House, all, is_change, named, wants_session } from './house.ts';
import { exchange } from './raw.ts';

let house: House;
let host: string;
before(async () => {
  house = await House.open();
  host = new URL(house.main.server.origin).host;
});
after(() => house?.end());

const ask = (bytes: string) => exchange(house.main.server.port, bytes);
/** The request that must not be read as one: it would be answered with 200. */
const hidden = () => `GET /privacy HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
const post = (headers: string, body: string) => `POST /v1/pulse HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n${headers}\r\n${body}`;
const get = (headers = '', path = '/') => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${headers}\r\n`;

test('v5.0.0-4.2.1: a request that could be taken for two is refused, and nothing after it is read', async () => {
  const length = hidden().length;
  const ambiguous: Record<string, string> = {
    'both a length and chunks': post(`Content-Length: ${length}\r\nTransfer-Encoding: chunked\r\n`, `0\r\n\r\n${hidden()}`),
    'chunks and a length': post(`Transfer-Encoding: chunked\r\nContent-Length: 4\r\n`, `0\r\n\r\n${hidden()}`),
    'two lengths': post(`Content-Length: 0\r\nContent-Length: ${length}\r\n`, hidden()),
    'two lengths in one': post(`Content-Length: 0, ${length}\r\n`, hidden()),
    'a length with a sign': post(`Content-Length: +0\r\n`, hidden()),
    'a negative length': post(`Content-Length: -1\r\n`, hidden()),
    'a length in another base': post(`Content-Length: 0x0\r\n`, hidden()),
    'a length that is too large to count': post(`Content-Length: 18446744073709551616\r\n`, hidden()),
    'a length with a space before its colon': post(`Content-Length : 0\r\n`, hidden()),
    'chunks twice': post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${hidden()}`),
    'chunks and something else': post('Transfer-Encoding: chunked, identity\r\n', `0\r\n\r\n${hidden()}`),
    'chunks that are not the last': post('Transfer-Encoding: chunked, gzip\r\n', `0\r\n\r\n${hidden()}`),
    'something like chunks': post('Transfer-Encoding: xchunked\r\n', `0\r\n\r\n${hidden()}`),
    'chunks after a vertical tab': post('Transfer-Encoding:\x0bchunked\r\n', `0\r\n\r\n${hidden()}`),
    'chunks with a space before the colon': post('Transfer-Encoding : chunked\r\n', `0\r\n\r\n${hidden()}`),
    'a chunk of a size that overflows': post('Transfer-Encoding: chunked\r\n', `FFFFFFFFFFFFFFFF1\r\n${hidden()}`),
    'a chunk of a size that is none': post('Transfer-Encoding: chunked\r\n', `0x1\r\na\r\n0\r\n\r\n${hidden()}`),
    'a chunk that is longer than it says': post('Transfer-Encoding: chunked\r\n', `1\r\nab\r\n0\r\n\r\n${hidden()}`),
    'a chunk with a sign': post('Transfer-Encoding: chunked\r\n', `-1\r\na\r\n0\r\n\r\n${hidden()}`),
    'a field that begins with a blank': `GET / HTTP/1.1\r\n Host: elsewhere.example\r\nHost: ${host}\r\n\r\n${hidden()}`,
    'a field without a colon': get('Nothing\r\n') + hidden(),
    'a field without a name': get(': nothing\r\n') + hidden(),
    'a zero byte in a field': get('X-A: a\0b\r\n') + hidden(),
    'a zero byte in a name': get('X-\0A: a\r\n') + hidden(),
    'two hosts': get('Host: elsewhere.example\r\n') + hidden(),
    'a host that is none': `GET / HTTP/1.1\r\nHost: elsewhere.example/?\r\n\r\n${hidden()}`,
    'a host with somebody in it': `GET / HTTP/1.1\r\nHost: ${host}@elsewhere.example\r\n\r\n${hidden()}`,
    'an older version with chunks': `POST /v1/pulse HTTP/1.0\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden()}`,
    'a version that is none': `GET / HTTP/9.9\r\nHost: ${host}\r\n\r\n${hidden()}`,
    'no version': `GET /\r\n\r\n${hidden()}`,
    'a method that is none': `G\0T / HTTP/1.1\r\nHost: ${host}\r\n\r\n${hidden()}`,
    'blanks in the target': `GET /a b HTTP/1.1\r\nHost: ${host}\r\n\r\n${hidden()}`,
    'TLS where none is spoken': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03' + 'A'.repeat(200),
    'HTTP/2 by its preface': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0',
  };
  for (const [what, { statuses, closed, text }] of await Promise.all(Object.entries(ambiguous).map(async ([what, bytes]) => [what, await ask(bytes)] as const))) {
    assert.ok(statuses.length <= 1 && statuses.every((status) => status >= 400 && status < 600 && status != 500), `${what}: ${text.slice(0, 600)}`);
    assert.ok(closed, `${what}: the connection stays open ${statuses}\n${text.slice(0, 300)}`);
  }
});

test('what is right and uncommon is read once', async () => {
  const right: Record<string, [string, number[]]> = {
    'two in a row': [get() + hidden(), [200, 200]],
    // RFC 9112 §5.2: one field, with a blank in the place of the fold.
    'a folded field that hides another': [get('X-Folded: a\r\n Content-Length: 5\r\n') + hidden(), [200, 200]],
    'a body whose length hides a request': [post(`Content-Length: ${hidden().length}\r\nConnection: close\r\n`, hidden()), [400]],
    'chunks whose data hide a request': [post('Transfer-Encoding: chunked\r\nConnection: close\r\n', `${hidden().length.toString(16)}\r\n${hidden()}\r\n0\r\n\r\n`), [400]],
    'a trailer that would be a header': [post('Transfer-Encoding: chunked\r\nConnection: close\r\n', '2\r\n{}\r\n0\r\nHost: elsewhere.example\r\nCookie: a=b\r\n\r\n'), [400]],
    // Nobody takes these two for one: the first is refused, and the second is another.
    'no host, and a request behind it': [`GET / HTTP/1.1\r\n\r\n${hidden()}`, [400, 200]],
    'a GET with a body': [`GET / HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${hidden().length}\r\nConnection: close\r\n\r\n${hidden()}`, [200]],
  };
  // What is refused before its body was read does not leave the body to be read as a request.
  for (const target of ['/nowhere', '/%zz', '/privacy', '/api/v1/me', '/requests']) {
    const { statuses } = await ask(`POST ${target} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${hidden().length}\r\n\r\n${hidden()}`);
    assert.ok(statuses.length == 1 && statuses[0]! >= 400, `${target}: ${statuses}`);
  }
  for (const [what, [bytes, wanted]] of Object.entries(right)) assert.deepEqual((await ask(bytes)).statuses, wanted, what);
});

test('v5.0.0-5.2.1: a head and a body of the size that is allowed are read, and one past it is refused', async () => {
  const head = (bytes: number) => {
    const bare = get('Connection: close\r\nX-Filled: \r\n');
    return bare.replace('X-Filled: ', `X-Filled: ${'x'.repeat(bytes - bare.length)}`);
  };
  assert.deepEqual((await ask(head(16 * 1024))).statuses, [200]);
  assert.deepEqual((await ask(head(16 * 1024 + 1))).statuses, [431]);
  // Host and Connection are fields too.
  const fields = (count: number) => get('Connection: close\r\n' + Array.from({ length: count - 2 }, (_, i) => `X-${i}: a\r\n`).join(''));
  assert.deepEqual((await ask(fields(100))).statuses, [200]);
  assert.deepEqual((await ask(fields(101))).statuses, [431]);
  const path = (segments: number) => get('Connection: close\r\n', `/staff${'/a'.repeat(segments - 1)}`);
  assert.deepEqual((await ask(path(32))).statuses, [200]);
  const { server } = house.main;
  const megabyte = 1024 * 1024;
  const of_size = (bytes: number) => server.post('/api/v1/sign-in', `{"email":"${'x'.repeat(bytes - 12)}"}`, { origin: server.origin, 'content-type': 'application/json' });
  assert.equal((await of_size(megabyte)).status, 401);
  assert.equal((await of_size(megabyte + 1)).status, 413);
  const form = (count: number) => server.post('/requests', new URLSearchParams(Array.from({ length: count }, (_, i) => [`f${i}`, 'x'])), { accept: 'text/html' });
  assert.equal((await form(1_000)).status, 422);
  assert.equal((await form(1_001)).status, 413);
});

test('a message of a socket past its limit ends that socket', async () => {
  const { server } = house.main;
  const socket = new WebSocket(`${server.base.replace('http', 'ws')}/v1/pulse`, { headers: { host, origin: server.origin } });
  let closed = 0;
  socket.on('error', () => {});
  socket.on('open', () => socket.send('x'.repeat(64 * 1024 + 1)));
  socket.on('close', (code: number) => (closed = code));
  await until('the socket to be closed', () => closed);
  assert.equal(closed, 1009);
});

const deep = 100_000;
const bombs: Record<string, string> = {
  'lists in lists': '['.repeat(deep) + ']'.repeat(deep),
  'lists that never end': '['.repeat(deep),
  'objects in objects': '{"a":'.repeat(deep) + '1' + '}'.repeat(deep),
  'a number past all numbers': '1e999999',
  'a number of many digits': '9'.repeat(100_000),
  'nothing': '',
  'no JSON': '<x/>',
  'bytes that are no UTF-8': '"\xff\xfe"',
  'half a character': '"\\ud800"',
  'a mark at the front': '\ufeff{}',
};

/** Each bomb by itself, and in the place of each member of what the route takes. */
function shapes(body: unknown, bomb: string): string[] {
  const members = body && typeof body == 'object' && !Array.isArray(body) ? Object.keys(body) : [];
  const whole = JSON.stringify(body ?? {});
  const within = members.map((name) => JSON.stringify({ ...(body as object), [name]: '@bomb@' }).replace('"@bomb@"', () => bomb || 'null'));
  return [bomb, ...within, whole.replace(/\}$/, `,"more":${bomb || 'null'}}`)];
}

test('v5.0.0-15.2.2: JSON that is deep, endless, huge or broken costs one refusal', async () => {
  const taking = all.filter(({ requestBody }) => requestBody?.content['application/json']);
  assert.ok(taking.length > 20);
  for (const operation of taking) {
    const { body } = house.body_of(operation);
    for (const [what, bomb] of Object.entries(bombs)) {
      for (const text of shapes(body, bomb)) {
        const began = performance.now();
        const headers = { ...(wants_session(operation) ? house.member(operation) : house.own(operation)), 'content-type': 'application/json' };
        const answer = await house.ask(operation, { headers, body: Buffer.from(text, 'latin1') });
        assert.ok(answer.status < 500, `${named(operation)}, ${what}: ${text.slice(0, 200)}\n${answer}`);
        assert.ok(performance.now() - began < 5_000, `${named(operation)}, ${what}: it took ${performance.now() - began} ms`);
      }
    }
  }
  for (const { server } of house.places) {
    (await server.local('/health')).expect(200);
    assert.doesNotMatch(server.log, /handler_failed/);
  }
});

test('v5.0.0-15.3.3: a member that comes twice, of another type, or unasked for, gives nobody more than the right one', async () => {
  const { server, staff } = house.main;
  const headers = house.member(all.find(({ operationId }) => operationId == 'create_token')!);
  const twice = '{"label":"x","permissions":["view_report"],"permissions":["everything"]}';
  const label = (text: string) => server.ask('POST', '/api/v1/tokens', { headers: { ...headers, 'content-type': 'application/json' }, body: text });
  assert.ok((await label(twice)).status != 500);
  const more = (await label('{"label":"more","permissions":["view_report"],"member":"0","secret":"mine","__proto__":{"permissions":["export"]}}')).expect(201).json();
  assert.deepEqual(more.permissions, ['view_report']);
  assert.notEqual(more.secret, 'mine');
  const looking = staff.with_token(more.secret);
  (await looking.get('/api/v1/events/lezing/people')).expect(403);
  for (const operation of all.filter((one) => is_change(one) && one.requestBody?.content['application/json'])) {
    const { body } = house.body_of(operation);
    for (const [name, value] of Object.entries((body ?? {}) as object)) {
      for (const other of [null, true, -1, 1e300, 1.5, [], {}, [[]], 'x', { a: [1] }]) {
        const answer = await house.ask(operation, { headers: house.member(operation), body: { ...(body as object), [name]: other } });
        assert.ok(answer.status < 500, `${named(operation)}, ${name} = ${JSON.stringify(other)} in the place of ${JSON.stringify(value)}\n${answer}`);
      }
    }
  }
});
