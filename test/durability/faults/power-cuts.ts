import { Prng } from '@tickbase/base';
import { FaultScene } from './fault-scene.ts';
import { MountSpace } from './mount-space.ts';
import { SINGLE_THREAD, straced } from './strace.ts';

export interface PowerCutOptions {
  readonly seed: number;
  readonly rounds: number;
  /** Syncs say success and keep nothing, to show that this is found. */
  readonly isDiskLying?: boolean;
  readonly tell: (line: string) => void;
}

/**
 * Cuts the power of an ext4 file system on which a server works, again and again: what was not synced is gone. Each time the server comes
 * back on what is left, and everything that was confirmed must be there.
 */
export async function cutPowerAgain({ seed, rounds, isDiskLying = false, tell }: PowerCutOptions): Promise<void> {
  const prng = new Prng(seed);
  const space = await MountSpace.open();
  const place = space.mountImage(IMAGE_BYTES);
  const scene = new FaultScene({
    dataDir: place,
    noteBytesMax: 900,
    serve: {
      server: {
        segmentBytes: 128 * 1024,
        snapshotSchedule: { logBytes: 150 * 1024, intervalMs: 500, retryMs: 100 },
        snapshotRetention: { countMin: 2, countMax: 2, bytesMax: 1 << 20, ageMsMax: 3_600_000 },
      },
    },
  });
  const { crew } = scene;
  const lies = isDiskLying ? straced('fdatasync:retval=0') : [];
  const how = { wrapper: [...space.wrapper, ...lies], env: isDiskLying ? SINGLE_THREAD : {} };
  try {
    await scene.start(how);
    for (let round = 1; round <= rounds; round++) {
      const before = crew.confirmedCount;
      await scene.confirms(Math.floor(2 ** (prng.float() * 9)));
      space.cutPower(place);
      // It may go on for a while, and must not confirm anything that is lost.
      await crew.until(() => scene.server.hasEnded, prng.int(0, 100));
      await scene.kill();
      tell(`power cut ${round}: after ${crew.confirmedCount - before} confirmations`);
      space.unmount(place);
      space.remountImage(place);
      await scene.start(how);
      await scene.audit();
    }
  } catch (error) {
    throw new Error(`power cuts, seed ${seed}: ${(error as Error).message}`, { cause: error });
  } finally {
    await scene.close();
    await space.close();
  }
}

const IMAGE_BYTES = 32 << 20;
