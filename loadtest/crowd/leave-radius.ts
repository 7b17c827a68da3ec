import { CELL_M, VIEW_RADIUS_M } from '../modules/crowd/src/motion.ts';
import type { CrowdKind } from './bot-protocols.ts';

/** Edge of the squares by which the server that sends JSON looks for players. */
export const JSON_SQUARE_M = 8;

/** Where a server lets go of a player at the latest, by how it looks for those in view: by whole cells that it keeps for an eighth longer, by two radii, by squares. */
export const LEAVE_RADIUS_M: Readonly<Record<CrowdKind, number>> = {
  tickbase: VIEW_RADIUS_M + CELL_M * 1.125 * (1 + Math.SQRT2),
  colyseus: VIEW_RADIUS_M * 1.125,
  json: VIEW_RADIUS_M + JSON_SQUARE_M * Math.SQRT2,
};
