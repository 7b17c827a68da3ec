import { expect, test } from 'vitest';
import { PastSessions } from './past-sessions.ts';
import { GatewayStage } from './testing/gateway-stage.ts';

const past = { identity: 1_000n, connectionId: 0x77n, processed: 5 };

function hello(connectionId: bigint, token: string): object {
  return { token, resume: { epoch: '0000000000000bee', connectionId, resumeToken: 'of an earlier life', lastTick: 9 } };
}

test('a client whose session the server before this one had is told up to which of its calls that one came', () => {
  const idle = { identity: 1_000n, connectionId: 0x78n, processed: 0 };
  const stage = new GatewayStage({ pastSessions: [past, idle] });
  const { token } = stage.join().welcome; // identity 1000
  const other = stage.join().welcome;
  const processed = (connectionId: bigint, by = token): number | null =>
    stage.join(hello(connectionId, by)).welcome.pastCallsProcessed;
  expect(processed(0x77n)).toBe(5);
  expect(processed(0x77n)).toBe(5);
  expect(processed(0x78n)).toBe(0);
  expect(processed(0x79n)).toBe(null);
  expect(processed(0x77n, other.token)).toBe(null);
  expect([other.isResumed, other.pastCallsProcessed]).toEqual([false, null]);
});

test('a resume within one life tells nothing of the past', () => {
  const stage = new GatewayStage({ pastSessions: [past] });
  const client = stage.join();
  client.peer.cut();
  const back = stage.join(client.resumeHello());
  expect([back.welcome.isResumed, back.welcome.pastCallsProcessed]).toEqual([true, null]);
});

test('after an hour nobody comes back, and what is known of the past is forgotten', () => {
  const stage = new GatewayStage({ pastSessions: [past] });
  const { token } = stage.join().welcome;
  stage.nowMs += 3_600_001;
  stage.gateway.sweep();
  expect(stage.join(hello(0x77n, token)).welcome.pastCallsProcessed).toBe(null);
});

test('of very many sessions the newest are kept; of one that is named twice the last counts', () => {
  const sessions = Array.from({ length: 50_000 }, (_, i) => ({ ...past, connectionId: BigInt(i), processed: i }));
  const kept = new PastSessions([...sessions, { ...past, connectionId: 30_000n, processed: 3 }]);
  expect(kept.count).toBe(40_000);
  expect([9_999n, 10_001n, 30_000n, 49_999n].map((id) => kept.processedOf(id, 1_000n))).toEqual([
    null,
    10_001,
    3,
    49_999,
  ]);
});
