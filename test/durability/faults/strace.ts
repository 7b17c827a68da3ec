import { spawnSync } from 'node:child_process';

export const isStraceHere = spawnSync('strace', ['-V'], { stdio: 'ignore' }).status === 0;

/** A title for tests that need strace: where it is missing, it says what to do. */
export function needsStrace(title: string): string {
  return isStraceHere ? title : `${title} (needs strace: npm run setup:system)`;
}

/**
 * A program run by strace with faults in its system calls, as `fdatasync:error=EIO:when=4`. Calls are counted for each thread, so the
 * program's disk work has to be done by one (SINGLE_THREAD). `paths`: only calls on these files are counted.
 */
export function straced(fault: string, paths: readonly string[] = []): readonly string[] {
  const [call] = fault.split(':');
  const only = paths.flatMap((path) => ['-P', path]);
  return ['strace', '-f', '-qq', '-o', '/dev/null', ...only, '-e', `trace=${call}`, '-e', `inject=${fault}`, '--'];
}

export const SINGLE_THREAD = { UV_THREADPOOL_SIZE: '1', UV_USE_IO_URING: '0' };
