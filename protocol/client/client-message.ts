/**
 * A client message: items in the order in which they are to be taken. The bytes are a FlatBuffers envelope (client.fbs);
 * the server reads them only with `decodeClientMessage`, one bounds-checked pass that copies into these shapes.
 */
export interface ClientMessage {
  /** The last tick that the client applied; 0: none yet. A message without items is a receipt. */
  receiptTick: number;
  items: ClientItem[];
}

export type ClientItem =
  | HelloItem
  | CallItem
  | { kind: 'subscribe'; querySetId: number; queries: string[] }
  | { kind: 'unsubscribe'; querySetId: number }
  | { kind: 'query'; requestId: number; query: string }
  /** A clean end: clientDisconnected runs at once. */
  | { kind: 'goodbye' };

/** The first item of the first message of a connection, and only there. */
export interface HelloItem {
  kind: 'hello';
  protocolVersion: number;
  /** Empty: anonymous, the server gives an identity and its token. */
  token: string;
  /** False: results and rows may come before they are durable. */
  confirmed: boolean;
  /** Hash of the wire schema that the client already has; empty: none. */
  schemaHash: string;
  resume: { epoch: string; connectionId: bigint; resumeToken: string; lastTick: number } | null;
  /** Sequence of the last call whose result the client has seen. */
  resultsSeen: number;
  /** What the client wants to be sent of its area in a second, in bytes; 0: as much as the server gives. */
  bytesPerSecond: number;
}

export interface CallItem {
  kind: 'call';
  /** 1, 2, 3, … within a connection, resumes included. */
  sequence: number;
  reducerId: number;
  /** Parameters in the positional encoding. */
  args: Uint8Array;
}
