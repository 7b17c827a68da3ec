import { BEAT_MS, type LifeSign } from './keep-server.ts';

/** In a server's process: tells its keeper that the tick thread lives, and ends with it. The result ends that. */
export function followKeeper(port: number, onGone: () => void): () => void {
  if (process.send === undefined) return () => {};
  const sign: LifeSign = { port };
  const beat = (): void => {
    // Unheard when the keeper has just gone; `disconnect` follows.
    if (process.connected) process.send!(sign, undefined, undefined, () => {});
  };
  beat();
  const timer = setInterval(beat, BEAT_MS);
  process.once('disconnect', onGone);
  return () => {
    clearInterval(timer);
    process.off('disconnect', onGone);
  };
}
