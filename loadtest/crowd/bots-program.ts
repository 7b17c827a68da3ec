/**
 * Light bots in a process of their own, the same for each server of the comparison. Arguments: KIND PORT FROM TO LAND_M, the players FROM up to TO of a land of
 * that edge. Takes the line `paths JSON` (where each connects), says `ready` when all are in, and answers `counts` with `counts JSON` (BotCounts); when one of
 * them loses its link it says `lost WHY` and ends. They have the processor only while nobody else wants it. As a game's loop does, each takes what
 * has come when its next input is due: to look at a socket for each message, and through the event loop, would cost more of the cores that the
 * server is on.
 */
import { createInterface } from 'node:readline';
import { endWithParent } from '../bench/end-with-parent.ts';
import { giveWay } from '../give-way.ts';
import { headingOf, TICK_RATE } from '../modules/crowd/src/motion.ts';
import type { BotCounts } from './bot-crews.ts';
import { type BotKind, type BotProtocol, protocolOf } from './bot-protocols.ts';
import { RawLink } from './raw-link.ts';

const INPUT_PERIOD_MS = 1000 / TICK_RATE;
/** Between two looks at whose input is due. */
const NAP_MS = 5;
/** So many come at once. */
const JOINING = 200;

const [kind = '', portText, fromText, toText, landText] = process.argv.slice(2);
const [port, from, to, landM] = [portText, fromText, toText, landText].map(Number) as [number, number, number, number];
const bots: Bot[] = [];

giveWay();
createInterface({ input: process.stdin }).on('line', (line) => {
  if (line.startsWith('paths ')) void enter(JSON.parse(line.slice(6)) as string[]);
  else if (line === 'counts') process.stdout.write(`counts ${JSON.stringify(counts())}\n`);
});

interface Bot {
  readonly player: number;
  readonly link: RawLink;
  readonly protocol: BotProtocol;
  turn: number;
}

async function enter(paths: readonly string[]): Promise<void> {
  endWithParent(); // until now it waits for its line
  play();
  for (let player = from; player < to; player += JOINING) {
    await Promise.all(Array.from({ length: Math.min(JOINING, to - player) }, (_, i) => join(player + i, paths)));
  }
  process.stdout.write('ready\n');
}

function join(player: number, paths: readonly string[]): Promise<void> {
  const protocol = protocolOf(kind as BotKind, player, landM);
  return new Promise((resolve) => {
    const link: RawLink = new RawLink(port, paths[player - from]!, protocol.subprotocol, {
      open: () => protocol.open(link),
      message: (bytes) => {
        if (!protocol.message(link, bytes)) return;
        link.wantsMessages = false;
        link.leaveLoop();
        bots.push({ player, link, protocol, turn: 0 });
        resolve();
      },
      peek: (bytes, start) => protocol.peek(bytes, start),
      lost: (why) => {
        process.stdout.write(`lost player ${player}: ${why}\n`, () => process.exit(1));
      },
    });
  });
}

/** Each that is in takes what has come and says an input in each period, one after another. */
function play(): void {
  const startMs = performance.now();
  const never = new Int32Array(new SharedArrayBuffer(4));
  let doneCount = 0;
  const turn = (): void => {
    const dueCount = Math.floor(((performance.now() - startMs) / INPUT_PERIOD_MS) * bots.length);
    // Bots that had to wait for the processor make up for one period, not for more.
    doneCount = Math.max(doneCount, dueCount - bots.length);
    for (; doneCount < dueCount; doneCount++) {
      const bot = bots[doneCount % bots.length]!;
      bot.link.read();
      bot.protocol.input(bot.link, headingOf(bot.player, bot.turn), bot.turn);
      bot.turn++;
    }
    Atomics.wait(never, 0, 0, NAP_MS);
    setImmediate(turn);
  };
  turn();
}

function counts(): BotCounts {
  const total = { inputs: 0, messages: 0, bytes: 0 };
  for (const { link, turn } of bots) {
    total.inputs += turn;
    total.messages += link.counts.messages;
    total.bytes += link.counts.bytes;
  }
  return total;
}
