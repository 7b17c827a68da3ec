import { spawnSync } from 'node:child_process';
import { setPriority } from 'node:os';

/**
 * Lets this process have the processor only while nobody else wants it, so that on one machine it is the bots who wait and not the server: V8's limit
 * on a function needs a thread of its own in each tick, which a busy core would take milliseconds to begin. On Linux by the idle class of the
 * scheduler (`chrt` of util-linux); elsewhere, or without that program, by a low priority alone.
 */
export function giveWay(): void {
  setPriority(PRIORITY);
  if (process.platform !== 'linux') return;
  spawnSync('chrt', ['--all-tasks', '--idle', '--pid', '0', String(process.pid)], { stdio: 'ignore' });
}

const PRIORITY = 15;
