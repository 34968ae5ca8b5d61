// The part of chrome-remote-interface that these tests use; it ships no types.
declare module 'chrome-remote-interface' {
  namespace CDP {
    interface Client {
      send(method: string, parameters?: object): Promise<any>;
      once(event: string, listener: (parameters: unknown) => void): void;
      on(event: string, listener: (parameters: unknown) => void): void;
      close(): Promise<void>;
    }
    function List(options: { port: number }): Promise<{ id: string; type: string; url: string }[]>;
    function Version(options: { port: number }): Promise<{ webSocketDebuggerUrl: string }>;
  }
  function CDP(options: { port: number; target?: string }): Promise<CDP.Client>;
  export default CDP;
}
