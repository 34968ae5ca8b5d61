// A wire to a server that can be cut: every connection through it breaks off, and no new one is made.
import { connect, createServer, type Server, type Socket } from 'node:net';

export class Wire {
  readonly port: number;
  readonly #to: () => number;
  readonly #sockets = new Set<Socket>();
  #listener: Server | undefined;

  /** `to` gives the port of the server, asked at each connection. */
  constructor(port: number, to: () => number) {
    this.port = port;
    this.#to = to;
  }

  async mend() {
    const listener = createServer((near) => {
      const far = connect(this.#to(), '127.0.0.1');
      for (const socket of [near, far]) {
        this.#sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => {
          this.#sockets.delete(socket);
          near.destroy();
          far.destroy();
        });
      }
      near.pipe(far);
      far.pipe(near);
    });
    await new Promise<void>((ready) => listener.listen(this.port, '127.0.0.1', ready));
    this.#listener = listener;
  }

  async cut() {
    const listener = this.#listener;
    this.#listener = undefined;
    const closed = new Promise((done) => (listener ? listener.close(done) : done(undefined)));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
