export type { Api, ApiAnswer, ApiRequest, ApiRoute, ApiStatus } from './api-port.ts';
export type { Entropy } from './entropy-port.ts';
export { DEFAULT_LIMITS, FLOOD_FACTOR, type GatewayLimits } from './gateway-limits.ts';
export type { GatewayMetrics } from './gateway-metrics.ts';
export { RESUME_GRACE_MS, type GatewayPorts } from './gateway-ports.ts';
export { Gateway, type ModuleReplacement } from './gateway.ts';
export { listenOnThreads } from './threads/listen-on-threads.ts';
export type { Admitted, IdentitySource, NotAdmitted } from './identity-port.ts';
export { ListenFailure } from './listen-failure.ts';
export { monotonicMs } from './monotonic-ms.ts';
export { MessagePace } from './message-pace.ts';
export { type PastCalls, type PastSession, PastSessions } from './past-sessions.ts';
export type { GatewaySocket, SocketEvents } from './socket-port.ts';
export type { WebAnswer, WebWork } from './web-clients.ts';
export {
  listenUws,
  type HealthReport,
  type TlsFiles,
  type UwsTransport,
  type UwsTransportOptions,
} from './uws-transport.ts';
