import { WebSocket } from 'ws';
import { latencyHistogram } from '../latency-histogram.ts';
import type { TransferCounts, TransferLoad, TransferPlace } from './transfer-load.ts';

/** The floor: messages of the lean client's size to a server that only answers with as many bytes (bare-answers.ts). No calls, no disk. */
export async function bareTransfers({ uri, connections, inFlight }: TransferPlace): Promise<TransferLoad> {
  const counts: TransferCounts = { done: 0, refused: 0, latencyUs: latencyHistogram() };
  const sockets: WebSocket[] = [];
  const message = new Uint8Array(messageBytes(inFlight));
  const view = new DataView(message.buffer);
  let waitingCount = 0;
  let settleEnd: (() => void) | null = null;
  const send = (socket: WebSocket, count: number): void => {
    view.setUint32(0, count, true);
    waitingCount += count;
    socket.send(message.slice(0, messageBytes(count)));
  };
  for (let i = 0; i < connections; i++) {
    const socket = new WebSocket(uri, { perMessageDeflate: false });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    socket.on('message', (data: Buffer) => {
      const count = data.readUint32LE(0);
      counts.done += count;
      waitingCount -= count;
      if (settleEnd === null) send(socket, count);
      else if (waitingCount === 0) settleEnd();
    });
    sockets.push(socket);
  }
  return {
    counts,
    begin: () => {
      for (const socket of sockets) send(socket, inFlight);
    },
    end: () =>
      new Promise((resolve) => {
        settleEnd = resolve;
        if (waitingCount === 0) resolve();
      }),
    leave: () => {
      for (const socket of sockets) socket.close(1000);
    },
  };
}

/** As a message of calls with 16 bytes of arguments each. */
function messageBytes(count: number): number {
  return 50 + 52 * count;
}
