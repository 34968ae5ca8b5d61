// A mail server for the TLS tests: npm's smtp-server on three loopback ports, since Debian 12's OpenSMTPD
// cannot speak TLS with its OpenSSL (OpenSMTPD issue 1171). Usage: node receiver.mjs FOLDER
//
// FOLDER holds key.pem and certificate.pem. Each mail becomes a file in FOLDER/new that begins with a line
// "X-Secure: true" or "false". The ports are printed as one line: STARTTLS offered; STARTTLS and a password
// required; TLS from the first byte. It ends when its standard input does.

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';

const folder = process.argv[2];
const key = readFileSync(join(folder, 'key.pem'));
const cert = readFileSync(join(folder, 'certificate.pem'));
mkdirSync(join(folder, 'new'), { recursive: true });
let count = 0;

function listen(options) {
  const server = new SMTPServer({
    key,
    cert,
    hidePIPELINING: true,
    onAuth(given, session, done) {
      if (given.username === 'ans' && given.password === 'gehe:m/1') done(null, { user: 'ans' });
      else done(new Error(`nobody is called ${given.username}`));
    },
    onData(stream, session, done) {
      const pieces = [];
      stream.on('data', (piece) => pieces.push(piece));
      stream.on('end', () => {
        const file = join(folder, `${++count}`);
        writeFileSync(file, Buffer.concat([Buffer.from(`X-Secure: ${session.secure}\r\n`), ...pieces]));
        renameSync(file, join(folder, 'new', `${count}`));
        done();
      });
    },
    ...options,
  });
  server.on('error', () => {});
  return new Promise((ready) => {
    const listening = server.listen(0, '127.0.0.1', () => ready(listening.address().port));
  });
}

const ports = [
  await listen({ authOptional: true }),
  await listen({ authOptional: false }),
  await listen({ secure: true, authOptional: true }),
];
process.stdout.write(`${ports.join(' ')}\n`);
process.stdin.on('end', () => process.exit(0)).resume();
