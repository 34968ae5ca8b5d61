// The part of ws that the fixture server uses; it ships no types.
declare module 'ws' {
  import type { IncomingMessage } from 'node:http';
  import type { Duplex } from 'node:stream';
  interface Client {
    on(event: 'error', listener: (error: Error) => void): void;
    on(event: 'message', listener: (data: Buffer) => void): void;
    send(text: string): void;
  }
  export class WebSocketServer {
    constructor(options: { noServer: true });
    handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, then: (client: Client) => void): void;
  }
}
