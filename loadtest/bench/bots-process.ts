/**
 * Light bots in a process of their own. Arguments: URI COUNT MODE, MODE `wander` (join, watch, steer 20 times a second), `counting` (the same,
 * and every piece is decoded to count its updates) or `bare` (the floor's input, a few bytes). They have the processor only while nobody else
 * wants it. Speaks in lines: `ready`, and for each line `counts` on its input one `counts JSON`.
 */
import { createInterface } from 'node:readline';
import { ByteWriter } from '@tickbase/base';
import { WebSocket } from 'ws';
import { frameBytes } from '../frame-bytes.ts';
import { giveWay } from '../give-way.ts';
import { LightBot, type LightBotCounts } from '../light-bot.ts';
import { endWithParent } from './end-with-parent.ts';
import { sumOfCounts } from './sum-of-counts.ts';

const [uri = '', countText = '0', mode = 'wander'] = process.argv.slice(2);
const count = Number(countText);
/** What the floor's clients send: an input of this many bytes. */
const BARE_INPUT_BYTES = 24;
const INPUT_PERIOD_MS = 50;
/** So many come at once: a welcome waits for the next tick. */
const JOINING = 50;

endWithParent();
giveWay();

const totals: () => LightBotCounts = mode === 'bare' ? await startBare() : await startWander(mode === 'counting');
createInterface({ input: process.stdin }).on('line', (line) => {
  if (line === 'counts') process.stdout.write(`counts ${JSON.stringify(totals())}\n`);
});
process.stdout.write('ready\n');

async function startWander(isCounting: boolean): Promise<() => LightBotCounts> {
  const bots: LightBot[] = [];
  while (bots.length < count) {
    const coming = Array.from({ length: Math.min(JOINING, count - bots.length) }, () => new LightBot(uri, isCounting));
    await Promise.all(coming.map((bot) => bot.live()));
    for (const bot of coming) {
      bot.send([
        bot.callItem('join', new Uint8Array(0)),
        { kind: 'subscribe', querySetId: 1, queries: ['SELECT * FROM mover'] },
      ]);
    }
    bots.push(...coming);
  }
  const args = new ByteWriter(16);
  let turn = 0n;
  everyBotOnceAPeriod(bots, (bot) => {
    args.reset();
    args.f32(Math.random() * 6);
    args.u64(turn++);
    bot.send([bot.callItem('steer', args.copy())]);
  });
  return () => sumOfCounts(bots.map((bot) => bot.counts));
}

async function startBare(): Promise<() => LightBotCounts> {
  const counts: LightBotCounts = { messages: 0, bytes: 0, updates: 0, results: 0, refusals: 0 };
  const sockets: WebSocket[] = [];
  for (let i = 0; i < count; i++) {
    const socket = new WebSocket(uri, { perMessageDeflate: false });
    socket.on('message', (data: Buffer) => {
      counts.messages += 1;
      counts.bytes += frameBytes(data.length);
    });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    sockets.push(socket);
  }
  const input = new Uint8Array(BARE_INPUT_BYTES);
  everyBotOnceAPeriod(sockets, (socket) => socket.send(input));
  return () => ({ ...counts });
}

/** Spreads the bots' inputs over the period, as players' inputs are. */
function everyBotOnceAPeriod<T>(bots: readonly T[], act: (bot: T) => void): void {
  const startMs = performance.now();
  let doneCount = 0;
  setInterval(() => {
    const dueCount = Math.floor(((performance.now() - startMs) / INPUT_PERIOD_MS) * bots.length);
    for (; doneCount < dueCount; doneCount++) act(bots[doneCount % bots.length]!);
  }, 5);
}
