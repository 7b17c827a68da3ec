/** The part of a browser's WebSocket that the client uses; `ws` has it, too. */
export interface WebSocketLike {
  binaryType: string;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'open' | 'message' | 'close' | 'error', listener: (event: never) => void): void;
}

/**
 * Makes a socket for an address and a subprotocol: a WebSocket of any kind. `object` in the type spares the differences
 * between the declarations of the DOM, of Node and of `ws`.
 */
export type WebSocketFactory = (url: string, protocol: string) => object | Promise<object>;
