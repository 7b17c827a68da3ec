import { createConnection } from 'node:net';
import { TickbaseError } from '@tickbase/base';
import { CONTROL_VERSION, type ControlLine, LineGatherer } from './control-lines.ts';
import { controlPath } from './control-path.ts';

/**
 * Gives an order to the server that runs on a data folder, and returns its answer. `tell` gets the lines of progress. Rejects with the server's error, with
 * CONTROL_NO_SERVER when none runs there, CONTROL_FORBIDDEN when it is another user's, or CONTROL_LOST when it ended before it answered.
 */
export async function sendOrder(
  folder: string,
  order: string,
  options: Readonly<Record<string, unknown>>,
  tell: (text: string) => void = () => {},
): Promise<Readonly<Record<string, unknown>>> {
  const path = pathOf(folder);
  try {
    return await new Promise((resolve, reject) => {
      const socket = createConnection(path.path);
      const lines = new LineGatherer(ANSWER_BYTES_MAX);
      let isConnected = false;
      socket.on('connect', () => {
        isConnected = true;
        socket.write(`${JSON.stringify({ control: CONTROL_VERSION, order, options })}\n`);
      });
      socket.on('error', (error: NodeJS.ErrnoException) =>
        reject(isConnected ? lost(folder, error.message) : unreachable(folder, error)),
      );
      socket.on('close', () => reject(lost(folder, 'the connection was closed')));
      socket.on('data', (bytes) => {
        const found = lines.take(bytes);
        if (found === null) socket.destroy(new Error('its answer is too long'));
        for (const text of found ?? []) {
          const line = JSON.parse(text) as ControlLine;
          if ('progress' in line) tell(line.progress);
          else if ('answer' in line) resolve(line.answer);
          else reject(new TickbaseError(line.error));
        }
      });
    });
  } finally {
    path.release();
  }
}

/** A plan of many steps is longer than an order. */
const ANSWER_BYTES_MAX = 16 << 20;

function pathOf(folder: string): ReturnType<typeof controlPath> {
  try {
    return controlPath(folder);
  } catch (error) {
    throw error instanceof TickbaseError ? error : unreachable(folder, error as NodeJS.ErrnoException);
  }
}

function unreachable(folder: string, error: NodeJS.ErrnoException): TickbaseError {
  if (error.code === 'EACCES' || error.code === 'EPERM') {
    return new TickbaseError({
      code: 'CONTROL_FORBIDDEN',
      what: 'the server of this data folder belongs to another user',
      where: folder,
      mend: 'give the order as the user who started the server',
    });
  }
  return new TickbaseError({
    code: 'CONTROL_NO_SERVER',
    what: `no server runs on this data folder (${error.code ?? error.message})`,
    where: folder,
    mend: 'start one with `tickbase start`, or give the folder of the one that runs with --data-dir',
  });
}

function lost(folder: string, why: string): TickbaseError {
  return new TickbaseError({
    code: 'CONTROL_LOST',
    what: `the server ended before it answered: ${why}`,
    where: folder,
    mend: 'see the log of the server; whether the order was done shows when it runs again',
  });
}
