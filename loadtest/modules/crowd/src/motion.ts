import { spread } from '../../store/src/spread.ts';

/** A player's way over a square of land, the same arithmetic in every server of the comparison. */
export interface Walker {
  x: number;
  y: number;
  /** Radians. */
  heading: number;
}

export const TICK_RATE = 20;
export const VIEW_RADIUS_M = 80;
/** Of 16 to 64 m the edge that holds most players for the fewest bytes: a place in it still is 3 bytes (docs/decisions/0026-beside-other-servers.md). */
export const CELL_M = 36;
/** Land for each player, in square metres: about 80 players are within the radius, however many there are. */
export const AREA_M2 = 256;
const SPEED_M_PER_S = 3;
/** A player keeps a heading for so many inputs. */
const INPUTS_A_HEADING = 40;

/** Edge of the land for so many players with so much land each, in metres. */
export function landOf(players: number, areaM2: number): number {
  return Math.ceil(Math.sqrt(players * areaM2));
}

/** Where a player begins. */
export function placeOf(player: number, landM: number): Walker {
  return { x: spread(player, 1) * landM, y: spread(player, 2) * landM, heading: headingOf(player, 0) };
}

/** What a player's input number `turn` asks for. */
export function headingOf(player: number, turn: number): number {
  return spread(player, 3 + Math.floor(turn / INPUTS_A_HEADING)) * 2 * Math.PI;
}

/** A tick's way; who would leave the land turns round instead. */
export function walk(walker: Walker, landM: number): void {
  const x = walker.x + Math.cos(walker.heading) * (SPEED_M_PER_S / TICK_RATE);
  const y = walker.y + Math.sin(walker.heading) * (SPEED_M_PER_S / TICK_RATE);
  if (x < 0 || x >= landM || y < 0 || y >= landM) walker.heading = (walker.heading + 2.5) % (2 * Math.PI);
  else {
    walker.x = x;
    walker.y = y;
  }
}
