export type { Entropy } from './entropy-port.ts';
export { DEFAULT_LIMITS, FLOOD_FACTOR, type GatewayLimits } from './gateway-limits.ts';
export type { GatewayMetrics } from './gateway-metrics.ts';
export { RESUME_GRACE_MS, type GatewayPorts } from './gateway-ports.ts';
export { Gateway } from './gateway.ts';
export type { IdentitySource, IssuedIdentity } from './identity-port.ts';
export { ListenFailure } from './listen-failure.ts';
export type { GatewaySocket, SocketEvents } from './socket-port.ts';
export { listenUws, type HealthReport, type UwsTransport, type UwsTransportOptions } from './uws-transport.ts';
