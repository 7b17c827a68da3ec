import type { ControlHandler } from './control-server.ts';

/** What the orders that every server takes need of it. */
export interface OrderedServer {
  readonly database: string;
  /** `http://HOST:PORT` */
  readonly address: string;
  /** Ends it in order; what is left then is the control socket. */
  end(reason: string): Promise<void>;
  health(): object;
}

/** `status`: how the server is, and where. `stop`: ends it, and answers when folder and port are free. */
export function serverOrders(server: OrderedServer): Readonly<Record<'status' | 'stop', ControlHandler>> {
  return {
    status: async () => ({ ...server.health(), address: server.address }),
    stop: async (_options, tell) => {
      tell(`${server.database} is going down`);
      await server.end('an order to stop');
      return { database: server.database };
    },
  };
}
