/**
 * npm and npx start programs through a shell and hand TERM to that shell alone, so that a server would go on unseen, its port taken.
 * Started by them, `onGone` is called once when the shell has ended; else never. The result ends the watch.
 */
export function watchStarter(env: Readonly<Record<string, string | undefined>>, onGone: () => void): () => void {
  if (env['npm_command'] === undefined) return () => {};
  const starter = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === starter) return;
    clearInterval(timer);
    onGone();
  }, LOOK_MS);
  return () => clearInterval(timer);
}

const LOOK_MS = 250;
