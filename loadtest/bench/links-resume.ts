import { setTimeout as wait } from 'node:timers/promises';
import { ConnectionMeter } from '@tickbase/client';
import { DbConnection, tables } from '../modules/links/module_bindings/index.ts';
import type { LinksProxy } from './links-proxy.ts';

const GAP_MS = 5000;
/** The walkers' steps within the gap. */
const STEPS = 20;

/**
 * Bytes that a resume after a gap brings, beside a fresh load of the same view: handshake and schema included. `every`: one body in so many moves,
 * twenty times, during the gap.
 */
export async function resumeBytes(
  proxy: LinksProxy,
  caller: DbConnection,
  every: number,
): Promise<{ resume: number; fresh: number }> {
  const first = await open(proxy.address);
  await wait(2000); // far cells come after the subscription is complete
  const before = first.meter.bytesReceived;
  const back = new Promise<void>((resolve) => {
    first.connection.onStateChange((state) => {
      if (state === 'live') setTimeout(resolve, 500);
    });
  });
  // The last link is this client's; it cannot come back until the gap is over.
  proxy.hold();
  proxy.links.at(-1)!.cut();
  for (let step = 0; step < STEPS; step++) {
    await caller.reducers.walk({ every });
    await wait(GAP_MS / STEPS);
  }
  proxy.release();
  await back;
  const resume = first.meter.bytesReceived - before;
  first.connection.disconnect();
  const second = await open(proxy.address);
  await wait(2000);
  const fresh = second.meter.bytesReceived;
  second.connection.disconnect();
  return { resume, fresh };
}

function open(address: string): Promise<{ connection: DbConnection; meter: ConnectionMeter }> {
  const meter = new ConnectionMeter();
  return new Promise((resolve, reject) => {
    DbConnection.builder()
      .withUri(address)
      .withDatabaseName('links')
      .withMeter(meter)
      .onConnect((connection) => {
        connection
          .subscriptionBuilder()
          .onApplied(() => resolve({ connection, meter }))
          .onError((_context, error) => reject(error))
          .subscribe([tables.body, tables.nameplate]);
      })
      .onConnectError((_context, error) => reject(error))
      .build();
  });
}
