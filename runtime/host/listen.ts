import { TickbaseError } from '@tickbase/base';
import {
  ListenFailure,
  listenOnThreads,
  listenUws,
  type UwsTransport,
  type UwsTransportOptions,
} from '../gateway/index.ts';

/** Opens the port, or says why not: PORT_IN_USE tells who asked for it. */
export async function listen(
  options: UwsTransportOptions,
  threads: SocketThreads,
  portOrigin: PortOrigin,
): Promise<UwsTransport> {
  try {
    if (threads.count === 0) return await listenUws(options);
    return await listenOnThreads(options, threads.count, threads.onFailure);
  } catch (error) {
    if (!(error instanceof ListenFailure)) throw error;
    const where = `${options.host}:${options.port}, ${ASKED_BY[portOrigin]}`;
    if (error.reason === 'EADDRINUSE') {
      throw new TickbaseError({
        code: 'PORT_IN_USE',
        what: `port ${options.port} is in use by another program`,
        where,
        mend: 'stop that program, or choose another port with --port; 0 takes a free one',
      });
    }
    throw new TickbaseError({
      code: 'LISTEN_FAILED',
      what: `the server cannot listen there: ${error.reason}`,
      // A port that may not be opened is the fault of who chose it; else it is the address.
      where: error.reason === 'EACCES' ? where : `${options.host}:${options.port}`,
      mend: 'give an address of this machine with --host, and a port that this user may open with --port',
    });
  }
}

export interface SocketThreads {
  /** 0: sockets are on the tick's thread. */
  readonly count: number;
  /** One of them ended by itself: SOCKET_THREAD_FAILED. */
  readonly onFailure: (error: TickbaseError) => void;
}

/** Who chose a setting. */
export type PortOrigin = 'flag' | 'environment' | 'file' | 'default' | 'program';

const ASKED_BY: Readonly<Record<PortOrigin, string>> = {
  flag: 'asked for by the flag --port',
  environment: 'asked for by the environment variable TICKBASE_PORT',
  file: 'asked for by "port" in tickbase.json',
  default: 'the default, as no flag, environment variable or file names a port',
  program: 'asked for by the program that starts the server',
};
