import type { GatewayLimits } from '../../runtime/gateway/index.ts';

/** What a client may do is no part of a benchmark's question: limits that its flood stays below. */
export const BENCH_LIMITS: Partial<GatewayLimits> = {
  callsPerSecond: 1e9,
  callsBurst: 1e9,
  bytesPerSecond: 1e12,
  bytesBurst: 1e12,
  messagesPerSecond: 1e9,
  messagesBurst: 1e9,
  callsWaitingMax: 1e6,
  joinsPerSecond: 1e6,
};
