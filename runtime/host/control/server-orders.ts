import type { ControlHandler } from './control-server.ts';

/** What the orders that every server takes need of it. */
export interface OrderedServer {
  readonly database: string;
  /** Ends it in order; what is left then is the control socket. */
  end(reason: string): Promise<void>;
  health(): object;
}

/** `status`: how the server is. `stop`: ends it, and answers when folder and port are free. */
export function serverOrders(server: OrderedServer): Readonly<Record<'status' | 'stop', ControlHandler>> {
  return {
    status: async () => ({ ...server.health() }),
    stop: async (_options, tell) => {
      tell(`${server.database} is going down`);
      await server.end('an order to stop');
      return { database: server.database };
    },
  };
}
