/** `npm run example:chat -- --port N`: bundles the page and starts the module as a server that serves it. */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { serverLog, startServer, stopOnSignals } from '@tickbase/runtime';
import { buildPage } from './build-page.ts';

const folder = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const PAGE_OUT_DIR = folder('dist/page');
const DATA_DIR = process.env['TICKBASE_DATA_DIR'] || undefined;

const { port } = parseArgs({ options: { port: { type: 'string' } } }).values;

try {
  await buildPage(folder('page'), PAGE_OUT_DIR);
  const server = await startServer({
    modulePath: folder('.'),
    database: 'chat-react',
    port: Number(port ?? 3000),
    portOrigin: port === undefined ? 'default' : 'flag',
    ...(DATA_DIR === undefined ? {} : { dataDir: DATA_DIR }),
    staticDir: PAGE_OUT_DIR,
    log: serverLog({ isForPeople: true, level: 'warn', write: (text) => void process.stderr.write(text) }),
  });
  console.log(`\n  The chat is at ${server.address}\n  Open it in two windows. Ctrl-C stops it.\n`);
  process.exitCode = await stopOnSignals(server);
} catch (error) {
  console.error(String(error));
  process.exitCode = 1;
}
