import { gatewayOverSockets } from './testing/gateway-over-sockets.ts';
import { listenUws } from './uws-transport.ts';

gatewayOverSockets('uWebSockets.js', listenUws);
