import { Socket } from 'node:net';

/** Ends this process as by TERM when the benchmark that started it is gone: its end of the pipe closes with it. Started by hand, it stays. */
export function endWithParent(): void {
  const { stdin } = process;
  if (!(stdin instanceof Socket)) return;
  stdin.on('end', () => process.kill(process.pid, 'SIGTERM')).resume();
  stdin.unref(); // to wait for it is no reason to stay
}
