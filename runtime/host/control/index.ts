export { type ControlHandler, ControlServer, type ControlServerOptions } from './control-server.ts';
export { serverOrders } from './server-orders.ts';
export { sendOrder } from './send-order.ts';
