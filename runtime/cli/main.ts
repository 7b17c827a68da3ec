import { runCli } from './run-cli.ts';

const code = await runCli(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  isTerminal: process.stdout.isTTY,
  self: [process.execPath, ...process.execArgv, process.argv[1]!],
});
// What a library has left open (a timer, a compiler's child) does not keep a finished command alive.
process.exit(code);
