// The part of ws that is used here; it ships no types.
declare module 'ws' {
  export class WebSocket {
    constructor(address: string, options: { headers: Record<string, string>; rejectUnauthorized?: boolean });
    on(event: 'open', listener: () => void): void;
    on(event: 'message', listener: (text: Buffer) => void): void;
    on(event: 'error', listener: (error: Error) => void): void;
    on(event: 'close', listener: (code: number) => void): void;
    send(text: string): void;
    terminate(): void;
  }
}
