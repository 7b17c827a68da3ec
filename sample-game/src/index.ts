/**
 * The sample game's module. To read it: `rules.ts` and `tables.ts`, then the files below. Each has its reducers, hooks and systems;
 * the systems that are due in a tick run in the order of these lines.
 */
import { game } from './tables.ts';

export { arrive, interest, join, leave, steer, wake, walk } from './players.ts';
export { burnOut, warm } from './fires.ts';
export { dawn, roam, startle } from './herds.ts';
export { chase, scent, strike } from './wolves.ts';
export { craft, eat, gather, hold, regrow } from './crafting.ts';
export { say } from './chat.ts';
export { settle } from './settle.ts';

export default game;
