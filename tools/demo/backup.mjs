// What an operator does with a backup: makes one while the program serves, copies the keys apart, and tries whether
// both together come back to life. The program keeps the evidence, and its page of promises shows it.

import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** {binary, server, data, key, policy, folder: where backup and keys go} */
export async function back_up({ binary, server, data, key, policy, folder }) {
  const archive = join(folder, 'demo.backup');
  const keys = join(folder, 'demo.keys');
  for (const path of [archive, keys]) rmSync(path, { recursive: true, force: true });
  await run(binary, ['backup', '--to', archive, '--from', server.local]);
  await run(binary, ['backup', 'keys', '--to', keys, '--data', data]);
  await run(binary, [
    'restore', '--drill', archive, '--keys', keys, '--master-key', key, '--policy', policy, '--from', server.local,
  ]);
}
