import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { FaultScene } from './fault-scene.ts';
import { isMountingPossible, MountSpace, needsMounts } from './mount-space.ts';

/** Numbers in titles are those of docs/operating/durability.md. */
let scene: FaultScene;

afterEach(() => scene?.close());

test('(21) a second server on the folder is refused, and a killed one leaves no lock', async () => {
  scene = new FaultScene();
  await scene.start();
  const second = new FaultScene({ dataDir: scene.dataDir });
  expect(await second.refusal()).toContain('DATA_DIR_IN_USE');
  await second.close();
  await scene.confirms(10);
  await scene.kill();
  await scene.start();
  await scene.audit();
});

test('(26) the machine’s clock is set back by an hour, and forward by ten years: the world’s time only grows', async () => {
  scene = new FaultScene();
  const hourS = 3600;
  for (const clockAheadS of [0, -hourS, 10 * 365 * 24 * hourS, 0]) {
    await scene.start({}, { clockAheadS });
    await scene.confirms(20);
    await scene.kill();
  }
  await scene.start();
  await scene.audit();
});

test('(11) a limit on file sizes below that of a segment is told at the start, and costs nothing', async () => {
  scene = new FaultScene({ serve: { server: { segmentBytes: 512 * 1024 } } });
  await scene.start();
  await scene.confirms(20);
  await scene.kill();
  const wrapper = ['bash', '-c', 'ulimit -f 200; exec "$@"', 'limited'];
  expect(await scene.refusal({ wrapper })).toMatch(/LOG_WRITE_FAILED|LOG_DISK_FULL/);
  await scene.start();
  await scene.audit();
});

test.skipIf(!isMountingPossible)(
  needsMounts('(11) a folder that cannot be written is told at the start, and what is in it stays as it is'),
  async () => {
    const space = await MountSpace.open();
    const folder = mkdtempSync(join(tmpdir(), 'tickbase-readonly-'));
    try {
      scene = new FaultScene({ dataDir: join(folder, 'data') });
      await scene.start();
      await scene.confirms(20);
      await scene.kill();
      space.run('mount', '--bind', folder, folder);
      space.run('mount', '-o', 'remount,bind,ro', folder);
      expect(await scene.refusal({ wrapper: space.wrapper })).toMatch(/DATA_DIR_UNUSABLE|LOG_WRITE_FAILED/);
      await scene.start();
      await scene.audit();
    } finally {
      await scene.close();
      await space.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
