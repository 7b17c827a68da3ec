import { closeSync, constants, openSync } from 'node:fs';
import { join } from 'node:path';
import { TickbaseError } from '@tickbase/base';

/** The way to the socket of a data folder, to be released when it has been bound, or connected to and closed. */
export interface ControlPath {
  readonly path: string;
  readonly release: () => void;
}

export const CONTROL_SOCKET = 'control.sock';

/**
 * An address of a Unix socket holds some hundred bytes. On Linux a longer path is gone by way of the opened folder, elsewhere it is refused with
 * CONTROL_PATH.
 */
export function controlPath(folder: string): ControlPath {
  const path = join(folder, CONTROL_SOCKET);
  if (Buffer.byteLength(path) <= ADDRESS_BYTES_MAX) return { path, release: () => {} };
  if (process.platform !== 'linux') {
    throw new TickbaseError({
      code: 'CONTROL_PATH',
      what: `the path of the data folder is longer than the ${ADDRESS_BYTES_MAX} bytes that this system allows a socket`,
      where: path,
      mend: 'give a data folder with a shorter path with --data-dir',
    });
  }
  const descriptor = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  return { path: `/proc/self/fd/${descriptor}/${CONTROL_SOCKET}`, release: () => closeSync(descriptor) };
}

/** `sun_path` less its closing zero: 108 bytes on Linux, 104 on macOS and the BSDs. */
const ADDRESS_BYTES_MAX = process.platform === 'linux' ? 107 : 103;
