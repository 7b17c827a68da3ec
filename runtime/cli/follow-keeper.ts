import { BEAT_MS, type LifeSign } from './keep-server.ts';

/**
 * In a server's process: tells its keeper that the tick thread lives, and ends with it. `beat` tells it out of turn, when something in the sign has
 * changed; `end` ends that.
 */
export function followKeeper(sign: () => LifeSign, onGone: () => void): { beat(): void; end(): void } {
  if (process.send === undefined) return { beat() {}, end() {} };
  const beat = (): void => {
    // Unheard when the keeper has just gone; `disconnect` follows.
    if (process.connected) process.send!(sign(), undefined, undefined, () => {});
  };
  beat();
  const timer = setInterval(beat, BEAT_MS);
  process.once('disconnect', onGone);
  const end = (): void => {
    clearInterval(timer);
    process.off('disconnect', onGone);
  };
  return { beat, end };
}
