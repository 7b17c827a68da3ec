import { expect, test } from 'vitest';
import { nearestName } from './nearest-name.ts';

const FLAGS = ['port', 'bots', 'host', 'module-path', 'data-dir'];

test('a name with a small slip is told from the others', () => {
  const rows: [slip: string, meant: string][] = [
    ['prot', 'port'], // two letters changed places
    ['prt', 'port'],
    ['ports', 'port'],
    ['bolts', 'bots'],
    ['bot', 'bots'],
    ['Port', 'port'],
    ['modul-paht', 'module-path'],
    ['data-dri', 'data-dir'],
  ];
  for (const [slip, meant] of rows) expect(nearestName(slip, FLAGS), slip).toBe(meant);
});

test('what is near to none is not guessed', () => {
  for (const name of ['', 'p', 'x', 'bogus', 'colour', 'path']) expect(nearestName(name, FLAGS), name).toBeNull();
});
