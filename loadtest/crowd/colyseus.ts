import { installPeers, PEERS_FOLDER } from '../bench/install-peers.ts';

/** What the comparison uses of Colyseus, whose packages are installed when the benchmark first runs. */
export interface Colyseus {
  readonly core: {
    readonly Room: new () => ColyseusRoom;
    readonly Server: new (options: object) => ColyseusServer;
    readonly matchMaker: {
      createRoom(name: string, options: object): Promise<{ readonly roomId: string; readonly processId: string }>;
      reserveSeatFor(room: object, options: object): Promise<{ readonly sessionId: string }>;
    };
  };
  readonly schema: {
    readonly Encoder: { BUFFER_SIZE: number };
    readonly StateView: new () => StateView;
    readonly Reflection: { decode(bytes: Uint8Array): ColyseusDecoder };
    readonly schema: <T>(fields: object, name: string) => new () => T;
    readonly t: {
      uint8(): object;
      uint16(): object;
      map(type: unknown): { view(): object };
    };
  };
  readonly transport: { readonly uWebSocketsTransport: new (options: object) => object };
}

export interface ColyseusServer {
  define(name: string, room: unknown): void;
  listen(port: number): Promise<void>;
}

export interface ColyseusRoom {
  state: unknown;
  patchRate: number | null;
  autoDispose: boolean;
  seatReservationTimeout: number;
  maxClients: number;
  onMessageBytes(type: number, act: (client: ColyseusClient, bytes: Uint8Array) => void): void;
  broadcastPatch(): boolean;
}

export interface ColyseusClient {
  readonly sessionId: string;
  view: StateView | undefined;
}

/** What one client may see of the state. */
export interface StateView {
  add(instance: unknown): boolean;
  remove(instance: unknown): unknown;
}

export interface ColyseusDecoder {
  readonly state: { readonly players: Map<string, { readonly x: number; readonly y: number }> };
  decode(bytes: Uint8Array, it: { offset: number }): unknown;
  triggerChanges?: (changes: readonly { readonly refId: number; readonly field?: string }[]) => void;
}

/** In the room's state x and y go from 0 to this over the land. */
export const COORDINATE_STEPS = 65_535;

/** From the folder of the benchmark's peers (`loadtest/peers`), installed when it is first needed. */
export async function colyseus(progress: (line: string) => void): Promise<Colyseus> {
  installPeers('@colyseus/core', progress);
  return (await import(`${PEERS_FOLDER}colyseus.mjs`)) as Colyseus;
}
