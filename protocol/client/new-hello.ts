import { PROTOCOL_VERSION } from '../protocol-version.ts';
import type { HelloItem } from './client-message.ts';

/** The first words of a client that was never here and knows nothing, but for what is given. */
export function newHello(given: Partial<HelloItem> = {}): HelloItem {
  return {
    kind: 'hello',
    protocolVersion: PROTOCOL_VERSION,
    token: '',
    confirmed: true,
    schemaHash: '',
    resume: null,
    resultsSeen: 0,
    bytesPerSecond: 0,
    ...given,
  };
}
