// A mail server on loopback: takes every mail, and says over what kind of connection it came.
import { readFileSync } from 'node:fs';
import { read_mail, type Mail } from './mail.ts';
import { until } from './until.ts';
import { SMTPServer } from 'smtp-server';

export interface Received extends Mail {
  /** It came over TLS. */
  encrypted: boolean;
}

export class MailServer {
  readonly port: number;
  readonly mails: Received[] = [];
  /** Refuses every mail for now, as a server does that has too much to do. */
  busy = false;
  readonly #server: { close(done: () => void): void };

  private constructor(server: { close(done: () => void): void }, port: number, mails: Received[]) {
    this.#server = server;
    this.port = port;
    this.mails = mails;
  }

  /**
   * With a certificate it offers STARTTLS, without one only plain text. Addresses that `unknown` matches it refuses for
   * good. With `accepts` it wants a user, and the password that this says is right.
   */
  static start(tls?: { certificate: string; key: string }, unknown?: RegExp, accepts?: (password: string) => boolean): Promise<MailServer> {
    const mails: Received[] = [];
    let own: MailServer | undefined;
    const server = new SMTPServer({
      ...(tls ? { key: readFileSync(tls.key), cert: readFileSync(tls.certificate) } : { disabledCommands: ['STARTTLS'] }),
      authOptional: !accepts,
      allowInsecureAuth: true,
      onAuth({ password }, _session, done) {
        if (accepts?.(password ?? '')) done(null, { user: 'hartslag' });
        else done(new Error('refused'));
      },
      onRcptTo({ address }: { address: string }, _session: unknown, done: (refusal?: Error) => void) {
        if (own?.busy) return done(Object.assign(new Error('try again later'), { responseCode: 451 }));
        done(unknown?.test(address) ? Object.assign(new Error('no such mailbox'), { responseCode: 550 }) : undefined);
      },
      onData(stream: NodeJS.ReadableStream, session: { secure: boolean }, done: () => void) {
        const pieces: Buffer[] = [];
        stream.on('data', (piece: Buffer) => pieces.push(piece));
        stream.on('end', () => {
          const raw = Buffer.concat(pieces).toString('latin1');
          mails.push({ ...read_mail(String(mails.length), raw), encrypted: session.secure });
          done();
        });
      },
    });
    server.on('error', () => {});
    return new Promise((ready) => {
      const listening = server.listen(0, '127.0.0.1', () => ready((own = new MailServer(server, (listening.address() as { port: number }).port, mails))));
    });
  }

  /** The mail to that address, when it has come. */
  mail_to(address: string): Promise<Received> {
    return until(`a mail to ${address}`, () => this.mails.find((mail) => mail.to == address));
  }

  close(): Promise<void> {
    return new Promise((done) => this.#server.close(done));
  }
}
