import { isAbsolute, join } from 'node:path';
import { TickbaseError } from '@tickbase/base';
import { type Disk, snapshotName, writeBackup } from '../../storage/index.ts';
import type { ControlHandler } from '../control/index.ts';
import { SNAPSHOT_FOLDER } from './open-database.ts';
import type { WorldStorage } from './world-storage.ts';

/** The order `backup` with `to`, the absolute path of a new or empty folder: a snapshot of the world as it is now, and who the database is. */
export function backupOrder(parts: {
  readonly disk: Disk;
  readonly dataDir: string;
  readonly database: string;
  readonly storage: WorldStorage;
}): ControlHandler {
  const { disk, dataDir, database, storage } = parts;
  return async ({ to }, tell) => {
    if (typeof to !== 'string' || !isAbsolute(to)) {
      throw new TickbaseError({
        code: 'CONTROL_ORDER',
        what: '`to` of a backup is no absolute path',
        where: 'the order',
        mend: 'give the path of a new or empty folder',
      });
    }
    tell('a snapshot of the world is being written');
    const snapshot = await storage.takeSnapshot();
    tell('it is being copied');
    const name = join(SNAPSHOT_FOLDER, snapshotName(snapshot.head.tick));
    const { tick, time, files } = await writeBackup({ disk, dataDir, snapshot, snapshotName: name, to, database });
    return { database, tick, time, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
  };
}
