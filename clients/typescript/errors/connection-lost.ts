/**
 * The connection ended before the answer came. `code` tells whether a call may have run: CALL_NOT_SENT no, CALL_RESULT_LOST yes unless the
 * server refused it, CALL_OUTCOME_UNKNOWN perhaps.
 */
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
  | 'CALL_RESULT_LOST'
  | 'CALL_NOT_SENT'
  | 'CONNECTION_LOST'
  | 'CLOSED_BY_SERVER'
  | 'CONNECT_FAILED'
  | 'HANDSHAKE_TIMEOUT'
  | 'DISCONNECTED';
