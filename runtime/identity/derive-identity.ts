import { createHash } from 'node:crypto';

/**
 * Who a token's subject is: 256 bits that follow from its issuer and its subject alone. As the 64 hex digits show them: two bytes that mark an
 * identity of this kind, four bytes of checksum over what is left, and 26 bytes of SHA-256 of `issuer|subject`.
 * The caller guarantees that an issuer has no `|`.
 */
export function deriveIdentity(issuer: string, subject: string): bigint {
  const hash = sha256(`${issuer}|${subject}`).subarray(0, HASH_BYTES);
  const marked = Buffer.concat([MARK, hash]);
  const checksum = sha256(marked).subarray(0, CHECKSUM_BYTES);
  return BigInt(`0x${Buffer.concat([MARK, checksum, hash]).toString('hex')}`);
}

function sha256(content: string | Uint8Array): Buffer {
  return createHash('sha256').update(content).digest();
}

/** `TB` */
const MARK = Buffer.from([0x54, 0x42]);
const CHECKSUM_BYTES = 4;
const HASH_BYTES = 26;
