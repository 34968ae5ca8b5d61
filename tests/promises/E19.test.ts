// E19 Databases accept the operator's own services only.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { run } from '../support/backup.ts';
import { files_below, start_server, type Server } from '../support/server.ts';

const databases = ['control.db', 'vault.db', 'keys.db'];
let server: Server;

before(async () => {
  server = await start_server();
  const staff = await server.sign_up();
  await server.register(await staff.create_event({ event: 'lezing' }), { name: 'Ana Peeters', email: 'ana@kijker.example' });
});
after(() => server?.end());

/** The TCP ports on which a process of this machine listens, and whether it has any other socket that others can reach. */
function listeners(pid: number): { ports: number[]; unix: string[] } {
  const own = new Set(readdirSync(`/proc/${pid}/fd`).flatMap((descriptor) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${descriptor}`))?.[1] ?? [];
    } catch {
      return [];
    }
  }));
  const lines = (name: string) => readFileSync(`/proc/${pid}/net/${name}`, 'utf8').trim().split('\n').slice(1).map((line) => line.trim().split(/\s+/));
  const listening = ['tcp', 'tcp6'].flatMap((name) => lines(name).filter((words) => words[3] == '0A' && own.has(words[9]!)));
  return {
    ports: listening.map((words) => parseInt(words[1]!.split(':')[1]!, 16)).sort(),
    unix: lines('unix').filter((words) => own.has(words[6]!) && words[7]).map((words) => words[7]!),
  };
}

test('E19 no database listens: the program opens files, and no port but those for pages and for the operator', () => {
  const { ports, unix } = listeners(server.pid);
  assert.deepEqual(ports, [server.port, server.local_port].sort());
  assert.deepEqual(unix, []);
});

test('E19 no other user of the machine can open them, nor what lies beside them', () => {
  assert.equal(statSync(server.data).mode & 0o777, 0o700);
  const open = files_below(server.data).filter(({ path }) => databases.some((name) => path.startsWith(name)));
  assert.ok(open.length >= databases.length);
  for (const { path } of open) assert.equal(statSync(join(server.data, path)).mode & 0o077, 0, path);
});

test('E19 another user is refused by the system', { skip: process.getuid!() == 0 ? false : 'only root can be somebody else' }, () => {
  for (const name of databases) {
    const read = spawnSync('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', 'cat', join(server.data, name)]);
    assert.notEqual(read.status, 0, name);
    assert.equal(read.stdout.length, 0, name);
  }
});

test('E19 a second program is kept out while the first one runs', async () => {
  const words = server.words().filter((word) => word != '--clock-fd' && word != '3');
  const { status, err } = await run(words.map((word) => word.replace(/^127\.0\.0\.1:\d+$/, '127.0.0.1:0')));
  assert.notEqual(status, 0);
  assert.match(err, /another hartslag works in/);
});

test('E19 a database that others could open is told at the start, and nothing is served from it', async () => {
  for (const name of databases) {
    await server.stop();
    chmodSync(join(server.data, name), 0o640);
    await assert.rejects(server.start(), new RegExp(`${name.replace('.', '\\.')} can be opened by others than its owner; run: chmod 600`));
    chmodSync(join(server.data, name), 0o600);
    await server.start();
  }
  (await server.page('/')).expect(200);
});
