import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A folder with mounts that only its own processes see: a mount namespace, kept by a process that ends with this one. With its last
 * process all mounts and loop devices are gone, whatever ended it.
 */
export class MountSpace {
  /** Where it lies. What is mounted below it is seen through `inside`. */
  readonly folder: string;
  readonly #keeper: ChildProcess;

  private constructor(folder: string, keeper: ChildProcess) {
    this.folder = folder;
    this.#keeper = keeper;
  }

  static async open(): Promise<MountSpace> {
    const folder = mkdtempSync(join(tmpdir(), 'tickbase-mounts-'));
    const keep = ['--mount', '--propagation', 'private', 'sh', '-c', 'echo ready; exec cat'];
    const keeper = spawn('unshare', keep, { stdio: ['pipe', 'pipe', 'inherit'] });
    await new Promise<void>((resolve, reject) => {
      keeper.stdout.once('data', () => resolve());
      keeper.once('error', reject);
      keeper.once('exit', () => reject(new Error('unshare ended')));
    });
    return new MountSpace(folder, keeper);
  }

  /** Runs a program among the mounts: to be put before its name. */
  get wrapper(): readonly string[] {
    return ['nsenter', `--mount=/proc/${this.#keeper.pid}/ns/mnt`, '--'];
  }

  /** The path by which this process sees what the space has there. */
  inside(path: string): string {
    return `/proc/${this.#keeper.pid}/root${path}`;
  }

  run(...command: readonly string[]): string {
    const [program, ...args] = [...this.wrapper, ...command];
    return execFileSync(program!, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }

  /** Returns the folder that it is mounted on. */
  mountTmpfs(size: string): string {
    const place = this.#place('tmpfs');
    this.run('mount', '-t', 'tmpfs', '-o', `size=${size},mode=700`, 'tickbase-test', place);
    return place;
  }

  /** An ext4 file system in a file, by a loop device. Returns the folder that it is mounted on. */
  mountImage(bytes: number): string {
    const image = join(this.folder, 'image');
    writeFileSync(image, '');
    truncateSync(image, bytes);
    execFileSync('mkfs.ext4', ['-q', '-F', image], { stdio: 'ignore' });
    const place = this.#place('ext4');
    this.remountImage(place);
    return place;
  }

  remountImage(place: string): void {
    this.run('mount', '-o', 'loop', join(this.folder, 'image'), place);
  }

  unmount(place: string): void {
    this.run('umount', place);
  }

  /** What was not synced is lost, and nothing is written from now on, as when the power goes (FS_IOC_SHUTDOWN without the journal). */
  cutPower(place: string): void {
    this.run('python3', '-c', CUT_POWER, place);
  }

  /** Takes all room that is left. */
  fill(place: string): void {
    const file = openSync(this.inside(join(place, BALLAST)), 'a');
    try {
      for (const size of [1 << 20, 4096, 1]) {
        const zeros = new Uint8Array(size);
        while (writes(file, zeros));
      }
    } finally {
      closeSync(file);
    }
  }

  /** Gives it back. */
  makeRoom(place: string): void {
    rmSync(this.inside(join(place, BALLAST)), { force: true });
  }

  async close(): Promise<void> {
    const ended = new Promise((settle) => this.#keeper.once('exit', settle));
    this.#keeper.stdin!.end();
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }

  #place(name: string): string {
    const place = join(this.folder, name);
    mkdirSync(place);
    return place;
  }
}

/** What these tests need of the machine. The kernel's part cannot be installed. */
export const isMountingPossible =
  spawnSync('unshare', ['--mount', '--propagation', 'private', 'mount', '-t', 'tmpfs', 'tickbase-test', '/mnt'], {
    stdio: 'ignore',
  }).status === 0;

const isMkfsHere = spawnSync('mkfs.ext4', ['-V'], { stdio: 'ignore' }).status === 0;
export const isLoopPossible =
  isMountingPossible && isMkfsHere && spawnSync('losetup', ['-f'], { stdio: 'ignore' }).status === 0;

/** A title for tests that need mounts: where they cannot be made, it says why. */
export function needsMounts(title: string): string {
  return isMountingPossible ? title : `${title} (kernel facility: this user may not mount here)`;
}

/** The same for tests that need a file system in a file. */
export function needsLoop(title: string): string {
  if (isLoopPossible || !isMountingPossible) return needsMounts(title);
  return `${title} (${isMkfsHere ? 'kernel facility: there is no loop device' : 'needs mkfs.ext4: npm run setup:system'})`;
}

const BALLAST = 'ballast';

function writes(file: number, bytes: Uint8Array): boolean {
  try {
    return writeSync(file, bytes) === bytes.length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
}

/** Refuses all that is not the root of a loop device's file system: on any other this order would stop the machine's own disk. */
const CUT_POWER = `
import fcntl, os, struct, sys
place = sys.argv[1]
device = os.stat(place).st_dev
assert os.path.ismount(place) and os.major(device) == 7, 'not the root of a loop mount'
folder = os.open(place, os.O_RDONLY)
fcntl.ioctl(folder, 0x8004587D, struct.pack('I', 2))
`;
