// A mail server whose password a hook changes, and the operator's `hartslag credentials`.
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { local, run } from './backup.ts';
import type { Server } from './server.ts';
import { MailServer } from './smtp.ts';

export interface Version {
  number: number;
  state: 'next' | 'current' | 'retired' | 'ended';
  made: 'generated' | 'given';
  by: 'schedule' | 'operator';
  made_at: string;
  current_at: string | null;
  retired_at: string | null;
  ended_at: string | null;
}
export interface Credential {
  credential: string;
  used: boolean;
  rotates_by_itself: boolean;
  every: string | null;
  due: string | null;
  planned: string | null;
  overdue: boolean;
  waiting: boolean;
  failed_at: string | null;
  failed: string | null;
  says: string[];
  versions: Version[];
}

/** The provider of mail: it knows one password, which its hook changes. */
export class Provider {
  readonly folder = mkdtempSync(join(tmpdir(), 'hartslag-provider-'));
  readonly hook = join(this.folder, 'hook');
  readonly first = 'Eerste-Wachtwoord';
  mail!: MailServer;
  /** Each password that somebody tried to sign in with. */
  readonly tried: string[] = [];

  static async start(): Promise<Provider> {
    const provider = new Provider();
    provider.write('password', provider.first);
    provider.write('given', '');
    // One line on standard input is the new password; what else it could have seen is written down.
    provider.write('hook', `#!/bin/sh
cd '${provider.folder}' || exit 9
read -r next
printf '%s\\n' "$next" >> given
env > environment
tr '\\0' '\\n' < /proc/$$/cmdline > arguments
if [ -e slow ]; then sleep 600; fi
if [ -e broken ]; then exit 3; fi
printf '%s' "$next" > password.new && mv password.new password
`);
    chmodSync(provider.hook, 0o700);
    provider.mail = await MailServer.start(undefined, undefined, (password) => {
      provider.tried.push(password);
      return password == provider.password;
    });
    return provider;
  }

  write(name: string, text: string) {
    writeFileSync(join(this.folder, name), text);
  }
  read(name: string): string {
    return existsSync(join(this.folder, name)) ? readFileSync(join(this.folder, name), 'utf8') : '';
  }

  get password(): string {
    return this.read('password');
  }
  /** What the hook was given, the latest last. */
  get given(): string[] {
    return this.read('given').split('\n').filter((line) => line);
  }
  get address(): string {
    return `smtp+plain://hartslag@127.0.0.1:${this.mail.port}`;
  }

  /** From now on the hook does not take passwords over, or does so again. */
  break(broken = true) {
    if (broken) this.write('broken', '');
    else rmSync(join(this.folder, 'broken'));
  }

  async end() {
    await this.mail.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Runs `hartslag credentials` beside the server. */
export const credentials = (server: Server, words: string[], input = '') =>
  run(['credentials', ...words, '--from', local(server)], {}, input);

export async function listed(server: Server): Promise<Credential[]> {
  const { out } = await credentials(server, ['list', '--json']);
  return (JSON.parse(out) as { credentials: Credential[] }).credentials;
}

export const one = async (server: Server, name: string): Promise<Credential> =>
  (await listed(server)).find(({ credential }) => credential == name)!;
