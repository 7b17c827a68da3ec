/** The connection ended before the answer came. `code` tells whether a call may have run: CALL_OUTCOME_UNKNOWN or CALL_NOT_SENT. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
  readonly code: ConnectionLostCode;

  constructor(message: string, code: ConnectionLostCode) {
    super(message);
    this.code = code;
  }
}

export type ConnectionLostCode =
  | 'CALL_OUTCOME_UNKNOWN'
  | 'CALL_NOT_SENT'
  | 'CONNECTION_LOST'
  | 'CLOSED_BY_SERVER'
  | 'CONNECT_FAILED'
  | 'HANDSHAKE_TIMEOUT'
  | 'DISCONNECTED';
