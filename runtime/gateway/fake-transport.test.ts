import { FakeTransport } from './testing/fake-transport.ts';
import { socketConformance } from './testing/socket-conformance.ts';

socketConformance('the fake transport', async (events) => {
  const transport = new FakeTransport(events, 1024 * 1024);
  return {
    async connect() {
      const peer = transport.connect();
      return {
        send: (bytes) => peer.send(bytes),
        sendText: (text) => peer.send(Buffer.from(text), false),
        close: (code) => peer.close(code),
        cut: () => peer.cut(),
        stall: () => peer.stall(),
        drain: () => peer.drain(),
        messages: () => peer.messages,
        closed: () => (peer.isClosed ? { code: peer.closeCode, reason: peer.closeReason } : null),
      };
    },
    async stop() {},
  };
});
