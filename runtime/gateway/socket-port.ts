/** A client's socket as the gateway sees it: uWebSockets.js in service, a fake in simulations. One conformance suite holds for both. */
export interface GatewaySocket extends HeldSocket {
  readonly remoteAddress: string;
  /** Sends one binary message. The bytes are copied before it returns. False: the socket is over its backpressure limit and was closed. */
  send(bytes: Uint8Array): boolean;
  /** Bytes that the kernel has not taken yet. */
  bufferedBytes(): number;
  /** Closes with a code of the protocol's table and a reason of at most 123 bytes of UTF-8. */
  close(code: number, reason: string): void;
}

/** All that most messages need of a socket. */
export interface HeldSocket {
  /** The gateway's own note of whose socket it is; of no concern to the transport. */
  holder?: object | null;
}

/** What a transport tells the gateway. Every method returns at once and never throws. */
export interface SocketEvents {
  opened(socket: GatewaySocket): void;
  /** `bytes` belong to the transport and are valid during the call only. `socket`: the socket, or anything with the holder that it was given last. */
  message(socket: HeldSocket, bytes: Uint8Array, isBinary: boolean): void;
  /** The last event of a socket. `isClean`: the client closed it with code 1000 or 1001. */
  closed(socket: GatewaySocket, isClean: boolean): void;
}
