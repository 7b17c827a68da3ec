export { CallMessageWriter } from './client/call-message-writer.ts';
export * from './client/client-message.ts';
export {
  CLIENT_MESSAGE_LIMITS,
  ClientMessageDecoder,
  decodeClientMessage,
  type ClientMessageLimits,
} from './client/decode-client-message.ts';
export type { DecodedCalls } from './client/decoded-calls.ts';
export { encodeClientMessage } from './client/encode-client-message.ts';
export { newHello } from './client/new-hello.ts';
export { CLOSE_CODES, type CloseCode } from './close-code-table.ts';
export {
  CLOSE_BAD_TOKEN,
  CLOSE_OVERLOADED,
  CLOSE_RESTART,
  CLOSE_RESUME_EXPIRED,
  closeCode,
  type CloseName,
  isResumableClose,
} from './close-codes.ts';
export { decodePiece } from './pieces/decode-piece.ts';
export { encodePiece } from './pieces/encode-piece.ts';
export {
  PIECE_BODY_BYTES_MAX,
  PIECE_HEADER_BYTES,
  pieceByteLength,
  readPieceFlags,
  readPieceHandle,
} from './pieces/piece-header.ts';
export * from './pieces/piece-port.ts';
export { PROTOCOL_VERSION, SUBPROTOCOL } from './protocol-version.ts';
export { STEPS_MAX, dequantize, quantizeToInteger } from './quantize.ts';
export { hashWireSchema } from './schema/hash-wire-schema.ts';
export { wireSchemaOf } from './schema/wire-schema-of.ts';
export * from './schema/wire-schema.ts';
export { decodeServerMessage } from './server/decode-server-message.ts';
export { beginPlainSection, encodeSection, endSection, plainSectionBegin } from './server/encode-section.ts';
export { OwnRows } from './server/own-rows.ts';
export { PlainResults } from './server/plain-results.ts';
export { CALL_STATUSES } from './server/section-shapes.ts';
export { PieceCursor } from './server/piece-cursor.ts';
export * from './server/section.ts';
export * from './values/index.ts';
