import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { BenchProcess } from './child-process.ts';

const BOTS = fileURLToPath(new URL('../crowd/bots-program.ts', import.meta.url));

test('who waits for a line of a process that ends is told what it said last, before its end and after', async () => {
  const crew = new BenchProcess(BOTS, ['json', '1', '0', '1', '100']);
  crew.say('paths ["/0"]');
  const why = /ended with 1 before "ready": lost player 0: connect ECONNREFUSED 127.0.0.1:1/;
  await expect(crew.line('ready')).rejects.toThrow(why);
  await expect(crew.line('ready')).rejects.toThrow(why);
  crew.say('counts');
  await crew.stop();
});

test('a process that a signal has ended is not waited for', async () => {
  const crew = new BenchProcess(BOTS, ['json', '1', '0', '1', '100']);
  process.kill(crew.pid, 'SIGKILL');
  await expect(crew.line('ready')).rejects.toThrow(/ended with SIGKILL before "ready"/);
  await crew.stop();
});
