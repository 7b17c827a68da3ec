import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { FaultScene } from './fault-scene.ts';
import { isStraceHere, needsStrace, SINGLE_THREAD, straced } from './strace.ts';

/** Numbers in titles are those of docs/operating/durability.md. Segments are small, so that calls of all kinds come up soon. */
const SERVE = { server: { segmentBytes: 128 * 1024 } };

let scene: FaultScene;

afterEach(() => scene?.close());

describe.skipIf(!isStraceHere)(needsStrace('a disk that fails'), () => {
  /** Faults one after another on the same folder; each is at the n-th system call of its kind since the start. */
  const FAULTS: readonly string[] = [
    'fdatasync:error=EIO:when=12',
    'fdatasync:error=EIO:when=1',
    'pwrite64:error=EIO:when=40',
    'pwrite64:error=ESTALE:when=33',
    'pwrite64:error=EROFS:when=27',
  ];

  test('(8, 9, 11) each time the process says so and ends, confirms nothing after it, and the next one goes on', async () => {
    scene = new FaultScene({ serve: SERVE });
    await scene.start();
    await scene.confirms(20);
    for (const fault of FAULTS) {
      await scene.kill();
      const { status, said } = await scene.lifeWith({ wrapper: straced(fault), env: SINGLE_THREAD });
      expect(said, fault).toContain('LOG_WRITE_FAILED');
      expect(status, fault).toBe(1);
    }
    await scene.start();
    await scene.audit();
  });

  test('(8) a segment that cannot be opened for another reason than a full disk ends the process, too', async () => {
    scene = new FaultScene({ serve: SERVE, noteBytesMax: 1500 });
    await scene.start();
    await scene.confirms(20);
    const segments = Array.from({ length: 60 }, (_, i) =>
      join(scene.dataDir, 'log', `${String(i + 1).padStart(10, '0')}.log`),
    );
    // Calls on any of the files are counted: the first ones read them, later ones make them.
    for (const fault of ['openat:error=EMFILE:when=1', 'openat:error=EIO:when=9', 'openat:error=EMFILE:when=14']) {
      await scene.kill();
      const { status, said } = await scene.lifeWith({ wrapper: straced(fault, segments), env: SINGLE_THREAD });
      expect(said, fault).toMatch(/LOG_[A-Z]+_FAILED/);
      expect(status, fault).toBe(1);
    }
    await scene.start();
    await scene.audit();
  });

  test('(8) a snapshot that cannot be renamed ends nothing, and another one follows', async () => {
    const snapshotSchedule = { logBytes: 20_000, intervalMs: 200, retryMs: 100 };
    scene = new FaultScene({ serve: { server: { ...SERVE.server, snapshotSchedule } } });
    await scene.start();
    await scene.kill();
    // The second rename and every other one after it: files that are replaced at the start come first.
    await scene.start({ wrapper: straced('rename:error=EIO:when=2+2'), env: SINGLE_THREAD });
    scene.crew.busy(true);
    const { server } = scene;
    await scene.crew.until(() => /SNAPSHOT_NOT_WRITTEN[^]*a snapshot was written/.test(server.out));
    expect(server.out).toMatch(/SNAPSHOT_NOT_WRITTEN[^]*a snapshot was written/);
    await scene.audit();
    await scene.kill();
    await scene.start();
    await scene.audit();
  });

  test('a write that takes less than it was given is written again as a whole', async () => {
    scene = new FaultScene({ serve: SERVE, refusals: ['DISK_FULL'] });
    await scene.start({ wrapper: straced('pwrite64:retval=100:when=40+60'), env: SINGLE_THREAD });
    await scene.confirms(100);
    await scene.kill();
    await scene.start();
    await scene.audit();
  });

  test('(2) killed at the n-th system call, whichever that is', async () => {
    scene = new FaultScene({ serve: SERVE, noteBytesMax: 900 });
    await scene.start();
    await scene.confirms(20);
    for (let i = 0; i < KILLS; i++) {
      await scene.kill();
      const call = ['pwrite64', 'fdatasync', 'fsync', 'ftruncate', 'pread64', 'unlink'][i % 6]!;
      const nth = 1 + Math.floor(2 ** (Math.random() * (call.startsWith('p') ? 6 : 4)) - 1);
      await scene.launch({ wrapper: straced(`${call}:signal=KILL:when=${nth}`), env: SINGLE_THREAD });
      const told = await scene.server.told;
      if (told !== 'ended' && told.kind === 'listening') {
        await scene.crew.board(told.port);
        scene.crew.busy(true);
        await scene.crew.until(() => scene.server.hasEnded, 500);
      }
    }
    await scene.kill();
    await scene.start();
    await scene.audit();
  });

  test('(13) a disk that sleeps for seconds: the tick goes on, nothing is confirmed meanwhile, everything is afterwards', async () => {
    scene = new FaultScene({ world: 'ledger/ticking', serve: SERVE });
    const sleep = 'fdatasync:delay_enter=4000000:when=60';
    await scene.start({ wrapper: straced(sleep), env: SINGLE_THREAD });
    const { crew } = scene;
    const unconfirmed = crew.clients.at(-1)!;
    crew.busy(true);
    const toldCount = (): number => unconfirmed.outcomes.get('committed') ?? 0;
    // A client without confirmed results gets far ahead of all that are confirmed: the disk is asleep, and the world is not.
    let confirmed = -1;
    let told = 0;
    await crew.until(() => {
      if (crew.confirmedCount !== confirmed) {
        confirmed = crew.confirmedCount;
        told = toldCount();
      }
      return toldCount() > told + 200;
    });
    expect(toldCount()).toBeGreaterThan(told + 200);
    await scene.confirms(100);
    await scene.audit();
  });
});

/** Some more in each life, by chance. */
const KILLS = 6;
