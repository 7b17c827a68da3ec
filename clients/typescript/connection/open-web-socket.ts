import { TickbaseError } from '@tickbase/base';
import type { WebSocketLike } from './web-socket-like.ts';

/** The platform's own WebSocket, or the package `ws` where there is none (Node below 22). */
export function openWebSocket(url: string, protocol: string): WebSocketLike | Promise<WebSocketLike> {
  const WebSocket = platformWebSocket();
  return WebSocket ? new WebSocket(url, protocol) : packageWebSocket(url).then((Package) => new Package(url, protocol));
}

type WebSocketClass = new (url: string, protocol: string) => WebSocketLike;

function platformWebSocket(): WebSocketClass | undefined {
  // The DOM's `binaryType` is narrower than what we set it to be able to be; we set 'arraybuffer' alone.
  return (globalThis as { WebSocket?: unknown }).WebSocket as WebSocketClass | undefined;
}

async function packageWebSocket(url: string): Promise<WebSocketClass> {
  try {
    // Not a literal, nor anything that folds into one: bundlers for browsers would otherwise ask for the package.
    const name = ['w', 's'].join('');
    return ((await import(/* @vite-ignore */ name)) as { WebSocket: WebSocketClass }).WebSocket;
  } catch {
    throw new TickbaseError({
      code: 'WEBSOCKET_MISSING',
      what: 'this environment has no WebSocket and the package `ws` is not installed',
      where: url,
      mend: 'install `ws`, use Node 22 or newer, or hand a factory to withWSFn',
    });
  }
}
