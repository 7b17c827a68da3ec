import { adaptWebSocket } from './adapt-web-socket.ts';
import type { ConnectionEnvironment } from './connection-environment.ts';
import { openWebSocket } from './open-web-socket.ts';
import type { WebSocketFactory } from './web-socket-like.ts';

/** The real world: browsers, Node 20 and newer. */
export function defaultEnvironment(factory: WebSocketFactory | null): ConnectionEnvironment {
  return {
    nowMs: () => performance.now(),
    random: () => Math.random(),
    setTimer: (afterMs, run) => {
      const timer = setTimeout(run, afterMs);
      return () => clearTimeout(timer);
    },
    defer: (run) => queueMicrotask(run),
    openSocket: (url, protocol, events) => adaptWebSocket(factory ?? openWebSocket, url, protocol, events),
    onWakeUp: watchWakeUps,
    request: (url, init) => fetch(url, init),
    // oxlint-disable-next-line no-console -- an error of a callback has nobody else to go to
    report: (error) => console.error(error),
  };
}

function watchWakeUps(run: (isNetwork: boolean) => void): () => void {
  // Node has none of the two.
  const page: Document | undefined = globalThis.document;
  const onVisible = (): void => {
    if (page?.visibilityState === 'visible') run(false);
  };
  const onOnline = (): void => run(true);
  globalThis.addEventListener?.('online', onOnline);
  page?.addEventListener('visibilitychange', onVisible);
  return () => {
    globalThis.removeEventListener?.('online', onOnline);
    page?.removeEventListener('visibilitychange', onVisible);
  };
}
