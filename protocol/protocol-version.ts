/** Stated in the first message of each side. Changes when bytes change their meaning; WIRE.md and the golden vectors with it. */
export const PROTOCOL_VERSION = 1;

/** The WebSocket subprotocol. */
export const SUBPROTOCOL = 'tickbase.1';
