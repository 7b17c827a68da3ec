import { fileURLToPath } from 'node:url';
import type { Scenario } from './scenario.ts';

const ROOM_MEMBERS = 20;
const LINE_MS = 2000;

/** Rooms of twenty: each member sees who is there and the last fifty lines, and says one every two seconds. */
export const chat: Scenario = {
  name: 'chat',
  modulePath: fileURLToPath(new URL('../modules/chat', import.meta.url)),
  database: 'chat',
  joinsPerSecond: 100,
  settleMs: 2000,
  tables: ['member', 'line'],
  only: (number) => {
    const here = { column: 'room', value: roomOf(number) };
    return new Map([
      ['member', here],
      ['line', here],
    ]);
  },
  join: (player) => player.call('join', { room: roomOf(player.number), name: `talker ${player.number}` }),
  play: (player) => {
    let lineCount = 0;
    player.every(LINE_MS, () => void player.call('say', { text: `this is line ${++lineCount} of ${player.number}` }));
  },
  centresOf: () => [],
  writtenBy: () => new Map(),
};

function roomOf(number: number): number {
  return Math.floor(number / ROOM_MEMBERS);
}
