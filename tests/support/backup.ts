// The operator's commands, and a server on what they restored.
import { spawn } from 'node:child_process';
import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { binary, policy_file, type Server } from './server.ts';

export interface Ran {
  status: number | null;
  out: string;
  err: string;
}

/** Runs the program with those words and that on its standard input, to its end. */
export function run(words: string[], env: Record<string, string> = {}, input = ''): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(binary, words, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    // Who reads none of it may have ended before.
    child.stdin.on('error', () => {}).end(input);
    const ran: Ran = { status: null, out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (piece: string) => (ran.out += piece));
    child.stderr.setEncoding('utf8').on('data', (piece: string) => (ran.err += piece));
    child.on('error', reject);
    child.on('close', (status) => resolve({ ...ran, status }));
  });
}

export async function succeed(words: string[]): Promise<Ran> {
  const ran = await run(words);
  if (ran.status != 0) throw new Error(`hartslag ${words.join(' ')}: status ${ran.status}\n${ran.out}${ran.err}`);
  return ran;
}

export const local = (server: Server) => `http://127.0.0.1:${server.local_port}`;

/** A backup of the server while it serves. */
export const back_up = (server: Server, to: string) => succeed(['backup', '--to', to, '--from', local(server)]);

/** The keys as they are now. */
export const copy_keys = (server: Server, to: string) => succeed(['backup', 'keys', '--to', to, '--data', server.data]);

export const restore_words = (server: Server, archive: string, folder: string, keys: string) =>
  ['restore', archive, '--data', folder, '--keys', keys, '--master-key', server.master_key];

export const drill_words = (server: Server, archive: string, keys: string) =>
  ['restore', '--drill', archive, '--keys', keys, '--master-key', server.master_key, '--policy', policy_file,
    '--from', local(server)];

/** Stops the server, puts what the backup holds in the place of its data, and starts it again. */
export async function restart_on(server: Server, archive: string, keys: string) {
  await server.stop();
  for (let number = 1; ; ++number) {
    const aside = join(server.folder, `data-before-${number}`);
    if (existsSync(aside)) continue;
    renameSync(server.data, aside);
    break;
  }
  await succeed(restore_words(server, archive, server.data, keys));
  await server.start();
}
