import { afterEach, expect, test } from 'vitest';
import { FaultScene } from './fault-scene.ts';
import { isMountingPossible, MountSpace, needsMounts } from './mount-space.ts';

let space: MountSpace;
let scene: FaultScene;

afterEach(async () => {
  await scene?.close();
  await space?.close();
});

const withMounts = test.skipIf(!isMountingPossible);

async function onTmpfs(size: string): Promise<string> {
  space = await MountSpace.open();
  const dataDir = space.mountTmpfs(size);
  scene = new FaultScene({
    dataDir,
    noteBytesMax: 1500,
    refusals: ['DISK_FULL'],
    serve: { server: { segmentBytes: 1 << 20 } },
  });
  return dataDir;
}

/** 3.4 (10) of the list in docs/operating/durability.md. */
withMounts(needsMounts('on a full disk calls are refused and reading goes on, until there is room again'), async () => {
  const dataDir = await onTmpfs('12m');
  await scene.start({ wrapper: space.wrapper });
  // Past the first files of the log, which are small: the reserve of a large one has room for all that is in flight.
  await scene.confirms(400);

  space.fill(dataDir);
  const { crew } = scene;
  await crew.until(() => crew.outcomeCount('DISK_FULL') > 50);
  expect(crew.outcomeCount('DISK_FULL')).toBeGreaterThan(50);
  await scene.audit(); // queries are answered, and nothing that was refused has left a trace

  space.makeRoom(dataDir);
  await scene.confirms(50);
  await scene.audit();

  await scene.kill();
  await scene.start({ wrapper: space.wrapper });
  await scene.audit();
});

withMounts(needsMounts('a server that is killed while the disk is full keeps all that it confirmed'), async () => {
  const dataDir = await onTmpfs('12m');
  await scene.start({ wrapper: space.wrapper });
  const { crew } = scene;
  for (let i = 0; i < 3; i++) {
    await scene.confirms(10 + 40 * i);
    space.fill(dataDir);
    const refused = crew.outcomeCount('DISK_FULL');
    await crew.until(() => crew.outcomeCount('DISK_FULL') > refused);
    await scene.kill();
    space.makeRoom(dataDir);
    await scene.start({ wrapper: space.wrapper });
    await scene.audit();
  }
});
