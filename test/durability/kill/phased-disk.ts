import type { Disk, DiskFile } from '../../../runtime/storage/disk/disk.ts';
import type { Phase, PhaseBoard } from './phase-board.ts';
import type { Aim } from './serve-messages.ts';

/** A disk that notes on a board what it is being asked, and kills its process where an aim says so. */
export class PhasedDisk implements Disk {
  readonly #disk: Disk;
  readonly #watch: Watch;

  constructor(disk: Disk, board: PhaseBoard | null, aim: Aim | null) {
    this.#disk = disk;
    this.#watch = new Watch(board, aim);
  }

  /** The server lets clients in: what is read from now on is no recovery. */
  listening(): void {
    this.#watch.isRecovering = false;
  }

  async open(path: string, mode: 'read' | 'write' | 'create'): Promise<DiskFile> {
    const file = await this.#watch.during(phaseOf(path, mode), () => this.#disk.open(path, mode));
    // A segment is being made until it is synced for the first time.
    return new PhasedFile(file, path, this.#watch, mode === 'create');
  }

  rename(from: string, to: string): Promise<void> {
    return this.#watch.during(isSnapshot(to) ? 'snapshot rename' : 'segment made', () => this.#disk.rename(from, to));
  }

  remove(path: string): Promise<void> {
    return this.#watch.during('retention', () => this.#disk.remove(path));
  }

  list(folder: string): Promise<string[]> {
    return this.#watch.during(null, () => this.#disk.list(folder));
  }

  makeFolder(path: string): Promise<void> {
    return this.#watch.during('folder sync', () => this.#disk.makeFolder(path));
  }

  syncFolder(folder: string): Promise<void> {
    return this.#watch.during('folder sync', () => this.#disk.syncFolder(folder));
  }
}

class PhasedFile implements DiskFile {
  readonly #file: DiskFile;
  readonly #isSnapshot: boolean;
  readonly #watch: Watch;
  #isNew: boolean;

  constructor(file: DiskFile, path: string, watch: Watch, isNew: boolean) {
    this.#file = file;
    this.#isSnapshot = isSnapshot(path);
    this.#watch = watch;
    this.#isNew = isNew;
  }

  length(): Promise<number> {
    return this.#file.length();
  }

  read(into: Uint8Array, offset: number): Promise<number> {
    return this.#watch.during(this.#isSnapshot ? 'snapshot check' : null, () => this.#file.read(into, offset));
  }

  write(bytes: Uint8Array, offset: number): Promise<number> {
    const phase = this.#isSnapshot ? 'snapshot write' : this.#isNew ? 'segment made' : 'log write';
    return this.#watch.during(phase, () => this.#file.write(bytes, offset));
  }

  /** Of the log alone. Both phases at once. */
  writeDurably(bytes: Uint8Array, offset: number): Promise<number> {
    const write = (): Promise<number> => this.#file.writeDurably(bytes, offset);
    return this.#watch.during('log write', () => this.#watch.during('log sync', write));
  }

  async sync(): Promise<void> {
    const phase = this.#isSnapshot ? 'snapshot sync' : this.#isNew ? 'segment made' : 'log sync';
    await this.#watch.during(phase, () => this.#file.sync());
    this.#isNew = false;
  }

  truncate(length: number): Promise<void> {
    return this.#watch.during('log cut', () => this.#file.truncate(length));
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

class Watch {
  isRecovering = true;
  readonly #board: PhaseBoard | null;
  readonly #aim: Aim | null;
  #metCount = 0;

  constructor(board: PhaseBoard | null, aim: Aim | null) {
    this.#board = board;
    this.#aim = aim;
  }

  /** `phase`: null: nothing is changed on the disk, so it is of interest during a recovery alone. */
  async during<T>(phase: Phase | null, ask: () => Promise<T>): Promise<T> {
    const met = this.isRecovering && (phase === null || phase === 'snapshot check') ? 'recovery' : phase;
    if (met === null) return ask();
    this.#board?.enter(met);
    try {
      const aim = this.#aim;
      const isAim = aim !== null && aim.phase === met && ++this.#metCount === aim.nth;
      if (isAim && aim.moment === 'before') process.kill(process.pid, 'SIGKILL');
      const asked = ask();
      if (isAim) process.kill(process.pid, 'SIGKILL');
      return await asked;
    } finally {
      this.#board?.leave(met);
    }
  }
}

const isSnapshot = (path: string): boolean => path.includes('/snapshots/');

function phaseOf(path: string, mode: 'read' | 'write' | 'create'): Phase | null {
  if (mode !== 'create') return null;
  return isSnapshot(path) ? 'snapshot write' : 'segment made';
}
