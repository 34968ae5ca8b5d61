// The little of `ws` that the fixture uses; the package carries no types of its own.
declare module 'ws' {
  import type { IncomingMessage } from 'node:http';
  import type { Duplex } from 'node:stream';

  export interface WebSocket {
    send(text: string): void;
    terminate(): void;
  }
  export class WebSocketServer {
    constructor(options: { noServer: boolean });
    readonly clients: Set<WebSocket>;
    handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, done: (socket: WebSocket) => void): void;
  }
}
