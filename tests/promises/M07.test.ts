// M07 Proof of identity is deleted as soon as identity is established.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Requester, decide, detail, latest } from '../support/requests.ts';
import { start_server, type Server } from '../support/server.ts';
import type { Staff } from '../support/staff.ts';

let server: Server;
let staff: Staff;

before(async () => {
  server = await start_server();
  staff = await server.sign_up();
});
after(() => server?.end());

const canary = 'Kanariegeel-op-een-kaart-4711';
const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.from(`\r\n--x\r\n${canary}\0\xff`, 'latin1')]);

test('M07 a proof is sealed, seen by who may see it alone, never cached, and destroyed when it has shown who it is', async () => {
  const ana = await new Requester(server, 'ana@kijker.example').ask('access');
  const page = (await ana.page()).expect(200);
  for (const word of [/de foto/, /machineleesbare zone/, /nummer van het document/, /nationaal nummer/, /<svg/]) assert.match(page.text, word, 'how to black it out');
  assert.match((await ana.prove(png)).header('location'), /taken=1/);
  const { request } = await latest(staff);
  assert.equal((await detail(staff, request)).proof, 'image/png');
  assert.deepEqual(server.files_with(canary), [], 'no file holds it in clear');
  assert.ok(server.files().some(({ path }) => path == `requests/proof-${request}`));

  const path = `/api/v1/requests/${request}/proof`;
  const shown = (await staff.take(path)).expect(200);
  assert.deepEqual(shown.bytes, png, 'to the byte');
  assert.match(shown.header('cache-control'), /no-store/);
  assert.equal((await server.get(path)).status, 401);
  const { secret } = (await staff.post('/api/v1/tokens', { label: 'desk', permissions: ['answer_requests'] })).expect(201).json();
  const clerk = staff.with_token(secret);
  (await clerk.get(`/api/v1/requests/${request}`)).expect(200);
  assert.equal((await clerk.get(path)).status, 403, 'another permission than answering');
  assert.equal((await clerk.post(`/api/v1/requests/${request}/identity`, { established: true })).status, 403);

  const judged = (await staff.post(`/api/v1/requests/${request}/identity`, { established: true })).expect(200).json();
  assert.equal(judged.identified_by, 'document');
  assert.equal(judged.proof, '');
  assert.equal((await staff.get(path)).status, 404);
  assert.ok(!server.files().some(({ path: file }) => file == `requests/proof-${request}`));
  assert.equal((await staff.get('/api/v1/requests')).text.includes(canary), false);
  // A copy of the file from before opens with no key that there is; and another proof is not taken any more.
  assert.equal((await ana.prove(png)).status, 409);
});

test('M07 it goes too when it shows nothing, and at the decision at the latest', async () => {
  for (const end of ['refused', 'decided']) {
    const bo = await new Requester(server, `bo-${end}@kijker.example`).ask('access');
    await bo.prove(png);
    const { request } = await latest(staff);
    if (end == 'refused') (await staff.post(`/api/v1/requests/${request}/identity`, { established: false })).expect(200);
    else (await decide(staff, request, { grant: false, reasons: 'U bent het niet.' })).expect(200);
    assert.equal((await staff.get(`/api/v1/requests/${request}/proof`)).status, 404, end);
    assert.ok(!server.files().some(({ path }) => path == `requests/proof-${request}`), end);
  }
});

test('M07 only a picture or a PDF of eight megabytes is taken', async () => {
  const cas = await new Requester(server, 'cas@kijker.example').ask('access');
  for (const wrong of [Buffer.from('<svg onload=alert(1)>'), Buffer.from('MZ'), Buffer.alloc(0)]) {
    assert.match((await cas.prove(wrong)).header('location'), /wrong=proof/);
  }
  assert.match((await cas.prove(Buffer.concat([png, Buffer.alloc(8 * 1024 * 1024)]))).header('location'), /wrong=proof/);
  assert.match((await cas.prove(Buffer.concat([png, Buffer.alloc(8 * 1024 * 1024 - png.length)]))).header('location'), /taken=1/);
});
