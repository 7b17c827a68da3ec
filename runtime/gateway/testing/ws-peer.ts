import { WebSocket } from 'ws';
import type { TransportPeer } from './socket-conformance.ts';

/** A client of a transport on real sockets, of the database `pond`, once it is connected. `peers` gets its socket. */
export async function wsPeer(port: number, peers: WebSocket[]): Promise<TransportPeer> {
  const ws = new WebSocket(`ws://127.0.0.1:${port}/v1/database/pond/subscribe`, 'tickbase.1');
  peers.push(ws);
  const received: Uint8Array[] = [];
  let closed: { code: number; reason: string } | null = null;
  ws.on('message', (bytes: Buffer) => received.push(new Uint8Array(bytes)));
  ws.on('close', (code, reason) => (closed = { code, reason: reason.toString() }));
  ws.on('error', () => {});
  await new Promise((settle) => ws.once('open', settle));
  return {
    send: (bytes) => ws.send(bytes),
    sendText: (text) => ws.send(text),
    close: (code) => ws.close(code),
    cut: () => ws.terminate(),
    stall: () => ws.pause(),
    drain: () => ws.resume(),
    messages: () => received,
    closed: () => closed,
  };
}
