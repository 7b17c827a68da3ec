/**
 * The server of the durability tests: `serve-program.ts OPTIONS`, a ServeOptions as JSON. It says by message where it listens or why it does
 * not, takes `stop`, and notes on a board what it is doing, for whoever kills it.
 */
import { type RunningServer, serverLog, startServer } from '@tickbase/runtime';
import { NodeDisk } from '../../../runtime/storage/index.ts';
import { PhaseBoard } from './phase-board.ts';
import { PhasedDisk } from './phased-disk.ts';
import type { ServeOptions, ToTester } from './serve-messages.ts';

const options = JSON.parse(process.argv[2]!) as ServeOptions;
const board = options.boardFile === null ? null : new PhaseBoard(options.boardFile);
board?.enter('start');
const disk = new PhasedDisk(new NodeDisk(), board, options.aim);

if (options.clockAheadS !== undefined) {
  const aheadMs = options.clockAheadS * 1000;
  const now = Date.now.bind(Date);
  Date.now = () => now() + aheadMs;
}

const server = await start();
if (server !== null) serve(server);

async function start(): Promise<RunningServer | null> {
  const { modulePath, dataDir, server } = options;
  try {
    return await startServer({
      workers: 0, // one file: a worker's program is not beside it
      modulePath,
      database: 'ledger',
      dataDir,
      port: 0,
      disk,
      ...server,
      limits: {
        privateBytesMax: 64 << 20, // an audit asks for whole tables
        callsPerSecond: 1e6,
        callsBurst: 1e6,
        messagesPerSecond: 1e6,
        messagesBurst: 1e6,
        bytesPerSecond: 1e9,
        bytesBurst: 1e9,
      },
      log: serverLog({ isForPeople: false, level: 'info', write: (line) => void process.stdout.write(line) }),
    });
  } catch (error) {
    const { code = '', stack } = error as { code?: string; stack?: string };
    tell({ kind: 'failed', code, text: code === '' && stack !== undefined ? stack : String(error) });
    process.exitCode = 1;
    process.disconnect?.();
    return null;
  }
}

function serve(server: RunningServer): void {
  board?.leave('start');
  disk.listening();
  process.on('message', () => void server.stop('the test says so'));
  process.once('disconnect', () => void server.stop('the test has ended'));
  void server.ended.then((fault) => {
    if (fault !== null) process.exitCode = 1;
    if (process.connected) process.disconnect();
  });
  tell({ kind: 'listening', port: server.port, pid: process.pid });
}

function tell(message: ToTester): void {
  if (process.connected) process.send!(message, undefined, undefined, () => {});
}
