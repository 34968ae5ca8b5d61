// Bytes on a connection, as no client would send them, and what comes back until the server closes it.
import { connect } from 'node:net';

export interface Exchange {
  /** Everything that came, as Latin-1. */
  text: string;
  /** The status of each answer, in order. */
  statuses: number[];
  /** The server closed the connection by itself. */
  closed: boolean;
}

/** Sends `bytes` at once, and listens until the server closes, or for `quiet_ms` after it last said something. */
export function exchange(port: number, bytes: string | Buffer, quiet_ms = 400): Promise<Exchange> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1');
    const end = (closed: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      // No body of ours holds the line of a status.
      resolve({ text, statuses: [...text.matchAll(/HTTP\/1\.[01] (\d{3}) [A-Z]/g)].map(([, status]) => Number(status)), closed });
    };
    let timer = setTimeout(() => end(false), 5_000);
    socket.on('connect', () => socket.write(Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes, 'latin1')));
    socket.on('data', (piece) => {
      text += piece.toString('latin1');
      clearTimeout(timer);
      timer = setTimeout(() => end(false), quiet_ms);
    });
    socket.on('end', () => end(true));
    socket.on('error', () => end(true));
  });
}
