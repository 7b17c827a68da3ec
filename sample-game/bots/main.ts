/**
 * The bots' process: `main.ts URI COUNT`. Says `joined N` on its output each time one more bot is in the world. Ends when its
 * input is closed, so that it never outlives the server that started it; a bot that loses its place ends the whole
 * process with status 1, and the starter starts it again.
 */
import { Bot } from './bot.ts';
import { botName } from './names.ts';

/** Bots come one after another, as players do. */
const BETWEEN_BOTS_MS = 60;

const [uri = '', countText = '0'] = process.argv.slice(2);
const bots: Bot[] = [];
let joinedCount = 0;
let isLeaving = false;

// The terminal sends Ctrl-C to all processes; the starter says when it is time to go.
process.on('SIGINT', () => undefined);
process.stdin.on('end', leave).on('error', leave).resume();

addBot();

function addBot(): void {
  if (isLeaving || bots.length >= Number(countText)) return;
  bots.push(
    new Bot(uri, botName(bots.length), {
      joined: () => process.stdout.write(`joined ${++joinedCount}\n`),
      ended: (reason) => {
        if (isLeaving) return;
        process.stderr.write(`${reason}\n`);
        process.exitCode = 1;
        leave();
      },
    }),
  );
  setTimeout(addBot, BETWEEN_BOTS_MS);
}

function leave(): void {
  if (isLeaving) return;
  isLeaving = true;
  for (const bot of bots) bot.leave();
  process.stdin.destroy();
}
